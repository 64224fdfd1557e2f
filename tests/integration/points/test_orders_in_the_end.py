"""An order's points are those of what was paid for it in the end, whatever the shop reported when.

Edits, refunds by units and by amount, coupons and cancellations, in any order, any number of times;
against a plain model of one line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.orders.model import (
    Cancellation,
    Order,
    OrderCancelled,
    OrderEvent,
    OrderLine,
    OrderPaid,
    OrderRefunded,
    ProductKind,
    Refund,
)
from aftercare.points.posting import Kind, LedgerEntry
from tests.fakes.orders import ORDERS_INGEST, delivered, paid, purchase, refunded
from tests.fakes.points import BY_TILL, NOON
from tests.fakes.points_customers import Customer, joins, open_counter
from tests.fakes.points_room import CHANGED, UNITS, counter_in_memory

pytestmark = pytest.mark.integration
ZONE = ZoneInfo("America/Los_Angeles")
DAY, LIFETIME = timedelta(days=1), timedelta(days=365)
TEN = 10_000  # 100.00


@pytest.fixture
def who() -> Customer:
    customer = joins(counter_in_memory())
    customer.counter.clock.forward(days=2)
    return customer


def bought(units: int, price: int = TEN, **changes: Any) -> OrderLine:
    return OrderLine("1", "FIG-1", "Moon Hare", ProductKind.FIGURE, units, price, **changes)


def edit(who: Customer, line: OrderLine, hours: int = 0) -> OrderPaid:
    at = NOON + timedelta(hours=hours)
    return paid(line, number=who.number, at=at, email=who.email)


def paid_back(who: Customer, name: str, hours: int = 1, **of: Any) -> OrderRefunded:
    at = NOON + timedelta(hours=hours)
    return OrderRefunded(who.number, at, name, Refund(of.pop("units", {}), **of))


def recorded(who: Customer, event: OrderEvent) -> Order:
    """The order after the event, as it is stored."""
    who.counter.orders.record(event, actor=ORDERS_INGEST)
    return who.counter.orders.get(who.number)


def points(who: Customer) -> int:
    return who.account.available(who.counter.today())


def kinds(who: Customer) -> list[tuple[str, int]]:
    entries = sorted(who.counter.store.entries(who.member_id), key=lambda entry: entry.sequence)
    return [(entry.kind, entry.points) for entry in entries]


def earned(who: Customer) -> LedgerEntry | None:
    entry: LedgerEntry | None = who.counter.store.entry(who.member_id, f"earn#{who.number}")
    return entry


def test_an_edit_to_fewer_units_takes_their_points_by_an_entry_of_its_own(who: Customer) -> None:
    who.order(edit(who, bought(2)))
    assert points(who) == 200
    who.order(edit(who, bought(1), hours=1))
    assert points(who) == 100
    assert kinds(who) == [(Kind.EARN, 200), (Kind.EDIT_DOWN, 100)]
    who.check()


def test_an_edit_to_more_units_earns_by_the_rules_and_the_day_of_the_purchase(
    who: Customer,
) -> None:
    who.order(edit(who, bought(1)))
    who.counter.clock.forward(days=200)  # the rules give two points for a dollar by now
    who.order(edit(who, bought(2), hours=24 * 190))
    assert points(who) == 200
    assert kinds(who) == [(Kind.EARN, 100), (Kind.EDIT_UP, 100)]
    assert dict(who.account.lots) == {NOON.astimezone(ZONE).date() + LIFETIME: 200}
    who.check()


@pytest.mark.parametrize(("before", "after"), [(2, 1), (1, 2), (3, 3)])
def test_an_order_that_was_edited_and_then_refunded_whole_leaves_nothing(
    who: Customer, before: int, after: int
) -> None:
    whole = paid_back(who, "rf-1", 2, units={"1": after})
    who.order(edit(who, bought(before)), edit(who, bought(after), hours=1), whole)
    assert points(who) == 0
    assert who.account.debt == 0
    who.check()


def test_an_edit_that_leaves_no_unit_takes_all_points(who: Customer) -> None:
    who.order(edit(who, bought(2)))
    emptied = edit(who, bought(0), hours=1)
    purchased = replace(emptied.purchase, lines=(), is_empty=True)
    who.order(replace(emptied, purchase=purchased))
    assert (points(who), who.account.debt) == (0, 0)


def test_an_edit_after_a_refund_keeps_the_refund(who: Customer) -> None:
    who.order(edit(who, bought(2)), paid_back(who, "rf-1", amount=5_000))
    assert points(who) == 150
    who.order(edit(who, bought(3), hours=2))
    assert points(who) == 250
    assert kinds(who) == [(Kind.EARN, 200), (Kind.CLAWBACK, 50), (Kind.EDIT_UP, 100)]


def test_an_edit_and_a_refund_that_are_settled_together_have_an_entry_each(who: Customer) -> None:
    who.order(edit(who, bought(3)))
    for event in (edit(who, bought(2), hours=1), paid_back(who, "rf-1", 2, amount=5_000)):
        order = recorded(who, event)
    who.counter.earning.settle_order(order, actor=BY_TILL)
    assert kinds(who) == [(Kind.EARN, 300), (Kind.EDIT_DOWN, 100), (Kind.CLAWBACK, 50)]
    who.check()


def test_a_refund_of_an_amount_alone_takes_its_points(who: Customer) -> None:
    who.order(edit(who, bought(2)), paid_back(who, "rf-1", amount=5_000))
    assert points(who) == 150
    assert kinds(who)[1:] == [(Kind.CLAWBACK, 50)]


def test_several_refunds_end_at_exactly_what_was_paid(who: Customer) -> None:
    line = bought(3, 3_333)
    parts = [
        paid_back(who, "rf-1", 1, units={"1": 1}),
        paid_back(who, "rf-2", 2, amount=5_000),
        paid_back(who, "rf-3", 3, amount=9_999_999),
    ]
    who.order(edit(who, line), *parts, *reversed(parts))
    assert points(who) == 0
    assert who.account.debt == 0
    entry = earned(who)
    assert entry
    assert (entry.credited, entry.net - entry.refunded) == (0, 0)


@pytest.mark.parametrize("changes", [{"discount": 3_000}, {"net": 7_000}])
def test_a_coupon_earns_what_was_paid(who: Customer, changes: dict[str, int]) -> None:
    who.order(edit(who, bought(1, **changes)))
    assert points(who) == 70


def test_a_discount_on_the_whole_order_earns_what_was_paid(who: Customer) -> None:
    event = edit(who, bought(1))
    who.order(replace(event, purchase=replace(event.purchase, total=7_000)))
    assert points(who) == 70


@pytest.mark.parametrize("is_shipped", [False, True])
def test_a_cancelled_order_leaves_nothing_and_its_refund_takes_nothing_more(
    who: Customer, *, is_shipped: bool
) -> None:
    who.order(edit(who, bought(2)))
    if is_shipped:
        who.order(delivered(who.number))
    who.order(OrderCancelled(who.number, NOON + DAY, Cancellation({"1": 1})))
    assert points(who) == 100
    who.order(OrderCancelled(who.number, NOON + DAY, Cancellation()))
    assert points(who) == 0
    who.order(refunded("rf-1", number=who.number, line_1=2))
    assert (points(who), who.account.debt) == (0, 0)
    who.check()


@pytest.mark.parametrize(
    "of",
    [{"amount": TEN}, {"amounts": {"1": TEN}}, {"units": {"1": 1}}],
    ids=lambda of: next(iter(of)),
)
def test_a_cancelled_unit_and_its_refund_are_taken_once_whatever_the_refund_names(
    who: Customer, of: dict[str, Any]
) -> None:
    who.order(edit(who, bought(2)))
    cancelled = OrderCancelled(who.number, NOON + DAY, Cancellation({"1": 1}))
    who.order(cancelled, paid_back(who, "rf-1", 30, **of))
    assert (points(who), who.account.debt) == (100, 0)
    who.check()


def test_a_refund_that_is_mended_downwards_gives_points_back(who: Customer) -> None:
    who.order(edit(who, bought(2)), paid_back(who, "rf-1", 1, amount=15_000))
    assert points(who) == 50
    who.order(paid_back(who, "rf-1", 2, amount=5_000))
    assert points(who) == 150
    who.check()


def test_an_edit_after_the_points_were_spent_is_a_debt_and_one_after_their_day_lapses(
    who: Customer,
) -> None:
    who.order(edit(who, bought(2)))
    who.spend(180)
    who.order(edit(who, bought(1), hours=1))
    assert (points(who), who.account.debt) == (-80, 80)
    who.order(edit(who, bought(2), hours=2))
    assert (points(who), who.account.debt) == (20, 0)
    who.counter.clock.forward(days=366)
    who.order(edit(who, bought(3), hours=3))
    assert points(who) == 0
    assert sum(who.account.lapsed.values()) == 100
    who.check()


def test_points_that_expired_are_taken_back_from_what_expired(who: Customer) -> None:
    who.order(edit(who, bought(2)))
    who.counter.clock.forward(days=366)
    who.counter.expire(who.member_id)
    who.order(edit(who, bought(1), hours=1))
    assert (points(who), who.account.debt) == (0, 0)
    who.check()


def test_an_edit_that_arrives_before_its_order_ends_on_the_day_of_the_order(who: Customer) -> None:
    late, first = edit(who, bought(1), hours=30), edit(who, bought(2))
    who.order(late)
    assert dict(who.account.lots) == {(NOON + DAY).astimezone(ZONE).date() + LIFETIME: 100}
    who.order(first)
    assert dict(who.account.lots) == {NOON.astimezone(ZONE).date() + LIFETIME: 100}
    who.check()


def test_a_buyer_who_joined_between_an_order_and_its_edit_earns_nothing(who: Customer) -> None:
    new = joins(who.counter, at=NOON + timedelta(hours=1))
    new.order(edit(new, bought(1), hours=2))
    assert points(new) == 100
    new.order(edit(new, bought(2)))
    assert points(new) == 0
    new.check()


def test_an_edit_into_a_currency_without_points_takes_them(who: Customer) -> None:
    who.order(edit(who, bought(2)))
    dearer = edit(who, bought(2), hours=1)
    who.order(replace(dearer, purchase=replace(dearer.purchase, currency="XTS")))
    assert points(who) == 0
    who.check()


def test_an_order_of_any_size_earns(who: Customer) -> None:
    who.order(edit(who, bought(1, 2_500_000_000)))
    assert points(who) == 25_000_000


def test_an_order_as_it_was_read_before_a_newer_one_was_settled_changes_nothing(
    who: Customer,
) -> None:
    who.order(edit(who, bought(2)))
    stale = who.counter.orders.get(who.number)
    who.order(edit(who, bought(1), hours=1))
    assert who.counter.earning.settle_order(stale, actor=BY_TILL) == ()
    assert points(who) == 100


def test_what_becomes_newer_while_an_order_is_settled_is_settled_too(who: Customer) -> None:
    """The message about the newer order may have been settled before this one wrote."""
    who.order(edit(who, bought(2)))
    old = recorded(who, edit(who, bought(1), hours=1))
    recorded(who, edit(who, bought(2), hours=2))
    who.counter.earning.settle_order(old, actor=BY_TILL)
    assert points(who) == 200


def test_a_closed_account_gives_of_its_forfeit_and_gets_nothing(who: Customer) -> None:
    who.order(edit(who, bought(2)), delivered(who.number))
    who.counter.points.close(who.member_id, actor=BY_TILL)
    who.order(edit(who, bought(3), hours=1))
    who.order(edit(who, bought(1), hours=2), paid_back(who, "rf-1", 3, amount=2_000))
    assert (points(who), who.account.debt) == (0, 0)
    who.check()


def test_on_tables_an_edit_and_what_follows_it_are_settled(tables: dict[str, str]) -> None:
    who = joins(open_counter(tables))
    who.counter.clock.forward(days=2)
    who.order(edit(who, bought(1), hours=30), edit(who, bought(2)))
    who.order(edit(who, bought(3), hours=31), paid_back(who, "rf-1", 32, amount=5_000))
    assert points(who) == 250
    assert dict(who.account.lots) == {NOON.astimezone(ZONE).date() + LIFETIME: 250}
    who.check()


# ---------------------------------------------------------------- any order of anything


@dataclass
class Told:
    """What the shop reported of an order of one line, counted plainly."""

    events: Sequence[OrderEvent]

    @property
    def payments(self) -> list[OrderPaid]:
        every = {repr(event): event for event in self.events if isinstance(event, OrderPaid)}
        return sorted(every.values(), key=lambda event: event.occurred_at)

    @property
    def paid_in_the_end(self) -> int:
        line = self.payments[-1].purchase.lines[0]
        unit = line.unit_price - (line.discount or 0) // line.quantity
        left, back, apart = line.quantity * unit, 0, 0
        for refund in self._refunds():
            if refund.amount is not None:
                apart += min(left, refund.amount)
                left -= min(left, refund.amount)
            elif (units := refund.units["1"]) <= line.quantity:
                units = min(units, line.quantity - back)
                back += units
                left -= min(left, units * unit)
        cancelled = max(0, self._cancelled(line.quantity) - back) * unit
        return left - min(left, max(0, cancelled - apart))

    @property
    def first(self) -> datetime:
        return self.payments[0].occurred_at

    def points(self) -> int:
        is_later = self.first.astimezone(ZONE).date() >= CHANGED
        return self.paid_in_the_end // UNITS[is_later]

    def due(self) -> date:
        return self.first.astimezone(ZONE).date() + LIFETIME

    def _refunds(self) -> list[Refund]:
        newest: dict[str, OrderRefunded] = {}
        for event in self.events:
            if isinstance(event, OrderRefunded):
                known = newest.get(event.refund_id)
                if known is None or known.occurred_at < event.occurred_at:
                    newest[event.refund_id] = event
        ordered = sorted(newest.values(), key=lambda event: (event.occurred_at, event.refund_id))
        return [event.refund for event in ordered]

    def _cancelled(self, quantity: int) -> int:
        cancelled = {repr(e): e for e in self.events if isinstance(e, OrderCancelled)}.values()
        units = [e.cancellation.units for e in cancelled]
        if any(each is None for each in units):
            return quantity
        counts = [each["1"] for each in units if each]
        return min(quantity, sum(count for count in counts if count <= quantity))


# Each event of a kind has a time of its own: of one instant the shop has no newer event.
lines = st.builds(
    lambda units, price, off: bought(units, price * 100, discount=units * off * 100 or None),
    st.integers(1, 3),
    st.integers(20, 60),
    st.integers(0, 10),
)
hours = st.sampled_from([0, 5, 40, 24 * 100, 24 * 180])
edits = st.tuples(hours, lines)
amounts = st.one_of(
    st.integers(1, 4).map(lambda units: Refund({"1": units})),
    st.integers(1, 9_000).map(lambda amount: Refund({}, amount=amount)),
)
refunds = st.tuples(st.integers(1, 20), st.sampled_from(["rf-1", "rf-2", "rf-3"]), amounts)
cancellations = st.tuples(
    st.integers(1, 9), st.one_of(st.none(), st.integers(1, 4).map(lambda units: {"1": units}))
)


@st.composite
def reports(draw: st.DrawFn) -> list[Any]:
    """Events of one order, without its number and address, shuffled and repeated."""
    told: list[Any] = draw(
        st.lists(
            edits.map(lambda e: ("paid", *e)), min_size=1, max_size=3, unique_by=lambda e: e[1]
        )
    )
    told += draw(
        st.lists(refunds.map(lambda e: ("refund", *e)), max_size=4, unique_by=lambda e: e[1])
    )
    told += draw(
        st.lists(cancellations.map(lambda e: ("cancel", *e)), max_size=1, unique_by=lambda e: e[1])
    )
    again = draw(st.lists(st.sampled_from(told), max_size=4))
    return list(draw(st.permutations([*told, *again])))


def event_of(who: Customer, told: Any) -> OrderEvent:
    match told:
        case ("paid", at, line):
            return OrderPaid(
                who.number, NOON + timedelta(hours=at), purchase(line, email=who.email)
            )
        case ("refund", at, name, refund):
            return OrderRefunded(who.number, NOON + timedelta(hours=at), name, refund)
        case _:
            _, at, units = told
            return OrderCancelled(who.number, NOON + timedelta(hours=at), Cancellation(units))


def tell(who: Customer, events: Sequence[OrderEvent], data: st.DataObject) -> None:
    """The events reach us; each order that they make is settled at once, late, twice or never."""
    seen: list[Order] = []
    for event in events:
        seen.append(recorded(who, event))
        for place in data.draw(st.lists(st.integers(0, len(seen) - 1), max_size=2)):
            who.counter.earning.settle_order(seen[place], actor=BY_TILL)
    who.counter.earning.settle_order(seen[-1], actor=BY_TILL)


def stranger() -> Customer:
    who = joins(counter_in_memory())
    who.counter.clock.forward(days=200)
    return who


@settings(max_examples=200, deadline=None)
@given(reports(), st.data())
def test_whatever_is_told_in_whatever_order_the_points_are_those_of_what_was_paid_in_the_end(
    told: list[Any], data: st.DataObject
) -> None:
    who = stranger()
    events = [event_of(who, each) for each in told]
    tell(who, events, data)
    truth = Told(events)
    entry = earned(who)
    assert entry
    assert entry.credited == truth.points()
    assert dict(who.account.lots) == ({truth.due(): truth.points()} if truth.points() else {})
    assert (who.account.debt, who.account.lapsed) == (0, {})
    who.check()
    before = who.account
    who.counter.earning.settle_order(who.counter.orders.get(who.number), actor=BY_TILL)
    assert who.account == before


@settings(max_examples=150, deadline=None)
@given(reports(), st.data())
def test_spent_or_expired_meanwhile_the_balance_is_that_of_what_was_paid_in_the_end(
    told: list[Any], data: st.DataObject
) -> None:
    who = stranger()
    events = [event_of(who, each) for each in told]
    spent, waits = 0, 2  # past the due day, and not past the day on which its books are closed
    for event in events:
        who.order(event)
        if points(who) > 0 and data.draw(st.booleans()):
            some = data.draw(st.integers(1, points(who)))
            who.spend(some, f"s{spent}")
            spent += some
        if waits and data.draw(st.integers(0, 4)) == 0:
            waits -= 1
            who.counter.clock.forward(days=170)
            who.counter.expire(who.member_id)
        who.check()
    truth, entry = Told(events), earned(who)
    assert entry
    assert entry.credited == truth.points()
    gone = sum(who.account.lapsed.values()) + sum(who.account.lost.values())
    gone += sum(who.account.past(who.counter.today()).values())
    assert points(who) == truth.points() - spent - gone
