"""Redeems hand-over codes: at the console of a counter, and at a store's own till."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from aftercare.access.model import Limit, count_of
from aftercare.desk.conversations import behind
from aftercare.desk.errors import (
    HandOverRefusedError,
    HandOverUnreadableError,
    NobodyToAnswerError,
    StoreUnnamedError,
    TooManyTriesError,
)
from aftercare.desk.hand_over import (
    COUNTER_LASTS,
    MISSES_OF_ALL,
    HandOver,
    digest_of,
    paper_code_in,
)
from aftercare.desk.model import Channel
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.people import buyer_of
from aftercare.desk.steps import Act, TicketSteps
from aftercare.desk.ticket import MOST_STORE, Counter, Message, Proof, Proved, Thread, Ticket, Topic
from aftercare.kernel.actor import Actor
from aftercare.kernel.errors import NotFoundError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import new_id, new_ticket
from aftercare.kernel.stored import member as member_of
from aftercare.kernel.typed import one_time_code_in

if TYPE_CHECKING:
    from aftercare.desk.hand_over_store import HandOverStore
    from aftercare.orders.service import OrderService

_PROVED = frozenset({Proof.ORDER_AND_MAILBOX, Proof.MAILBOX})
_NOTHING_TO_ASK = frozenset({Proof.ORDER_AND_MAILBOX, Proof.RECEIPT})


class Redeeming(TicketSteps):
    """For services that redeem codes. Whoever redeemed one works on its ticket for eight hours."""

    __slots__ = ()

    codes: "HandOverStore"
    orders: "OrderService"
    key: Callable[[], bytes]

    def _redeem(self, by: Actor, misses: Limit, subject: str, text: str, store: str) -> Thread:
        """The ticket that the code in the text opens; a text without a code is no try.

        A try is counted before the look, and given back if it finds something. So a hundred at once
        are no way around the limit.

        Raises:
            HandOverUnreadableError, StoreUnnamedError: No code, or no store.
            TooManyTriesError: Too many codes of the subject, or of everybody, opened nothing.
            HandOverRefusedError: The code opens nothing, now.
            StaleWriteError, BusyError: Others write to the ticket; try again.
        """
        digits, store = one_time_code_in(text) or paper_code_in(text), store_in(store)
        if not digits:
            raise HandOverUnreadableError
        key, now = self.key(), self.clock()
        mine, everybodys = (
            count_of(key, misses, subject, now),
            count_of(key, MISSES_OF_ALL, "", now),
        )
        if self.codes.counted(everybodys) >= MISSES_OF_ALL.most:
            raise TooManyTriesError(everybodys.wait(now))
        if self.codes.count(mine) > misses.most:
            raise TooManyTriesError(mine.wait(now))
        try:
            thread = self._redeemed(by, digest_of(key, digits), store)
        except HandOverRefusedError:
            self.codes.count(everybodys)
            raise
        self.codes.count(mine, -1)
        return thread

    @on_fresh_state
    def _redeemed(self, by: Actor, digest: str, store: str) -> Thread:
        code, now = self.codes.by_digest(digest), self.clock()
        if code is None:
            raise HandOverRefusedError
        if code.used_by == by:
            return self._again(by, code)
        if not code.is_live(now):
            raise HandOverRefusedError
        ticket, conversation = self._ticket(code, now)
        if ticket.email_key != code.case.email_key:
            raise HandOverRefusedError
        counter = Counter(by, store, now + COUNTER_LASTS)
        if code.is_paper and ticket.is_at_counter_of(by, now):
            return self._thread(ticket)
        use = partial(self.codes.use, code=code, by=by, ticket_id=ticket.ticket_id)
        also = None if code.is_paper else use
        act = Act(Verb.HAND_OVER, by, Channel.COUNTER, store, also=also)
        if not ticket.entries:
            return self._opened(replace(ticket, counter=counter), act, conversation)
        proofs = (*_proved_since(ticket, code), Proved(Proof.HAND_OVER, now, Channel.COUNTER))
        return self._added(self._thread(ticket), act, counter=counter, later_proofs=proofs)

    def _again(self, by: Actor, code: HandOver) -> Thread:
        ticket = self._current(code.ticket_id)
        if ticket is None or not ticket.is_at_counter_of(by, self.clock()):
            raise HandOverRefusedError
        return self._thread(ticket)

    def _ticket(self, code: HandOver, now: datetime) -> tuple[Ticket, str]:
        """The case's ticket; or a new one, which follows a closed one or is a return's first.

        With the new one's conversation.
        """
        case = code.case
        begun = self.store.current(case.name) or case.ticket_id
        ticket = self._current(begun) if begun else None
        if ticket is None:
            return self._first(code, now), case.name
        ticket = self._last_of(ticket)
        if ticket.state is TicketState.CLOSED:
            return self._following(ticket, code, now), behind(ticket.ticket_id)
        return ticket, ""

    def _first(self, code: HandOver, now: datetime) -> Ticket:
        """The first ticket about a return; it has the return's number unless that is taken."""
        case = code.case
        if not case.return_id:
            raise HandOverRefusedError
        try:
            buyer = buyer_of(self.orders.owned(case.order_number, case.email_key))
        except (NotFoundError, NobodyToAnswerError):
            raise HandOverRefusedError from None
        number = case.return_number
        if not number or self.store.id_of(number):
            number = new_ticket(self.entropy)
        return Ticket(
            ticket_id=new_id("tkt", now, self.entropy),
            number=number,
            email_key=case.email_key,
            email=buyer.email,
            language=case.language,
            market=buyer.market,
            channel=Channel.COUNTER,
            lane=buyer.lane,
            topic=member_of(Topic, case.topic),
            proof=Proof.HAND_OVER,
            opened_at=now,
            order_number=case.order_number,
            return_id=case.return_id,
            worth=buyer.worth,
            later_proofs=(_proved_on_the_web(buyer.proof, code),),
        )

    def _following(self, closed: Ticket, code: HandOver, now: datetime) -> Ticket:
        """What goes on after a closed ticket, with everything that its customer proved."""
        first = Proved(closed.proof, closed.opened_at, closed.channel)
        return replace(
            closed,
            ticket_id=new_id("tkt", now, self.entropy),
            number=new_ticket(self.entropy),
            channel=Channel.COUNTER,
            proof=Proof.HAND_OVER,
            opened_at=now,
            state=TicketState.NEW,
            entries=0,
            follows=closed.number,
            look_at=None,
            claim=None,
            partner="",
            later_proofs=(first, *_proved_since(closed, code)),
            version=None,
        )


def is_for_counters(message: Message) -> bool:
    """What the customer sees, and what counters noted: notes of agents are for the desk alone."""
    return message.entry.is_public or message.entry.channel is Channel.COUNTER


def asks_nothing(ticket: Ticket) -> bool:
    """Whether the customer has proved all that a counter may need."""
    return any(each.proof in _NOTHING_TO_ASK for each in ticket.proofs)


def store_in(text: str) -> str:
    """The store's name, as customers know it.

    Raises:
        StoreUnnamedError: There is none, or it is too long.
    """
    store = text.strip()
    if not 0 < len(store) <= MOST_STORE:
        raise StoreUnnamedError
    return store


def _proved_since(ticket: Ticket, code: HandOver) -> tuple[Proved, ...]:
    """What was proved after it was opened; of what others brought, now the mailbox."""
    if code.is_paper or _PROVED & {each.proof for each in ticket.proofs}:
        return ticket.later_proofs
    return (*ticket.later_proofs, _proved_on_the_web(Proof.MAILBOX, code))


def _proved_on_the_web(proof: Proof, code: HandOver) -> Proved:
    """Who asked for a code had signed in on the website."""
    return Proved(proof, code.asked_at, Channel.WEB)
