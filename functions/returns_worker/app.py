"""Moves returns on: approves what was submitted, attaches released labels, notes failed ones."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.timeline import Entry
from aftercare.kernel.worker import Event, consume, entry_in
from aftercare.labels import events as label_events
from aftercare.labels.events import LabelFailed, LabelReleased
from aftercare.returns import events as return_events
from aftercare.returns.model import Return
from aftercare.returns.wiring import ReturnsConfig, return_service

_ACTOR = system("returns_worker")
_returns = return_service(read(ReturnsConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _move_on)


def _move_on(event: Event) -> None:
    entry = entry_in(event)
    after = _VERBS[entry.entry_type](entry)
    logger.info(
        "moved on",
        extra={"return_id": after.return_id, "status": after.status, "event": entry.entry_type},
    )


def _approve(entry: Entry) -> Return:
    return _returns.approve(entry.subject, actor=_ACTOR)


def _attach(entry: Entry) -> Return:
    return _returns.attach_label(LabelReleased.of(entry), actor=_ACTOR)


def _record_failure(entry: Entry) -> Return:
    return _returns.record_label_failure(LabelFailed.of(entry), actor=_ACTOR)


_VERBS = {
    return_events.SUBMITTED: _approve,
    label_events.RELEASED: _attach,
    label_events.FAILED: _record_failure,
}
