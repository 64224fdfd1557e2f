"""The shop's messages are read strictly: one field wrong, and the event is refused by its name."""

from datetime import timedelta
from typing import Any

import pytest

from aftercare.orders.errors import OrderEventInvalidError
from aftercare.orders.events import parse
from aftercare.orders.model import OrderPaid, OrderRefunded, ProductKind
from tests.fakes.orders import (
    EMAIL,
    HOME,
    NOON,
    NUMBER,
    address_detail,
    delivered,
    full_width,
    line_detail,
    paid,
    refunded,
    shipped,
    shop_detail,
)
from tests.fakes.refusals import refused

TYPES = ["order.paid", "order.shipped", "order.delivered", "order.refunded"]
TEXT = "must be text of 1 to 200 characters"
TOO_MANY = "lines must be a list of 1 to 50 items"
NOT_DISTINCT = "lines must be lines that each have an id of their own"
TIME = "must be a time with an offset, as in 2026-11-27T09:30:00Z"
NO_TEXTS = ["", "   ", "x" * 201, 7, None, True, ["x"], {}]
NO_COUNTS = [-1, 1.0, "1", None, True, []]


def refused_event(event_type: str, complaint: str, detail: dict[str, Any]) -> None:
    with refused(OrderEventInvalidError, "order_event_invalid", f"{complaint}.") as caught:
        parse(event_type, detail)
    assert caught.value.facts == {"field": complaint.partition(" ")[0]}


def refused_line(complaint: str, **changes: Any) -> None:
    refused_event(
        "order.paid", f"lines[0].{complaint}", shop_detail(lines=[line_detail(**changes)])
    )


def test_each_type_of_event_is_read_into_its_own() -> None:
    event = parse("order.paid", shop_detail())
    assert event == paid()
    assert parse("order.shipped", shop_detail()) == shipped(at=NOON)
    assert parse("order.delivered", shop_detail()) == delivered(at=NOON)
    assert parse("order.refunded", shop_detail()) == refunded("rf-1", line_1=2)


def test_order_number_and_e_mail_are_brought_to_one_spelling() -> None:
    email = f" {full_width('MEI')}@Example.com "
    event = parse("order.paid", shop_detail(order_number=" pm-2026-0001 ", email=email))
    assert isinstance(event, OrderPaid)
    assert (event.order_number, event.purchase.email) == (NUMBER, EMAIL)


def test_a_time_with_any_offset_is_the_same_instant() -> None:
    event = parse("order.shipped", shop_detail(occurred_at="2026-06-10T12:00:00-07:00"))
    assert (event.occurred_at, event.occurred_at.utcoffset()) == (NOON, timedelta())


def test_a_pop_now_box_says_whether_it_was_opened() -> None:
    opened = line_detail(kind="pop_now", opened_online=True)
    event = parse("order.paid", shop_detail(lines=[opened, line_detail(line_id="2")]))
    assert isinstance(event, OrderPaid)
    assert [line.opened_online for line in event.purchase.lines] == [True, False]
    assert event.purchase.lines[0].kind is ProductKind.POP_NOW


def test_an_address_may_have_a_second_line() -> None:
    event = parse("order.paid", shop_detail(ship_to=address_detail(line2="Apt 5C")))
    assert isinstance(event, OrderPaid)
    assert event.purchase.ship_to.line2 == "Apt 5C"
    assert HOME.line2 == ""


@pytest.mark.parametrize("event_type", ["order.lost", "", "ORDER.PAID", "x" * 300])
def test_an_unknown_type_is_refused(event_type: str) -> None:
    sentence = f"There is no order event of the type {event_type[:40]!r}."
    with refused(OrderEventInvalidError, "order_event_invalid", sentence):
        parse(event_type, shop_detail())


@pytest.mark.parametrize("event_type", TYPES)
@pytest.mark.parametrize("value", NO_TEXTS)
def test_an_order_number_that_is_no_text_is_refused(event_type: str, value: object) -> None:
    refused_event(event_type, f"order_number {TEXT}", shop_detail(order_number=value))


@pytest.mark.parametrize("number", ["PM", "-PM-2026", "PM 2026", "PM_2026", "x" * 41, "PM\x002026"])
def test_an_order_number_that_nobody_could_type_is_refused(number: str) -> None:
    complaint = "order_number must be 4 to 40 letters, digits and hyphens"
    refused_event("order.paid", complaint, shop_detail(order_number=number))


@pytest.mark.parametrize("event_type", TYPES)
@pytest.mark.parametrize(
    "moment",
    [
        "yesterday",
        "2026-06-10",
        "2026-06-10T19:00:00",
        "2026-13-01T00:00:00Z",
        1765000000,
        None,
        "",
    ],
)
def test_a_time_that_is_none_or_names_no_offset_is_refused(event_type: str, moment: object) -> None:
    refused_event(event_type, f"occurred_at {TIME}", shop_detail(occurred_at=moment))


@pytest.mark.parametrize("event_type", TYPES)
@pytest.mark.parametrize("name", ["order_number", "occurred_at"])
def test_an_event_of_any_type_needs_its_order_and_its_time(event_type: str, name: str) -> None:
    refused_event(event_type, f"{name} is missing", shop_detail(_without=name))


@pytest.mark.parametrize("name", ["email", "market", "channel", "currency", "ship_to", "lines"])
def test_a_payment_that_lacks_something_is_refused(name: str) -> None:
    refused_event("order.paid", f"{name} is missing", shop_detail(_without=name))


@pytest.mark.parametrize("name", ["email", "market", "channel", "currency"])
@pytest.mark.parametrize("value", NO_TEXTS)
def test_a_payment_with_a_field_that_is_no_text_is_refused(name: str, value: object) -> None:
    refused_event("order.paid", f"{name} {TEXT}", shop_detail(**{name: value}))


