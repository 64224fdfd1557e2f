"""The one table of a ticket's moves: which verb takes it from which state to which, and whose.

A verb and a state have one state after them, so that a ticket's state is a fold of its entries. A
verb that the table does not have for a state is refused, with both named (R-DSK-10).
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.errors import RefusedError


class TicketState(StrEnum):
    """Whom a ticket waits for. Replied: the customer wrote after it was resolved.

    Merged: it goes on in another ticket, and waits for nobody.
    """

    NEW = "new"
    OPEN = "open"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_THIRD = "waiting_third"
    TIER2_QA = "tier2_qa"
    LEGAL = "legal"
    RESOLVED = "resolved"
    REPLIED = "replied"
    CLOSED = "closed"
    MERGED = "merged"


class Verb(StrEnum):
    """What is done to a ticket; each leaves one entry of that kind."""

    OPEN = "open"
    WRITE = "write"
    ACKNOWLEDGE = "acknowledge"
    TAKE = "take"
    NOTE = "note"
    REPLY = "reply"
    ASK = "ask"
    REMIND = "remind"
    AWAIT_THIRD = "await_third"
    RESUME = "resume"
    ESCALATE = "escalate"
    ESCALATE_FURTHER = "escalate_further"
    HAND_BACK = "hand_back"
    APPEAL = "appeal"
    APPEAL_FURTHER = "appeal_further"
    HAND_OVER = "hand_over"
    RESOLVE = "resolve"
    NO_ACTION = "no_action"
    UNCONFIRMED = "unconfirmed"
    REOPEN = "reopen"
    CLOSE = "close"
    MERGE = "merge"
    UNMERGE = "unmerge"
    JOIN = "join"
    LEAVE = "leave"


MERGING = frozenset({Verb.MERGE, Verb.UNMERGE, Verb.JOIN, Verb.LEAVE})
"""Of two tickets at once: one merges with another, which joins it; one parts with the other."""


class Party(StrEnum):
    """Who acts: the part of an actor before the colon."""

    CUSTOMER = "customer"
    STAFF = "staff"
    CLIENT = "client"
    SYSTEM = "system"


class Move(NamedTuple):
    """One row: the verb, from these states (none: there is no ticket) to that one (none: it stays).

    `is_public` says whether the customer sees its entry.
    """

    verb: Verb
    by: AbstractSet[Party]
    before: AbstractSet[TicketState | None]
    after: TicketState | None
    is_public: bool = False


class MoveRefusedError(RefusedError):
    """The verb does nothing to a ticket of that state."""

    code = "ticket_move_refused"

    def __init__(self, state: TicketState | None, verb: Verb) -> None:
        named = state or "not there"
        super().__init__(
            f"A ticket that is “{named}” takes no “{verb}”.", ticket_state=named, verb=verb
        )
        self.state, self.verb = state, verb


def party_of(actor: Actor) -> str:
    return actor.partition(":")[0]


_S = TicketState
_STAFF = frozenset({Party.STAFF})
_SYSTEM = frozenset({Party.SYSTEM})
_EITHER = _STAFF | _SYSTEM
# Stores' and sellers' systems pass on what a customer says.
_CUSTOMERS = frozenset({Party.CUSTOMER, Party.CLIENT})
# Staff at the console, or a store's own till.
_COUNTERS = frozenset({Party.STAFF, Party.CLIENT})
_WISHES = frozenset({Party.CUSTOMER})
TIERS = frozenset({_S.TIER2_QA, _S.LEGAL})
"""Where a formal review is made; the agent goes on speaking with the customer."""
UNRESOLVED = frozenset({_S.NEW, _S.OPEN, _S.WAITING_CUSTOMER, _S.WAITING_THIRD}) | TIERS
"""Somebody still has to do something for the customer's problem."""


