"""Orders as they are stored: they are read back unchanged, and stale writes are refused."""

import itertools
import secrets
from datetime import timedelta

import pytest

from aftercare.kernel.address import Address
from aftercare.kernel.clock import utc_now
from aftercare.kernel.tables import CommitRefusedError
from aftercare.kernel.timeline import Entry
from aftercare.orders.errors import OrderNotFoundError
from aftercare.orders.folding import fold
from aftercare.orders.model import (
    Order,
    OrderEvent,
    OrderLine,
    OrderRefunded,
    OrderStatus,
    ProductKind,
    Refund,
    email_key_of,
)
from aftercare.orders.service import CHANGED, OrderService
from aftercare.orders.store import OrderStore
from infra.seeds.orders import seed
from tests.fakes.actors import SOMEBODY
from tests.fakes.house import House
from tests.fakes.orders import (
    BLIND_BOX,
    EMAIL,
    FIGURE,
    NOON,
    ORDERS_INGEST,
    POP_NOW,
    delivered,
    full_width,
    paid,
    refunded,
    shipped,
)
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
STALE = "Something changed in the meantime; nothing was written."
NOT_YOURS = "We can't find that order under your e-mail address."
_numbers = itertools.count(1)


def number() -> str:
    return f"S-{next(_numbers):06d}"


def an_entry(order_number: str) -> Entry:
    data = {"version": "1", "changed": "paid", "status": "paid"}
    return Entry("ent_1", CHANGED, order_number, NOON, data, actor=SOMEBODY)


def recorded(house: House, *events: OrderEvent) -> Order:
    for event in events:
        house.orders.record(event, actor=ORDERS_INGEST)
    return house.orders.get(events[0].order_number)


def test_an_order_comes_back_as_it_went_in_whatever_script_it_is_written_in(house: House) -> None:
    home = Address("陈晓明", "朝阳区建国路88号", "北京市", "北京", "100022", "CN", "楼1802室 🏠")
    line = OrderLine("ñ/1#", "SKU ½", "L'œuf d'été 🥚", ProductKind.BLIND_BOX, 12, 10**12)
    events = (
        paid(line, POP_NOW, number=(mine := number()), email="名前@例え.jp", ship_to=home),
        shipped(mine),
        delivered(mine),
        OrderRefunded(mine, NOON, "rf-é", Refund({"ñ/1#": 3})),
    )
    kept = recorded(house, *events)
    expected = Order(mine)
    for event in events:
        expected = fold(expected, event)
    assert kept == expected
    assert (kept.status, kept.refunded_units("ñ/1#")) == (OrderStatus.DELIVERED, 3)


def test_an_order_of_which_only_the_parcel_is_known_waits_for_its_payment(house: House) -> None:
    mine = number()
    early = recorded(house, delivered(mine))
    assert (early.status, early.lines, early.purchase) == (OrderStatus.DELIVERED, (), None)
    assert recorded(house, paid(number=mine)).lines == (FIGURE,)


def test_an_order_nobody_told_of_is_empty(house: House) -> None:
    assert house.orders.get("S-UNHEARD-OF") == Order("S-UNHEARD-OF")


def test_a_repeated_event_writes_nothing(house: House) -> None:
    first = recorded(house, paid(number=(mine := number())))
    again = recorded(house, paid(number=mine))
    assert again.version == first.version == 1


def test_a_writer_whose_copy_is_old_is_told_and_nothing_is_lost(house: House) -> None:
    mine = number()
    old = recorded(house, paid(number=mine))
    recorded(house, delivered(mine))
    with refused(CommitRefusedError, "stale_write", STALE):
        house.orders.store.save(fold(old, shipped(mine)), an_entry(mine))
    assert house.orders.get(mine).status is OrderStatus.DELIVERED
    assert house.orders.get(mine).shipped_at is None


def test_two_first_events_at_once_make_one_order(house: House) -> None:
    mine = number()
    unknown = house.orders.get(mine)
    recorded(house, paid(number=mine))
    with refused(CommitRefusedError, "stale_write", STALE):
        house.orders.store.save(fold(unknown, shipped(mine)), an_entry(mine))


class RivalledStore(OrderStore):
    """A store on which somebody else writes first, one event before each of our writes."""

    def __init__(self, table_name: str, *events: OrderEvent) -> None:
        super().__init__(table_name)
        self.events = list(events)

    def save(self, order: Order, entry: Entry, *, keeps_pieces: bool = True) -> None:
        if self.events:
            super().save(fold(self.get(order.order_number), self.events.pop()), entry)
        super().save(order, entry, keeps_pieces=keeps_pieces)


