"""The shop's order events, read strictly: an event we misread is worse than one we refuse."""

from collections.abc import Callable, Mapping
from datetime import datetime

from aftercare.kernel.address import Address
from aftercare.kernel.clock import from_text
from aftercare.orders.errors import OrderEventInvalidError
from aftercare.orders.model import (
    OrderDelivered,
    OrderEvent,
    OrderLine,
    OrderPaid,
    OrderRefunded,
    OrderShipped,
    ProductKind,
    Purchase,
    Refund,
    is_order_number,
    normalised_email,
    normalised_order_number,
)

type Json = Mapping[str, object]

_MOST_LINES = 50
_MOST_UNITS = 1_000


def parse(event_type: str, detail: Json) -> OrderEvent:
    """The order event in an EventBridge event's detail-type and detail.

    Raises:
        OrderEventInvalidError: Unknown type, a field missing, of the wrong type or out of bounds.
    """
    reader = _READERS.get(event_type)
    if reader is None:
        raise OrderEventInvalidError(f"There is no order event of the type {event_type[:40]!r}.")
    try:
        return reader(_order_number(detail), _instant(detail, "occurred_at"), detail)
    except (TypeError, ValueError) as error:
        raise OrderEventInvalidError(
            f"The event {event_type} cannot be read: {error!s}."
        ) from error


def _paid(order_number: str, occurred_at: datetime, detail: Json) -> OrderPaid:
    purchase = Purchase(
        email=normalised_email(_text(detail, "email")),
        market=_text(detail, "market"),
        channel=_text(detail, "channel"),
        currency=_text(detail, "currency"),
        ship_to=_address(_object(_value(detail, "ship_to"))),
        lines=tuple(_line(line) for line in _lines(detail)),
    )
    return OrderPaid(order_number, occurred_at, purchase)


def _shipped(order_number: str, occurred_at: datetime, _detail: Json) -> OrderShipped:
    return OrderShipped(order_number, occurred_at)


def _delivered(order_number: str, occurred_at: datetime, _detail: Json) -> OrderDelivered:
    return OrderDelivered(order_number, occurred_at)


def _refunded(order_number: str, occurred_at: datetime, detail: Json) -> OrderRefunded:
    units = {_text(line, "line_id"): _units(line) for line in _lines(detail)}
    ticket = _text(detail, "ticket") if detail.get("ticket") else ""
    refund = Refund(units, ticket)
    return OrderRefunded(order_number, occurred_at, _text(detail, "refund_id"), refund)


_READERS: Mapping[str, Callable[[str, datetime, Json], OrderEvent]] = {
    "order.paid": _paid,
    "order.shipped": _shipped,
    "order.delivered": _delivered,
    "order.refunded": _refunded,
}


def _lines(detail: Json) -> list[Json]:
    lines = _value(detail, "lines")
    if not isinstance(lines, list):
        raise TypeError("lines is a list")
    objects = [_object(line) for line in lines]
    ids = {_text(line, "line_id") for line in objects}
    if not 1 <= len(objects) <= _MOST_LINES or len(ids) != len(objects):
        raise ValueError(f"an order has 1 to {_MOST_LINES} lines, each with an id of its own")
    return objects


def _line(line: Json) -> OrderLine:
    return OrderLine(
        line_id=_text(line, "line_id"),
        sku=_text(line, "sku"),
        name=_text(line, "name"),
        kind=_kind(line),
        quantity=_units(line),
        unit_price=_whole(line, "unit_price"),
        opened_online=_flag(line, "opened_online"),
    )


def _address(address: Json) -> Address:
    return Address(
        name=_text(address, "name"),
        line1=_text(address, "line1"),
        line2=_text(address, "line2") if address.get("line2") else "",
        city=_text(address, "city"),
        region=_text(address, "region"),
        postal_code=_text(address, "postal_code"),
        country=_text(address, "country"),
    )


# What is wrong is told by the field's name alone: its value may be somebody's address.


def _order_number(detail: Json) -> str:
    number = normalised_order_number(_text(detail, "order_number"))
    if not is_order_number(number):
        raise ValueError("order_number is 4 to 40 letters, digits and hyphens")
    return number


def _instant(source: Json, name: str) -> datetime:
    try:
        return from_text(_text(source, name))
    except ValueError:
        raise ValueError(f"{name} is an ISO 8601 time with an offset") from None


def _kind(line: Json) -> ProductKind:
    kind = _text(line, "kind")
    if kind not in set(ProductKind):
        raise ValueError(f"kind is one of {', '.join(ProductKind)}")
    return ProductKind(kind)


def _text(source: Json, name: str) -> str:
    value = _value(source, name)
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 200:  # noqa: PLR2004
        raise ValueError(f"{name} is a text of 1 to 200 characters")
    return value.strip()


def _whole(source: Json, name: str) -> int:
    value = _value(source, name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is a whole number, zero or more")
    return value


def _units(source: Json) -> int:
    units = _whole(source, "quantity")
    if not 1 <= units <= _MOST_UNITS:
        raise ValueError(f"quantity is 1 to {_MOST_UNITS}")
    return units


def _flag(source: Json, name: str) -> bool:
    value = source.get(name, False)
    if not isinstance(value, bool):
        raise TypeError(f"{name} is true or false")
    return value


def _value(source: Json, name: str) -> object:
    if name not in source:
        raise ValueError(f"{name} is missing")
    return source[name]


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise TypeError("expected an object")
    return value
