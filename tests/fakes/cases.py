"""An order as decisions see it, without any table: no other return, no recalled batch."""

from datetime import timedelta
from functools import reduce

from aftercare.orders.folding import fold
from aftercare.orders.model import Order, OrderEvent
from aftercare.returns.case import Case
from aftercare.returns.policies import published
from aftercare.returns.recalls import Recalls
from aftercare.returns.units import Settled, units_of
from tests.fakes.codes import book
from tests.fakes.orders import NOON, NUMBER

LATER = NOON + timedelta(days=5)


def case_of(*events: OrderEvent) -> Case:
    order = reduce(fold, events, Order(NUMBER))
    return Case(
        order, published(), Recalls(book(lambda: LATER)), units_of(order, {}, Settled({}, {}))
    )
