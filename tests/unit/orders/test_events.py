"""The shop's events are read as far as they can be; the rest is kept with its reason (R-ORD-06)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.kernel.ids import new_ticket
from aftercare.orders.contract import DETAILS
from aftercare.orders.errors import OrderEventInvalidError
from aftercare.orders.events import parse
from aftercare.orders.facts import REST
from aftercare.orders.model import (
    OrderCancelled,
    OrderDelivered,
    OrderEvent,
    OrderLine,
    OrderPaid,
    OrderRefunded,
    OrderRefundFailed,
    OrderShipped,
    ProductKind,
    Purchase,
    Refund,
    RefundFailure,
)
from tests.fakes.orders import (
    EMAIL,
    FIGURE,
    HOME,
    NOON,
    NUMBER,
    address_detail,
    full_width,
    line_detail,
    paid,
    shop_detail,
)
from tests.fakes.refusals import refused

TYPES = list(DETAILS)
TIME = "must be a time with an offset, as in 2026-11-27T09:30:00Z, from 1900 to 2199"
KINDS = "lines[0].kind must be one of figure, blind_box, pop_now"
NO_IDS = ["", "   ", True, ["x"], {}, None]


def refused_event(event_type: str, complaint: str, detail: dict[str, Any]) -> None:
    with refused(OrderEventInvalidError, "order_event_invalid", f"{complaint}.") as caught:
        parse(event_type, detail)
    assert caught.value.facts == {"field": complaint.partition(" ")[0]}


def bought(**changes: Any) -> Purchase:
    event = parse("order.paid", shop_detail(**changes))
    assert isinstance(event, OrderPaid)
    return event.purchase


def line(**changes: Any) -> OrderLine:
    [only] = bought(lines=[line_detail(**changes)]).lines
    return only


def refund_of(**changes: Any) -> Refund:
    event = parse("order.refunded", shop_detail(**changes))
    assert isinstance(event, OrderRefunded)
    return event.refund


def reasons(event: OrderEvent) -> list[str]:
    return [each.reason for each in event.unread]


def complaints(event_type: str = "order.paid", /, **changes: Any) -> list[str]:
    return reasons(parse(event_type, shop_detail(**changes)))


def test_each_type_of_event_is_read_into_its_own() -> None:
    kinds = [
        OrderPaid,
        OrderShipped,
        OrderDelivered,
        OrderRefunded,
        OrderRefundFailed,
        OrderCancelled,
    ]
    for event_type, kind in zip(TYPES, kinds, strict=True):
        event = parse(event_type, shop_detail(ticket="R-1"))
        assert isinstance(event, kind)
        assert (event.order_number, event.occurred_at, event.unread) == (NUMBER, NOON, ())
    assert parse("order.paid", shop_detail()) == paid()


def test_order_number_and_e_mail_are_brought_to_one_spelling() -> None:
    email = f" {full_width('MEI')}@Example.com "
    event = parse("order.paid", shop_detail(order_number=" pm-2026-0001 ", email=email))
    assert isinstance(event, OrderPaid)
    assert (event.order_number, event.purchase.email) == (NUMBER, EMAIL)


def test_market_channel_currency_and_country_are_read_in_any_case() -> None:
    purchase = bought(
        market=" us", channel="Online", currency="usd ", ship_to=address_detail(country="us")
    )
    assert (purchase.market, purchase.channel, purchase.currency) == ("US", "online", "USD")
    assert purchase.ship_to == HOME


def test_a_time_with_any_offset_is_the_same_instant() -> None:
    event = parse("order.shipped", shop_detail(occurred_at="2026-06-10T12:00:00-07:00"))
    assert (event.occurred_at, event.occurred_at.utcoffset()) == (NOON, timedelta())


# What makes an event malformed: nothing but its type, its order number and its time.


@pytest.mark.parametrize("event_type", ["order.lost", "", "ORDER.PAID", "x" * 300])
def test_an_unknown_type_is_refused(event_type: str) -> None:
    sentence = f"There is no order event of the type {event_type[:40]!r}."
    with refused(OrderEventInvalidError, "order_event_invalid", sentence):
        parse(event_type, shop_detail())


@pytest.mark.parametrize("event_type", TYPES)
@pytest.mark.parametrize("value", ["", "   ", "x" * 201, None, True, ["x"], {}])
def test_an_order_number_that_is_no_text_is_refused(event_type: str, value: object) -> None:
    complaint = "order_number must be text of 1 to 200 characters"
    refused_event(event_type, complaint, shop_detail(order_number=value))


@pytest.mark.parametrize("number", ["PM", "PM202610001", "x-" * 21, "PM\x002026", 7])
def test_an_order_number_that_nobody_could_type_is_refused(number: object) -> None:
    complaint = "order_number must be 4 to 40 letters, digits and hyphens"
    refused_event("order.paid", complaint, shop_detail(order_number=number))


def test_an_order_number_may_be_a_number() -> None:
    assert parse("order.paid", shop_detail(order_number=100001)).order_number == "100001"


@pytest.mark.parametrize("event_type", TYPES)
@pytest.mark.parametrize(
    "moment",
    [
        "yesterday",
        "2026-06-10",
        "2026-06-10T19:00:00",
        "2026-13-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
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


@pytest.mark.parametrize("detail", [None, [], "order", 7])
def test_a_detail_that_is_no_object_is_refused(detail: object) -> None:
    with refused(OrderEventInvalidError, "order_event_invalid", "The event must be an object."):
        parse("order.paid", detail)


# Addresses: which parts there are is the country's business.


@pytest.mark.parametrize("name", ["name", "line1", "city", "region", "postal_code", "line2"])
@pytest.mark.parametrize("change", [{"value": ""}, {"value": None}, {}])
def test_an_address_may_lack_any_part_but_its_country(name: str, change: dict[str, Any]) -> None:
    address = address_detail(_without=name)
    if change:
        address[name] = change["value"]
    event = parse("order.paid", shop_detail(ship_to=address))
    assert isinstance(event, OrderPaid)
    assert (getattr(event.purchase.ship_to, name), event.unread) == ("", ())
    assert event.purchase.ship_to.country == "US"


def test_a_postal_code_may_be_a_number() -> None:
    event = parse("order.paid", shop_detail(ship_to=address_detail(postal_code=94110)))
    assert event == paid()


@pytest.mark.parametrize("country", ["", "USA", "United States", 7, None])
def test_an_address_without_a_readable_country_keeps_the_rest(country: object) -> None:
    event = parse("order.paid", shop_detail(ship_to=address_detail(country=country)))
    assert isinstance(event, OrderPaid)
    assert (event.purchase.ship_to.city, event.purchase.ship_to.country) == ("San Francisco", "")
    assert reasons(event) == ["ship_to.country must be a country's two letters, as in US"]


@pytest.mark.parametrize("value", ["1 Larkspur Avenue", ["x"], 7])
def test_an_address_that_is_no_object_leaves_the_order_without_one(value: object) -> None:
    assert bought(ship_to=value).ship_to.country == ""
    assert complaints(ship_to=value) == ["ship_to must be an object"]


@pytest.mark.parametrize("change", [{"ship_to": None}, {"_without": "ship_to"}])
def test_an_order_that_is_not_shipped_has_no_address(change: dict[str, Any]) -> None:
    event = parse("order.paid", shop_detail(**change))
    assert isinstance(event, OrderPaid)
    assert (event.purchase.lines, event.unread) == ((FIGURE,), ())


# Everything else of a payment: what can't be read is missing, and only that.


@pytest.mark.parametrize("name", ["email", "market", "channel", "currency"])
@pytest.mark.parametrize("value", ["", "   ", True, ["x"], {}, None])
def test_a_payment_keeps_all_but_the_text_that_can_not_be_read(name: str, value: object) -> None:
    purchase = bought(**{name: value})
    assert getattr(purchase, name) == ""
    assert purchase.lines == (FIGURE,)
    [complaint] = complaints(**{name: value})
    assert complaint.startswith(f"{name} must be ")


@pytest.mark.parametrize("name", ["email", "market", "channel", "currency", "lines"])
def test_a_payment_keeps_all_but_the_part_that_is_missing(name: str) -> None:
    event = parse("order.paid", shop_detail(_without=name))
    assert isinstance(event, OrderPaid)
    assert not getattr(event.purchase, name)
    assert reasons(event) == [f"{name} is missing"]


@pytest.mark.parametrize("currency", ["US", "DOLLARS", "$", "U5D"])
def test_a_currency_that_is_none_is_not_read(currency: str) -> None:
    assert bought(currency=currency).currency == ""


def test_an_address_of_up_to_320_characters_is_read() -> None:
    email = f"{'m' * 240}@example.com"
    assert bought(email=email).email == email


@pytest.mark.parametrize("lines", ["1", {"1": line_detail()}, None, 7, []])
def test_lines_that_are_no_list_leave_the_order_without_lines(lines: object) -> None:
    assert bought(lines=lines).lines == ()
    assert complaints(lines=lines) == ["lines must be a list of at least 1 items"]


@pytest.mark.parametrize("odd", ["1", None, 7, [], {}])
def test_a_line_that_is_none_leaves_the_others(odd: object) -> None:
    assert bought(lines=[odd, line_detail()]).lines == (FIGURE,)
    assert complaints(lines=[odd, line_detail()])[0].startswith("lines[0]")


def test_of_two_lines_with_one_id_the_first_is_read() -> None:
    lines = [line_detail(), line_detail(line_id=" 1 ", sku="FIG-2")]
    assert bought(lines=lines).lines == (FIGURE,)
    assert complaints(lines=lines) == ["two lines have the same line_id"]


@pytest.mark.parametrize("count", [51, 500, 5000])
def test_any_number_of_lines_is_read(count: int) -> None:
    lines = [line_detail(line_id=str(each)) for each in range(count)]
    assert len(bought(lines=lines).lines) == count
    assert complaints(lines=lines) == []


@pytest.mark.parametrize("quantity", [1001, 10**6, 10**18])
def test_any_number_of_units_is_read(quantity: int) -> None:
    assert line(quantity=quantity).quantity == quantity


@pytest.mark.parametrize("price", [25_000_000, 10**15])
def test_any_price_is_read(price: int) -> None:
    assert line(unit_price=price).unit_price == price


@pytest.mark.parametrize("quantity", ["2", " 2 ", 2.0])
def test_units_in_any_notation_are_read(quantity: object) -> None:
    assert line(quantity=quantity).quantity == 2
    named = [{"line_id": "1", "quantity": quantity}]
    assert parcel_of(_lines=named).lines == {"1": 2}
    assert cancelled_units(lines=named) == {"1": 2}
    assert refund_of(lines=named).units == {"1": 2}
    assert refund_of(lines=[{"line_id": "1", "quantity": "-2"}]).units == {"1": 2}


@pytest.mark.parametrize("quantity", ["1" + "0" * 30, "9" * 5000, "\u00b2"])
def test_more_units_than_a_number_has_room_for_are_none_in_any_notation(quantity: str) -> None:
    lines = [line_detail(line_id="9", quantity=quantity), line_detail()]
    assert bought(lines=lines).lines == (FIGURE,)
    assert refund_of(lines=[{"line_id": "1", "quantity": quantity}]).units == {}


def test_a_line_of_no_units_was_removed() -> None:
    lines = [line_detail(line_id="9", quantity=0), line_detail()]
    assert bought(lines=lines).lines == (FIGURE,)
    assert complaints(lines=lines) == []


def test_an_order_is_empty_only_if_each_line_says_that_it_has_no_units() -> None:
    none_left = [line_detail(quantity=0, kind="plush"), line_detail(line_id="2", quantity=0)]
    assert bought(lines=none_left).is_empty
    for odd in (7, line_detail(line_id="9", quantity=-1), line_detail(line_id="9")):
        assert not bought(lines=[*none_left, odd]).is_empty
    assert not bought(lines=[]).is_empty


@pytest.mark.parametrize("units", [-1, 1.5, "two", None, True, []])
def test_a_line_whose_units_can_not_be_read_is_left_out(units: object) -> None:
    lines = [line_detail(line_id="9", quantity=units), line_detail()]
    assert bought(lines=lines).lines == (FIGURE,)
    assert complaints(lines=lines) == [
        "lines[0].quantity must be a whole number of units, from zero to 10^18"
    ]


@pytest.mark.parametrize("line_id", NO_IDS)
def test_a_line_whose_id_can_not_be_read_is_left_out(line_id: object) -> None:
    lines = [line_detail(line_id=line_id), line_detail()]
    assert bought(lines=lines).lines == (FIGURE,)
    assert complaints(lines=lines) == ["lines[0].line_id must be text of 1 to 200 characters"]


def test_a_line_id_may_be_a_number_and_a_long_one_is_known_by_its_digest() -> None:
    assert line(line_id=466157049).line_id == "466157049"
    long, other = line(line_id="x" * 201).line_id, line(line_id="x" * 202).line_id
    assert long != other
    assert len(long) == len(other) == 71
    assert refund_of(lines=[{"line_id": "x" * 201, "quantity": 1}]).units == {long: 1}


@pytest.mark.parametrize("price", [-1, "8900", "89.00", 89.5, None, True, []])
def test_a_price_is_never_guessed(price: object) -> None:
    assert line(unit_price=price).unit_price == 0
    [complaint] = complaints(lines=[line_detail(unit_price=price)])
    assert complaint == "lines[0].unit_price must be a whole number, from zero to 10^18"


@pytest.mark.parametrize("name", ["sku", "name"])
def test_a_text_that_is_too_long_is_cut(name: str) -> None:
    assert getattr(line(**{name: "x" * 300}), name) == "x" * 200
    assert len(complaints(lines=[line_detail(**{name: "x" * 300})])) == 1


@pytest.mark.parametrize("name", list(line_detail()))
def test_a_line_that_lacks_something_says_so(name: str) -> None:
    lines = [line_detail(_without=name), line_detail(line_id="2")]
    event = parse("order.paid", shop_detail(lines=lines))
    assert isinstance(event, OrderPaid)
    assert reasons(event) == [f"lines[0].{name} is missing"]
    assert len(event.purchase.lines) == (1 if name in {"line_id", "quantity"} else 2)


@pytest.mark.parametrize(
    ("word", "kind"),
    [("FIGURE", "figure"), (" Blind Box ", "blind_box"), ("pop-now", "pop_now")],
)
def test_a_kind_is_read_in_any_spelling(word: str, kind: str) -> None:
    assert (line(kind=word).kind, line(kind=word).kind_text) == (ProductKind(kind), "")


@pytest.mark.parametrize("word", ["plush", "unknown", "", 7, None, ["figure"]])
def test_an_unknown_kind_has_the_most_careful_rules(word: object) -> None:
    read = line(kind=word)
    assert (read.kind, read.rule_kind) == (ProductKind.UNKNOWN, ProductKind.POP_NOW)
    assert read.kind_text == (word if isinstance(word, str) else "")
    assert complaints(lines=[line_detail(kind=word)]) == [KINDS]


def test_a_pop_now_box_says_whether_it_was_opened() -> None:
    assert line(kind="pop_now", opened_online=True).opened_online
    assert not line(kind="pop_now").opened_online


@pytest.mark.parametrize("value", ["true", 1, 0, "no"])
def test_a_box_that_may_have_been_opened_counts_as_opened(value: object) -> None:
    assert line(kind="pop_now", opened_online=value).opened_online


@pytest.mark.parametrize(
    "name", ["opened_online", "serials", "discount", "tax", "net", "gtin", "image_url", "set_size"]
)
def test_null_is_as_good_as_missing(name: str) -> None:
    assert line(kind="pop_now", **{name: None}) == line(kind="pop_now")
    assert complaints(lines=[line_detail(**{name: None})]) == []


def test_what_else_a_payment_may_say_is_read() -> None:
    ships_at = datetime(2027, 3, 1, tzinfo=UTC)
    detail = line_detail(
        discount=500,
        tax=1400,
        net=17300,
        gtin=4006381333931,
        batch_code="B-1",
        serials=["0001", 2],
        image_url="https://img.example.com/hare.png",
        set_size=12,
        preorder_ships_at=ships_at.isoformat(),
    )
    read = line(**detail)
    assert (read.discount, read.tax, read.net) == (500, 1400, 17300)
    assert (read.gtin, read.batch_code, read.serials) == ("4006381333931", "B-1", ("0001", "2"))
    assert (read.image_url, read.set_size) == ("https://img.example.com/hare.png", 12)
    assert read.preorder_ships_at == ships_at
    purchase = bought(shipping=900, shipping_tax=70, total=19670, price_includes_tax=False)
    assert (purchase.shipping, purchase.shipping_tax, purchase.total) == (900, 70, 19670)
    assert purchase.price_includes_tax is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("discount", -500),
        ("tax", "14.00"),
        ("net", 1.5),
        ("image_url", "http://img.example.com/hare.png"),
        ("image_url", "javascript:alert(1)"),
        ("set_size", 0),
        ("preorder_ships_at", "2027-03-01"),
        ("preorder_ships_at", "0001-01-01T00:00:00+14:00"),
        ("preorder_ships_at", "9999-01-01T00:00:00Z"),
        ("gtin", ["x"]),
        ("serials", "0001"),
    ],
)
def test_an_optional_part_that_can_not_be_read_is_as_if_not_there(name: str, value: object) -> None:
    assert line(**{name: value}) == FIGURE
    assert len(complaints(lines=[line_detail(**{name: value})])) == 1


# Parcels.


def parcel_of(**changes: Any) -> Any:
    event = parse("order.delivered", shop_detail(lines=changes.pop("_lines", None), **changes))
    assert isinstance(event, OrderDelivered)
    return event.parcel


def test_a_parcel_is_named_by_its_id_its_number_or_its_lines() -> None:
    lines = [{"line_id": "1", "quantity": 1}, {"line_id": 2}]
    event = parse("order.shipped", shop_detail(parcel_id="P-1", carrier="UPS", lines=lines))
    assert isinstance(event, OrderShipped)
    assert (event.parcel.key, event.parcel.carrier) == ("P-1", "UPS")
    assert event.parcel.lines == {"1": 1, "2": REST}
    assert parcel_of(tracking_number="1z 999-aa1").key == "1Z999AA1"
    assert parcel_of().key == ""


@pytest.mark.parametrize(
    "typed", ["1Z-999 AA1", "1Z\u2013999\u00a0AA1", "\u200b1Z999AA1", "\uff11Z999AA1"]
)
def test_a_parcel_is_known_by_its_number_however_it_is_typed(typed: str) -> None:
    assert parcel_of(tracking_number=typed).key == "1Z999AA1"


def test_a_parcel_has_all_units_of_a_line_whose_units_can_not_be_read() -> None:
    named = [{"line_id": "1", "quantity": "two"}, {"line_id": "2", "quantity": 1}]
    assert parcel_of(_lines=named).lines == {"1": REST, "2": 1}


@pytest.mark.parametrize("lines", [[], None, "1", [{"quantity": 1}]])
def test_a_parcel_that_names_no_readable_line_has_all_that_no_other_has(lines: object) -> None:
    event = parse("order.delivered", shop_detail(lines=lines))
    assert isinstance(event, OrderDelivered)
    assert event.parcel.lines is None


# Refunds and cancellations.


def test_a_refund_may_be_of_units_of_amounts_of_shipping_or_of_a_sum() -> None:
    lines = [{"line_id": "1", "quantity": 1, "amount": 4000}, {"line_id": "2", "amount": 500}]
    refund = refund_of(lines=lines, shipping=900, fee=100, amount=5300)
    assert (refund.units, refund.amounts) == ({"1": 1}, {"1": 4000, "2": 500})
    assert (refund.shipping, refund.fee, refund.amount) == (900, 100, 5300)
    assert refund_of(lines=[], amount=5000).amount == 5000


def test_a_refund_counts_alike_with_either_sign() -> None:
    minus = [{"line_id": "1", "quantity": -1, "amount": -4000}]
    plus = [{"line_id": "1", "quantity": 1, "amount": 4000}]
    assert refund_of(lines=minus, amount=-4000) == refund_of(lines=plus, amount=4000)


def test_a_line_that_a_refund_names_twice_has_both() -> None:
    twice = [{"line_id": "1", "quantity": 1, "amount": 5}, {"line_id": "1", "quantity": 1}]
    refund = refund_of(lines=twice)
    assert (refund.units, refund.amounts) == ({"1": 2}, {"1": 5})


@pytest.mark.parametrize("value", [["x"], None, "", {}])
def test_a_refund_without_a_readable_id_is_known_by_its_time(value: object) -> None:
    event = parse("order.refunded", shop_detail(refund_id=value))
    assert isinstance(event, OrderRefunded)
    assert event.refund_id == "at 2026-06-10T19:00:00+00:00"
    assert event.refund.units == {"1": 2}


@pytest.mark.parametrize("told", ["{0}", "ticket {1}", " {1} ", "Return {0}."])
def test_a_refunds_ticket_is_read_as_staff_type_it(told: str) -> None:
    ticket = new_ticket(lambda _: 123_456_789_012)
    typed = ticket.lower().replace("-", " ")
    assert refund_of(ticket=told.format(ticket, typed)).ticket == ticket


@pytest.mark.parametrize("ticket", [None, "", "R-1"])
def test_a_refund_may_name_the_return_that_it_settles(ticket: object) -> None:
    assert refund_of(ticket=ticket).ticket == (ticket or "")


def cancelled_units(**changes: Any) -> Any:
    event = parse("order.cancelled", shop_detail(**changes))
    assert isinstance(event, OrderCancelled)
    return event.cancellation.units


def test_a_cancellation_is_of_the_order_of_lines_or_of_units() -> None:
    assert cancelled_units(_without="lines") is None
    assert cancelled_units(lines=[{"line_id": "1", "quantity": 1}]) == {"1": 1}
    assert cancelled_units(lines=[{"line_id": "1"}]) == {"1": REST}


@pytest.mark.parametrize("lines", [[], "1", [{"quantity": 1}], [{"line_id": "1", "quantity": "x"}]])
def test_a_cancellation_whose_lines_can_not_be_read_cancels_nothing(lines: object) -> None:
    assert cancelled_units(lines=lines) == {}
    assert complaints("order.cancelled", lines=lines)


# Any event.


def test_a_field_that_we_do_not_read_is_ignored() -> None:
    detail = shop_detail(lines=[line_detail(colour="blue")], gift=True)
    assert parse("order.paid", detail | {"ship_to": address_detail(floor=3)}) == paid()


def test_an_event_with_hundreds_of_unreadable_parts_keeps_the_first_twenty_reasons() -> None:
    lines = [line_detail(line_id=str(each), kind="plush") for each in range(300)]
    told = complaints(lines=lines)
    assert len(told) == 21
    assert told[-1] == "280 more parts could not be read"


def test_text_that_is_not_valid_unicode_is_replaced() -> None:
    assert line(name="Moon \ud800Hare").name == "Moon ?Hare"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.sampled_from(TYPES), st.data())
def test_no_part_of_an_event_whatever_it_is_loses_the_event(
    event_type: str, data: st.DataObject
) -> None:
    names = [
        field.encode_name
        for field in msgspec.structs.fields(DETAILS[event_type])
        if field.name not in {"order_number", "occurred_at"}
    ]
    odd = {name: data.draw(ANYTHING) for name in data.draw(st.sets(st.sampled_from(names)))}
    event = parse(event_type, shop_detail() | odd)
    assert (event.order_number, event.occurred_at) == (NUMBER, NOON)


@given(st.data())
def test_no_part_of_a_line_whatever_it_is_loses_another_line(data: st.DataObject) -> None:
    odd = {name: data.draw(ANYTHING) for name in line_detail(line_id="9")}
    lines = bought(lines=[odd | {"line_id": "9"}, line_detail()]).lines
    assert FIGURE in lines


# Answers to what a return asked for.


def failure_of(**changes: Any) -> RefundFailure:
    event = parse("order.refund_failed", shop_detail(**changes))
    assert isinstance(event, OrderRefundFailed)
    return event.failure


def test_a_failed_refund_names_the_return_and_the_request_in_any_spelling() -> None:
    ticket = new_ticket(lambda _: 7)
    spelled = f" {ticket.lower()}#2 "
    failure = failure_of(ticket=ticket.lower(), settlement_id=spelled, reason="card closed")
    assert failure == RefundFailure(ticket, f"{ticket}#2", "card closed", NOON)


def test_a_failed_refund_whose_request_cannot_be_read_is_still_that_of_the_return() -> None:
    ticket = new_ticket(lambda _: 7)
    assert failure_of(ticket=ticket, settlement_id=["2"]) == RefundFailure(ticket, failed_at=NOON)
    assert failure_of(ticket=ticket, settlement_id="2") == RefundFailure(ticket, failed_at=NOON)


def test_a_failed_refund_that_names_only_the_request_is_that_of_its_return() -> None:
    ticket = new_ticket(lambda _: 7)
    failure = failure_of(ticket=None, settlement_id=f"{ticket}#1")
    assert (failure.ticket, failure.settlement_id) == (ticket, f"{ticket}#1")


@pytest.mark.parametrize("event_type", ["order.shipped", "order.delivered"])
def test_a_parcel_may_bring_a_replacement_for_a_return(event_type: str) -> None:
    ticket = new_ticket(lambda _: 7)
    event = parse(event_type, shop_detail(parcel_id="P-9", ticket=ticket.lower()))
    assert isinstance(event, OrderShipped | OrderDelivered)
    assert (event.parcel.ticket, event.parcel.named_at["ticket"]) == (ticket, NOON)