def test_recording_starts_again_on_what_a_rival_wrote_and_loses_neither(
    house: House, tables: dict[str, str]
) -> None:
    mine = number()
    recorded(house, paid(number=mine))
    rivals = [refunded(f"rf-{count}", number=mine, line_1=1) for count in range(3)]
    orders = OrderService(RivalledStore(tables["OrdersTable"], *rivals), utc_now, secrets.randbits)
    orders.record(delivered(mine), actor=ORDERS_INGEST)
    kept = house.orders.get(mine)
    assert kept.status is OrderStatus.DELIVERED
    assert set(kept.refunds) == {"rf-0", "rf-1", "rf-2"}


def test_recording_gives_up_when_rivals_never_rest(house: House, tables: dict[str, str]) -> None:
    mine = number()
    recorded(house, paid(number=mine))
    rivals = [refunded(f"rf-{count}", number=mine, line_1=1) for count in range(20)]
    orders = OrderService(RivalledStore(tables["OrdersTable"], *rivals), utc_now, secrets.randbits)
    with refused(CommitRefusedError, "stale_write", STALE):
        orders.record(delivered(mine), actor=ORDERS_INGEST)


def test_a_customer_sees_the_newest_order_first_and_nobody_elses(house: House) -> None:
    email = f"{number()}@example.com".lower()
    mine = [number() for _ in range(3)]
    for days, each in enumerate(mine):
        recorded(house, paid(number=each, email=email, at=NOON - timedelta(days=days)))
    recorded(house, paid(number=number(), email=f"other-{email}"))
    found = house.orders.of_customer(email_key_of(email))
    assert [order.order_number for order in found] == mine


def test_a_customer_sees_the_fifty_newest_orders(house: House) -> None:
    email = f"{number()}@example.com".lower()
    for count in range(52):
        recorded(house, paid(number=number(), email=email, at=NOON + timedelta(minutes=count)))
    found = house.orders.of_customer(email_key_of(email))
    assert len(found) == 50
    assert found[0].paid_at == NOON + timedelta(minutes=51)


@pytest.mark.parametrize("typed", [EMAIL.upper(), f" {EMAIL} ", full_width(EMAIL)])
def test_an_order_matches_its_buyer_in_any_spelling(house: House, typed: str) -> None:
    mine = number()
    recorded(house, paid(BLIND_BOX, number=mine))
    assert house.orders.matches(mine, typed)
    assert house.orders.owned(mine, email_key_of(typed)).order_number == mine


@pytest.mark.parametrize(
    "theirs", ["S-UNHEARD-OF", "", " ", "x" * 5000, "\x00", "../..", "ORDER#S-1", "s-000001"]
)
def test_an_order_that_is_not_there_or_can_not_be_looks_like_somebody_elses(
    house: House, theirs: str
) -> None:
    other = recorded(house, paid(number=number(), email="someone@else.example")).order_number
    for order_number in (theirs, other):
        with refused(OrderNotFoundError, "order_not_found", NOT_YOURS):
            house.orders.owned(order_number, email_key_of(EMAIL))


def test_an_order_known_only_by_its_parcel_belongs_to_nobody(house: House) -> None:
    mine = number()
    recorded(house, delivered(mine))
    assert not house.orders.matches(mine, "")
    with refused(OrderNotFoundError, "order_not_found", NOT_YOURS):
        house.orders.owned(mine, email_key_of(""))


def test_seeding_twice_changes_nothing_but_dates(house: House, tables: dict[str, str]) -> None:
    demo = seed(tables["OrdersTable"], NOON)
    assert demo == {"order_number": "PM-2026-10001", "email": "mei.tanaka@example.com"}
    key = email_key_of(demo["email"])
    first = house.orders.of_customer(key)
    assert seed(tables["OrdersTable"], NOON) == demo
    assert house.orders.of_customer(key) == first
    seed(tables["OrdersTable"], NOON + timedelta(days=1))
    for before, after in zip(first, house.orders.of_customer(key), strict=True):
        assert (after.purchase, after.status, after.refunds) == (
            before.purchase,
            before.status,
            before.refunds,
        )
        assert before.paid_at
        assert after.paid_at == before.paid_at + timedelta(days=1)
        if before.delivered_at and after.delivered_at:
            assert after.delivered_at == before.delivered_at + timedelta(days=1)
