"""Photos that are removed leave no file behind; those that are taken over move once."""

from collections.abc import Callable

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.evidence.errors import PhotoNotFoundError, TooManyPhotosError
from aftercare.evidence.model import MOST_OPENED, Evidence, EvidenceState
from aftercare.evidence.verdict import Accepted, Refused
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_id
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House, good_photo, put_upload
from tests.fakes.orders import NOON

pytestmark = pytest.mark.integration
FAILURES = (CrashError, BotoCoreError, PynamoDBException, AftercareError)
FAULTS = pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.RACED])


def return_id() -> str:
    return new_id("ret", NOON)


def files(house: House, of: str) -> set[str]:
    listed = client("s3").list_objects_v2(
        Bucket=house.evidence.photos.documents, Prefix=f"evidence/{of}/"
    )
    return {item["Key"] for item in listed.get("Contents", [])}


def uploads(house: House, slot: Evidence) -> int:
    bucket = house.evidence.photos.uploads
    return client("s3").list_objects_v2(Bucket=bucket, Prefix=slot.upload_key)["KeyCount"]


def opened(house: House, of: str) -> Evidence:
    slot = house.evidence.open_slot(of, "image/jpeg", actor=CUSTOMER)
    put_upload(house, slot.upload_key)
    return slot


def accepted(house: House, of: str) -> Evidence:
    slot = opened(house, of)
    screened = house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    assert screened
    house.clock.forward(seconds=1)
    return screened


def struck(act: Callable[[], object], plan: Plan) -> None:
    with Saboteur().planted() as saboteur:
        try:
            with saboteur.during(plan):
                act()
        except FAILURES:
            pass


def test_a_removed_photo_is_gone_with_its_files_and_makes_room(house: House) -> None:
    mine = return_id()
    photos = [accepted(house, mine) for _ in range(12)]
    house.evidence.remove(mine, photos[3].evidence_id)
    house.evidence.remove(mine, photos[3].evidence_id)
    with pytest.raises(PhotoNotFoundError):
        house.evidence.slot(mine, photos[3].evidence_id)
    assert house.evidence.accepted(mine) == 11
    assert len(files(house, mine)) == 22
    opened(house, mine)
    with pytest.raises(TooManyPhotosError):
        opened(house, mine)


def test_removing_and_adding_does_not_go_on_for_ever(house: House) -> None:
    mine = return_id()
    for _ in range(MOST_OPENED):
        slot = house.evidence.open_slot(mine, "image/jpeg", actor=CUSTOMER)
        house.evidence.remove(mine, slot.evidence_id)
    with pytest.raises(TooManyPhotosError):
        house.evidence.open_slot(mine, "image/jpeg", actor=CUSTOMER)


def test_an_upload_for_a_removed_slot_is_thrown_away_unscreened(house: House) -> None:
    slot = opened(house, return_id())
    house.evidence.remove(slot.return_id, slot.evidence_id)

    def never(_: bytes) -> Accepted | Refused:
        raise AssertionError("screened")

    assert house.evidence.screen(slot.upload_key, never, actor=WORKER) is None
    assert uploads(house, slot) == 0


@pytest.mark.parametrize("request_number", range(1, 8))
def test_a_photo_removed_while_it_is_screened_leaves_no_file(
    house: House, request_number: int
) -> None:
    slot = opened(house, return_id())
    plan = Plan(
        Fault.RACED,
        request_number,
        lambda: house.evidence.remove(slot.return_id, slot.evidence_id),
    )
    struck(lambda: house.evidence.screen(slot.upload_key, good_photo, actor=WORKER), plan)
    assert plan.struck
    house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    assert house.evidence.of_return(slot.return_id) == ()
    assert (files(house, slot.return_id), uploads(house, slot)) == (set(), 0)


@pytest.mark.parametrize("write", [1, 2, 3, 4, 5])
@FAULTS
def test_a_photo_removed_between_a_crashed_screening_and_the_next_leaves_no_file(
    house: House, fault: Fault, write: int
) -> None:
    slot = opened(house, return_id())
    plan = Plan(fault, write, lambda: None)
    struck(lambda: house.evidence.screen(slot.upload_key, good_photo, actor=WORKER), plan)
    house.evidence.remove(slot.return_id, slot.evidence_id)
    put_upload(house, slot.upload_key)  # the message comes again while the upload is still there
    house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    assert house.evidence.of_return(slot.return_id) == ()
    assert (files(house, slot.return_id), uploads(house, slot)) == (set(), 0)


@pytest.mark.parametrize("write", [1, 2, 3])
@FAULTS
def test_a_removal_that_crashes_anywhere_is_done_by_the_next_try(
    house: House, fault: Fault, write: int
) -> None:
    slot = accepted(house, return_id())
    plan = Plan(fault, write, lambda: None)
    struck(lambda: house.evidence.remove(slot.return_id, slot.evidence_id), plan)
    assert plan.struck
    house.evidence.remove(slot.return_id, slot.evidence_id)
    assert (house.evidence.of_return(slot.return_id), files(house, slot.return_id)) == ((), set())


def test_accepted_photos_are_taken_over_once_and_keep_their_files(house: House) -> None:
    old, new = return_id(), return_id()
    good, stays = accepted(house, old), accepted(house, old)
    waiting = opened(house, old)
    assert house.evidence.take_over(old, new, without=[stays.evidence_id]) == 1
    assert house.evidence.take_over(old, new, without=[stays.evidence_id]) == 0
    [moved] = house.evidence.of_return(new)
    assert (moved.evidence_id, moved.state) == (good.evidence_id, EvidenceState.ACCEPTED)
    assert (moved.photo_key, moved.thumbnail_key) == (good.photo_key, good.thumbnail_key)
    left = {slot.evidence_id for slot in house.evidence.of_return(old)}
    assert left == {stays.evidence_id, waiting.evidence_id}
    third = return_id()
    house.evidence.take_over(new, third)
    assert [slot.photo_key for slot in house.evidence.of_return(third)] == [good.photo_key]
    house.evidence.remove(third, good.evidence_id)
    assert files(house, old) == {stays.photo_key, stays.thumbnail_key}


def test_an_upload_that_is_reported_again_after_the_take_over_leaves_the_photo_its_files(
    house: House,
) -> None:
    old, new = return_id(), return_id()
    photo = accepted(house, old)
    house.evidence.take_over(old, new)
    put_upload(house, photo.upload_key)  # the worker that screened it died before it deleted it
    assert house.evidence.screen(photo.upload_key, good_photo, actor=WORKER) is None
    assert files(house, old) == {photo.photo_key, photo.thumbnail_key}
    assert uploads(house, photo) == 0


def test_as_many_are_taken_over_as_there_is_room_for(house: House) -> None:
    old, new = return_id(), return_id()
    for _ in range(4):
        accepted(house, old)
    for _ in range(10):
        opened(house, new)
    assert house.evidence.take_over(old, new) == 2
    assert (len(house.evidence.of_return(new)), len(house.evidence.of_return(old))) == (12, 2)
    with pytest.raises(TooManyPhotosError):
        opened(house, new)


@pytest.mark.parametrize("request_number", [1, 2, 3])
def test_two_who_take_over_at_once_move_each_photo_once(house: House, request_number: int) -> None:
    old, new, other = return_id(), return_id(), return_id()
    for _ in range(3):
        accepted(house, old)
    plan = Plan(Fault.RACED, request_number, lambda: house.evidence.take_over(old, other))
    struck(lambda: house.evidence.take_over(old, new), plan)
    counts = [house.evidence.accepted(each) for each in (old, new, other)]
    assert sum(counts) == 3
    assert counts[0] == 0