@pytest.mark.parametrize("name", list(address_detail()))
def test_an_address_that_lacks_something_is_refused(name: str) -> None:
    address = address_detail(_without=name)
    refused_event("order.paid", f"ship_to.{name} is missing", shop_detail(ship_to=address))


@pytest.mark.parametrize("name", [*address_detail(), "line2"])
@pytest.mark.parametrize("value", ["x" * 201, 7, ["x"]])
def test_an_address_with_a_field_that_is_no_text_is_refused(name: str, value: object) -> None:
    address = address_detail(**{name: value})
    rule = "must be text of 200 characters at most" if name == "line2" else TEXT
    refused_event("order.paid", f"ship_to.{name} {rule}", shop_detail(ship_to=address))


@pytest.mark.parametrize("value", ["1 Larkspur Avenue", ["x"], None, 7])
def test_an_address_that_is_no_object_is_refused(value: object) -> None:
    refused_event("order.paid", "ship_to must be an object", shop_detail(ship_to=value))


@pytest.mark.parametrize("event_type", ["order.paid", "order.refunded"])
@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("1", TOO_MANY),
        ({"1": line_detail()}, TOO_MANY),
        (None, TOO_MANY),
        (["1"], "lines[0] must be an object"),
        ([None], "lines[0] must be an object"),
        ([], TOO_MANY),
        ([line_detail(line_id=str(i)) for i in range(51)], TOO_MANY),
        ([line_detail(), line_detail(sku="FIG-2")], NOT_DISTINCT),
        ([line_detail(), line_detail(line_id=" 1 ")], NOT_DISTINCT),
    ],
)
def test_lines_that_are_none_too_many_or_not_told_apart_are_refused(
    event_type: str, lines: object, complaint: str
) -> None:
    refused_event(event_type, complaint, shop_detail(lines=lines))


def test_fifty_lines_are_read() -> None:
    lines = [line_detail(line_id=str(count)) for count in range(50)]
    event = parse("order.paid", shop_detail(lines=lines))
    assert isinstance(event, OrderPaid)
    assert len(event.purchase.lines) == 50


@pytest.mark.parametrize("name", list(line_detail()))
def test_a_line_that_lacks_something_is_refused(name: str) -> None:
    refused_line(f"{name} is missing", _without=name)


@pytest.mark.parametrize("name", ["line_id", "sku", "name"])
@pytest.mark.parametrize("value", NO_TEXTS)
def test_a_line_with_a_field_that_is_no_text_is_refused(name: str, value: object) -> None:
    refused_line(f"{name} {TEXT}", **{name: value})


@pytest.mark.parametrize("value", NO_COUNTS)
def test_a_price_that_is_no_whole_number_is_refused(value: object) -> None:
    refused_line("unit_price must be a whole number, zero or more", unit_price=value)


@pytest.mark.parametrize("units", [0, 1001, 10**30, *NO_COUNTS])
def test_units_beyond_what_anybody_buys_are_refused(units: object) -> None:
    refused_line("quantity must be a whole number from 1 to 1000", quantity=units)


@pytest.mark.parametrize("kind", ["FIGURE", "plush", "mei@example.com", *NO_TEXTS])
def test_a_kind_we_do_not_sell_is_refused_without_repeating_it(kind: object) -> None:
    refused_line("kind must be one of figure, blind_box, pop_now", kind=kind)


@pytest.mark.parametrize("value", ["true", 1, None, 0, "no"])
def test_whether_a_box_was_opened_is_never_guessed(value: object) -> None:
    refused_line("opened_online must be true or false", kind="pop_now", opened_online=value)


@pytest.mark.parametrize(("value", "complaint"), [(7, TEXT), ("x" * 201, TEXT), (None, TEXT)])
def test_a_refund_without_a_name_of_its_own_is_refused(value: object, complaint: str) -> None:
    refused_event("order.refunded", f"refund_id {complaint}", shop_detail(refund_id=value))


def test_a_refund_that_lacks_its_id_is_refused() -> None:
    refused_event("order.refunded", "refund_id is missing", shop_detail(_without="refund_id"))


def test_the_second_line_is_named_by_its_place() -> None:
    lines = [line_detail(), line_detail(line_id="2", quantity="2")]
    complaint = "lines[1].quantity must be a whole number from 1 to 1000"
    refused_event("order.paid", complaint, shop_detail(lines=lines))


@pytest.mark.parametrize("detail", [None, [], "order", 7])
def test_a_detail_that_is_no_object_is_refused(detail: object) -> None:
    with refused(OrderEventInvalidError, "order_event_invalid", "The event must be an object."):
        parse("order.paid", detail)


def test_a_time_beyond_the_years_is_refused() -> None:
    early = "0001-01-01T00:00:00+14:00"
    refused_event("order.shipped", f"occurred_at {TIME}", shop_detail(occurred_at=early))


def test_a_field_that_we_do_not_read_is_ignored() -> None:
    line = line_detail(colour="blue")
    detail = shop_detail(lines=[line], gift=True, ship_to=address_detail(floor=3))
    assert parse("order.paid", detail) == paid()


@pytest.mark.parametrize("ticket", [None, "", "R-1"])
def test_a_refund_may_name_the_return_that_it_settles(ticket: object) -> None:
    event = parse("order.refunded", shop_detail(ticket=ticket))
    assert isinstance(event, OrderRefunded)
    assert event.refund.ticket == (ticket or "")


@pytest.mark.parametrize("ticket", [7, "x" * 201, ["R-1"]])
def test_a_ticket_that_is_no_text_is_refused(ticket: object) -> None:
    complaint = "ticket must be text of 200 characters at most"
    refused_event("order.refunded", complaint, shop_detail(ticket=ticket))
