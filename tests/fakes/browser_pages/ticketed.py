"""Tickets of the service desk in every standing that its pages show."""

from datetime import UTC, datetime, timedelta

from aftercare.desk.incoming.reading import read_mail
from aftercare.desk.mailed import name_of
from aftercare.desk.moves import Verb as T
from aftercare.desk.service import About, Sent
from aftercare.desk.ticket import Ticket, Topic
from aftercare.orders.model import email_key_of
from aftercare.returns.model import Return
from tests.fakes.browser_pages.pictured import pictured
from tests.fakes.house import SetClock
from tests.fakes.incoming import DESK, parts, raw_mail
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.reviews import LEAD, QA
from tests.fakes.service_desk import desk_beside

_JAPANESE = (
    "箱を開けたら左の耳が折れていました。写真をお送りしますので、交換をお願いできますでしょうか。"
)
_BROUGHT_BY = {
    "new": [],
    "asked": [T.ASK],
    "with legal": [T.ESCALATE, T.ESCALATE_FURTHER],
    "resolved": [T.RESOLVE],
}
"""Name of a ticket → what staff did to it."""


def _mail(to: str) -> bytes:
    """A mail with a photo, in anybody's name."""
    text = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{_JAPANESE}"
    photo = "Content-Disposition: attachment; filename=left-ear.jpg\r\n\r\nJFIF"
    body, kind = parts(text, photo)
    return raw_mail(body, to=to, content_type=kind, message_id=f"<{to}>")


PARKED = name_of(read_mail(_mail(DESK.mailbox), DESK), is_proved=False)
"""The name of a mail that opened nothing."""


def tickets_of(tables: dict[str, str], ret: Return) -> dict[str, Ticket]:
    """Tickets of every standing; a long one was talked about for days."""
    desk = desk_beside(tables, SetClock(datetime.now(UTC) - timedelta(days=9)))
    about = About(Topic.RETURN, NUMBER, ret.return_id, ret.ticket)
    long = desk.tickets.ask(email_key_of(EMAIL), about, Sent(_JAPANESE, "long", "ja"))
    number = long.ticket.number
    desk.act(number, T.TAKE)
    desk.clock.forward(hours=3)
    desk.act(number, T.NOTE, "Looks like the courier: two more of that lorry wrote today.")
    desk.act(number, T.ASK, _JAPANESE)
    desk.clock.forward(days=2)
    desk.write(number, f"{_JAPANESE}\n\n{_JAPANESE}")
    desk.act(number, T.ESCALATE, "Worth more than we may decide.")
    desk.clock.forward(days=1)
    desk.act(number, T.HAND_BACK, "Genuine. Replace it, please.", member=QA)
    desk.act(number, T.RESOLVE, _JAPANESE)
    desk.write(number, "ありがとうございます。")
    desk.act(number, T.REOPEN)
    named = {"late": desk.ask(), "asked": desk.ask(About(Topic.POINTS)), "long": long}
    desk.clock.now = datetime.now(UTC)
    two = [desk.ask(About(Topic.PRODUCT), words=words) for words in (_JAPANESE, "Is it in stock?")]
    pictured(two[0], desk.clock)
    named["merged"] = desk.merge(two[0].ticket.number, two[1].ticket.number)
    for to in (DESK.mailbox, desk.address(named["asked"].ticket.number)):
        desk.mail(_mail(to), passes_dmarc=False)
    for name, verbs in _BROUGHT_BY.items():
        thread = named.setdefault(name, desk.ask(About(Topic.DELIVERY, NUMBER)))
        for verb in verbs:
            desk.act(thread.ticket.number, verb, member=LEAD)
    return {name: desk.thread(thread.ticket.number).ticket for name, thread in named.items()}
