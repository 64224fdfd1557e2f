"""The desk as partners and stores use it, on the function's own tables."""

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.partners import PartnerService
from aftercare.desk.wiring import TicketsConfig, partner_service
from aftercare.kernel import secret
from aftercare.kernel.config import read
from aftercare.orders.wiring import OrdersConfig, order_service

if TYPE_CHECKING:
    from aftercare.desk.ticket import Thread
    from aftercare.desk.tills import TillService
    from aftercare.evidence.model import Evidence
    from aftercare.evidence.service import EvidenceService
    from aftercare.orders.model import Order
    from aftercare.returns.model import Return
    from aftercare.returns.receiving import ReceivingService


class _Config(NamedTuple):
    tickets_table: str
    due_table: str
    orders_table: str
    returns_table: str
    evidence_table: str
    card_secret: str


class Case(NamedTuple):
    """What a ticket is about: its return with what was shown, or else what was bought."""

    ret: "Return | None" = None
    evidence: "tuple[Evidence, ...]" = ()
    order: "Order | None" = None


_CONFIG = read(_Config)
_TICKETS = TicketsConfig(_CONFIG.tickets_table, _CONFIG.due_table)
_orders = order_service(OrdersConfig(_CONFIG.orders_table))


@cache
def partners() -> PartnerService:
    return partner_service(_TICKETS, _orders)


# What partners do needs no returns and no key: both are loaded when a till first redeems a code.


@cache
def tills() -> "TillService":
    from aftercare.desk.wiring import till_service  # noqa: PLC0415

    return till_service(_TICKETS, _orders, _card_key)


def case_of(thread: "Thread") -> Case:
    """What the ticket is about, as far as it is proved; a return that is gone is not shown."""
    from aftercare.returns.errors import ReturnNotFoundError  # noqa: PLC0415
    from aftercare.returns.shown import in_order  # noqa: PLC0415

    ticket = thread.ticket
    if ticket.return_id:
        with suppress(ReturnNotFoundError):
            ret = _returns().by_id(ticket.return_id)
            return Case(ret, in_order(ret, _evidence().of_return(ret.return_id)))
    return Case(order=_orders.get(ticket.shown_order)) if ticket.shown_order else Case()


@cache
def _returns() -> "ReceivingService":
    from aftercare.returns.wiring import ReceivingConfig, receiving_service  # noqa: PLC0415

    tables = ReceivingConfig(_CONFIG.returns_table, _CONFIG.orders_table, _CONFIG.due_table)
    return receiving_service(tables)


@cache
def _evidence() -> "EvidenceService":
    """The evidence's table; no file is read here."""
    from aftercare.evidence.wiring import EvidenceConfig, evidence_service  # noqa: PLC0415

    return evidence_service(EvidenceConfig(_CONFIG.evidence_table, "", ""))


@cache
def _card_key() -> bytes:
    """The key of what customers show at counters."""
    return secret.signing_key(_CONFIG.card_secret)
