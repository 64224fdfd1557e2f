"""Something happened that a customer is told by mail, or a mail came back."""

from collections.abc import Callable, Mapping
from datetime import date

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare import assembly
from aftercare.access.service import CODE_REQUESTED
from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.worker import Event, consume, entry_in
from aftercare.mail.errors import MailDeferredError, MailUncertainError
from aftercare.mail.feedback import BOUNCED, COMPLAINED, feedback_in
from aftercare.mail.model import Outcome
from aftercare.mail.wiring import MailboxConfig, MailConfig, mail_service, mailbox_service
from aftercare.points.ledger import LAPSED_ON_RETURN
from aftercare.points.night.service import REMINDER_DUE
from aftercare.points.night.wiring import NoticesConfig, notice_service, reminder_service

_ACTOR = system("mailer")

_mails = mail_service(read(MailConfig))
_mailboxes = mailbox_service(read(MailboxConfig))
_reminders = reminder_service(read(NoticesConfig))
_notices = notice_service(read(NoticesConfig))


def handler(event: Event, context: LambdaContext) -> PartialItemFailureResponse:
    return consume(event, context, _act)


def _act(event: Event) -> None:
    what = event["detail-type"]
    if what in {BOUNCED, COMPLAINED}:
        _suppress(event)
        return
    facts = {"entry_id": entry_in(event).entry_id, "entry_type": what}
    try:
        outcome = _MAILS[what](event)
    except (MailDeferredError, MailUncertainError) as error:
        logger.warning("mail not sent", extra={**facts, "reason": error.reason})
        raise
    logger.info("mail", extra={**facts, "outcome": outcome})


def _send_code(event: Event) -> Outcome | None:
    return assembly.access().send_code(entry_in(event).subject, _mails.send)


def _remind(event: Event) -> Outcome | None:
    entry = entry_in(event)
    scheduled = date.fromisoformat(entry.data["scheduled"])
    return _reminders.send(entry.subject, scheduled, _mails.send)


def _tell_of_lapse(event: Event) -> Outcome | None:
    return _notices.send_lapsed(entry_in(event), _mails.send)


_MAILS: Mapping[str, Callable[[Event], Outcome | None]] = {
    CODE_REQUESTED: _send_code,
    REMINDER_DUE: _remind,
    LAPSED_ON_RETURN: _tell_of_lapse,
}


def _suppress(event: Event) -> None:
    feedback = feedback_in(event)
    if feedback:
        _mailboxes.suppress(feedback, actor=_ACTOR)
    facts = {"type": event["detail-type"], "suppressed": bool(feedback)}
    logger.info("mail came back", extra=facts)
