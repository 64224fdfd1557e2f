"""A video that another return has shown is found by its file, and the return waits for a person."""

from dataclasses import replace
from itertools import count

import pytest

from aftercare.evidence.look_alikes import LookAlikes
from aftercare.evidence.match_store import MatchStore
from aftercare.evidence.model import Evidence, EvidenceKind, EvidenceState, Likeness, Match
from aftercare.evidence.service import EvidenceService
from aftercare.evidence.videos import PART_BYTES
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.ids import new_id
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.screening_rules import published
from tests.bench.meter import Meter
from tests.fakes.house import WORKER, House, build_house, good_photo, put_upload
from tests.fakes.orders import NOON
from tests.fakes.videos import mp4

pytestmark = pytest.mark.integration
VIDEO = EvidenceKind.UNPACKING_VIDEO
_sizes = count(4096)


@pytest.fixture
def house(tables: dict[str, str], buckets: dict[str, str]) -> House:
    """A house with the published rules of screening."""
    return build_house(tables, buckets, screening=published())


@pytest.fixture
def intake(house: House, tables: dict[str, str]) -> EvidenceService:
    return replace(house.evidence, look_alikes=LookAlikes(MatchStore(tables["EvidenceTable"])))


def a_video() -> bytes:
    """A file that no other test has sent."""
    return mp4(size=next(_sizes))


def drafted(house: House) -> Return:
    """A draft of a customer who has no other."""
    mine = new_id("ret", NOON)
    return house.draft(house.delivered_order(email=f"{mine.lower()}@example.com"), mine)


def shown(house: House, intake: EvidenceService, draft: Return, video: bytes) -> Evidence:
    """The video as the intake judged it."""
    slot = house.returns.add_photo(
        draft.email_key, draft.return_id, "video/mp4", VIDEO, actor=CUSTOMER
    )
    put_upload(house, slot.upload_key, video)
    judged = intake.screen(slot.upload_key, good_photo, actor=WORKER)
    assert judged == intake.slot(slot.return_id, slot.evidence_id)
    assert judged.state is EvidenceState.ACCEPTED
    return judged


def approved(house: House, draft: Return) -> Return:
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    return house.returns.approve(draft.return_id, actor=WORKER)


def test_a_video_of_another_return_sends_the_return_to_a_person_with_both_references(
    house: House, intake: EvidenceService
) -> None:
    video, theirs, mine = a_video(), drafted(house), drafted(house)
    first = shown(house, intake, theirs, video)
    second = shown(house, intake, mine, video)
    assert first.matches == ()
    assert second.matches == (Match(theirs.return_id, first.evidence_id, Likeness.SAME_FILE),)
    after = approved(house, mine)
    assert after.status is ReturnStatus.IN_REVIEW
    assert after.screening
    both = (second.evidence_id, theirs.return_id, first.evidence_id)
    assert [(each.code, each.references) for each in after.screening.signals] == [
        ("reused_photo", both)
    ]


def test_a_video_of_ones_own_is_approved(house: House, intake: EvidenceService) -> None:
    shown(house, intake, drafted(house), a_video())
    mine = drafted(house)
    assert shown(house, intake, mine, a_video()).matches == ()
    assert approved(house, mine).status is ReturnStatus.APPROVED


def test_a_video_that_is_sent_twice_to_one_return_is_its_own(
    house: House, intake: EvidenceService
) -> None:
    video, mine = a_video(), drafted(house)
    assert shown(house, intake, mine, video).matches == ()
    assert shown(house, intake, mine, video).matches == ()


def test_a_refused_or_removed_video_is_no_match(house: House, intake: EvidenceService) -> None:
    short, video = mp4(2, size=next(_sizes)), a_video()
    theirs, mine = drafted(house), drafted(house)
    for draft in (theirs, mine):
        slot = intake.open_slot(draft.return_id, "video/mp4", VIDEO, actor=CUSTOMER)
        put_upload(house, slot.upload_key, short)
        refused = intake.screen(slot.upload_key, good_photo, actor=WORKER)
        assert refused
        assert (refused.state, refused.matches) == (EvidenceState.REFUSED, ())
    intake.remove(theirs.return_id, shown(house, intake, theirs, video).evidence_id)
    assert shown(house, intake, mine, video).matches == ()


def test_a_screening_that_broke_off_and_began_again_finds_the_same(
    house: House, intake: EvidenceService
) -> None:
    video, mine = a_video(), drafted(house)
    theirs = shown(house, intake, drafted(house), video)
    slot = house.returns.add_photo(
        mine.email_key, mine.return_id, "video/mp4", VIDEO, actor=CUSTOMER
    )
    put_upload(house, slot.upload_key, video)
    assert intake.look_alikes
    taken = replace(slot, sha256=theirs.sha256)
    before = intake.look_alikes.add_and_find(taken, b"", "", intake.followed)
    judged = intake.screen(slot.upload_key, good_photo, actor=WORKER)
    assert judged
    assert judged.matches == before
    assert [match.evidence_id for match in before] == [theirs.evidence_id]


def test_of_two_that_are_screened_at_once_each_finds_the_other(
    house: House, intake: EvidenceService, tables: dict[str, str]
) -> None:
    video, theirs, mine = a_video(), drafted(house), drafted(house)
    inner: list[Evidence] = []

    class Overtaken(MatchStore):
        """Between adding the first and looking for others, the second is screened."""

        def with_file(self, sha256: str) -> list:  # type: ignore[type-arg]
            if not inner:
                inner.append(shown(house, intake, theirs, video))
            return super().with_file(sha256)

    overtaken = replace(intake, look_alikes=LookAlikes(Overtaken(tables["EvidenceTable"])))
    first = shown(house, overtaken, mine, video)
    assert [each.evidence_id for each in first.matches] == [inner[0].evidence_id]
    assert [each.evidence_id for each in inner[0].matches] == [first.evidence_id]


def test_a_video_costs_eight_write_units_and_one_query_to_compare(
    house: House, intake: EvidenceService, tables: dict[str, str]
) -> None:
    video, draft = mp4(60, size=2 * PART_BYTES), drafted(house)
    with Meter(tables).attached() as meter:
        with meter.step("open"):
            slot = intake.open_slot(draft.return_id, "video/mp4", VIDEO, actor=CUSTOMER)
        with meter.step("begin"):
            intake.videos.begin(slot.return_id, slot.evidence_id, len(video), "mine")
        client("s3").put_object(Bucket=intake.photos.uploads, Key=slot.upload_key, Body=video)
        with meter.step("judge"):
            intake.screen(slot.upload_key, good_photo, actor=WORKER)
    written = {name: step.write_units for name, step in meter.steps.items()}
    assert written == {"open": 4, "begin": 1, "judge": 3}
    assert meter.steps["judge"].calls["dynamodb.Query"] == 1
    assert not meter.steps["judge"].calls["dynamodb.Scan"]
