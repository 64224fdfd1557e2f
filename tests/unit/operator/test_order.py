"""What an operator is shown of an order: every fact, and the event it is from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest

from aftercare.kernel.actor import system
from aftercare.kernel.timeline import Entry
from aftercare.orders.events import parse
from aftercare.orders.folding import fold
from aftercare.orders.model import Order, OrderEvent, Parcel, Refund
from aftercare.orders.quarantine import set_aside
from infra.local.settings import StackError
from infra.operator.commands import parser
from infra.operator.order import show, shown
from tests.fakes.orders import (
    FIGURE,
    NOON,
    NUMBER,
    address_detail,
    cancelled,
    delivered,
    line_detail,
    paid,
    refunded,
    shipped,
    shop_detail,
)

HOUR = timedelta(hours=1)


def lines_of(*events: OrderEvent, entries: tuple[Entry, ...] = ()) -> list[str]:
    return shown(reduce(fold, events, Order(NUMBER)), entries).splitlines()


def test_an_order_is_shown_with_all_of_its_facts_and_their_events() -> None:
    one = Parcel("P-1", "UPS", "1Z999", {"1": 1})
    refund = replace(refunded("rf-1", line_1=1), refund=Refund({"1": 1}, "R-1", fee=100))
    data = {"version": "1", "changed": "paid", "event_at": "2026-06-10", "event_id": "e-1"}
    entry = Entry("ent_1", "order.changed", NUMBER, NOON, data, actor=system("orders_ingest"))
    told = lines_of(
        paid(FIGURE),
        shipped(parcel=one),
        delivered(parcel=one),
        refund,
        cancelled("c-1", line_1=1),
        entries=(entry,),
    )
    assert told == [
        "Order        PM-2026-0001  delivered",
        "Purchase     order.paid of 2026-06-10 19:00:00 UTC",
        "  buyer      mei@example.com",
        "  market     US",
        "  channel    online",
        "  ship to    Mei Tanaka, 1 Larkspur Avenue, San Francisco, CA, 94110, US",
        "  total      17800 (derived) minor units USD",
        "  shipping   0 (derived), tax 0 (derived)",
        "Line 1       2 x 8900  FIG-1  Moon Hare  figure",
        "  paid       net 17800 (derived), tax 0 (derived), discount 0 (derived)",
        "  delivered  1 at 2026-06-10 22:00:00 UTC",
        "  refunded   1",
        "  cancelled  1",
        "Parcel       P-1  1 of line 1",
        "  carrier    UPS 1Z999",
        "  shipped    order.shipped of 2026-06-10 20:00:00 UTC",
        "  delivered  order.delivered of 2026-06-10 22:00:00 UTC",
        "Refund       rf-1  order.refunded of 2026-06-10 19:00:00 UTC",
        "  of         units 1 of line 1; fee 100; ticket R-1",
        "Cancellation c-1  order.cancelled of 2026-06-10 19:00:00 UTC",
        "  of         1 of line 1",
        "Version        1  2026-06-10 19:00:00 UTC  order.paid of 2026-06-10, event e-1",
    ]


def test_what_has_no_effect_is_shown_with_its_reason() -> None:
    odd = parse("order.paid", shop_detail(lines=[line_detail(kind="plush")]))
    order = reduce(fold, [odd, refunded("rf-1", line_1=1000)], Order(NUMBER))
    future = delivered(at=datetime(2099, 1, 1, tzinfo=UTC))
    told = shown(set_aside(order, future, "in the future", NOON), ()).splitlines()
    assert told[-3:] == [
        "Without effect  too_many_units: refund rf-1, line 1",
        "Quarantined  order.delivered of 2099-01-01 00:00:00 UTC: in the future; not mended yet",
        "Unread       order.paid of 2026-06-10 19:00:00 UTC: lines[0].kind must be one of figure,"
        ' blind_box, pop_now: "plush"',
    ]
    assert "Line 1       2 x 8900  FIG-1  Moon Hare  unknown (plush)" in told


def test_an_edited_order_shows_when_it_was_first_paid_and_what_is_older() -> None:
    edit = parse("order.paid", shop_detail(email="", occurred_at=(NOON + HOUR).isoformat()))
    told = lines_of(paid(FIGURE), edit)
    assert told[1:4] == [
        "Purchase     order.paid of 2026-06-10 20:00:00 UTC",
        "  first paid order.paid of 2026-06-10 19:00:00 UTC",
        "  buyer      mei@example.com",
    ]
    assert "  email is order.paid of 2026-06-10 19:00:00 UTC; the newest one has none" in told


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ({"country": "HK", "region": "Kowloon", "postal_code": ""}, "Kowloon, HK"),
        ({"country": "HK", "region": "", "postal_code": ""}, "San Francisco, HK (lacks: area)"),
        ({"country": "SG", "region": None}, "San Francisco, 94110, SG"),
        ({"country": "FR", "region": None}, "San Francisco, 94110, FR"),
        ({"country": "US", "region": "CA", "postal_code": None}, "CA, US (lacks: ZIP code)"),
        ({"country": "US", "region": "", "postal_code": ""}, "US (lacks: state, ZIP code)"),
        ({"country": "IE", "region": "", "postal_code": ""}, "San Francisco, IE"),
    ],
    ids=str,
)
def test_an_operator_sees_what_an_address_lacks_in_its_country(
    address: dict[str, str | None], told: str
) -> None:
    event = parse("order.paid", shop_detail(ship_to=address_detail(**address)))
    [line] = [line for line in lines_of(event) if line.startswith("  ship to")]
    assert line.endswith(f", {told}")
    assert not any(line.startswith("Unread") for line in lines_of(event))


def test_an_order_without_its_payment_says_so() -> None:
    assert lines_of(delivered())[1] == "Purchase     unknown: no order.paid has arrived"


def test_a_text_of_the_shop_can_not_command_the_terminal() -> None:
    told = lines_of(paid(replace(FIGURE, name="\x1b[2JMoon\r\nHare")))
    assert "Line 1       2 x 8900  FIG-1  [2JMoonHare  figure" in told


@pytest.mark.parametrize("number", ["", "PM", "x" * 41])
def test_what_is_no_order_number_is_refused(number: str) -> None:
    with pytest.raises(StackError, match="is not an order number"):
        show(parser().parse_args(["order", "show", number]))
