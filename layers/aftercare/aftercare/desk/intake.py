"""Takes mails in: into the ticket that each belongs to, a new one, or to where people look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.commits import Key
from aftercare.desk.errors import TooManyMessagesError
from aftercare.desk.incoming.language import language_of
from aftercare.desk.incoming.model import Desk, IncomingMail, Parked
from aftercare.desk.incoming.places import By, place_of
from aftercare.desk.mailed import Envelope, ParkedMail, Receipt, Taken, envelope_of, name_of
from aftercare.desk.model import Channel
from aftercare.desk.moves import Verb
from aftercare.desk.service import About, Brought, TicketService
from aftercare.desk.steps import Act
from aftercare.desk.ticket import MOST_WORDS, Placed, Thread, Ticket, Topic
from aftercare.kernel.actor import CUSTOMER, Actor
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.orders.model import email_key_of

if TYPE_CHECKING:
    from aftercare.desk.inbox_store import InboxStore
    from aftercare.desk.pictures import MessagePictures
    from aftercare.kernel.tables import Transaction

MOST_AN_HOUR = 5
MOST_UNCONFIRMED_A_DAY = 20
"""To one ticket: agents look at each of them."""
_DAY = timedelta(days=1)


class _Arrived(NamedTuple):
    """A mail with what SES says of it, and what it will be known by."""

    mail: IncomingMail
    receipt: Receipt
    envelope: Envelope
    name: str
    words: str

    @property
    def email_key(self) -> str:
        return email_key_of(self.mail.sender)

    @property
    def sender(self) -> str:
        """Whose mails are counted: nobody uses up what another's proved mailbox may send."""
        return f"{self.email_key} {'proved' if self.envelope.is_proved else 'not proved'}"


