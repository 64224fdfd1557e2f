"""What of an order names its buyer, and the order without it."""

from dataclasses import replace

from aftercare.kernel.address import Address
from aftercare.orders.facts import Purchase
from aftercare.orders.model import Order, OrderEvent, OrderPaid


def without_person(order: Order) -> Order:
    """The order without its buyer's address, and without how unreadable parts of events began.

    What was bought, paid, sent and refunded stays, and so does the country. The stamps of the parts
    go: they are digests of what the parts said.
    """
    return replace(
        order,
        purchase=_impersonal_purchase(order.purchase) if order.purchase else None,
        purchase_digest="",
        carried={},
        unread=tuple(replace(each, value="") for each in order.unread),
    )


def impersonal(event: OrderEvent) -> OrderEvent:
    """The event without what names anybody."""
    unread = tuple(replace(each, value="") for each in event.unread)
    if isinstance(event, OrderPaid):
        return replace(event, purchase=_impersonal_purchase(event.purchase), unread=unread)
    return replace(event, unread=unread)


def _impersonal_purchase(purchase: Purchase) -> Purchase:
    nowhere = Address("", "", "", "", "", country=purchase.ship_to.country)
    return replace(purchase, email="", ship_to=nowhere)
