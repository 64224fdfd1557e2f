"""Sends the mail for an event, or suppresses the mailbox of a bounce or complaint."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import system
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.timeline import Entry
from aftercare.kernel.worker import Event, consume, entry_in
from aftercare.mail.errors import MailDeferredError, MailUncertainError
from aftercare.mail.feedback import BOUNCED, COMPLAINED, feedback_in
from aftercare.mail.model import Outcome, Send
from aftercare.mail.wiring import MailboxConfig, MailConfig, mail_service, mailbox_service

if TYPE_CHECKING:
    from aftercare.access.service import AccessService
    from aftercare.points.night.reminders import ReminderService
    from aftercare.points.notices import NoticeService
    from aftercare.returns.notices import ReturnNoticeService


class MailerConfig(NamedTuple):
    """The tables that mails are about. Read at start-up, before the rooms, which load lazily."""

    access_table: str
    members_table: str
    orders_table: str
    points_table: str
    returns_table: str
    signing_secret: str


_ACTOR = system("mailer")
_CONFIG = read(MailerConfig)

_mails = mail_service(read(MailConfig))
_mailboxes = mailbox_service(read(MailboxConfig))


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
        outcome = MAILS[what](entry, _mails.send)
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
    return _access().send_code(entry.subject, send, actor=_ACTOR)


def _remind(entry: Entry, send: Send) -> Outcome | None:
    return _reminders().send(entry.subject, date.fromisoformat(entry.data["scheduled"]), send)


def _notify_of_lapse(entry: Entry, send: Send) -> Outcome | None:
    return _points().send_lapsed(entry, send)


def _notify_of_label(entry: Entry, send: Send) -> Outcome | None:
    return _returns().send_label_ready(entry, send)


def _notify_of_refusal(entry: Entry, send: Send) -> Outcome | None:
    return _returns().send_declined(entry, send)


MAILS: Mapping[str, Callable[[Entry, Send], Outcome | None]] = {
    "access.code_requested": _send_code,
    "points.reminder_due": _remind,
    "points.lapsed_on_return": _notify_of_lapse,
    "return.label_ready": _notify_of_label,
    "return.declined": _notify_of_refusal,
}


@cache
def _access() -> "AccessService":
    from aftercare.access.wiring import AccessConfig, access_service  # noqa: PLC0415

    tables = (_CONFIG.access_table, _CONFIG.orders_table)
    return access_service(AccessConfig(*tables, signing_secret=_CONFIG.signing_secret))


@cache
def _reminders() -> "ReminderService":
    from aftercare.points.night.wiring import NoticesConfig, reminder_service  # noqa: PLC0415

    return reminder_service(NoticesConfig(_CONFIG.points_table, _CONFIG.members_table))


@cache
def _points() -> "NoticeService":
    from aftercare.points.night.wiring import NoticesConfig, notice_service  # noqa: PLC0415

    return notice_service(NoticesConfig(_CONFIG.points_table, _CONFIG.members_table))


@cache
def _returns() -> "ReturnNoticeService":
    from aftercare.returns.wiring import ReturnNoticesConfig, return_notices  # noqa: PLC0415

    return return_notices(ReturnNoticesConfig(_CONFIG.returns_table, _CONFIG.orders_table))
