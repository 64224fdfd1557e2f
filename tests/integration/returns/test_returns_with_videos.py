"""A draft whose evidence is a video is submitted, approved, labelled, and keeps its video."""

import pytest

from aftercare.evidence.model import Evidence, EvidenceKind, EvidenceState
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.returns.errors import EvidenceMissingError
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.house import WORKER, House, good_photo, put_upload
from tests.fakes.orders import NOON
from tests.fakes.videos import mp4

pytestmark = pytest.mark.integration
VIDEO = EvidenceKind.UNPACKING_VIDEO


@pytest.fixture
def draft(house: House) -> Return:
    """A draft of a customer who has no other."""
    mine = new_id("ret", NOON)
    return house.draft(house.delivered_order(email=f"{mine.lower()}@example.com"), mine)


def opened(house: House, draft: Return) -> Evidence:
    return house.returns.add_photo(
        draft.email_key, draft.return_id, "video/mp4", VIDEO, actor=CUSTOMER
    )


def judged(house: House, slot: Evidence, data: bytes) -> Evidence | None:
    put_upload(house, slot.upload_key, data)
    return house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)


def submitted(house: House, draft: Return) -> Return:
    return house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)


def test_a_draft_with_a_video_alone_goes_all_the_way_to_its_label(
    house: House, draft: Return
) -> None:
    video = judged(house, opened(house, draft), mp4(60))
    assert video
    assert submitted(house, draft).status is ReturnStatus.SUBMITTED
    assert house.returns.approve(draft.return_id, actor=WORKER).status is ReturnStatus.APPROVED
    assert house.make_label(draft.return_id).status is ReturnStatus.LABEL_READY
    assert house.evidence.of_return(draft.return_id) == (video,)
    assert house.evidence.videos.url(video)


@pytest.mark.parametrize("data", [None, mp4(2)], ids=["on its way", "refused"])
def test_a_video_that_was_not_accepted_stands_for_nothing(
    house: House, draft: Return, data: bytes | None
) -> None:
    slot = opened(house, draft)
    if data:
        judged(house, slot, data)
    with pytest.raises(EvidenceMissingError):
        submitted(house, draft)
    house.add_good_photo(draft)
    assert submitted(house, draft).status is ReturnStatus.SUBMITTED


def test_a_removed_video_stands_for_nothing(house: House, draft: Return) -> None:
    slot = opened(house, draft)
    judged(house, slot, mp4())
    house.returns.remove_photo(draft.email_key, draft.return_id, slot.evidence_id)
    with pytest.raises(EvidenceMissingError):
        submitted(house, draft)


def test_a_video_that_arrives_after_the_submission_changes_nothing_of_it(
    house: House, draft: Return
) -> None:
    late = opened(house, draft)
    house.add_good_photo(draft)
    submitted(house, draft)
    before = house.returns.store.get(draft.return_id)
    answer = judged(house, late, mp4())
    assert answer
    assert answer.state is EvidenceState.ACCEPTED
    assert house.returns.store.get(draft.return_id) == before
    assert house.returns.approve(draft.return_id, actor=WORKER).status is ReturnStatus.APPROVED


def test_a_video_of_a_draft_that_lapsed_comes_along_into_the_next_and_counts_there(
    house: House, draft: Return
) -> None:
    video = judged(house, opened(house, draft), mp4(60))
    assert video
    house.clock.forward(hours=49)
    house.returns.lapse(draft.return_id, actor=WORKER)
    following = house.draft(house.orders.get(draft.order_number), new_id("ret", house.clock()))
    house.returns.take_over(draft.email_key, draft.return_id, following.return_id)
    assert submitted(house, following).status is ReturnStatus.SUBMITTED
    [kept] = house.evidence.of_return(following.return_id)
    assert (kept.evidence_id, kept.video_key) == (video.evidence_id, video.video_key)
