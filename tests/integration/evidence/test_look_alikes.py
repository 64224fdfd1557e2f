"""Photos of other returns that a photo is like are found when it is screened."""

from dataclasses import replace

import pytest

from aftercare.evidence.fingerprints import fingerprint_of
from aftercare.evidence.look_alikes import MOST_MATCHES, LookAlikes
from aftercare.evidence.match_store import MatchStore
from aftercare.evidence.model import Evidence, EvidenceState, Likeness, Match
from aftercare.evidence.service import EvidenceService
from aftercare.evidence.verdict import Accepted
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.ids import new_id
from tests.bench.meter import Meter
from tests.bench.pictures import mirrored, ordinary, seeded
from tests.fakes.codes import code
from tests.fakes.house import WORKER, House, put_upload
from tests.fakes.orders import NOON

pytestmark = pytest.mark.integration
ORIGINAL = Accepted(b"photo", b"thumbnail", 1200, 900, "a" * 64, capture="c" * 32)
COPY = replace(ORIGINAL, sha256="b" * 64, capture="")
PICTURE = fingerprint_of(ordinary(1))
MIRRORED = fingerprint_of(mirrored(ordinary(1), seeded(1)))


@pytest.fixture
def intake(house: House, tables: dict[str, str]) -> EvidenceService:
    """The tests share their tables: each begins with an index of nothing."""
    _emptied(tables["EvidenceTable"])
    return replace(house.evidence, look_alikes=LookAlikes(MatchStore(tables["EvidenceTable"])))


def _emptied(table: str) -> None:
    names = ("return_id", "evidence_id")
    for item in client("dynamodb").scan(TableName=table)["Items"]:
        if "added_in" in item:
            key = {name: item[name] for name in names}
            client("dynamodb").delete_item(TableName=table, Key=key)


def screened(
    house: House, intake: EvidenceService, verdict: Accepted, return_id: str = ""
) -> Evidence:
    slot = intake.open_slot(return_id or new_id("ret", NOON), "image/jpeg", actor=CUSTOMER)
    put_upload(house, slot.upload_key, b"photo")
    judged = intake.screen(slot.upload_key, lambda _: verdict, actor=WORKER)
    assert judged is not None
    assert judged.state is EvidenceState.ACCEPTED
    return intake.slot(slot.return_id, slot.evidence_id)


def match(photo: Evidence, likeness: Likeness) -> tuple[Match, ...]:
    return (Match(photo.return_id, photo.evidence_id, likeness),)


def test_the_same_file_in_another_return_is_found(house: House, intake: EvidenceService) -> None:
    first = screened(house, intake, ORIGINAL)
    assert first.matches == ()
    assert screened(house, intake, ORIGINAL).matches == match(first, Likeness.SAME_FILE)


def test_a_message_and_a_return_with_the_same_photo_are_not_like_each_other(
    house: House, intake: EvidenceService
) -> None:
    same = replace(ORIGINAL, fingerprint=PICTURE)
    slot = intake.open_for_message(new_id("tkt", NOON), 1, "image/jpeg", actor=CUSTOMER)
    put_upload(house, slot.upload_key, b"photo")
    sent = intake.screen(slot.upload_key, lambda _: same, actor=WORKER)
    assert (sent and sent.state, sent and sent.matches) == (EvidenceState.ACCEPTED, ())
    returned = screened(house, intake, same)
    assert returned.matches == ()
    slot = intake.open_for_message(new_id("tkt", NOON), 1, "image/jpeg", actor=CUSTOMER)
    put_upload(house, slot.upload_key, b"photo")
    again = intake.screen(slot.upload_key, lambda _: same, actor=WORKER)
    assert again
    assert again.matches == ()


def test_a_mirrored_copy_is_the_same_picture(house: House, intake: EvidenceService) -> None:
    first = screened(house, intake, replace(ORIGINAL, fingerprint=PICTURE))
    second = screened(house, intake, replace(COPY, fingerprint=MIRRORED))
    assert second.matches == match(first, Likeness.SAME_PICTURE)


def test_another_photo_is_like_none(house: House, intake: EvidenceService) -> None:
    screened(house, intake, replace(ORIGINAL, fingerprint=PICTURE))
    other = fingerprint_of(ordinary(2))
    assert screened(house, intake, replace(COPY, fingerprint=other)).matches == ()