@dataclass(frozen=True, slots=True)
class MailIntake(TicketService):
    """Mails of customers. The same mail is taken once, however often and whenever it comes."""

    inbox: "InboxStore"
    desk: Desk
    key: Callable[[], bytes]
    pictures: "Callable[[], MessagePictures] | None" = None

    @on_fresh_state
    def take(self, mail: IncomingMail, receipt: Receipt, *, actor: Actor) -> Taken:
        """Takes the mail to where it belongs (R-DSK-36, R-DSK-38, R-DSK-39, R-DSK-60).

        A proved mail of a ticket's customer is their message; one of nobody's ticket opens one. A
        mail that is not proved to be that customer's joins it as "unconfirmed", and otherwise opens
        nothing: it is parked, as is what nobody wrote and what one sender sends too often. A repeat
        is the same message. The pictures of a customer's message follow it (R-DSK-98).

        Raises:
            StaleWriteError, BusyError: Others write to the same ticket; try again.
            UnavailableError: The key of the addresses can't be read now; try again.
        """
        arrived = _arrived(mail, receipt)
        taken = self._came(arrived) or self._taken(arrived, actor)
        if mail.pictures and taken.number and not taken.parked:
            self._attach(arrived, taken.number, actor)
        return taken

    def _taken(self, arrived: _Arrived, actor: Actor) -> Taken:
        if why := _parked(arrived):
            return self._park(arrived, why)
        if not arrived.envelope.is_proved:
            return self._unproved(arrived, actor)
        try:
            return self._proved(arrived, actor)
        except TooManyMessagesError:
            return self._park(arrived, Parked.TOO_MANY)

    def came(self, mail: IncomingMail, receipt: Receipt) -> Taken | None:
        """What became of the mail; none if it did not come."""
        return self._came(_arrived(mail, receipt))

    def _attach(self, arrived: _Arrived, number: str, actor: Actor) -> None:
        """Has the pictures screened that came with the customer's message, and with no other."""
        ticket = self._found(number)
        if self.pictures is None or ticket is None or ticket.email_key != arrived.email_key:
            return
        thread = self._thread(ticket)
        if placed := _placed(thread, arrived.mail.message_id):
            self.pictures().attach(thread, placed, arrived.mail.pictures, actor=actor)

    def _came(self, arrived: _Arrived) -> Taken | None:
        if parked := self.inbox.parked(arrived.name):
            return Taken(parked.number, parked.reason)
        if not arrived.envelope.is_proved:
            return None
        email_key, message_id = arrived.email_key, arrived.mail.message_id
        if taken := self.store.taken(_key(email_key, message_id)):
            return Taken(self._known(taken).number)
        begun = self.store.current(_conversation(email_key, message_id))
        ticket = self._known(begun) if begun else None
        is_there = ticket and _placed(self._thread(ticket), message_id)
        return Taken(ticket.number) if ticket and is_there else None

    def _proved(self, arrived: _Arrived, actor: Actor) -> Taken:
        brought = self._brought(arrived)
        ticket, _ = self._place(arrived.mail)
        if ticket and ticket.email_key != arrived.email_key:
            return self._unconfirmed(arrived, ticket, actor)
        ticket = ticket or self._begun(arrived)
        if self._is_full(arrived):
            return self._park(arrived, Parked.TOO_MANY, ticket.number if ticket else "")
        thread = self._continued(ticket, brought) if ticket else self._begin(arrived, brought)
        return Taken(thread.ticket.number)

    def _begin(self, arrived: _Arrived, brought: Brought) -> Thread:
        """A new ticket, which holds the mail's conversation: the mail that it began with."""
        customer = self.people.find(arrived.email_key, email=arrived.mail.sender)
        new = self._new(arrived.email_key, customer, About(Topic.OTHER), brought)
        act = brought.as_act(Verb.OPEN)._replace(words=_with_subject(arrived))
        conversation = _conversation(arrived.email_key, _root(arrived.mail))
        if begun := self.store.current(conversation):
            if self._known(begun).email_key:
                raise StaleWriteError("Another mail of it came meanwhile; nothing was written.")
            return self._opened(new, act)  # what is left of somebody who was erased stays alone
        if _root(arrived.mail) == arrived.mail.message_id:
            act = act._replace(key=None)  # the conversation's name says that it came
        return self._opened(new, act, conversation)

    def _begun(self, arrived: _Arrived) -> Ticket | None:
        """The ticket that holds the mails before or after this one, in whatever order they came."""
        for message_id in dict.fromkeys((arrived.mail.message_id, _root(arrived.mail))):
            begun = self.store.current(_conversation(arrived.email_key, message_id))
            if begun and (ticket := self._known(begun)).email_key:
                return ticket
        for message_id in arrived.mail.references[:1]:
            came = self.store.taken(_key(arrived.email_key, message_id))
            if came and (ticket := self._known(came)).email_key:
                return ticket
        return None

    def _unproved(self, arrived: _Arrived, actor: Actor) -> Taken:
        ticket, by = self._place(arrived.mail)
        if ticket is None or by is By.SUBJECT:
            why = Parked.SPAM if arrived.receipt.is_spam else Parked.UNPROVED
            return self._park(arrived, why, ticket.number if ticket else "")
        return self._unconfirmed(arrived, ticket, actor)

    def _unconfirmed(self, arrived: _Arrived, ticket: Ticket, actor: Actor) -> Taken:
        """The ticket with the mail as something that nobody proved; people look at it."""
        thread, since = self._thread(ticket), self.clock() - _DAY
        recent = (each.entry for each in thread.messages if each.entry.at > since)
        many = sum(entry.verb is Verb.UNCONFIRMED for entry in recent) >= MOST_UNCONFIRMED_A_DAY
        if many or self._is_full(arrived):
            return self._park(arrived, Parked.TOO_MANY, ticket.number)
        parked = self._parked_mail(arrived, Parked.UNPROVED, ticket.number)

        def also(commit: "Transaction") -> None:
            self._count(commit, arrived)
            self.inbox.park_with(commit, parked, arrived.email_key)

        act = Act(Verb.UNCONFIRMED, actor, Channel.MAIL, arrived.words)
        self._added(thread, act._replace(envelope=arrived.envelope, also=also))
        return Taken(ticket.number, Parked.UNPROVED)

    def _place(self, mail: IncomingMail) -> tuple[Ticket | None, By | None]:
        def customer_of(number: str) -> str:
            ticket = self._found(number)
            return ticket.email if ticket else ""

        place = place_of(mail, self.desk, self.key(), customer_of)
        ticket = self._found(place.number) if place else None
        # Nothing is added to what is left of somebody who was erased.
        return (ticket, place.by) if place and ticket and ticket.email_key else (None, None)

    def _park(self, arrived: _Arrived, why: Parked, number: str = "") -> Taken:
        self.inbox.park(self._parked_mail(arrived, why, number), arrived.email_key)
        return Taken(number, why)

    def _parked_mail(self, arrived: _Arrived, why: Parked, number: str) -> ParkedMail:
        at, words = arrived.receipt.at, arrived.words
        return ParkedMail(arrived.name, why, at, arrived.envelope, words, number)

    def _is_full(self, arrived: _Arrived) -> bool:
        counted = self.inbox.counted(arrived.sender, arrived.receipt.at)
        return arrived.name not in counted and len(counted) >= MOST_AN_HOUR

    def _count(self, commit: "Transaction", arrived: _Arrived) -> None:
        hour, name = arrived.receipt.at, arrived.name
        self.inbox.count(commit, arrived.sender, hour, name, MOST_AN_HOUR)

    def _brought(self, arrived: _Arrived) -> Brought:
        return Brought(
            words=arrived.words,
            key=_key(arrived.email_key, arrived.mail.message_id),
            language=language_of(arrived.words or arrived.mail.subject),
            actor=CUSTOMER,
            channel=Channel.MAIL,
            envelope=arrived.envelope,
            also=lambda commit: self._count(commit, arrived),
        )


