"""Forgets what a person brought to the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.desk.moves import Verb
from aftercare.desk.ticket import Message, Ticket
from aftercare.desk.wechat.people import Kept, Person
from aftercare.kernel.fresh import on_fresh_state

if TYPE_CHECKING:
    from aftercare.desk.hand_over_store import HandOverStore
    from aftercare.desk.inbox_store import InboxStore
    from aftercare.desk.raw_store import RawMails
    from aftercare.desk.store import TicketStore
    from aftercare.desk.wechat_store import WeChatStore


@dataclass(frozen=True, slots=True)
class TicketErasing:
    """What the desk holds of a person, and how it forgets it (R-ERA-01).

    What stays of a ticket is when something happened: the figures of the desk are made of it.
    """

    store: "TicketStore"
    inbox: "InboxStore"
    wechat: "WeChatStore"
    mails: "RawMails"
    codes: "HandOverStore"

    def held(self, email_key: str) -> tuple[tuple[Ticket, tuple[Message, ...]], ...]:
        """The person's tickets, newest first, with everything that was written.

        What came for a ticket and is not proved to be theirs is left out: it may be another's.
        """
        found = self.store.of_customer(email_key)
        return tuple((ticket, self._messages(ticket)) for ticket in found)

    def ids(self, email_key: str, is_before: Callable[[datetime | None], bool]) -> tuple[str, ...]:
        """The tickets that were opened until then: their pictures are under these ids."""
        found = self.store.of_customer(email_key)
        return tuple(each.ticket_id for each in found if is_before(each.opened_at))

    def at_wechat(self, email_key: str) -> tuple[tuple[Person, tuple[Kept, ...]], ...]:
        """Who the person is at WeChat, and what they wrote there that is in no ticket yet."""
        people = map(self.wechat.person, self.wechat.of_mailbox(email_key))
        return tuple((each, self.wechat.kept(each.openid)) for each in people)

    def erase(self, email_key: str, is_before: Callable[[datetime | None], bool]) -> int:
        """Empties the tickets that were opened until then; returns how many. Safe to repeat.

        Their raw mails go, parked mails that say that they are from the person, and who they are
        at WeChat.
        Hand-over codes go whenever they were asked for: whoever still comes asks for another one.

        Raises:
            StaleWriteError: Others write to one of them; try again.
        """
        self.codes.forget(email_key)
        found = [each for each in self.store.of_customer(email_key) if is_before(each.opened_at)]
        for ticket in found:
            self._forget(ticket.ticket_id)
        for parked in self.inbox.of_sender(email_key):
            if is_before(parked.at):
                self.mails.purge(parked.envelope.raw)
                self.inbox.forget(parked)
        for openid in self.wechat.of_mailbox(email_key):
            person = self.wechat.person(openid)
            if is_before(person.bound_at):
                self.wechat.forget(person)
        return len(found)

    def _messages(self, ticket: Ticket) -> tuple[Message, ...]:
        found = self.store.own_messages(ticket.ticket_id)
        return tuple(each for each in found if each.entry.verb is not Verb.UNCONFIRMED)

    @on_fresh_state
    def _forget(self, ticket_id: str) -> None:
        ticket = self.store.get(ticket_id)
        if ticket:
            messages = self.store.own_messages(ticket_id)
            for envelope in filter(None, (each.envelope for each in messages)):
                self.mails.purge(envelope.raw)
            self.store.forget(ticket, messages)
