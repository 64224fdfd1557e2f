"""The photos of a draft: removed, put in order, taken over; a submission counts what is left."""

import pytest
from botocore.exceptions import BotoCoreError

from aftercare.evidence.model import Evidence
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import email_key_of
from aftercare.returns.errors import (
    EvidenceMissingError,
    ReturnClosedError,
    ReturnNotFoundError,
)
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.crashes.faults import Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, NOON

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)


def drafted(house: House, photos: int = 1) -> Return:
    draft = house.draft(house.delivered_order(), new_id("ret", NOON))
    for _ in range(photos):
        house.add_good_photo(draft)
        house.clock.forward(seconds=1)
    return draft


def photos(house: House, ret: Return) -> list[str]:
    current = house.returns.owned(KEY, ret.return_id)
    return [slot.evidence_id for slot in house.returns.photos(current)]


def first(house: House, ret: Return) -> Evidence:
    return house.evidence.of_return(ret.return_id)[0]


def test_a_removed_photo_no_longer_counts(house: House) -> None:
    draft = drafted(house)
    photo = first(house, draft).evidence_id
    for _ in range(2):
        house.returns.remove_photo(KEY, draft.return_id, photo)
    assert photos(house, draft) == []
    assert house.evidence.of_return(draft.return_id) == ()
    with pytest.raises(EvidenceMissingError):
        house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)


def test_a_photo_whose_removal_crashed_halfway_does_not_count_either(house: House) -> None:
    draft = drafted(house)
    photo = first(house, draft).evidence_id
    plan = Plan(Fault.UNSENT, 2, lambda: None)
    with (
        Saboteur().planted() as saboteur,
        pytest.raises(BotoCoreError),
        saboteur.during(plan),
    ):
        house.returns.remove_photo(KEY, draft.return_id, photo)
    assert len(house.evidence.of_return(draft.return_id)) == 1
    with pytest.raises(EvidenceMissingError):
        house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    house.returns.remove_photo(KEY, draft.return_id, photo)
    assert house.evidence.of_return(draft.return_id) == ()


@pytest.mark.parametrize("request_number", range(1, 8))
def test_a_photo_removed_while_it_is_submitted_counts_or_is_gone_but_never_both(
    house: House, request_number: int
) -> None:
    draft = drafted(house)
    photo = first(house, draft).evidence_id

    def remove() -> None:
        try:
            house.returns.remove_photo(KEY, draft.return_id, photo)
        except ReturnClosedError:
            return

    plan = Plan(Fault.RACED, request_number, remove)
    try:
        with Saboteur().planted() as saboteur, saboteur.during(plan):
            house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    except EvidenceMissingError:
        assert house.returns.owned(KEY, draft.return_id).is_draft
    else:
        assert photos(house, draft) == [photo]


@pytest.mark.parametrize("evidence_id", ["COUNT", "", "evd_x", "evd_01M8EXNPA2FVA3MNK7DVXP90YC"])
def test_what_is_no_photo_of_the_draft_is_not_removed(house: House, evidence_id: str) -> None:
    draft = drafted(house)
    house.returns.remove_photo(KEY, draft.return_id, evidence_id)
    assert len(photos(house, draft)) == 1
    assert house.returns.owned(KEY, draft.return_id).removed_photos == ()


def test_photos_stand_in_the_customers_order_and_new_ones_come_last(house: House) -> None:
    draft = drafted(house, photos=3)
    a, b, c = photos(house, draft)
    house.returns.reorder_photos(KEY, draft.return_id, [c, "evd_unknown", a, c])
    assert photos(house, draft) == [c, a, b]
    house.add_good_photo(draft)
    assert photos(house, draft)[:3] == [c, a, b]
    house.returns.remove_photo(KEY, draft.return_id, a)
    assert photos(house, draft)[:2] == [c, b]


def test_a_submitted_returns_photos_stay_as_they_are(house: House) -> None:
    draft = drafted(house)
    house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    photo = first(house, draft).evidence_id
    with pytest.raises(ReturnClosedError):
        house.returns.remove_photo(KEY, draft.return_id, photo)
    with pytest.raises(ReturnClosedError):
        house.returns.reorder_photos(KEY, draft.return_id, [photo])
    assert photos(house, draft) == [photo]


def test_the_photos_of_a_lapsed_return_are_taken_over(house: House) -> None:
    old = drafted(house, photos=3)
    a, b, c = photos(house, old)
    house.returns.remove_photo(KEY, old.return_id, b)
    house.clock.forward(hours=48)
    order = house.orders.get(old.order_number)
    new = house.draft(order, new_id("ret", house.clock.now))
    for moved in (2, 0):
        assert house.returns.take_over(KEY, old.return_id, new.return_id) == moved
    assert set(photos(house, new)) == {a, c}
    submitted = house.returns.submit(KEY, new.return_id, actor=CUSTOMER)
    approved = house.returns.approve(submitted.return_id, actor=WORKER)
    assert approved.status is ReturnStatus.APPROVED
    lapsed = house.returns.lapse(old.return_id, actor=WORKER)
    assert lapsed.status is ReturnStatus.LAPSED


def test_only_a_lapsed_returns_photos_of_the_same_order_and_customer_are_taken_over(
    house: House,
) -> None:
    old, elsewhere = drafted(house), drafted(house)
    order = house.orders.get(old.order_number)
    other = house.draft(order, new_id("ret", NOON))
    with pytest.raises(ReturnNotFoundError):
        house.returns.take_over(KEY, old.return_id, other.return_id)
    house.clock.forward(hours=48)
    new = house.draft(order, new_id("ret", house.clock.now))
    stranger = email_key_of("li@example.com")
    for key, source in ((KEY, elsewhere), (stranger, old)):
        with pytest.raises(ReturnNotFoundError):
            house.returns.take_over(key, source.return_id, new.return_id)
    assert photos(house, new) == []
