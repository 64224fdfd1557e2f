"""Shows everything that is known of an order, and from which event."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from datetime import datetime

from aftercare.addresses.service import format_of, missing_parts
from aftercare.kernel.timeline import Entry
from aftercare.orders.facts import REST
from aftercare.orders.findings import findings_of
from aftercare.orders.model import (
    Order,
    OrderLine,
    Parcel,
    Purchase,
    Quarantined,
    Refund,
    is_order_number,
    normalised_order_number,
)
from aftercare.orders.money import Figure, OrderMoney, money_of
from aftercare.orders.wiring import OrdersConfig, order_service
from infra.local.settings import StackError
from infra.operator.target import target


def show(arguments: Namespace) -> None:
    """Print the order; it shows personal data, as the shop told it."""
    number = normalised_order_number(arguments.number)
    if not is_order_number(number):
        raise StackError(f"{arguments.number!r} is not an order number: NUMBER=PM-2026-10001.")
    orders = order_service(OrdersConfig(target(arguments).output("OrdersTable")))
    order = orders.get(number)
    if order.version is None:
        raise StackError(f"No event of the order {number} has arrived.")
    print(shown(order, orders.timeline(number)))


def shown(order: Order, entries: tuple[Entry, ...]) -> str:
    """The order, a line per fact, each with the event that it is from."""
    parts = [
        *_purchase(order),
        *_lines(order),
        *_parcels(order),
        *_refunds(order),
        *_failures(order),
        *_cancellations(order),
        *_doubts(order),
        *(f"Version      {_entry(entry)}" for entry in entries),
    ]
    lines = [f"Order        {order.order_number}  {order.status}", *parts]
    return "\n".join("".join(filter(str.isprintable, line)) for line in lines)


def _purchase(order: Order) -> Iterator[str]:
    purchase = order.purchase
    if purchase is None:
        yield "Purchase     unknown: no order.paid has arrived"
        return
    yield f"Purchase     {_from('order.paid', order.paid_at)}"
    if order.first_paid_at != order.paid_at:
        yield f"  first paid {_from('order.paid', order.first_paid_at)}"
    told = {
        "buyer": purchase.email,
        "market": purchase.market,
        "channel": purchase.channel,
        "ship to": _address(purchase),
    }
    for name, value in told.items():
        yield f"  {name:10} {value or 'unknown'}"
    for part, (moment, _) in order.carried.items():
        yield f"  {part} is {_from('order.paid', moment)}; the newest one has none"
    yield from _money(purchase, money_of(order))


def _money(purchase: Purchase, money: OrderMoney) -> Iterator[str]:
    currency = purchase.currency or "of an unknown currency"
    yield f"  total      {_figure(money.total)} minor units {currency}"
    yield f"  shipping   {_figure(money.shipping)}, tax {_figure(money.shipping_tax)}"
    if money.other:
        yield f"  other      {money.other}: the part of the total that no line explains"


def _lines(order: Order) -> Iterator[str]:
    money = {each.line_id: each for each in money_of(order).lines}
    for line in order.lines:
        paid = money[line.line_id]
        yield (
            f"Line {line.line_id:8}{line.quantity} x {line.unit_price}  {line.sku}  {line.name}"
            f"  {_kind(line)}"
        )
        yield (
            f"  paid       net {_figure(paid.net)}, tax {_figure(paid.tax)},"
            f" discount {_figure(paid.discount)}"
        )
        for delivery in order.deliveries(line.line_id):
            yield f"  delivered  {delivery.units} at {_time(delivery.delivered_at)}"
        if line.line_id in order.kept_deliveries:
            yield "  kept       a later event made a delivery earlier; the later date counts"
        for verb, units in (
            ("refunded", order.refunded_units(line.line_id)),
            ("cancelled", order.cancelled_units(line.line_id)),
        ):
            if units:
                yield f"  {verb:10} {units}"


def _parcels(order: Order) -> Iterator[str]:
    for key, parcel in order.parcels.items():
        yield f"Parcel       {key or 'without an id'}  {_contents(parcel)}"
        carried = " ".join(filter(None, (parcel.carrier, parcel.tracking_number)))
        if carried:
            yield f"  carrier    {carried}"
        if parcel.ticket:
            yield f"  for        return {parcel.ticket}"
        if parcel.shipped_at:
            yield f"  shipped    {_from('order.shipped', parcel.shipped_at)}"
        if parcel.delivered_at:
            yield f"  delivered  {_from('order.delivered', parcel.delivered_at)}"


def _refunds(order: Order) -> Iterator[str]:
    for refund_id, refund in order.refunds.items():
        yield f"Refund       {refund_id}  {_from('order.refunded', refund.refunded_at)}"
        yield f"  of         {_refunded(refund)}"


def _failures(order: Order) -> Iterator[str]:
    for failure in order.refund_failures.values():
        about = failure.settlement_id or failure.ticket
        yield f"Not refunded {about}  {_from('order.refund_failed', failure.failed_at)}"


def _cancellations(order: Order) -> Iterator[str]:
    for each in order.cancellations.values():
        of = "the whole order" if each.units is None else _units(each.units) or "nothing readable"
        name = each.cancellation_id or "without an id"
        yield f"Cancellation {name}  {_from('order.cancelled', each.cancelled_at)}"
        yield f"  of         {of}"


def _doubts(order: Order) -> Iterator[str]:
    for finding in findings_of(order):
        about = f"{finding.subject}, line {finding.line_id}" if finding.line_id else finding.subject
        yield f"Without effect  {finding.code}: {about}"
    for each in order.quarantined:
        yield f"Quarantined  {_quarantined(each)}"
    for unread in order.unread:
        value = f": {unread.value}" if unread.value else ""
        event = _from(unread.event_type, unread.occurred_at)
        yield f"Unread       {event}: {unread.reason}{value}"


def _quarantined(each: Quarantined) -> str:
    mended = f"mended {_time(each.mended_at)}" if each.mended_at else "not mended yet"
    about = f" of {each.subject}" if each.subject else ""
    return f"{_from(each.event_type, each.occurred_at)}{about}: {each.reason}; {mended}"


def _entry(entry: Entry) -> str:
    data = entry.data
    event = f"order.{data['changed']}"
    at = f" of {data['event_at']}" if "event_at" in data else ""
    event_id = f", event {data['event_id']}" if "event_id" in data else ""
    return f"{data['version']:>3}  {_time(entry.occurred_at)}  {event}{at}{event_id}"


def _kind(line: OrderLine) -> str:
    return f"{line.kind} ({line.kind_text})" if line.kind_text else str(line.kind)


def _contents(parcel: Parcel) -> str:
    if parcel.lines is None:
        return "all that is in no other parcel"
    return _units(parcel.lines)


def _units(units: Mapping[str, int]) -> str:
    counts = ((line_id, "the rest" if count == REST else count) for line_id, count in units.items())
    return ", ".join(f"{count} of line {line_id}" for line_id, count in counts)


def _refunded(refund: Refund) -> str:
    told = {
        "units": _units(refund.units),
        "amounts": ", ".join(f"{each} for line {of}" for of, each in refund.amounts.items()),
        "shipping": refund.shipping,
        "fee": refund.fee or None,
        "amount": refund.amount,
        "ticket": refund.ticket,
    }
    parts = [f"{name} {value}" for name, value in told.items() if value not in {None, ""}]
    return "; ".join(parts) or "nothing readable"


def _address(purchase: Purchase) -> str:
    place = purchase.ship_to
    told = place.in_one_line
    lacks = [format_of(place.country).labels[part] for part in missing_parts(place)]
    return f"{told} (lacks: {', '.join(lacks)})" if told and lacks else told


def _figure(figure: Figure) -> str:
    return f"{figure.amount} ({figure.source})"


def _from(event_type: str, moment: datetime | None) -> str:
    return f"{event_type} of {_time(moment)}" if moment else f"{event_type} of an unknown time"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
