"""Every verb of points is done once, however often it is sent, under whatever key."""

import pytest

from aftercare.kernel.requests import KeyReusedError
from aftercare.points.errors import (
    NotEnoughPointsError,
    OperationChangedError,
    PurchaseClaimedError,
)
from aftercare.points.posting import Kind
from aftercare.points.request import Caller
from tests.fakes.points_customers import (
    OTHERWISE,
    SHOP,
    VERBS,
    Customer,
    joins,
    kept,
    open_counter,
    verbs,
    with_points,
)
from tests.fakes.points_room import Counter
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration


@pytest.fixture
def counter(tables: dict[str, str]) -> Counter:
    return open_counter(tables)


@pytest.fixture
def newcomer(counter: Counter) -> Customer:
    """A member who has earned nothing yet."""
    return joins(counter)


@pytest.fixture
def customer(newcomer: Customer) -> Customer:
    return with_points(newcomer)


@verbs
def test_the_same_again_is_answered_the_same_and_changes_nothing(
    customer: Customer, kind: Kind
) -> None:
    first = VERBS[kind](customer, SHOP)
    before = kept(customer)
    again = VERBS[kind](customer, SHOP)
    assert (first.kind, first.replayed, again.replayed) == (kind, False, True)
    assert again == first
    assert kept(customer) == before
    customer.check()


@verbs
def test_the_first_answer_stays_whatever_happened_since(customer: Customer, kind: Kind) -> None:
    first = VERBS[kind](customer, SHOP)
    customer.earn("R9", 55_500)
    customer.spend(11, "later")
    assert VERBS[kind](customer, SHOP) == first


@pytest.mark.parametrize("kind", OTHERWISE, ids=str)
def test_the_same_id_with_other_content_is_refused(customer: Customer, kind: Kind) -> None:
    VERBS[kind](customer, SHOP)
    before = kept(customer)
    sentence = "An operation of this id was recorded with other content."
    with refused(OperationChangedError, "operation_reused", sentence):
        OTHERWISE[kind](customer, SHOP)
    assert kept(customer) == before


@verbs
def test_a_key_with_the_same_request_is_answered_the_same(customer: Customer, kind: Kind) -> None:
    caller = Caller("ac_1", f"key-{kind}-{customer.number}")
    first = VERBS[kind](customer, caller)
    again = VERBS[kind](customer, caller)
    assert (again, again.replayed) == (first, True)


@pytest.mark.parametrize("kind", OTHERWISE, ids=str)
def test_a_key_with_another_request_is_refused(customer: Customer, kind: Kind) -> None:
    caller = Caller("ac_1", f"key-{customer.number}")
    customer.hold(1, "first", caller)
    before = kept(customer)
    sentence = "This Idempotency-Key was used for another request."
    with refused(KeyReusedError, "idempotency_key_reused", sentence):
        OTHERWISE[kind](customer, caller)
    assert kept(customer) == before


def test_a_key_is_its_clients_own(customer: Customer) -> None:
    key = f"key-{customer.number}"
    customer.spend(1, "a", Caller("ac_1", key))
    assert not customer.spend(2, "a", Caller("ac_2", key)).replayed


def test_a_refused_request_may_be_sent_again_under_its_key(newcomer: Customer) -> None:
    caller = Caller("ac_1", f"key-{newcomer.number}")
    with refused(NotEnoughPointsError, "not_enough_points", "There aren't enough points."):
        newcomer.spend(5, caller=caller)
    newcomer.earn()
    assert newcomer.spend(5, caller=caller).available == 173


def test_a_receipt_earns_for_one_member_only(customer: Customer) -> None:
    other = joins(customer.counter)
    other.number = customer.number
    with refused(
        PurchaseClaimedError, "purchase_claimed", "This purchase has already earned points."
    ):
        other.earn()
    assert other.account.version is None
