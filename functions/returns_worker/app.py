"""Moves returns on: decides, attaches labels, asks the shop, notes its answers, and what is due."""

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
    ReceivingConfig,
    ReturnsConfig,
    keeping_service,
    return_service,
)
from returns_worker.codes import CODES, checked_batch
from returns_worker.requests import TO_RESOLVE, record_answers, resolve

if TYPE_CHECKING:
    from aftercare.returns.keeping import KeepingService


_ACTOR = system("returns_worker")
_returns = return_service(read(ReturnsConfig), checked=checked_batch, codes=CODES)
_RECEIVING = read(ReceivingConfig)


@cache
def _promises() -> "KeepingService":
    return keeping_service(_RECEIVING)


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


def _screen_further(entry: Entry) -> tuple[Return, ...]:
    return (_returns.screen_further(entry.subject, actor=_ACTOR),)


def _attach(entry: Entry) -> tuple[Return, ...]:
    return (_returns.attach_label(LabelReleased.of(entry), actor=_ACTOR),)


def _record_failure(entry: Entry) -> tuple[Return, ...]:
    return (_returns.record_label_failure(LabelFailed.of(entry), actor=_ACTOR),)


def _record_scan(entry: Entry) -> tuple[Return, ...]:
    return (_returns.record_scan(LabelScanned.of(entry), actor=_ACTOR),)


def _arrive_if_all(entry: Entry) -> tuple[Return, ...]:
    return (_returns.arrive_if_all(entry.subject, actor=_ACTOR),)


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


def _look_later(return_id: str, due_at: datetime, *, actor: Actor) -> Return:  # noqa: ARG001
    return _returns.screen_further(return_id, actor=actor)


def _warn_of_promise(return_id: str, due_at: datetime, *, actor: Actor) -> Return:
    after = _promises().warn(return_id, due_at, actor=actor)
    _count("promise at risk", after, after.attention is not None)
    return after


def _end_promise(return_id: str, due_at: datetime, *, actor: Actor) -> Return:
    after = _promises().end(return_id, due_at, actor=actor)
    _count("promise broken", after, after.promise is not None and after.promise.broken)
    return after


def _count(message: str, ret: Return, is_so: bool) -> None:
    """Logs what an alarm counts; see template.yaml."""
    if is_so:
        logger.warning(message, extra={"return_id": ret.return_id, "status": ret.status})


_DUE: dict[str, Callable[..., Return]] = {
    return_events.EVIDENCE_REMINDER_DUE: _returns.remind,
    return_events.EVIDENCE_LAPSE_DUE: _lapse,
    return_events.EVIDENCE_REQUEST_DUE: _returns.end_request,
    return_events.LATER_EVIDENCE_DUE: _look_later,
    return_events.LABEL_EXPIRING_DUE: _returns.warn_of_expiry,
    return_events.LABEL_EXPIRED_DUE: _returns.expire,
    return_events.PROMISE_DUE: _warn_of_promise,
    return_events.PROMISE_END_DUE: _end_promise,
}
_VERBS = {
    return_events.SUBMITTED: _approve,
    return_events.EVIDENCE_ANSWERED: _screen_further,
    return_events.EVIDENCE_OVERDUE: _screen_further,
    return_events.REQUEST_WITHDRAWN: _screen_further,
    label_events.RELEASED: _attach,
    label_events.FAILED: _record_failure,
    label_events.SCANNED: _record_scan,
    return_events.DISCARDED: _clear_photos,
    return_events.PARCEL_EXPIRED: _arrive_if_all,
    return_events.PARCEL_LOST: _arrive_if_all,
    **dict.fromkeys(_DUE, _do_what_is_due),
    **dict.fromkeys(TO_RESOLVE, resolve),
    ORDER_CHANGED: record_answers,
}
