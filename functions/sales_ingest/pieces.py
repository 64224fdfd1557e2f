"""What orders and returns say of pieces; few have serials, so their rooms load at the first."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.config import read
from aftercare.kernel.timeline import Entry
from aftercare.kernel.worker import Event, entry_in, verb_in

if TYPE_CHECKING:
    from aftercare.orders.service import OrderService
    from aftercare.returns.scanned import ScanningService


class TradesConfig(NamedTuple):
    """Where orders and returns are read."""

    orders_table: str
    returns_table: str


class Trade(NamedTuple):
    """A piece, by what may be its code, was sold or came back."""

    code: str
    at: datetime
    is_sale: bool
    order_number: str = ""


_config = read(TradesConfig)


def trades(event: Event) -> list[Trade]:
    """What the entry says of pieces whose codes are known."""
    entry = entry_in(event)
    return list(verb_in(_VERBS, entry)(entry))


def _of_order(entry: Entry) -> Iterator[Trade]:
    if entry.data.get("status") != "delivered":
        return
    from aftercare.orders.handed_over import handed_over  # noqa: PLC0415

    for piece in handed_over(_orders().get(entry.subject)):
        yield Trade(piece.serial, piece.sold_at, is_sale=True, order_number=entry.subject)


def _of_return(entry: Entry) -> Iterator[Trade]:
    """What came back; what is given back is its owner's again, as if sold."""
    from aftercare.returns.errors import ReturnNotFoundError  # noqa: PLC0415

    with suppress(ReturnNotFoundError):  # an operator may have deleted it
        for piece in _returns().pieces(entry.subject):
            yield Trade(piece.serial, piece.came_at, is_sale=False)
            if piece.given_back_at:
                yield Trade(piece.serial, piece.given_back_at, is_sale=True)


_VERBS = {
    "order.changed": _of_order,
    "return.received": _of_return,
    "return.inspected": _of_return,
}


@cache
def _orders() -> "OrderService":
    from aftercare.orders.wiring import OrdersConfig, order_service  # noqa: PLC0415

    return order_service(OrdersConfig(_config.orders_table))


@cache
def _returns() -> "ScanningService":
    from aftercare.returns.wiring import scanning_service  # noqa: PLC0415

    return scanning_service(_config.returns_table)
