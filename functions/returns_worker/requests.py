"""What returns ask of the shop, and what it answers."""

from functools import cache
from typing import TYPE_CHECKING

from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.timeline import Entry
from aftercare.returns import events
from aftercare.returns.model import Return
from aftercare.returns.wiring import ReturnNoticesConfig, resolving_service, settling_service

if TYPE_CHECKING:
    from aftercare.returns.resolving import ResolvingService
    from aftercare.returns.settling import SettlingService

TO_RESOLVE = (
    events.INSPECTED,
    events.REFUND_REQUESTED,
    events.REPLACEMENT_REQUESTED,
    events.EXCHANGE_REQUESTED,
    events.REPAIR_REQUESTED,
    events.CREDIT_REQUESTED,
)
_ACTOR = system("returns_worker")
_CONFIG = read(ReturnNoticesConfig)


@cache
def _settling() -> "SettlingService":
    return settling_service(_CONFIG)


@cache
def _resolving() -> "ResolvingService":
    return resolving_service(_CONFIG)


def record_answers(entry: Entry) -> tuple[Return, ...]:
    return _settling().record_answers(entry.subject, actor=_ACTOR)


def resolve(entry: Entry) -> tuple[Return, ...]:
    """Each request leads to the next; what the shop said before it was asked is noted first."""
    answered = _settling().record_return(entry.subject, actor=_ACTOR)
    return (*answered, _resolving().resolve_next(entry.subject, actor=_ACTOR))
