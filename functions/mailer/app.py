"""Something happened that a customer is told by mail, or a mail came back."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.access.service import CODE_REQUESTED, AccessService
from aftercare.access.wiring import AccessConfig, access_service
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.timeline import Entry
from aftercare.kernel.worker import Event, consume, entry_in
from aftercare.mail.errors import MailDeferredError, MailUncertainError
from aftercare.mail.feedback import BOUNCED, COMPLAINED, feedback_in
from aftercare.mail.model import Mail, Outcome
from aftercare.mail.wiring import MailboxConfig, MailConfig, mail_service, mailbox_service
from aftercare.points.ledger import LAPSED_ON_RETURN
from aftercare.points.night.service import REMINDER_DUE
from aftercare.points.night.wiring import NoticesConfig, notice_service, reminder_service
from aftercare.returns.events import DECLINED, LABEL_READY
from aftercare.returns.wiring import ReturnNoticesConfig, return_notices

type Send = Callable[[Mail], Outcome]

_ACTOR = system("mailer")
_ACCESS = read(AccessConfig)

_mails = mail_service(read(MailConfig))
_mailboxes = mailbox_service(read(MailboxConfig))
_points = notice_service(read(NoticesConfig))
_reminders = reminder_service(read(NoticesConfig))
_returns = return_notices(read(ReturnNoticesConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _act)


def _act(event: Event) -> None:
    what = event["detail-type"]
    if what in {BOUNCED, COMPLAINED}:
        _suppress(event)
        return
    entry = entry_in(event)
    facts = {"entry_id": entry.entry_id, "entry_type": what}
    try:
        outcome = _MAILS[what](entry, _mails.send)
    except (MailDeferredError, MailUncertainError) as error:
        logger.warning("mail not sent", extra={**facts, "reason": error.reason})
        raise
    logger.info("mail", extra={**facts, "outcome": outcome})


def _suppress(event: Event) -> None:
    feedback = feedback_in(event["detail-type"], event["detail"])
    if feedback:
        _mailboxes.suppress(feedback, actor=_ACTOR)
    facts = {"type": event["detail-type"], "suppressed": bool(feedback)}
    logger.info("mail came back", extra=facts)


def _send_code(entry: Entry, send: Send) -> Outcome | None:
    return _access().send_code(entry.subject, send)


def _remind(entry: Entry, send: Send) -> Outcome | None:
    return _reminders.send(entry.subject, date.fromisoformat(entry.data["scheduled"]), send)


@cache
def _access() -> AccessService:
    """Built for the first code: it reads a secret, which no other mail needs."""
    return access_service(_ACCESS)


_MAILS: Mapping[str, Callable[[Entry, Send], Outcome | None]] = {
    CODE_REQUESTED: _send_code,
    REMINDER_DUE: _remind,
    LAPSED_ON_RETURN: _points.send_lapsed,
    LABEL_READY: _returns.send_label_ready,
    DECLINED: _returns.send_declined,
}
