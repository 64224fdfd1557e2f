"""Takes an erasure on when its time has come; draws decisions for the audit sample."""

from functools import cache, partial
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.erasure.wiring import ErasureConfig, erasure_service
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.timeline import Entry
from aftercare.kernel.worker import Event, consume, entry_in

if TYPE_CHECKING:
    from aftercare.erasure.service import ErasureService, HasTime
    from aftercare.staff.sampling import Sampling

_ACTOR = system("oversight_worker")
_ERASURE = read(ErasureConfig)
_DUE = "due.erasure"
# One step, and writing down how far it is, take no longer.
_RESERVED_MILLISECONDS = 45_000


@cache
def _erasures() -> "ErasureService":
    return erasure_service(_ERASURE)


@cache
def _sampling() -> "Sampling":
    return _erasures().rooms.sample


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > _RESERVED_MILLISECONDS

    return consume(event, context, partial(_act, has_time=has_time))


def _act(event: Event, *, has_time: "HasTime") -> None:
    entry = entry_in(event)
    if entry.entry_type == _DUE:
        _advance(entry, has_time)
    elif _sampling().consider(entry):
        logger.info("drawn", extra={"return_id": entry.subject, "event": entry.entry_type})


def _advance(entry: Entry, has_time: "HasTime") -> None:
    erasure = _erasures().advance(entry.subject, entry.occurred_at, has_time, actor=_ACTOR)
    if erasure:
        facts = {"erasure_id": erasure.erasure_id, "state": erasure.state}
        logger.info("erasure", extra={**facts, "waits_for": len(erasure.waits_for)})
