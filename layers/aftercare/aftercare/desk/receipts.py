"""A receipt as proof: what somebody shows at a counter of a purchase that was made over one."""

from typing import NamedTuple

from aftercare.desk.model import Lane
from aftercare.desk.people import lane_of, total_of, worth_of
from aftercare.desk.ticket import Worth
from aftercare.kernel.typed import folded
from aftercare.orders.model import OVER_THE_COUNTER, Order

_HUNDREDTHS = 100


class Receipt(NamedTuple):
    """What is printed on it, as staff typed it: its number, and the total that was paid."""

    number: str = ""
    total: str = ""


class Bought(NamedTuple):
    """The purchase of a receipt, as a ticket needs it; `is_theirs` says that the mailbox is its."""

    order_number: str
    market: str
    lane: Lane
    worth: Worth | None
    is_theirs: bool


def bought_with(order: Order, receipt: Receipt, email_key: str) -> Bought | None:
    """The purchase, if that is its receipt: made over a counter, for that total.

    The number alone would have each mistyped digit open another customer's purchase.
    """
    purchase = order.purchase
    if purchase is None or purchase.channel not in OVER_THE_COUNTER:
        return None
    if not _says(receipt.total, total_of(purchase)):
        return None
    return Bought(
        order.order_number,
        purchase.market,
        lane_of(purchase),
        worth_of(purchase),
        order.belongs_to(email_key),
    )


def _says(text: str, total: int) -> bool:
    """Whether the printed amount is that total in minor units; whole amounts may lack the rest.

    Only digits count: tills print signs, points and names of currencies in many ways.
    """
    digits = "".join(sign for sign in folded(text) if sign.isdecimal())
    return bool(digits) and total in {int(digits), int(digits) * _HUNDREDTHS}
