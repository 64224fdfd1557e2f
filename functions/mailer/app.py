"""Sends the mail for an event, or suppresses the mailbox of a bounce or complaint."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.erasure.wiring import TombstonesConfig, erased
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.timeline import Entry
from aftercare.kernel.worker import Event, consume, entry_in, verb_in
from aftercare.mail.errors import MailDeferredError, MailUncertainError
from aftercare.mail.feedback import BOUNCED, COMPLAINED, feedback_in
from aftercare.mail.model import Kind, Send
from aftercare.mail.pacing import pause
from aftercare.mail.wiring import (
    MailboxConfig,
    MailConfig,
    PacingConfig,
    mail_pacing,
    mail_service,
    mailbox_service,
)
from mailer.mails import MAILER, MAILS, Mailing

if TYPE_CHECKING:
    from aftercare.mail.pacing import Pacing

_PACING = read(PacingConfig)

_sent_by_us: Send = partial(mail_service(read(MailConfig)).send, actor=MAILER)
_mailboxes = mailbox_service(read(MailboxConfig), erased=erased(read(TombstonesConfig)))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return deliver(event, context, _pacing().turns(_sent_by_us), MAILS)


def deliver(
    event: Event, context: LambdaContext, send: Send, mails: Mapping[str, Mailing]
) -> PartialItemFailureResponse:
    def act(message: Event) -> None:
        if message["detail-type"] in {BOUNCED, COMPLAINED}:
            _suppress(message)
        else:
            _send(entry_in(message), send, mails)

    def hide(message: Event, error: Exception, receives: int) -> timedelta | None:
        mailing = mails.get(message.get("detail-type", ""))
        return _postpone(mailing.kind, error, receives) if mailing else None

    return consume(event, context, act, pause=hide)


def _send(entry: Entry, send: Send, mails: Mapping[str, Mailing]) -> None:
    facts = {"entry_id": entry.entry_id, "entry_type": entry.entry_type}
    try:
        outcome = verb_in(mails, entry).send(entry, send)
    except (MailDeferredError, MailUncertainError) as error:
        logger.warning("mail not sent", extra={**facts, "reason": error.reason})
        raise
    logger.info("mail", extra={**facts, "outcome": outcome})


def _postpone(kind: Kind, error: Exception, receives: int) -> timedelta:
    wait = pause(kind.urgency, error, receives, secrets.randbits)
    facts = {"mail": kind.name, "urgency": kind.urgency, "receives": receives}
    logger.info("mail postponed", extra={**facts, "seconds": round(wait.total_seconds())})
    return wait


def _suppress(event: Event) -> None:
    feedback = feedback_in(event)
    if feedback:
        _mailboxes.suppress(feedback, actor=MAILER)
    facts = {"type": event["detail-type"], "suppressed": bool(feedback)}
    logger.info("mail came back", extra=facts)


@cache
def _pacing() -> "Pacing":
    return mail_pacing(_PACING)
