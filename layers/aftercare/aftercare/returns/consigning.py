"""What is in the parcel of a return, by its order: what its papers say (R-BRD-03, R-BRD-04)."""

from collections.abc import Iterator

from aftercare.kernel.sharing import share_of_units
from aftercare.labels.consignment import Consignment, Outbound, ReturnedGoods
from aftercare.orders.model import Order, OrderLine
from aftercare.orders.money import LineMoney, money_of
from aftercare.returns.model import Return, ReturnLine


def consignment_of(ret: Return, order: Order) -> Consignment:
    """The units that the return sends back, what was paid for them, and how they went out.

    A line that an edit has taken out of the order has no value: nobody knows it any more.
    """
    bought = {line.line_id: line for line in order.lines}
    paid = {line.line_id: line for line in money_of(order).lines}
    goods = tuple(
        _goods(line, bought.get(line.line_id), paid.get(line.line_id)) for line in ret.lines
    )
    currency = order.purchase.currency if order.purchase else ""
    line_ids = {line.line_id for line in ret.lines}
    return Consignment(order.order_number, currency, goods, tuple(_outbound(order, line_ids)))


def _goods(line: ReturnLine, bought: OrderLine | None, paid: LineMoney | None) -> ReturnedGoods:
    if bought is None or paid is None:
        return ReturnedGoods(line.sku, line.name, line.units, line.units, None)
    units = min(line.units, bought.quantity)
    whole = paid.paid or paid.gross
    value = share_of_units(whole, bought.quantity, 0, units) if whole and units else None
    return ReturnedGoods(
        bought.sku,
        bought.name,
        line.units,
        bought.quantity,
        value,
        bought.batch_code,
        bought.serials,
    )


def _outbound(order: Order, line_ids: set[str]) -> Iterator[Outbound]:
    """The parcels that took any of these lines to the customer, oldest first."""
    found = {
        Outbound(
            parcel.carrier,
            parcel.tracking_number,
            parcel.shipped_at.date() if parcel.shipped_at else None,
        )
        for parcel in order.parcels.values()
        if not parcel.ticket and (parcel.lines is None or line_ids & parcel.lines.keys())
    }
    named = [each for each in found if each.tracking_number or each.shipped_on]
    yield from sorted(
        named, key=lambda each: (str(each.shipped_on or ""), each.carrier, each.tracking_number)
    )
