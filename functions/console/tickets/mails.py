"""View models of the mails that opened nothing, and what staff do with one."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from aftercare.desk.incoming.model import Parked
from aftercare.desk.mailed import ParkedMail
from console.moments import Moment, moment
from console.tickets.talk import files

PATH = "/queue/tickets/mails"
NOT_TAKEN_IN = frozenset({Parked.NO_SENDER, Parked.OURS})
WHY = {
    Parked.TOO_LARGE: "Too large",
    Parked.UNREADABLE: "Can't be read",
    Parked.NO_SENDER: "No one sender",
    Parked.OURS: "From our own domain",
    Parked.BOUNCE: "A bounce",
    Parked.AUTO_REPLY: "An automatic reply",
    Parked.LIST: "From a mailing list",
    Parked.EMPTY: "Nothing in it",
    Parked.VIRUS: "A virus in it",
    Parked.SPAM: "Looks like spam",
    Parked.TOO_MANY: "Too many from this sender",
    Parked.UNPROVED: "Sender not proved",
}
"""Why a mail is parked."""


class Row(NamedTuple):
    """One parked mail of the list."""

    href: str
    sender: str
    subject: str
    why: str
    at: Moment
    number: str


class Shown(NamedTuple):
    """A parked mail as its page shows it."""

    row: Row
    words: str
    files: str
    is_cut: bool
    may_be_taken_in: bool


def rows(mails: Iterable[ParkedMail], now: datetime) -> list[Row]:
    return [_row(mail, now) for mail in mails]


def shown(mail: ParkedMail, now: datetime) -> Shown:
    envelope = mail.envelope
    may_be = not mail.number and mail.reason not in NOT_TAKEN_IN
    return Shown(_row(mail, now), mail.words, files(envelope), envelope.is_cut, may_be)


def href(after: str = "") -> str:
    return f"{PATH}?{urlencode({'after': after})}" if after else PATH


def _row(mail: ParkedMail, now: datetime) -> Row:
    envelope = mail.envelope
    return Row(
        href=f"{PATH}/{mail.name}",
        sender=envelope.sender or "nobody",
        subject=envelope.subject or "no subject",
        why=WHY[mail.reason],
        at=moment(mail.at, now),
        number=mail.number,
    )
