"""A parcel as staff at a dock see it."""

from typing import NamedTuple

from aftercare.orders.model import Order
from aftercare.returns.model import Return

RECEIVE, INSPECT = "returns.receive", "returns.inspect"
"""The verbs of the matrix."""


class Parcel(NamedTuple):
    """A parcel at the dock: its return, the order with its products' codes, what may be done now.

    `may` are verbs of the matrix. Who shows it leaves out what is the customer's.
    """

    ret: Return
    order: Order
    may: frozenset[str]
