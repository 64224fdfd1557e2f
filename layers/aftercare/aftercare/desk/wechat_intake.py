"""Takes what comes by WeChat: into the ticket of whom it is bound to, or kept until they bind."""

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.commits import Key
from aftercare.desk.model import Channel
from aftercare.desk.moves import Verb
from aftercare.desk.service import About, Brought, TicketService
from aftercare.desk.steps import words_in
from aftercare.desk.ticket import Proof, Thread, Topic
from aftercare.desk.wechat.model import Kind, Received
from aftercare.desk.wechat.people import MOST_KEPT, Kept, Person
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import NotFoundError, RefusedError
from aftercare.kernel.fresh import on_fresh_state

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.desk.wechat_store import Link, WeChatStore

_TOKEN_BITS = 160


class LinkInvalidError(NotFoundError):
    """The link is none of ours, is over, or bound somebody; all look the same."""

    code = "wechat_link_invalid"

    def __init__(self) -> None:
        super().__init__("This link no longer works. Write to us on WeChat again for a new one.")


class NonceReusedError(RefusedError):
    """A signature came with another message than before: whoever sent it did not sign it."""

    code = "wechat_nonce_reused"

    def __init__(self) -> None:
        super().__init__("That signature belongs to another message.")


class Taken(NamedTuple):
    """What became of a message: the number of its ticket, or what a link to bind ends with."""

    number: str = ""
    token: str = ""


class Invitation(NamedTuple):
    """What a page asks before it binds: when somebody wrote, and how often, and no word of it."""

    first_at: "datetime | None"
    messages: int


@dataclass(frozen=True, slots=True)
class WeChatIntake(TicketService):
    """Messages of the service account. The same message is taken once, however often it comes."""

    wechat: "WeChatStore"

    @on_fresh_state
    def take(self, received: Received, nonce: str, language: str) -> Taken:
        """Takes what came; events are nobody's words, and open nothing.

        What somebody writes who is not bound is kept, up to 20 messages, and opens nothing: they
        get a link that leads to the portal (R-DSK-69).

        Raises:
            NonceReusedError: The signature came with another message before.
            TooManyMessagesError: They wrote too much today.
            NobodyToAnswerError: Nobody knows an address of the mailbox that they bound.
            StaleWriteError, BusyError: Others write the same; try again.
        """
        now = self.clock()
        if not self.wechat.first_seen(nonce, f"{received.openid} {received.sent_as}", now):
            raise NonceReusedError
        if received.kind in {Kind.UNSUBSCRIBED, Kind.OTHER}:
            return Taken()
        person = self.wechat.person(received.openid)
        if received.kind is Kind.SUBSCRIBED:
            return Taken() if person.is_bound else self._invited(person)
        message = Kept(received.sent_as, now, received.words)
        if person.is_bound:
            self._join(person, language)
            return Taken(self._said(person, message, language).ticket.number)
        kept = self.wechat.kept(person.openid)
        is_new = message.sent_as not in {each.sent_as for each in kept}
        if is_new and len(kept) < MOST_KEPT:
            self.wechat.keep(person, message)
        return self._invited(person)

    def invitation(self, token: str) -> Invitation:
        """What the link's page says, to whoever has the link: it may have been passed on.

        Raises:
            LinkInvalidError: It is none of ours, or is over, or bound somebody.
        """
        link = self._link(token)
        if link.used_by:
            raise LinkInvalidError
        kept = self.wechat.kept(link.openid)
        return Invitation(kept[0].at if kept else None, len(kept))

    @on_fresh_state
    def bind(self, token: str, email_key: str, email: str, language: str) -> str:
        """Binds who wrote to the mailbox of whoever says so, once and for all (R-DSK-70).

        What was kept joins their ticket, whose number it returns: empty if nothing was kept. Only
        what comes by WeChat is answered there; no earlier ticket is shown to it. A repeat by the
        same mailbox goes on where the first one was stopped.

        Raises:
            LinkInvalidError: It is none of ours, is over, or is bound to another mailbox.
            NobodyToAnswerError: Nobody knows an address of that mailbox.
            StaleWriteError, BusyError: Others write the same; try again.
        """
        link = self._link(token)
        person = self.wechat.person(link.openid)
        if link.used_by not in {"", email_key} or person.email_key not in {"", email_key}:
            raise LinkInvalidError
        if not person.is_bound:
            self.people.find(email_key, email=email)
            now = self.clock()
            person = replace(person, email_key=email_key, email=email, bound_at=now)
            self.wechat.bind(person, token)
            person = self.wechat.person(person.openid)
        return self._join(person, language)

    def _link(self, token: str) -> "Link":
        link = self.wechat.link(token)
        if link is None or (self.clock() >= link.until and not link.used_by):
            raise LinkInvalidError
        return link

    def _invited(self, person: Person) -> Taken:
        token = f"{self.entropy(_TOKEN_BITS):040x}"
        self.wechat.invite(person.openid, token, self.clock())
        return Taken(token=token)

    def _join(self, person: Person, language: str) -> str:
        """Takes what was kept to the person's ticket, oldest first. Safe to repeat."""
        number = ""
        for message in self.wechat.kept(person.openid):
            number = self._said(person, message, language).ticket.number
            self.wechat.drop(person.openid, message)
        return number

    def _said(self, person: Person, message: Kept, language: str) -> Thread:
        brought = self._brought_by(person, message, language)
        if seen := self._seen(brought.key):
            return seen
        # Hashed: the name outlives the person.
        bound = Key(Channel.WECHAT, f"{person.openid} bound {person.bound_at}")
        conversation = f"wechat#{bound.digest}"
        if begun := self.store.current(conversation):
            return self._continued(self._known(begun), brought)
        customer = self.people.find(person.email_key, email=person.email)
        customer = customer._replace(proof=Proof.WECHAT)
        new = self._new(person.email_key, customer, About(Topic.OTHER), brought)
        return self._opened(new, brought.as_act(Verb.OPEN), conversation)

    def _brought_by(self, person: Person, message: Kept, language: str) -> Brought:
        now = self.wechat.person(person.openid)
        return Brought(
            words_in(message.words),
            Key(Channel.WECHAT, f"{person.openid} {message.sent_as}"),
            language,
            CUSTOMER,
            Channel.WECHAT,
            also=partial(self.wechat.wrote, person=now, message=message),
        )
