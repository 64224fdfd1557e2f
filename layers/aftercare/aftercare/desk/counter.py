"""What a store's counter does: redeem a hand-over code, and work on that ticket for some hours."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from aftercare.access.model import Count, count_of
from aftercare.desk.agents import Done, StaffActs, possible
from aftercare.desk.conversations import behind
from aftercare.desk.errors import (
    CounterOverError,
    HandOverRefusedError,
    HandOverUnreadableError,
    NobodyToAnswerError,
    StoreUnnamedError,
    TooManyTriesError,
)
from aftercare.desk.hand_over import (
    COUNTER_LASTS,
    MISSES_OF_ALL,
    MISSES_OF_STAFF,
    MOST_STORE,
    HandOver,
    digest_of,
    paper_code_in,
)
from aftercare.desk.model import Channel
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.people import buyer_of
from aftercare.desk.steps import Act
from aftercare.desk.ticket import Counter, Proof, Proved, Thread, Ticket, Topic
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import NotFoundError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id, new_ticket
from aftercare.kernel.stored import member as member_of
from aftercare.kernel.typed import one_time_code_in
from aftercare.staff.model import Handed, Member, ReadTrail
from aftercare.staff.policy import may, require

if TYPE_CHECKING:
    from aftercare.desk.hand_over_store import HandOverStore
    from aftercare.desk.store import TicketStore
    from aftercare.orders.service import OrderService

READ, REDEEM = "counter.read", "counter.redeem"
VERBS = (Verb.REPLY, Verb.RESOLVE, Verb.NOTE, Verb.REOPEN)
"""What a counter does to a ticket that was handed over to it."""
_PROVED = frozenset({Proof.ORDER_AND_MAILBOX, Proof.MAILBOX})


@dataclass(frozen=True, slots=True)
class CounterDesk(StaffActs):
    """A counter sees no ticket but those that their customers handed over to it (R-DSK-77)."""

    store: "TicketStore"
    codes: "HandOverStore"
    orders: "OrderService"
    trail: ReadTrail
    key: Callable[[], bytes]
    clock: Clock
    entropy: Entropy

    def redeem(self, member: Member, text: str, store: str) -> Thread:
        """Uses the code up; the ticket is this counter's from now on, for eight hours.

        About a return that nobody wrote about yet it opens a ticket. Wrong, old, replaced and used
        codes, and those of customers who were erased, are refused alike (R-DSK-78). The same
        member finds the ticket again by the same code. A paper code is not used up (R-DSK-57).

        Raises:
            NotPermittedError: Not with these roles.
            HandOverUnreadableError, StoreUnnamedError: No code, or no store; it is no try.
            TooManyTriesError: Too many codes of this member, or of everybody, opened nothing.
            HandOverRefusedError: The code opens nothing, now.
            StaleWriteError, BusyError: Others write to the ticket; try again.
        """
        require(member, REDEEM)
        digits, store = one_time_code_in(text) or paper_code_in(text), store_in(store)
        if not digits:
            raise HandOverUnreadableError
        mine, everybodys = self._counts(member)
        if self.codes.counted(everybodys) >= MISSES_OF_ALL.most:
            raise TooManyTriesError(_wait(everybodys, self.clock()))
        if self.codes.count(mine) > MISSES_OF_STAFF.most:
            raise TooManyTriesError(_wait(mine, self.clock()))
        try:
            thread = self._redeemed(member, digest_of(self.key(), digits), store)
        except HandOverRefusedError:
            self.codes.count(everybodys)
            raise
        self.codes.count(mine, -1)
        return thread

    def open_ticket(self, member: Member, number: str) -> Thread:
        """The ticket with all that happened to it; that it was read is written first (R-STF-05).

        Raises:
            NotPermittedError: Not with these roles.
            CounterOverError: Nobody handed it over to this member, or too long ago.
        """
        require(member, READ)
        ticket = self._handed(member, number)
        self.trail.record_read(member, ticket.ticket_id)
        return self._thread(ticket)

    def look_at(self, member: Member, number: str) -> Thread:
        """The ticket, for one of its pictures: a look leaves one trace in half an hour (R-STF-07).

        Raises:
            NotPermittedError: Not with these roles.
            CounterOverError: Nobody handed it over to this member, or too long ago.
        """
        require(member, READ)
        ticket = self._handed(member, number)
        self.trail.record_look(member, ticket.ticket_id)
        return self._thread(ticket)

    def handed(self, member: Member, number: str) -> Handed:
        """That the ticket's return was handed over to the member; of none if it has no return.

        Raises:
            NotPermittedError: Not with these roles.
            CounterOverError: Nobody handed it over to this member, or too long ago.
        """
        require(member, READ)
        return Handed(member.actor, self._handed(member, number).return_id)

    @on_fresh_state
    def act(self, member: Member, number: str, done: Done) -> Thread:
        """Does what a counter may do, on its own channel. The same form sent twice is one entry.

        Raises:
            NotPermittedError: Not with these roles.
            CounterOverError: Nobody handed it over to this member, or too long ago.
            WordsInvalidError, StaleTicketError, MoveRefusedError: As `TicketDesk.act`.
            StaleWriteError, BusyError: Others write to the ticket; try again.
        """
        require(member, f"counter.{done.verb}")
        ticket = self._handed(member, number)
        return self._acted(member, ticket, done, Channel.COUNTER, number)

    def verbs_for(self, member: Member, thread: Thread) -> tuple[Verb, ...]:
        """What the member may do to the ticket now."""
        found = possible(thread.clocks.state)
        return tuple(verb for verb in VERBS if verb in found and may(member, f"counter.{verb}"))

    @on_fresh_state
    def _redeemed(self, member: Member, digest: str, store: str) -> Thread:
        code, now = self.codes.by_digest(digest), self.clock()
        if code is None:
            raise HandOverRefusedError
        if code.used_by == member.actor:
            return self._again(member, code)
        if not code.is_live(now):
            raise HandOverRefusedError
        ticket, conversation = self._ticket(code, now)
        if ticket.email_key != code.case.email_key:
            raise HandOverRefusedError
        counter = Counter(member.actor, store, now + COUNTER_LASTS)
        if code.is_paper and ticket.is_at_counter_of(member.actor, now):
            return self._thread(ticket)
        use = partial(self.codes.use, code=code, by=member.actor, ticket_id=ticket.ticket_id)
        also = None if code.is_paper else use
        act = Act(Verb.HAND_OVER, member.actor, Channel.COUNTER, store, also=also)
        if not ticket.entries:
            return self._opened(replace(ticket, counter=counter), act, conversation)
        proofs = (*_proved_since(ticket, code), Proved(Proof.HAND_OVER, now, Channel.COUNTER))
        return self._added(self._thread(ticket), act, counter=counter, later_proofs=proofs)

    def _again(self, member: Member, code: HandOver) -> Thread:
        ticket = self._current(code.ticket_id)
        if ticket is None or not ticket.is_at_counter_of(member.actor, self.clock()):
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
        while ticket.state is TicketState.CLOSED:
            name = behind(ticket.ticket_id)
            if not (following := self.store.current(name)):
                return self._following(ticket, code, now), name
            ticket = self._current(following) or ticket
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

    def _handed(self, member: Member, number: str) -> Ticket:
        """The ticket, if its customer handed it over to the member; one answer for all others."""
        return at_counter(self._found(number), member, self.clock())

    def _counts(self, member: Member) -> tuple[Count, Count]:
        key, now = self.key(), self.clock()
        mine = count_of(key, MISSES_OF_STAFF, member.staff_id, now)
        return mine, count_of(key, MISSES_OF_ALL, "", now)


def at_counter(ticket: Ticket | None, member: Member, now: datetime) -> Ticket:
    """The ticket, if it is at that member's counter.

    Raises:
        CounterOverError: It is not; of what is not there it is the same.
    """
    if ticket is None or not ticket.is_at_counter_of(member.actor, now):
        raise CounterOverError
    return ticket


def store_in(text: str) -> str:
    """The store's name, as customers know it.

    Raises:
        StoreUnnamedError: There is none, or it is too long.
    """
    store = text.strip()
    if not 0 < len(store) <= MOST_STORE:
        raise StoreUnnamedError
    return store


def _wait(count: Count, now: datetime) -> int:
    return max(1, int((count.ends_at - now).total_seconds()))


def _proved_since(ticket: Ticket, code: HandOver) -> tuple[Proved, ...]:
    """What was proved after it was opened; of what others brought, now the mailbox."""
    if code.is_paper or _PROVED & {each.proof for each in ticket.proofs}:
        return ticket.later_proofs
    return (*ticket.later_proofs, _proved_on_the_web(Proof.MAILBOX, code))


def _proved_on_the_web(proof: Proof, code: HandOver) -> Proved:
    """Who asked for a code had signed in on the website."""
    return Proved(proof, code.asked_at, Channel.WEB)
