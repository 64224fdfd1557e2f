"""Events that can't be true have no effect, are kept with the reason, and are mended (R-ORD-07)."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from aftercare.orders.facts import REST
from aftercare.orders.findings import findings_of
from aftercare.orders.model import (
    Cancellation,
    Order,
    OrderCancelled,
    OrderEvent,
    OrderRefunded,
    OrderStatus,
    Parcel,
    Refund,
)
from tests.fakes.house import House
from tests.fakes.orders import (
    BLIND_BOX,
    FIGURE,
    NOON,
    NUMBER,
    ORDERS_INGEST,
    cancelled,
    delivered,
    paid,
    refunded,
    shipped,
)

pytestmark = pytest.mark.integration
IN_2099 = datetime(2099, 1, 1, tzinfo=UTC)
NEVER_SET = datetime(1970, 1, 1, tzinfo=UTC)
_numbers = itertools.count(1)


def number() -> str:
    return f"Q-{next(_numbers):06d}"


def recorded(house: House, *events: OrderEvent) -> Order:
    for event in events:
        house.orders.take_in(event, actor=ORDERS_INGEST, event_id="e-1")
    return house.orders.get(events[0].order_number)


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (IN_2099, "in the future"),
        (NOON + timedelta(hours=24, seconds=1), "in the future"),
        (NEVER_SET, "before 2010"),
        (datetime(1, 1, 1, tzinfo=UTC), "before 2010"),
    ],
)
def test_an_event_of_an_impossible_time_has_no_effect_until_a_later_one_mends_it(
    house: House, at: datetime, reason: str
) -> None:
    mine = number()
    pairs: list[tuple[OrderEvent, OrderEvent]] = [
        (paid(number=mine, at=at), paid(number=mine)),
        (shipped(mine, at), shipped(mine)),
        (delivered(mine, at), delivered(mine)),
        (refunded("rf-1", number=mine, at=at, line_1=1), refunded("rf-1", number=mine, line_1=1)),
        (cancelled("c-1", number=mine, at=at, line_1=1), cancelled("c-1", number=mine, line_1=1)),
    ]
    for wrong, right in pairs:
        before = house.orders.get(mine)
        aside = recorded(house, wrong)
        newest = aside.quarantined[0]
        assert (newest.event_type, newest.reason) == (f"order.{wrong.change}", reason)
        assert newest.mended_at is None
        assert (aside.purchase, aside.parcels) == (before.purchase, before.parcels)
        assert (aside.refunds, aside.cancellations) == (before.refunds, before.cancellations)
        assert recorded(house, right).quarantined[0].mended_at == house.clock()
    order = house.orders.get(mine)
    assert order.deliveries("1") == ((delivered().occurred_at, 2),)
    assert (order.refunded_units("1"), order.cancelled_units("1")) == (1, 1)


def test_a_clock_may_be_a_day_ahead(house: House) -> None:
    order = recorded(house, paid(number=number(), at=NOON + timedelta(hours=24)))
    assert (order.status, order.quarantined) == (OrderStatus.PAID, ())


def test_a_quarantined_event_is_kept_once_and_told_to_the_operator(house: House) -> None:
    wrong = delivered(number(), IN_2099)
    once = house.orders.take_in(wrong, actor=ORDERS_INGEST, event_id="e-1")
    again = house.orders.take_in(wrong, actor=ORDERS_INGEST, event_id="e-1")
    assert len(again.order.quarantined) == 1
    trouble = ("order event quarantined", {"reason": "in the future"})
    assert (once.troubles, again.troubles) == ((trouble,), ())
    [entry] = house.orders.timeline(wrong.order_number)
    assert (entry.data["event_id"], entry.data["changed"]) == ("e-1", "delivered")


def test_quarantine_never_grows_beyond_fifty(house: House) -> None:
    mine = number()
    wrong = [delivered(mine, IN_2099 + timedelta(days=days)) for days in range(52)]
    assert len(recorded(house, *wrong).quarantined) == 50


def test_dates_of_2099_that_an_earlier_version_stored_are_mended(
    house: House, tables: dict[str, str]
) -> None:
    mine = number()
    stored = recorded(house, paid(number=mine))
    boto3.client("dynamodb").update_item(
        TableName=tables["OrdersTable"],
        Key={"order_number": {"S": mine}},
        UpdateExpression="SET delivered_at = :at, paid_at = :at",
        ExpressionAttributeValues={":at": {"S": IN_2099.isoformat(timespec="microseconds")}},
    )
    doubtful = house.orders.get(mine)
    assert doubtful.purchase == stored.purchase
    assert (doubtful.delivered_at, doubtful.deliveries("1")) == (None, ())
    assert [each.reason for each in doubtful.quarantined] == ["in the future"]
    mended = recorded(house, delivered(mine), paid(BLIND_BOX, number=mine))
    assert (mended.paid_at, mended.first_paid_at) == (NOON, NOON)
    assert mended.deliveries(BLIND_BOX.line_id) == ((delivered().occurred_at, 6),)
    assert all(each.mended_at for each in mended.quarantined)


@pytest.mark.parametrize(
    ("event", "finding"),
    [
        (refunded("rf-1", line_9=1), ("unknown_line", "refund rf-1", "9")),
        (refunded("rf-1", line_1=1000), ("too_many_units", "refund rf-1", "1")),
        (cancelled("c-1", line_9=1), ("unknown_line", "cancellation c-1", "9")),
        (cancelled("c-1", line_1=1000), ("too_many_units", "cancellation c-1", "1")),
        (delivered(parcel=Parcel("P-1", lines={"9": 1})), ("unknown_line", "parcel P-1", "9")),
        (delivered(parcel=Parcel("P-1", lines={"1": 9})), ("too_many_units", "parcel P-1", "1")),
    ],
)
def test_what_an_order_can_not_have_takes_nothing_from_it_and_is_told_to_the_operator(
    house: House, event: OrderEvent, finding: tuple[str, str, str]
) -> None:
    mine = number()
    recorded(house, paid(number=mine))
    told = house.orders.take_in(replace(event, order_number=mine), actor=ORDERS_INGEST)
    order = house.orders.get(mine)
    assert told.troubles == (("order inconsistent", {"findings": [finding[0]]}),)
    assert [tuple(each) for each in findings_of(order)] == [finding]
    assert order.repaid_units("1") == 0


@pytest.mark.parametrize(
    "event",
    [
        shipped(parcel=Parcel("P-1", lines={"9": REST})),
        OrderCancelled(NUMBER, NOON, Cancellation({"9": REST}, NOON, "c-1")),
    ],
)
def test_a_whole_line_that_was_not_bought_is_told_to_the_operator_once(
    house: House, event: OrderEvent
) -> None:
    """Such as a line that an edit removed after its parcel was named."""
    event = replace(event, order_number=number())
    house.orders.record(paid(number=event.order_number), actor=ORDERS_INGEST)
    first = house.orders.take_in(event, actor=ORDERS_INGEST)
    assert [each.facts for each in first.troubles] == [{"findings": ["unknown_line"]}]
    assert house.orders.take_in(event, actor=ORDERS_INGEST).troubles == ()


def test_a_later_event_of_the_same_refund_mends_a_wrong_one(house: House) -> None:
    mine = number()
    wrong = refunded("rf-1", number=mine, line_1=1000)
    right = refunded("rf-1", number=mine, at=NOON + timedelta(hours=1), line_1=1)
    order = recorded(house, paid(number=mine), wrong, right, wrong)
    assert (order.refunded_units("1"), findings_of(order)) == (1, ())


def test_refunds_that_are_too_much_together_count_up_to_what_was_bought(house: House) -> None:
    mine = number()
    refunds = [refunded(each, number=mine, line_1=2) for each in ("rf-1", "rf-2")]
    order = recorded(house, paid(number=mine), *refunds)
    assert order.refunded_units("1") == FIGURE.quantity
    assert [each.code for each in findings_of(order)] == ["refunds_exceed_line"]


@pytest.mark.parametrize(
    "refund",
    [
        Refund({}, amount=17801),
        Refund({}, amounts={"1": 17000}, shipping=900),
        Refund({"1": 2}, amounts={"1": 20000}),
    ],
)
def test_a_refund_of_more_money_than_was_paid_is_told_to_the_operator(
    house: House, refund: Refund
) -> None:
    mine = number()
    order = recorded(house, paid(number=mine), OrderRefunded(mine, NOON, "rf-1", refund))
    assert [tuple(each) for each in findings_of(order)] == [
        ("refund_exceeds_paid", "refund rf-1", "")
    ]


def test_a_refund_of_all_that_was_paid_is_no_contradiction(house: House) -> None:
    mine = number()
    whole = Refund({"1": 2}, amounts={"1": 17800}, fee=500)
    order = recorded(house, paid(number=mine), OrderRefunded(mine, NOON, "rf-1", whole))
    assert findings_of(order) == ()
