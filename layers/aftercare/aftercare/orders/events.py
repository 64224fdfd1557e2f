"""Reads the shop's order events: what can be read of each, and why not of the rest (R-ORD-06)."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from aftercare.kernel.address import Address
from aftercare.kernel.clock import YEARS
from aftercare.kernel.partial import Fault, read_partly
from aftercare.kernel.reading import convert
from aftercare.kernel.typed import email_of, folded, ticket_in
from aftercare.orders.contract import (
    DETAILS,
    AddressDetail,
    CancelledDetail,
    LineDetail,
    OrderDetail,
    PaidDetail,
    ParcelDetail,
    RefundedDetail,
    RefundFailedDetail,
    UnitsDetail,
)
from aftercare.orders.errors import OrderEventInvalidError
from aftercare.orders.facts import REST
from aftercare.orders.model import (
    Cancellation,
    OrderCancelled,
    OrderDelivered,
    OrderEvent,
    OrderLine,
    OrderPaid,
    OrderRefunded,
    OrderRefundFailed,
    OrderShipped,
    Parcel,
    ProductKind,
    Purchase,
    Refund,
    RefundFailure,
    Unread,
)

_MOST_FAULTS = 20
_BETWEEN_WORDS = re.compile(r"[\s-]+")
_SPACES = re.compile(r"[\s-]")
_KINDS = {kind.value: kind for kind in ProductKind}


def parse(event_type: str, detail: object) -> OrderEvent:
    """The order event in an EventBridge event's detail-type and detail, as far as it can be read.

    Raises:
        OrderEventInvalidError: The type is unknown, or the order number or the time is missing or
        not what it must be.
    """
    kind = DETAILS.get(event_type)
    if kind is None:
        raise OrderEventInvalidError(f"There is no order event of the type {event_type[:40]!r}.")
    detail = _with_text_number(detail)
    known = convert(detail, OrderDetail, OrderEventInvalidError, "event")
    read, faults = read_partly(detail, kind)
    if read is None:  # each part of it has a fallback, so this can't happen
        raise OrderEventInvalidError("The event can't be read.")
    unread = _unread(event_type, known.moment, [*faults, *_inconsistencies(read)])
    return _event(event_type, read, unread, _lines_in(detail))


def _with_text_number(detail: object) -> object:
    """The detail with its order number as text: some shops count their orders."""
    number = detail.get("order_number") if isinstance(detail, Mapping) else None
    if isinstance(number, int) and not isinstance(number, bool):
        return {**detail, "order_number": str(number)}  # type: ignore[dict-item]
    return detail


def _lines_in(detail: object) -> int:
    """How many lines the event has, whether they can be read or not."""
    lines = detail.get("lines") if isinstance(detail, Mapping) else None
    return len(lines) if isinstance(lines, list) else 0


def _event(
    event_type: str, detail: OrderDetail, unread: tuple[Unread, ...], stated: int
) -> OrderEvent:
    number, moment = detail.number, detail.moment
    match detail:
        case PaidDetail():
            return OrderPaid(number, moment, _purchase(detail, stated), unread)
        case RefundedDetail():
            refund_id = _clean(detail.refund_id) or f"at {moment.isoformat()}"
            return OrderRefunded(number, moment, refund_id, _refund(detail), unread)
        case RefundFailedDetail():
            return OrderRefundFailed(number, moment, _failure(detail), unread)
        case CancelledDetail():
            return OrderCancelled(number, moment, _cancellation(detail), unread)
        case ParcelDetail() if event_type == "order.shipped":
            return OrderShipped(number, moment, _parcel(detail), unread)
        case ParcelDetail():
            return OrderDelivered(number, moment, _parcel(detail), unread)
    raise OrderEventInvalidError(f"There is no order event of the type {event_type[:40]!r}.")


def _unread(event_type: str, at: datetime, faults: list[Fault]) -> tuple[Unread, ...]:
    shown = [Unread(at, event_type, each.path, each.reason, each.value) for each in faults]
    if more := shown[_MOST_FAULTS:]:
        rest = Unread(at, event_type, "", f"{len(more)} more parts could not be read")
        return (*shown[:_MOST_FAULTS], rest)
    return tuple(shown)


def _inconsistencies(detail: OrderDetail) -> Iterable[Fault]:
    """What the parts can be read of, but not together."""
    if isinstance(detail, PaidDetail):
        seen: set[str] = set()
        for line in detail.lines:
            line_id = _clean(line.line_id)
            if line_id in seen:
                yield Fault("lines", "two lines have the same line_id", line_id[:100])
            seen.add(line_id)
    if isinstance(detail, CancelledDetail) and detail.lines == ():
        yield Fault("lines", "lines names no line", "")


def _purchase(detail: PaidDetail, stated: int) -> Purchase:
    """The purchase; it is empty if each of the `stated` lines says that it has no units."""
    lines: dict[str, OrderLine] = {}
    for each in detail.lines:
        if each.quantity:  # a line without units is one that was removed
            lines.setdefault(_clean(each.line_id), _line(each))
    return Purchase(
        email=email_of(_clean(detail.email)),
        market=_clean(detail.market).upper(),
        channel=_clean(detail.channel).lower(),
        currency=_clean(detail.currency).upper(),
        ship_to=_address(detail.ship_to),
        lines=tuple(lines.values()),
        shipping=detail.shipping,
        shipping_tax=detail.shipping_tax,
        total=detail.total,
        price_includes_tax=detail.price_includes_tax,
        is_empty=not lines and 0 < stated == len(detail.lines),
    )


def _line(detail: LineDetail) -> OrderLine:
    word = _clean(detail.kind)
    kind = _KINDS.get(_BETWEEN_WORDS.sub("_", word.lower()), ProductKind.UNKNOWN)
    return OrderLine(
        line_id=_clean(detail.line_id),
        sku=_clean(detail.sku),
        name=_clean(detail.name),
        kind=kind,
        kind_text=word if kind is ProductKind.UNKNOWN else "",
        quantity=detail.quantity,
        unit_price=detail.unit_price,
        opened_online=detail.opened_online,
        discount=detail.discount,
        tax=detail.tax,
        net=detail.net,
        gtin=_clean(detail.gtin),
        batch_code=_clean(detail.batch_code),
        serials=tuple(map(_clean, detail.serials)),
        image_url=_clean(detail.image_url),
        set_size=detail.set_size,
        preorder_ships_at=_in_our_years(detail.preorder_ships_at),
    )


def _in_our_years(moment: datetime | None) -> datetime | None:
    """The moment, unless UTC or a sum of days may not have it: it is only a plan."""
    return moment if moment and moment.year in YEARS else None


def _address(detail: AddressDetail | None) -> Address:
    if detail is None:
        return Address("", "", "", "", "", "")
    return Address(
        name=_clean(detail.name),
        line1=_clean(detail.line1),
        city=_clean(detail.city),
        region=_clean(detail.region),
        postal_code=_clean(detail.postal_code),
        country=_clean(detail.country).upper(),
        line2=_clean(detail.line2),
    )


def _parcel(detail: ParcelDetail) -> Parcel:
    tracking_number = _tracking_number(_clean(detail.tracking_number))
    carrier, lines = _clean(detail.carrier), _units(detail.lines or ())
    ticket = _ticket(detail.ticket)
    named = {
        "carrier": carrier,
        "tracking_number": tracking_number,
        "lines": lines,
        "ticket": ticket,
    }
    return Parcel(
        parcel_id=_clean(detail.parcel_id),
        carrier=carrier,
        tracking_number=tracking_number,
        lines=lines or None,
        named_at={name: detail.moment for name, value in named.items() if value},
        ticket=ticket,
    )


def _tracking_number(text: str) -> str:
    """The number in one spelling; an ASCII one keeps its underscores, as it is stored."""
    return _SPACES.sub("", text if text.isascii() else folded(text)).upper()


def _ticket(text: str | None) -> str:
    """The ticket in the text, in one spelling, or else the text."""
    return ticket_in(_clean(text)) or _clean(text)


def _failure(detail: RefundFailedDetail) -> RefundFailure:
    # A request's id is its return's ticket and a number: `R-9R7J-C49S-1#2`.
    named, _, number = _clean(detail.settlement_id).partition("#")
    settlement_id = f"{_ticket(named)}#{number}" if named and number else ""
    ticket = _ticket(detail.ticket) or _ticket(named)
    return RefundFailure(ticket, settlement_id, _clean(detail.reason), detail.moment)


def _refund(detail: RefundedDetail) -> Refund:
    units: dict[str, int] = {}
    amounts: dict[str, int] = {}
    for each in detail.lines:
        line_id = _clean(each.line_id)
        if each.quantity:
            units[line_id] = units.get(line_id, 0) + abs(each.quantity)
        if each.amount is not None:
            amounts[line_id] = amounts.get(line_id, 0) + abs(each.amount)
    return Refund(
        units,
        _ticket(detail.ticket),
        amounts=amounts,
        shipping=None if detail.shipping is None else abs(detail.shipping),
        fee=abs(detail.fee or 0),
        amount=None if detail.amount is None else abs(detail.amount),
        refunded_at=detail.moment,
    )


def _cancellation(detail: CancelledDetail) -> Cancellation:
    units = None if detail.lines is None else _units(detail.lines)
    return Cancellation(units, detail.moment, _clean(detail.cancellation_id))


def _units(lines: Iterable[UnitsDetail]) -> dict[str, int]:
    """Line id → units, or `REST`; a line that is named twice has the units of both."""
    units: dict[str, int] = {}
    for each in lines:
        line_id = _clean(each.line_id)
        if each.quantity is None:
            units[line_id] = REST
        elif each.quantity and units.get(line_id) != REST:
            units[line_id] = units.get(line_id, 0) + each.quantity
    return units


def _clean(text: str | None) -> str:
    """The text without space around it, in valid Unicode."""
    return (text or "").strip().encode(errors="replace").decode()
