"""Moves returns on: decides, attaches labels, notes scans and refunds, does what is due."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import Actor, system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.timeline import Entry
from aftercare.kernel.worker import Event, consume, entry_in, verb_in
from aftercare.labels import events as label_events
from aftercare.labels.events import LabelFailed, LabelReleased, LabelScanned
from aftercare.orders.service import CHANGED as ORDER_CHANGED
from aftercare.returns import events as return_events
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.model import Return
from aftercare.returns.wiring import (
    ReturnNoticesConfig,
    ReturnsConfig,
    return_service,
    settling_service,
)
from returns_worker.codes import CODES, checked_batch

if TYPE_CHECKING:
    from aftercare.returns.settling import SettlingService


_ACTOR = system("returns_worker")
_returns = return_service(read(ReturnsConfig), checked=checked_batch, codes=CODES)
_SETTLING = read(ReturnNoticesConfig)


@cache
def _settling() -> "SettlingService":
    return settling_service(_SETTLING)


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _move_on)


def _move_on(event: Event) -> None:
    entry = entry_in(event)
    for after in verb_in(_VERBS, entry)(entry):
        logger.info(
            "moved on",
            extra={"return_id": after.return_id, "status": after.status, "event": entry.entry_type},
        )


def _approve(entry: Entry) -> tuple[Return, ...]:
    _returns.clear_photos(entry.subject)
    return (_returns.approve(entry.subject, actor=_ACTOR),)


def _attach(entry: Entry) -> tuple[Return, ...]:
    return (_returns.attach_label(LabelReleased.of(entry), actor=_ACTOR),)


def _record_failure(entry: Entry) -> tuple[Return, ...]:
    return (_returns.record_label_failure(LabelFailed.of(entry), actor=_ACTOR),)


def _record_scan(entry: Entry) -> tuple[Return, ...]:
    return (_returns.record_scan(LabelScanned.of(entry), actor=_ACTOR),)


def _clear_photos(entry: Entry) -> tuple[Return, ...]:
    return (_returns.clear_photos(entry.subject),)


def _do_what_is_due(entry: Entry) -> tuple[Return, ...]:
    """A timer outlives its return if an operator deletes a customer's data."""
    with suppress(ReturnNotFoundError):
        return (_DUE[entry.entry_type](entry.subject, entry.occurred_at, actor=_ACTOR),)
    return ()


def _lapse(return_id: str, due_at: datetime, *, actor: Actor) -> Return:
    _returns.clear_photos(return_id)
    return _returns.lapse(return_id, due_at, actor=actor)


def _record_refunds(entry: Entry) -> tuple[Return, ...]:
    return _settling().record_refunds(entry.subject, actor=_ACTOR)


_DUE: dict[str, Callable[..., Return]] = {
    return_events.EVIDENCE_REMINDER_DUE: _returns.remind,
    return_events.EVIDENCE_LAPSE_DUE: _lapse,
    return_events.EVIDENCE_REQUEST_DUE: _returns.end_request,
    return_events.LABEL_EXPIRING_DUE: _returns.warn_of_expiry,
}
_VERBS = {
    return_events.SUBMITTED: _approve,
    label_events.RELEASED: _attach,
    label_events.FAILED: _record_failure,
    label_events.SCANNED: _record_scan,
    return_events.DISCARDED: _clear_photos,
    **dict.fromkeys(_DUE, _do_what_is_due),
    ORDER_CHANGED: _record_refunds,
}
