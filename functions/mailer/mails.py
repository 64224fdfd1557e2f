"""Which mail each event has sent. A mail's rooms load at the first mail of that kind."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.actor import system
from aftercare.kernel.clock import day_from_text
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.secret import signing_key
from aftercare.kernel.timeline import Entry
from aftercare.mail import model as mails
from aftercare.mail.model import Kind, Outcome, Send
from aftercare.words.model import language_of
from aftercare.words.service import words

if TYPE_CHECKING:
    from aftercare.access.service import AccessService
    from aftercare.authenticity.notices import ClaimNoticeService
    from aftercare.desk.notices import TicketNoticeService
    from aftercare.desk.wechat_answers import WeChatAnswers
    from aftercare.parcels.notices import ParcelNoticeService
    from aftercare.points.night.reminders import ReminderService
    from aftercare.points.notices import NoticeService
    from aftercare.returns.notices import ReturnNoticeService


class MailerConfig(NamedTuple):
    """The tables that mails are about. Read at start-up, before the rooms, which load lazily."""

    access_table: str
    authenticity_table: str
    evidence_table: str
    members_table: str
    orders_table: str
    parcels_table: str
    points_table: str
    returns_table: str
    tickets_table: str
    signing_secret: str
    desk_secret: str
    desk_mailbox: str = ""
    wechat_app_id: str = ""
    wechat_app_secret: str = ""
    wechat_url: str = "https://api.weixin.qq.com"


class Mailing(NamedTuple):
    """What an event has sent: the mail's kind, and the room's verb that writes and sends it."""

    kind: Kind
    send: Callable[[Entry, Send], Outcome | None]


MAILER = system("mailer")
_CONFIG = read(MailerConfig)


def _send_code(entry: Entry, send: Send) -> Outcome | None:
    return _access().send_code(entry.subject, send, actor=MAILER)


def _remind(entry: Entry, send: Send) -> Outcome | None:
    return _reminders().send(entry.subject, entry.fact("scheduled", day_from_text), send)


def _notify_of_lapse(entry: Entry, send: Send) -> Outcome | None:
    return _points().send_lapsed(entry, send)


def _notify_of_return(entry: Entry, send: Send) -> Outcome | None:
    return _returns().notify(entry, send)


def _notify_of_parcel(entry: Entry, send: Send) -> Outcome | None:
    return _parcels().notify(entry, send)


def _notify_of_ticket(entry: Entry, send: Send) -> Outcome | None:
    return _tickets().notify(entry, send)


def _answer_in_ticket(entry: Entry, send: Send) -> Outcome | None:
    """By mail first, which is the way that is tried again; then by WeChat, if that is set up."""
    outcome = _notify_of_ticket(entry, send)
    if _CONFIG.wechat_app_id and (sent := _wechat().answer(entry, _rest_is_in_the_mail)):
        logger.info("wechat answer", extra={"entry_id": entry.entry_id, "outcome": sent})
    return outcome


def _rest_is_in_the_mail(language: str) -> str:
    return words(language_of(language)).text("wechat.answer.more")


def _confirm_claim(entry: Entry, send: Send) -> Outcome | None:
    return _claims().confirm(entry, send)


def _answer_claim(entry: Entry, send: Send) -> Outcome | None:
    return _claims().answer(entry, send)


MAILS: Mapping[str, Mailing] = {
    "access.code_requested": Mailing(mails.ACCESS_CODE, _send_code),
    "authenticity.claim_decided": Mailing(mails.CLAIM_DECIDED, _answer_claim),
    "authenticity.claimed": Mailing(mails.CLAIM_RECEIVED, _confirm_claim),
    "parcel.silent": Mailing(mails.PARCEL_SILENT, _notify_of_parcel),
    "points.reminder_due": Mailing(mails.POINTS_REMINDER, _remind),
    "points.lapsed_on_return": Mailing(mails.POINTS_LAPSED, _notify_of_lapse),
    "return.arrived": Mailing(mails.RETURN_ARRIVED, _notify_of_return),
    "return.cancelled": Mailing(mails.RETURN_CANCELLED, _notify_of_return),
    "return.created": Mailing(mails.RETURN_RECEIVED, _notify_of_return),
    "return.declined": Mailing(mails.RETURN_DECLINED, _notify_of_return),
    "return.evidence_reminded": Mailing(mails.EVIDENCE_REMINDER, _notify_of_return),
    "return.evidence_wanted": Mailing(mails.EVIDENCE_WANTED, _notify_of_return),
    "return.handed_in": Mailing(mails.RETURN_HANDED_IN, _notify_of_return),
    "return.in_review": Mailing(mails.RETURN_IN_REVIEW, _notify_of_return),
    "return.in_transit": Mailing(mails.RETURN_IN_TRANSIT, _notify_of_return),
    "return.label_expiring": Mailing(mails.LABEL_EXPIRING, _notify_of_return),
    "return.label_ready": Mailing(mails.LABEL_READY, _notify_of_return),
    "return.parcel_expiring": Mailing(mails.PARCEL_EXPIRING, _notify_of_return),
    "return.parcel_labelled": Mailing(mails.PARCEL_LABELLED, _notify_of_return),
    "return.lapsed": Mailing(mails.RETURN_LAPSED, _notify_of_return),
    "return.refunded": Mailing(mails.RETURN_REFUNDED, _notify_of_return),
    "return.request_withdrawn": Mailing(mails.REQUEST_WITHDRAWN, _notify_of_return),
    "return.reopened": Mailing(mails.RETURN_REOPENED, _notify_of_return),
    "return.closed": Mailing(mails.RETURN_CLOSED, _notify_of_return),
    "return.expired": Mailing(mails.RETURN_EXPIRED, _notify_of_return),
    "return.inspected": Mailing(mails.RETURN_INSPECTED, _notify_of_return),
    "return.lost": Mailing(mails.RETURN_LOST, _notify_of_return),
    "return.received": Mailing(mails.RETURN_ARRIVED, _notify_of_return),
    "return.replaced": Mailing(mails.RETURN_REPLACED, _notify_of_return),
    # Only of what a store handed over; of the others the shop's parcel tells.
    "return.replacement_requested": Mailing(mails.RETURN_HANDED_IN, _notify_of_return),
    "ticket.acknowledged": Mailing(mails.TICKET_RECEIVED, _notify_of_ticket),
    "ticket.answered": Mailing(mails.TICKET_ANSWERED, _answer_in_ticket),
    "ticket.reminded": Mailing(mails.TICKET_REMINDER, _notify_of_ticket),
}


@cache
def _access() -> "AccessService":
    from aftercare.access.wiring import AccessConfig, access_service  # noqa: PLC0415

    tables = (_CONFIG.access_table, _CONFIG.orders_table, _CONFIG.members_table)
    return access_service(AccessConfig(*tables, signing_secret=_CONFIG.signing_secret))


@cache
def _claims() -> "ClaimNoticeService":
    from aftercare.authenticity.wiring import ClaimsConfig, claim_notices  # noqa: PLC0415

    return claim_notices(ClaimsConfig(_CONFIG.authenticity_table))


@cache
def _reminders() -> "ReminderService":
    from aftercare.points.night.wiring import NoticesConfig, reminder_service  # noqa: PLC0415

    tables = NoticesConfig(_CONFIG.points_table, _CONFIG.members_table)
    return reminder_service(tables, partial(signing_key, _CONFIG.signing_secret))


@cache
def _points() -> "NoticeService":
    from aftercare.points.night.wiring import NoticesConfig, notice_service  # noqa: PLC0415

    return notice_service(NoticesConfig(_CONFIG.points_table, _CONFIG.members_table))


@cache
def _parcels() -> "ParcelNoticeService":
    from aftercare.parcels.wiring import ParcelMailsConfig, parcel_notices  # noqa: PLC0415

    tables = (_CONFIG.parcels_table, _CONFIG.orders_table, _CONFIG.members_table)
    return parcel_notices(ParcelMailsConfig(*tables))


@cache
def _returns() -> "ReturnNoticeService":
    from aftercare.returns.wiring import ReturnMailsConfig, return_notices  # noqa: PLC0415

    tables = (_CONFIG.returns_table, _CONFIG.orders_table, _CONFIG.evidence_table)
    return return_notices(ReturnMailsConfig(*tables))


@cache
def _tickets() -> "TicketNoticeService":
    from aftercare.desk.wiring import (  # noqa: PLC0415
        DeskMailboxConfig,
        TicketMailsConfig,
        ticket_notices,
    )

    mailbox = DeskMailboxConfig(_CONFIG.desk_secret, _CONFIG.desk_mailbox)
    tables = (_CONFIG.tickets_table, _CONFIG.orders_table)
    return ticket_notices(TicketMailsConfig(*tables, mailbox))


@cache
def _wechat() -> "WeChatAnswers":
    from aftercare.desk.wechat.sending import Account  # noqa: PLC0415
    from aftercare.desk.wechat.wiring import wechat_answers  # noqa: PLC0415

    def read_account() -> Account:
        key = signing_key(_CONFIG.wechat_app_secret)
        return Account(_CONFIG.wechat_app_id, key.decode())

    return wechat_answers(_CONFIG.tickets_table, _CONFIG.wechat_url, read_account)
