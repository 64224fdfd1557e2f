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
        order_number = normalised_order_number(_text(detail, "order_number"))
        return reader(order_number, from_text(_text(detail, "occurred_at")), detail)
    except (KeyError, TypeError, ValueError) as error:
        raise OrderEventInvalidError(
            f"The event {event_type} cannot be read: {error!s}."
        ) from error


def _paid(order_number: str, occurred_at: datetime, detail: Json) -> OrderPaid:
    lines = tuple(_line(_object(line)) for line in _list(detail, "lines"))
    if not 1 <= len(lines) <= _MOST_LINES or len({line.line_id for line in lines}) != len(lines):
        raise ValueError(f"an order has 1 to {_MOST_LINES} lines, each with an id of its own")
    purchase = Purchase(
        email=normalised_email(_text(detail, "email")),
        market=_text(detail, "market"),
        channel=_text(detail, "channel"),
        currency=_text(detail, "currency"),
        ship_to=_address(_object(detail["ship_to"])),
        lines=lines,
    )
    return OrderPaid(order_number, occurred_at, purchase)


def _shipped(order_number: str, occurred_at: datetime, _detail: Json) -> OrderShipped:
    return OrderShipped(order_number, occurred_at)


def _delivered(order_number: str, occurred_at: datetime, _detail: Json) -> OrderDelivered:
    return OrderDelivered(order_number, occurred_at)


def _refunded(order_number: str, occurred_at: datetime, detail: Json) -> OrderRefunded:
    units = {_text(line, "line_id"): _units(line) for line in map(_object, _list(detail, "lines"))}
    return OrderRefunded(order_number, occurred_at, _text(detail, "refund_id"), Refund(units))


_READERS: Mapping[str, Callable[[str, datetime, Json], OrderEvent]] = {
    "order.paid": _paid,
    "order.shipped": _shipped,
    "order.delivered": _delivered,
    "order.refunded": _refunded,
}


def _line(line: Json) -> OrderLine:
    return OrderLine(
        line_id=_text(line, "line_id"),
        sku=_text(line, "sku"),
        name=_text(line, "name"),
        kind=ProductKind(_text(line, "kind")),
        quantity=_units(line),
        unit_price=_whole(line, "unit_price"),
        opened_online=line.get("opened_online", False) is True,
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


def _text(source: Json, name: str) -> str:
    value = source[name]
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 200:  # noqa: PLR2004
        raise ValueError(f"{name} is a text of 1 to 200 characters")
    return value.strip()


def _whole(source: Json, name: str) -> int:
    value = source[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is a whole number, zero or more")
    return value


def _units(source: Json) -> int:
    units = _whole(source, "quantity")
    if not 1 <= units <= _MOST_UNITS:
        raise ValueError(f"quantity is 1 to {_MOST_UNITS}")
    return units


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise TypeError("expected an object")
    return value


def _list(source: Json, name: str) -> list[object]:
    value = source[name]
    if not isinstance(value, list):
        raise TypeError(f"{name} is a list")
    return value
