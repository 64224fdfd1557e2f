"""Sends answers by WeChat, beside their mails: to who wrote there last, as long as WeChat does."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from aftercare.desk.commits import Key
from aftercare.desk.model import Channel
from aftercare.desk.moves import Party, party_of
from aftercare.desk.steps import terms_of
from aftercare.desk.ticket import Thread, thread_of
from aftercare.desk.wechat.people import Person, Quota, quota
from aftercare.desk.wechat.sending import Sent, fitting
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.timeline import Entry

if TYPE_CHECKING:
    from aftercare.desk.store import TicketStore
    from aftercare.desk.wechat.sending import WeChatApi
    from aftercare.desk.wechat_store import WeChatStore

_THEIRS = frozenset({Party.CUSTOMER, Party.CLIENT})


class NotSent(StrEnum):
    """Why an answer goes by mail alone."""

    # Five went since they wrote, or 48 hours are over.
    NO_QUOTA = "no_quota"
    # It went before, or somebody began to send it and may have.
    BEFORE = "before"
    # WeChat does not say whether it took it.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class WeChatWriters:
    """Who at WeChat an answer to a ticket goes to."""

    store: "TicketStore"
    wechat: "WeChatStore"
    clock: Clock

    def quota(self, thread: Thread) -> Quota | None:
        """What WeChat still passes on to who wrote last; none if that came another way."""
        person = self.writer(thread)
        return quota(person, self.clock()) if person else None

    def writer(self, thread: Thread) -> Person | None:
        """Whoever wrote the customer's last message, if it came by WeChat (R-DSK-92).

        They are known by that very message: nobody else who is bound to the mailbox reads the
        answer. What came to a ticket that was merged is in the line under its own number.
        """
        theirs = (e for e in reversed(thread.line) if party_of(e.message.entry.actor) in _THEIRS)
        last = next(theirs, None)
        if last is None or last.message.entry.channel is not Channel.WECHAT:
            return None
        place = self.store.id_of(last.number), last.message.entry.number
        people = map(self.wechat.person, self.wechat.of_mailbox(thread.ticket.email_key))
        return next((each for each in people if self._wrote(each) == place), None)

    def _wrote(self, person: Person) -> tuple[str, int] | None:
        """The ticket, and which of its entries, that has what the person wrote last."""
        came = self.store.came(Key(Channel.WECHAT, f"{person.openid} {person.last_sent_as}"))
        return (came.ticket_id, came.number) if came else None


@dataclass(frozen=True, slots=True)
class WeChatAnswers:
    """Answers as the mailer sends them, once their mail is on its way."""

    writers: WeChatWriters
    api: "WeChatApi"

    def answer(self, entry: Entry, more: Callable[[str], str]) -> Sent | NotSent | None:
        """Sends the answer of that entry to who wrote last, at most once (R-DSK-92).

        None if there is nobody at WeChat to send it to. It counts before it is sent, and is not
        tried again: its mail is the other way. `more` says in a language that the rest is there.

        Raises:
            StaleWriteError, BusyError: The person writes, or is answered, all the time; try again.
        """
        store = self.writers.store
        ticket = store.get(entry.subject)
        if ticket is None or not ticket.email_key:
            return None
        messages, number = store.messages(ticket.ticket_id), entry.fact("number", int)
        thread = thread_of(ticket, messages[: ticket.entries], terms_of(ticket))
        said = next((each.words for each in messages if each.entry.number == number), "")
        claimed = self._claimed(thread, entry.entry_id) if said else None
        if not isinstance(claimed, Person):
            return claimed
        try:
            return self.api.send(claimed.openid, fitting(said, more(ticket.language)))
        except UnavailableError:
            return NotSent.UNKNOWN

    @on_fresh_state
    def _claimed(self, thread: Thread, entry_id: str) -> Person | NotSent | None:
        """Who gets the answer, which counts from now on."""
        wechat, now = self.writers.wechat, self.writers.clock()
        person = self.writers.writer(thread)
        if person is None:
            return None
        if wechat.was_answered(person, entry_id):
            return NotSent.BEFORE
        if not quota(person, now).left:
            return NotSent.NO_QUOTA
        wechat.answered(person, entry_id, now)
        return person
