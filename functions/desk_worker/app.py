"""Acknowledges tickets, escalates those that are late, closes them, and folds the figures."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.desk.events import DUE
from aftercare.desk.wiring import TicketsConfig, service_report, ticket_keeping
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in

if TYPE_CHECKING:
    from aftercare.authenticity.naming import CodeNames
    from aftercare.desk.keeping import TicketKeeping


class Config(NamedTuple):
    """The secret that holds the code keys."""

    code_keys_secret: str


_ACTOR = system("desk_worker")
_CONFIG, _CODES = read(TicketsConfig), read(Config)


@cache
def _keeping() -> "TicketKeeping":
    return ticket_keeping(_CONFIG, _code_key)


def _code_key(named: str) -> str:
    return _names().key(named)


@cache
def _names() -> "CodeNames":
    from aftercare.authenticity.wiring import code_names  # noqa: PLC0415 - few tickets name a code

    return code_names(_CODES.code_keys_secret)


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse | dict[str, object]:
    """Takes messages of its queue, and every night the schedule's `{"scheduled": …}`."""
    if "scheduled" in event:
        return _fold()
    return consume(event, context, _act)


def _fold() -> dict[str, object]:
    report = service_report(_CONFIG.tickets_table).fold()
    tickets = {str(channel): served.tickets for channel, served in report.figures.items()}
    folded: dict[str, object] = {"until": f"{report.until}", "tickets": tickets}
    logger.info("figures", extra=folded)
    return folded


def _act(event: Event) -> None:
    entry = entry_in(event)
    if entry.entry_type != DUE:
        _keeping().follow(entry.subject, actor=_ACTOR)
        return
    looked = _keeping().look(entry.subject, entry.occurred_at, actor=_ACTOR)
    for message, measures in (("due soon", looked.warned), ("missed", looked.missed)):
        for measure in measures:
            logger.warning(message, extra={"ticket_id": entry.subject, "measure": measure})
