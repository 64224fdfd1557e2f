"""An order as decisions see it, without any table: no other return, no recalled batch."""

from datetime import timedelta
from functools import reduce

from aftercare.batches.book import BatchBook
from aftercare.batches.model import Changes
from aftercare.orders.folding import fold
from aftercare.orders.model import Order, OrderEvent
from aftercare.returns.case import Case
from aftercare.returns.policies import published
from aftercare.returns.recalls import Recalls
from aftercare.returns.units import units_of
from tests.fakes.orders import NOON, NUMBER

LATER = NOON + timedelta(days=5)


def case_of(*events: OrderEvent) -> Case:
    order = reduce(fold, events, Order(NUMBER))
    book = BatchBook(lambda _: Changes((), frozenset()), lambda: LATER)
    return Case(order, published(), Recalls(book), units_of(order, {}, {}))
