"""Purchases over a store's counter, and what customers hand in there later."""

from dataclasses import replace
from datetime import timedelta

from aftercare.kernel.actor import client
from aftercare.kernel.requests import RequestKey
from aftercare.orders.model import Order, OrderLine
from aftercare.returns.counter import AtCounter, CounterService, HandedIn, What
from aftercare.returns.model import Reason, Return
from aftercare.returns.receiving import Done
from aftercare.returns.wiring import CounterConfig, counter_service
from tests.fakes.house import House
from tests.fakes.orders import EMAIL, FIGURE, ORDERS_INGEST, paid

COUNTER = AtCounter("S-0412", "en", client("ac_store"))
TWO_FIGURES = (HandedIn("1", "", 2, Reason.STAINED),)
ONE_FIGURE = (HandedIn("1", "", 1, Reason.STAINED),)


def counter_of(house: House, tables: dict[str, str]) -> CounterService:
    """A store's counter on the house's clock."""
    names = ("ReturnsTable", "OrdersTable", "DueTable", "BatchesTable")
    return counter_service(CounterConfig(*(tables[name] for name in names)), clock=house.clock)


def bought(
    house: House,
    *lines: OrderLine,
    days_ago: float = 3,
    channel: str = "store",
    market: str = "US",
    email: str = EMAIL,
) -> Order:
    """A purchase in that channel, so many days ago."""
    moment = house.clock() - timedelta(days=days_ago)
    event = paid(*(lines or (FIGURE,)), number=house.new_number(), at=moment, email=email)
    purchase = replace(event.purchase, channel=channel, market=market)
    return house.orders.record(replace(event, purchase=purchase), actor=ORDERS_INGEST)


def handed_in(
    counter: CounterService,
    order: Order,
    what: What = What.SEND_IN,
    items: tuple[HandedIn, ...] = TWO_FIGURES,
    key: str = "",
) -> Done:
    """What the store does with it; a key is the order's own."""
    named = RequestKey(COUNTER.actor, f"{order.order_number} {key}", f"{what} {items}")
    return counter.hand_in(order.order_number, items, what, counter=COUNTER, key=named)


def stored(house: House, ret: Return) -> Return:
    """The return as it is stored."""
    found = house.returns.store.get(ret.return_id)
    assert found
    return found
