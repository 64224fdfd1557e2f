"""Tells customers by mail that their message came, and what the desk answered."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aftercare.addresses.service import zone_of
from aftercare.desk.clock import hours_of
from aftercare.desk.model import Channel
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.silence import silence_of
from aftercare.desk.steps import terms_of
from aftercare.desk.targets import targets_on
from aftercare.desk.ticket import Message, Proof, Thread, Ticket, thread_of
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import Clock
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import (
    TICKET_ANSWERED,
    TICKET_RECEIVED,
    TICKET_REMINDER,
    Kind,
    Mail,
    Outcome,
    Send,
)
from aftercare.orders.service import OrderService

if TYPE_CHECKING:
    from aftercare.desk.store import TicketStore

# The address at which mails about the ticket of that number arrive; empty if there is none.
type AddressOf = Callable[[str], str]
# What an answer asks of the customer, as long as the ticket is still where it led.
_LED_TO: Mapping[Verb, TicketState] = {
    Verb.ASK: TicketState.WAITING_CUSTOMER,
    Verb.RESOLVE: TicketState.RESOLVED,
}


@dataclass(frozen=True, slots=True)
class TicketNoticeService:
    """Notices as the mailer sends them. They read the ticket, and its words, as they are now."""

    store: "TicketStore"
    orders: OrderService
    clock: Clock
    address_of: AddressOf

    def notify(self, entry: Entry, send: Send) -> Outcome | None:
        """Tells the customer of that entry of their ticket (R-DSK-30, R-DSK-31, R-DSK-87).

        None if nobody is told: the ticket or the entry is gone, the person was erased, or an
        acknowledgement or a reminder comes after the answer. A repeat of an answer's entry is the
        same mail, and so are all acknowledgements of a mailbox within a day of UTC (R-DSK-32).

        Raises:
            EntryInvalidError: The entry does not say which one of the ticket it is.
            UnavailableError, BusyError: As `MailService.send`; try again later.
        """
        number = entry.fact("number", int)
        ticket = self.store.get(entry.subject)
        if ticket is None or not ticket.email:
            return None
        messages = self.store.messages(ticket.ticket_id)[: ticket.entries]
        message = next((each for each in messages if each.entry.number == number), None)
        if message is None:
            return None
        thread, verb = thread_of(ticket, messages, terms_of(ticket)), message.entry.verb
        if verb is Verb.ACKNOWLEDGE:
            mail = self._acknowledgement(thread, message)
        elif verb is Verb.REMIND:
            mail = self._reminder(thread, entry.entry_id)
        else:
            before = [each for each in messages if each.entry.number < number]
            mail = self._answer(ticket, message, entry.entry_id, _answered(before))
        return send(mail) if mail else None

    def _reminder(self, thread: Thread, mail_id: str) -> Mail | None:
        """What was asked, and until when we wait; none if the customer has spoken since."""
        ticket, silence = thread.ticket, silence_of(thread)
        if silence is None or silence.verb is not Verb.RESOLVE or silence.at < self.clock():
            return None
        said = (each.message for each in thread.line)
        asked = [each.words for each in said if each.entry.is_human_answer]
        values: dict[str, object] = {
            "number": ticket.number,
            "said": _paragraphs(asked[-1]),
            "due": silence.at,
            "zone": self._zone(ticket),
            "days": targets_on(ticket.opened_at.date()).reopen_days,
        }
        answers = _answered(thread.messages)
        return self._mail(TICKET_REMINDER, mail_id, ticket, values, answers)

    def _acknowledgement(self, thread: Thread, acknowledged: Message) -> Mail | None:
        ticket, response = thread.ticket, thread.clocks.first_response
        said = [each.words for each in thread.public if each.words]
        is_of_nobody = ticket.channel is Channel.MAIL and ticket.proof is Proof.UNCONFIRMED
        if is_of_nobody or not response.is_open or not said:
            return None
        due = response.due if response.due and self.clock() < response.due else None
        values: dict[str, object] = {
            "number": ticket.number,
            "said": _paragraphs(said[0]),
            "due": due,
            "zone": self._zone(ticket),
        }
        mail_id = _of_day(ticket, acknowledged.entry.at)
        return self._mail(TICKET_RECEIVED, mail_id, ticket, values, _answered(thread.messages))

    def _answer(self, ticket: Ticket, message: Message, mail_id: str, answers: str) -> Mail:
        verb = message.entry.verb
        is_so = _LED_TO.get(verb) is ticket.state
        values: dict[str, object] = {
            "number": ticket.number,
            "said": _paragraphs(message.words),
            "next": _next(message) if is_so else "reply",
            "days": targets_on(ticket.opened_at.date()).reopen_days,
        }
        return self._mail(TICKET_ANSWERED, mail_id, ticket, values, answers)

    def _mail(
        self,
        kind: Kind,
        mail_id: str,
        ticket: Ticket,
        values: Mapping[str, object],
        answers: str,
    ) -> Mail:
        number = ticket.number
        return Mail(
            kind,
            mail_id,
            ticket.email,
            values,
            ticket.language,
            number,
            reply_to=self.address_of(number),
            answers=answers,
        )

    def _zone(self, ticket: Ticket) -> ZoneInfo:
        """The zone where the ticket's order went; without an order, that of the desk."""
        number = ticket.order_number
        purchase = self.orders.get(number).purchase if number else None
        if purchase is None:
            return hours_of(ticket.market).business_days.zone
        return zone_of(purchase.ship_to, purchase.market)


def _answered(messages: Sequence[Message]) -> str:
    """The id of the customer's last mail among those messages; empty if they sent none."""
    theirs = (each for each in reversed(messages) if each.entry.actor == CUSTOMER)
    return next((each.envelope.message_id for each in theirs if each.envelope), "")


def _next(message: Message) -> str:
    """What an answer leads to; a resolution without words is that of who said nothing."""
    return message.entry.verb.value if message.words else "silence"


def _of_day(ticket: Ticket, at: datetime) -> str:
    """One name for all acknowledgements of a mailbox within a day; it shows neither."""
    day = f"{ticket.email_key} {at.astimezone(UTC).date()}"
    return f"day_{hashlib.sha256(day.encode()).hexdigest()[:32]}"


def _paragraphs(words: str) -> tuple[tuple[str, ...], ...]:
    """The lines of each paragraph; empty lines part them."""
    found: list[list[str]] = [[]]
    for line in words.splitlines():
        if line.strip():
            found[-1].append(line.rstrip())
        elif found[-1]:
            found.append([])
    return tuple(tuple(lines) for lines in found if lines)