def _rows() -> Iterator[Move]:
    new, opened, asked, third = {_S.NEW}, {_S.OPEN}, {_S.WAITING_CUSTOMER}, {_S.WAITING_THIRD}
    yield Move(Verb.OPEN, _CUSTOMERS | _STAFF, {None}, _S.NEW, is_public=True)
    # The customer.
    stays = {*new, *opened, *third, *TIERS, _S.REPLIED}
    yield Move(Verb.WRITE, _CUSTOMERS, stays, None, is_public=True)
    yield Move(Verb.WRITE, _CUSTOMERS, asked, _S.OPEN, is_public=True)
    yield Move(Verb.WRITE, _CUSTOMERS, {_S.RESOLVED}, _S.REPLIED, is_public=True)
    # A customer who is not content has the next tier look at it (R-DSK-85).
    appealed = {*opened, *asked, *third, _S.RESOLVED, _S.REPLIED}
    yield Move(Verb.APPEAL, _WISHES, appealed, _S.TIER2_QA, is_public=True)
    yield Move(Verb.APPEAL_FURTHER, _WISHES, appealed, _S.LEGAL, is_public=True)
    # The desk speaks.
    living = UNRESOLVED | {_S.RESOLVED, _S.REPLIED}
    yield Move(Verb.ACKNOWLEDGE, _SYSTEM, living, None, is_public=True)
    yield Move(Verb.REPLY, _STAFF, new, _S.OPEN, is_public=True)
    yield Move(Verb.REPLY, _STAFF, {_S.REPLIED}, _S.RESOLVED, is_public=True)
    spoken = living - {_S.NEW, _S.REPLIED}
    yield Move(Verb.REPLY, _STAFF, spoken, None, is_public=True)
    asks = {*new, *opened, *asked, *third}
    yield Move(Verb.ASK, _STAFF, asks, _S.WAITING_CUSTOMER, is_public=True)
    yield Move(Verb.REMIND, _SYSTEM, asked, None, is_public=True)
    # The desk works.
    yield Move(Verb.TAKE, _STAFF, new, _S.OPEN)
    yield Move(Verb.NOTE, _STAFF, living | {_S.CLOSED}, None)
    yield Move(Verb.AWAIT_THIRD, _STAFF, {*new, *opened, *asked}, _S.WAITING_THIRD)
    yield Move(Verb.RESUME, _EITHER, {*asked, *third}, _S.OPEN)
    yield Move(Verb.ESCALATE, _EITHER, {*new, *opened, *asked, *third}, _S.TIER2_QA)
    yield Move(Verb.ESCALATE_FURTHER, _EITHER, {_S.TIER2_QA}, _S.LEGAL)
    yield Move(Verb.HAND_BACK, _STAFF, TIERS, _S.OPEN)
    # What came for the ticket and is not proved to be its customer's: it moves nothing.
    yield Move(Verb.UNCONFIRMED, _SYSTEM, living | {_S.CLOSED}, None)
    # The customer comes to a counter: whoever waits for them does so no longer.
    yield Move(Verb.HAND_OVER, _COUNTERS, {None}, _S.OPEN, is_public=True)
    yield Move(Verb.HAND_OVER, _COUNTERS, {*new, *asked}, _S.OPEN, is_public=True)
    yield Move(Verb.HAND_OVER, _COUNTERS, living - {*new, *asked}, None, is_public=True)
    # The end. A customer who does not answer was answered, by whoever asked.
    answerable = UNRESOLVED - {_S.WAITING_CUSTOMER}
    yield Move(Verb.RESOLVE, _STAFF, answerable, _S.RESOLVED, is_public=True)
    yield Move(Verb.RESOLVE, _EITHER, asked, _S.RESOLVED, is_public=True)
    yield Move(Verb.NO_ACTION, _STAFF, {_S.REPLIED}, _S.RESOLVED)
    reopens = {_S.RESOLVED, _S.REPLIED}
    yield Move(Verb.REOPEN, _STAFF | {Party.CUSTOMER}, reopens, _S.OPEN)
    yield Move(Verb.CLOSE, _SYSTEM, {_S.RESOLVED}, _S.CLOSED)
    yield from _of_two(living)


def _of_two(living: AbstractSet[TicketState]) -> Iterator[Move]:
    """Two tickets become one, and two again (R-DSK-80, R-DSK-82), in the state `merged_state`."""
    yield Move(Verb.MERGE, _STAFF, living, None, is_public=True)
    yield Move(Verb.UNMERGE, _STAFF, living, None, is_public=True)
    yield Move(Verb.JOIN, _STAFF, living, _S.MERGED)
    yield Move(Verb.LEAVE, _STAFF, {_S.MERGED}, None, is_public=True)


MOVES = tuple(_rows())
_BY_PLACE = {(move.verb, state): move for move in MOVES for state in move.before}


def move_of(state: TicketState | None, verb: Verb) -> Move:
    """The row of that verb for a ticket of that state.

    Raises:
        MoveRefusedError: It is not in the table.
    """
    try:
        return _BY_PLACE[verb, state]
    except KeyError:
        raise MoveRefusedError(state, verb) from None


def moved(state: TicketState | None, verb: Verb) -> TicketState:
    """The state that the verb leads to.

    Raises:
        MoveRefusedError: It does nothing to a ticket of that state.
    """
    after = move_of(state, verb).after or state
    if after is None:
        raise MoveRefusedError(state, verb)
    return after


def merged_state(winner: TicketState, loser: TicketState) -> TicketState:
    """The state of the ticket that two become: whoever had something to do still has (R-DSK-83)."""
    both = {winner, loser}
    if both == {_S.NEW}:
        return _S.NEW
    if tier := next((each for each in (_S.LEGAL, _S.TIER2_QA) if each in both), None):
        return tier
    if both & {_S.NEW, _S.OPEN} or both == {_S.REPLIED, _S.WAITING_CUSTOMER}:
        return _S.OPEN
    order = (_S.WAITING_THIRD, _S.WAITING_CUSTOMER, _S.REPLIED)
    return next((each for each in order if each in both), _S.RESOLVED)


def require_entry(state: TicketState | None, verb: Verb, actor: Actor, *, is_public: bool) -> None:
    """Holds an entry that is about to be committed against the table.

    Raises:
        MoveRefusedError: The verb does nothing to a ticket of that state.
        ValueError: It is not that actor's, or shown to the wrong people: a mistake of ours.
    """
    move = move_of(state, verb)
    if party_of(actor) not in move.by:
        raise ValueError(f"{verb} of a ticket that is {state} is not for {party_of(actor)}")
    if is_public is not move.is_public:
        raise ValueError(f"{verb} is {'public' if move.is_public else 'internal'}")
