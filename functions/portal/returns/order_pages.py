"""View models of orders: the list of them, and the head and parcels of one."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from aftercare.orders.deliveries import distinct
from aftercare.orders.facts import REST
from aftercare.orders.model import Order, Parcel
from aftercare.returns.model import Return
from aftercare.returns.outlook import LineOutlook
from aftercare.words.service import Words
from portal.returns import days, words

# A card shows so many items; its order's page shows all.
_MOST_ON_CARD = 6


class CardItem(NamedTuple):
    """An item on an order's card, with whether it can come back: until when, or why not."""

    name: str
    quantity: int
    may_return: bool
    outlook: str


class ReturnLink(NamedTuple):
    """A return, as its order shows it."""

    href: str
    ticket: str
    status: str


class OrderCard(NamedTuple):
    """An order in the list of orders."""

    number: str
    href: str
    placed_on: str
    status: str
    lines: list[CardItem]
    more: str
    may_return: bool
    note: str
    returns: list[ReturnLink]


class OrderHead(NamedTuple):
    """An order, on its own page."""

    number: str
    placed_on: str
    delivered_on: str
    status: str


class ParcelCard(NamedTuple):
    """A parcel of the order: what is in it, as far as we know, and what became of it."""

    title: str
    tracking: str
    items: list[str]
    steps: list[str]


def order_card(
    w: Words,
    base: str,
    order: Order,
    returns: Sequence[Return],
    outlooks: Sequence[LineOutlook] | None,
    *,
    check: str = "",
) -> OrderCard:
    """The card; its link passes on the reference of a check, if there is one.

    Without `outlooks` the order's returns are not handled here.
    """
    carried = f"?{urlencode({'check': check})}" if check else ""
    items = _card_items(w, order, outlooks or ())
    left = len(items) - _MOST_ON_CARD
    return OrderCard(
        number=order.order_number,
        href=f"{base}/orders/{order.order_number}{carried}",
        placed_on=days.day(w, order, order.first_paid_at),
        status=_status(w, order),
        lines=items[:_MOST_ON_CARD],
        more=w.count("orders.list.more", left) if left > 0 else "",
        may_return=any(item.may_return for item in items),
        note="" if outlooks else w.text("orders.list.elsewhere"),
        returns=[
            ReturnLink(
                f"{base}/returns/{ret.return_id}",
                ret.ticket,
                words.status(w, ret),
            )
            for ret in returns
            if ret.order_number == order.order_number
        ],
    )


def _status(w: Words, order: Order) -> str:
    """How far the order has come; of one that nobody delivered, where it was bought."""
    if order.taken_along_at and order.purchase:
        return w.text(f"orders.bought.{order.purchase.channel}")
    return w.text(f"orders.status.{order.status}")


def _card_items(w: Words, order: Order, outlooks: Sequence[LineOutlook]) -> list[CardItem]:
    """What may come back first, so that a long order's card shows it."""
    found = {outlook.line_id: outlook for outlook in outlooks}
    items = [
        CardItem(line.name, line.quantity, bool(outlook.returnable), words.best_outlook(w, outlook))
        if (outlook := found.get(line.line_id))
        else CardItem(line.name, line.quantity, may_return=False, outlook="")
        for line in order.lines
    ]
    return sorted(items, key=lambda item: not item.may_return)


def order_head(w: Words, order: Order) -> OrderHead:
    status = _status(w, order)
    return OrderHead(
        order.order_number,
        days.day(w, order, order.first_paid_at),
        "" if order.taken_along_at else days.day(w, order, order.delivered_at),
        status,
    )


def parcel_cards(w: Words, order: Order) -> list[ParcelCard]:
    """The order's parcels, oldest first; none if it has only the one that the head tells of."""
    parcels = sorted(distinct(order.parcels), key=_first_step)
    if len(parcels) == 1 and not parcels[0].key:
        return []
    names = {line.line_id: line.name for line in order.lines}
    return [
        ParcelCard(
            title=w.text("orders.parcel.title", number=number),
            tracking=" ".join(filter(None, [parcel.carrier, parcel.tracking_number])),
            items=[
                w.text("orders.parcel.item", quantity=units, name=names[line_id])
                if units != REST
                else names[line_id]
                for line_id, units in (parcel.lines or {}).items()
                if line_id in names
            ],
            steps=_steps(w, order, parcel),
        )
        for number, parcel in enumerate(parcels, start=1)
    ]


def _first_step(parcel: Parcel) -> str:
    moment = parcel.shipped_at or parcel.delivered_at
    return moment.isoformat() if moment else ""


def _steps(w: Words, order: Order, parcel: Parcel) -> list[str]:
    shipped, delivered = parcel.shipped_at, parcel.delivered_at
    steps = [w.text("orders.parcel.shipped", day=days.day(w, order, shipped))] if shipped else []
    return [
        *steps,
        w.text("orders.parcel.delivered", day=days.day(w, order, delivered))
        if delivered
        else w.text("orders.parcel.on_its_way"),
    ]