def _arrived(mail: IncomingMail, receipt: Receipt) -> _Arrived:
    is_proved = mail.is_proved and receipt.passes_dmarc and not receipt.is_spam
    envelope = envelope_of(mail, receipt, is_proved=is_proved)
    name = name_of(mail, is_proved=is_proved)
    return _Arrived(mail, receipt, envelope, name, _words(mail))


def _parked(arrived: _Arrived) -> Parked | None:
    """Why the mail is parked whoever wrote it."""
    if arrived.receipt.has_virus:
        return Parked.VIRUS
    if arrived.mail.parked:
        return arrived.mail.parked
    return None if arrived.words else Parked.EMPTY


def _words(mail: IncomingMail) -> str:
    """What the mail says; one without text says its subject, or what its files are called."""
    names = ", ".join(each.name for each in mail.attachments)
    return (mail.words or mail.subject or names)[:MOST_WORDS].strip()


def _with_subject(arrived: _Arrived) -> str:
    subject = arrived.envelope.subject
    if not subject or arrived.words.startswith(subject):
        return arrived.words
    return f"{subject}\n\n{arrived.words}"[:MOST_WORDS].strip()


def _root(mail: IncomingMail) -> str:
    """The mail with which its conversation began, as its program says."""
    return mail.references[-1] if mail.references else mail.message_id


def _conversation(email_key: str, message_id: str) -> str:
    """The name of what a customer began with that mail."""
    return f"mail#{_key(email_key, message_id).digest}"


def _key(email_key: str, message_id: str) -> Key:
    return Key(Channel.MAIL, f"{email_key} {message_id}")


def _placed(thread: Thread, message_id: str) -> Placed | None:
    """That mail of the customer's in the thread, or in what was merged into it."""
    theirs = (each for each in thread.line if each.message.entry.actor == CUSTOMER)
    mails = ((each, each.message.envelope) for each in theirs)
    return next((each for each, mail in mails if mail and mail.message_id == message_id), None)
