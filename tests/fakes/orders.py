"""Orders, their events and the shop's messages, with fixed defaults."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercare.kernel.actor import system
from aftercare.kernel.address import Address
from aftercare.kernel.clock import to_text
from aftercare.orders.model import (
    Cancellation,
    OrderCancelled,
    OrderDelivered,
    OrderLine,
    OrderPaid,
    OrderRefunded,
    OrderShipped,
    Parcel,
    ProductKind,
    Purchase,
    Refund,
)

ORDERS_INGEST = system("orders_ingest")
NOON = datetime(2026, 6, 10, 19, 0, tzinfo=UTC)
NUMBER = "PM-2026-0001"
EMAIL = "mei@example.com"
HOME = Address("Mei Tanaka", "1 Larkspur Avenue", "San Francisco", "CA", "94110", "US")
FIGURE = OrderLine("1", "FIG-1", "Moon Hare", ProductKind.FIGURE, 2, 8900)
BLIND_BOX = OrderLine("2", "BB-1", "Tiny Tide", ProductKind.BLIND_BOX, 6, 1600)
WHOLE = Parcel()
POP_NOW = OrderLine("3", "PN-1", "Night Parade", ProductKind.POP_NOW, 1, 1800, opened_online=True)


def purchase(*lines: OrderLine, email: str = EMAIL, ship_to: Address = HOME) -> Purchase:
    return Purchase(email, "US", "online", "USD", ship_to, lines or (FIGURE,))


def paid(*lines: OrderLine, number: str = NUMBER, at: datetime = NOON, **who: Any) -> OrderPaid:
    return OrderPaid(number, at, purchase(*lines, **who))


def shipped(
    number: str = NUMBER, at: datetime = NOON + timedelta(hours=1), parcel: Parcel = WHOLE
) -> OrderShipped:
    return OrderShipped(number, at, _named(parcel, at))


def delivered(
    number: str = NUMBER, at: datetime = NOON + timedelta(hours=3), parcel: Parcel = WHOLE
) -> OrderDelivered:
    return OrderDelivered(number, at, _named(parcel, at))


def _named(parcel: Parcel, at: datetime) -> Parcel:
    names = ("carrier", "tracking_number", "lines", "ticket")
    return replace(parcel, named_at={name: at for name in names if getattr(parcel, name)})


def cancelled(
    cancellation_id: str = "", *, number: str = NUMBER, at: datetime = NOON, **units: int
) -> OrderCancelled:
    """A cancellation of units of lines, or of the whole order."""
    lines = {line.removeprefix("line_"): count for line, count in units.items()}
    return OrderCancelled(number, at, Cancellation(lines or None, at, cancellation_id))


def refunded(
    refund_id: str = "rf-1", *, number: str = NUMBER, at: datetime = NOON, **units: int
) -> OrderRefunded:
    """A refund of units of lines: `refunded("rf-1", line_1=2)`."""
    lines = {line.removeprefix("line_"): count for line, count in units.items()}
    return OrderRefunded(number, at, refund_id, Refund(lines))


def full_width(text: str) -> str:
    """The text as some keyboards write it; NFKC restores it."""
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


def shop_detail(**changes: Any) -> dict[str, Any]:
    """The detail of any of the shop's events; `_without` names the field that is left out."""
    detail: dict[str, Any] = {
        "order_number": NUMBER,
        "occurred_at": to_text(NOON),
        "email": EMAIL,
        "market": "US",
        "channel": "online",
        "currency": "USD",
        "refund_id": "rf-1",
        "ship_to": address_detail(),
        "lines": [line_detail()],
    }
    return _changed(detail, changes)


def address_detail(**changes: Any) -> dict[str, Any]:
    address = {
        "name": "Mei Tanaka",
        "line1": "1 Larkspur Avenue",
        "city": "San Francisco",
        "region": "CA",
        "postal_code": "94110",
        "country": "US",
    }
    return _changed(address, changes)


def line_detail(**changes: Any) -> dict[str, Any]:
    line = {
        "line_id": "1",
        "sku": "FIG-1",
        "name": "Moon Hare",
        "kind": "figure",
        "quantity": 2,
        "unit_price": 8900,
    }
    return _changed(line, changes)


def _changed(fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    gone = changes.pop("_without", "")
    return {name: value for name, value in (fields | changes).items() if name != gone}