def test_the_same_camera_and_moment_is_found(house: House, intake: EvidenceService) -> None:
    first = screened(house, intake, ORIGINAL)
    second = screened(house, intake, replace(ORIGINAL, sha256="d" * 64))
    assert second.matches == match(first, Likeness.SAME_MOMENT)


def test_a_return_never_matches_itself(house: House, intake: EvidenceService) -> None:
    first = screened(house, intake, ORIGINAL)
    assert screened(house, intake, ORIGINAL, first.return_id).matches == ()


def test_a_photo_is_found_where_it_was_moved_to(house: House, intake: EvidenceService) -> None:
    first = screened(house, intake, ORIGINAL)
    draft, later = new_id("ret", NOON), new_id("ret", NOON)
    intake.take_over(first.return_id, draft)
    intake.take_over(draft, later)
    assert screened(house, intake, ORIGINAL, later).matches == ()
    assert screened(house, intake, ORIGINAL).matches[-1].return_id == later


def test_a_removed_photo_is_no_match(house: House, intake: EvidenceService) -> None:
    first = screened(house, intake, ORIGINAL)
    intake.remove(first.return_id, first.evidence_id)
    assert screened(house, intake, ORIGINAL).matches == ()


def test_of_many_copies_a_few_are_kept(house: House, intake: EvidenceService) -> None:
    for _ in range(MOST_MATCHES + 1):
        last = screened(house, intake, ORIGINAL)
    assert len(screened(house, intake, ORIGINAL).matches) == MOST_MATCHES
    assert len(last.matches) == MOST_MATCHES


def test_of_two_that_are_screened_at_once_each_finds_the_other(
    house: House, intake: EvidenceService, tables: dict[str, str]
) -> None:
    inner: list[Evidence] = []

    class Overtaken(MatchStore):
        """Between adding the first and looking for others, the second is screened."""

        def with_file(self, sha256: str) -> list:  # type: ignore[type-arg]
            if not inner:
                inner.append(screened(house, intake, ORIGINAL))
            return super().with_file(sha256)

    store = Overtaken(tables["EvidenceTable"])
    first = screened(house, replace(intake, look_alikes=LookAlikes(store)), ORIGINAL)
    assert [each.evidence_id for each in first.matches] == [inner[0].evidence_id]
    assert [each.evidence_id for each in inner[0].matches] == [first.evidence_id]


def test_a_crash_before_the_verdict_leaves_no_second_entry(
    house: House, intake: EvidenceService
) -> None:
    slot = intake.open_slot(new_id("ret", NOON), "image/jpeg", actor=CUSTOMER)
    put_upload(house, slot.upload_key, b"photo")
    taken = replace(slot, sha256=ORIGINAL.sha256)
    assert intake.look_alikes is not None
    intake.look_alikes.add_and_find(taken, PICTURE, "c" * 32, intake.followed)
    verdict = replace(ORIGINAL, fingerprint=PICTURE)
    judged = intake.screen(slot.upload_key, lambda _: verdict, actor=WORKER)
    assert judged is not None
    assert judged.matches == ()
    assert len(screened(house, intake, verdict).matches) == 1


def test_a_photo_costs_nine_write_units_and_ten_queries(
    house: House, intake: EvidenceService, tables: dict[str, str]
) -> None:
    full = replace(ORIGINAL, fingerprint=PICTURE)
    screened(house, intake, full)
    with Meter(tables).attached() as meter, meter.step("photo"):
        screened(house, intake, replace(full, sha256="e" * 64))
    step = meter.steps["photo"]
    assert step.write_units <= 9
    assert step.calls["dynamodb.Query"] <= 10
    assert not step.calls["dynamodb.Scan"]


def test_a_photo_that_shows_a_code_costs_no_more_and_finds_others_by_its_moment(
    house: House, intake: EvidenceService, tables: dict[str, str]
) -> None:
    first = screened(house, intake, ORIGINAL)
    link = f"https://shop.example/?code={code(1)}"
    with_code = replace(ORIGINAL, fingerprint=PICTURE, sha256="e" * 64, serial=link)
    with Meter(tables).attached() as meter, meter.step("photo"):
        label = screened(house, intake, with_code)
    assert meter.steps["photo"].write_units == 9
    assert label.code == code(1)
    assert label.matches == match(first, Likeness.SAME_MOMENT)
    other = screened(house, intake, replace(ORIGINAL, sha256="f" * 64))
    assert other.matches == match(first, Likeness.SAME_MOMENT), "the label is not found by its own"
