"""The one table of moves: which verb takes a return from which status to which, and whose it is.

A verb that the table does not have for a status is refused, with both named (R-RET-50). Which staff
may call a verb says the matrix of roles (staff/matrix); the table names the matrix's verb. Every
commit of a step is held against the table: see `require_entry`.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.errors import RefusedError
from aftercare.returns import events


class ReturnStatus(StrEnum):
    """How far a return has come. A draft holds no units; what ends a return gives them back."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_EVIDENCE = "needs_evidence"
    APPROVED = "approved"
    LABEL_READY = "label_ready"
    IN_TRANSIT = "in_transit"
    ARRIVED = "arrived"
    INSPECTED = "inspected"
    RESOLVING = "resolving"
    CLOSED = "closed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    DISCARDED = "discarded"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    LOST = "lost"


class Verb(StrEnum):
    """What can be done to a return."""

    BEGIN = "begin"
    REMIND = "remind"
    DISCARD = "discard"
    LAPSE = "lapse"
    SUBMIT = "submit"
    SCREEN = "screen"
    DECIDE = "decide"
    CONFIRM = "confirm"
    HAND_BACK = "hand_back"
    ASK_EVIDENCE = "ask_evidence"
    ANSWER = "answer"
    END_REQUEST = "end_request"
    WITHDRAW_REQUEST = "withdraw_request"
    SCREEN_FURTHER = "screen_further"
    ATTACH_LABEL = "attach_label"
    NOTE_LABEL_FAILURE = "note_label_failure"
    ADD_PARCEL = "add_parcel"
    LABEL_PARCEL = "label_parcel"
    WARN_OF_PARCEL = "warn_of_parcel"
    EXPIRE_PARCEL = "expire_parcel"
    WARN_OF_EXPIRY = "warn_of_expiry"
    EXPIRE = "expire"
    CANCEL = "cancel"
    SCAN = "scan"
    SCAN_PARCEL = "scan_parcel"
    NOTE_VOIDED_LABEL = "note_voided_label"
    DECLARE_LOST = "declare_lost"
    LOSE_PARCEL = "lose_parcel"
    HAND_IN = "hand_in"
    RECEIVE = "receive"
    INSPECT = "inspect"
    INSPECT_PARCEL = "inspect_parcel"
    RESOLVE = "resolve"
    REFUND_UNRECEIVED = "refund_unreceived"
    CLOSE = "close"
    NOTE_REFUND = "note_refund"
    NOTE_REPLACEMENT = "note_replacement"
    NOTE_FAILURE = "note_failure"
    WARN_OF_PROMISE = "warn_of_promise"
    REOPEN = "reopen"
    ERASE = "erase"


class Party(StrEnum):
    """Who acts: the part of an actor before the colon."""

    CUSTOMER = "customer"
    STAFF = "staff"
    CLIENT = "client"
    SYSTEM = "system"
    OPERATOR = "operator"


class Move(NamedTuple):
    """One row: the verb, from these statuses to that one (none: it stays), with that entry.

    `permission` is the verb of the matrix that staff need.
    """

    verb: Verb
    by: AbstractSet[Party]
    before: AbstractSet[ReturnStatus]
    after: ReturnStatus | None
    entry: str
    permission: str = ""

    def leads_to(self, status: ReturnStatus) -> bool:
        """Whether a return may have that status after it."""
        return status is self.after or (self.after is None and status in self.before)


class MoveRefusedError(RefusedError):
    """The verb does nothing to a return of that status."""

    code = "move_refused"

    def __init__(self, status: ReturnStatus, verb: Verb) -> None:
        super().__init__(
            f"A return that is “{status}” takes no “{verb}”.", return_status=status, verb=verb
        )
        self.status, self.verb = status, verb


_S = ReturnStatus
_CUSTOMER = frozenset({Party.CUSTOMER})
_STAFF = frozenset({Party.STAFF})
_SYSTEM = frozenset({Party.SYSTEM})
_ERASERS = frozenset({Party.SYSTEM, Party.OPERATOR})
_OWNERS = frozenset({Party.CUSTOMER, Party.STAFF})
_STORES = frozenset({Party.CLIENT})
_PLACES = frozenset({Party.CLIENT, Party.STAFF})
_ANYWHERE = frozenset(ReturnStatus)
_BEFORE_THE_FIRST_SCAN = frozenset(
    {_S.SUBMITTED, _S.IN_REVIEW, _S.NEEDS_EVIDENCE, _S.APPROVED, _S.LABEL_READY}
)
# Where a later parcel's label may still be used, or is still to be voided.
_LABELLED = _ANYWHERE - {
    _S.DRAFT,
    _S.SUBMITTED,
    _S.DISCARDED,
    _S.LAPSED,
    _S.CANCELLED,
    _S.EXPIRED,
}
_ENDED = frozenset({_S.DECLINED, _S.CANCELLED, _S.EXPIRED, _S.LOST, _S.CLOSED})
_TAKEN_UP = frozenset({_S.CANCELLED, _S.EXPIRED, _S.LOST})
UNLABELLED = frozenset({_S.CANCELLED, _S.EXPIRED})
"""The ends that have the return's label voided."""
_HERE = frozenset({_S.ARRIVED, _S.INSPECTED, _S.RESOLVING})
_REQUESTS = (
    events.REFUND_REQUESTED,
    events.REPLACEMENT_REQUESTED,
    events.EXCHANGE_REQUESTED,
    events.REPAIR_REQUESTED,
    events.CREDIT_REQUESTED,
)


def _rows() -> Iterator[Move]:
    draft, submitted, in_review = ({_S.DRAFT}, {_S.SUBMITTED}, {_S.IN_REVIEW})
    yield Move(Verb.BEGIN, _CUSTOMER, draft, None, events.CREATED)
    yield Move(Verb.REMIND, _SYSTEM, draft, None, events.EVIDENCE_REMINDED)
    yield Move(Verb.DISCARD, _CUSTOMER, {*draft, _S.LAPSED}, _S.DISCARDED, events.DISCARDED)
    yield Move(Verb.LAPSE, _SYSTEM, draft, _S.LAPSED, events.LAPSED)
    yield Move(Verb.SUBMIT, _CUSTOMER, draft, _S.SUBMITTED, events.SUBMITTED)
    yield Move(Verb.SCREEN, _SYSTEM, submitted, _S.APPROVED, events.APPROVED)
    yield Move(Verb.SCREEN, _SYSTEM, submitted, _S.DECLINED, events.DECLINED)
    yield Move(Verb.SCREEN, _SYSTEM, submitted, _S.IN_REVIEW, events.IN_REVIEW)
    for verb, permission in ((Verb.DECIDE, "returns.decide"), (Verb.CONFIRM, "returns.confirm")):
        yield Move(verb, _STAFF, in_review, _S.APPROVED, events.APPROVED, permission)
        yield Move(verb, _STAFF, in_review, _S.DECLINED, events.DECLINED, permission)
    yield Move(Verb.DECIDE, _STAFF, in_review, None, events.PROPOSED, "returns.decide")
    yield Move(Verb.HAND_BACK, _STAFF, in_review, None, events.HANDED_BACK, "returns.confirm")
    asks = "returns.ask_evidence"
    needs, waits = _S.NEEDS_EVIDENCE, {_S.NEEDS_EVIDENCE}
    yield Move(Verb.ASK_EVIDENCE, _STAFF, in_review, needs, events.EVIDENCE_WANTED, asks)
    yield Move(Verb.ANSWER, _CUSTOMER, waits, _S.IN_REVIEW, events.EVIDENCE_ANSWERED)
    yield Move(Verb.END_REQUEST, _SYSTEM, waits, _S.IN_REVIEW, events.EVIDENCE_OVERDUE)
    yield Move(
        Verb.WITHDRAW_REQUEST,
        _STAFF,
        waits,
        _S.IN_REVIEW,
        events.REQUEST_WITHDRAWN,
        "returns.withdraw_request",
    )
    yield Move(Verb.SCREEN_FURTHER, _SYSTEM, in_review, None, events.SCREENED_FURTHER)
    yield from _on_the_way()
    yield from _here()


def _on_the_way() -> Iterator[Move]:
    approved, ready, moving = ({_S.APPROVED}, {_S.LABEL_READY}, {_S.IN_TRANSIT})
    yield Move(Verb.ATTACH_LABEL, _SYSTEM, approved, _S.LABEL_READY, events.LABEL_READY)
    yield Move(Verb.NOTE_LABEL_FAILURE, _SYSTEM, approved, None, events.LABEL_FAILED)
    added = events.PARCEL_ADDED
    yield Move(Verb.ADD_PARCEL, _OWNERS, ready, None, added, "returns.add_parcel")
    yield Move(Verb.LABEL_PARCEL, _SYSTEM, _LABELLED, None, events.PARCEL_LABELLED)
    yield Move(Verb.EXPIRE_PARCEL, _SYSTEM, _LABELLED, None, events.PARCEL_EXPIRED)
    yield Move(Verb.WARN_OF_EXPIRY, _SYSTEM, ready, None, events.LABEL_EXPIRING)
    moving_or_here = {*moving, _S.ARRIVED}
    yield Move(Verb.WARN_OF_PARCEL, _SYSTEM, moving_or_here, None, events.PARCEL_EXPIRING)
    yield Move(Verb.EXPIRE, _SYSTEM, ready, _S.EXPIRED, events.EXPIRED)
    yield Move(Verb.CANCEL, _CUSTOMER, _BEFORE_THE_FIRST_SCAN, _S.CANCELLED, events.CANCELLED)
    yield Move(Verb.SCAN, _SYSTEM, _TAKEN_UP, _S.LABEL_READY, events.REOPENED)
    yield Move(Verb.SCAN, _SYSTEM, ready, _S.IN_TRANSIT, events.IN_TRANSIT)
    yield Move(Verb.SCAN, _SYSTEM, ready | moving, _S.ARRIVED, events.ARRIVED)
    # Of a return in several parcels.
    yield Move(Verb.SCAN_PARCEL, _SYSTEM, ready, _S.IN_TRANSIT, events.IN_TRANSIT)
    yield Move(Verb.SCAN_PARCEL, _SYSTEM, ready, _S.IN_TRANSIT, events.PARCEL_ARRIVED)
    yield Move(Verb.SCAN_PARCEL, _SYSTEM, moving_or_here, None, events.PARCEL_IN_TRANSIT)
    yield Move(Verb.SCAN_PARCEL, _SYSTEM, moving_or_here, None, events.PARCEL_ARRIVED)
    expected = {*_BEFORE_THE_FIRST_SCAN, *moving, _S.ARRIVED, *_TAKEN_UP, _S.DECLINED}
    noted, loses = events.VOIDED_LABEL_SCANNED, "returns.declare_lost"
    yield Move(Verb.NOTE_VOIDED_LABEL, _SYSTEM, expected, None, noted)
    yield Move(Verb.DECLARE_LOST, _STAFF, moving, _S.LOST, events.LOST, loses)
    yield Move(Verb.LOSE_PARCEL, _SYSTEM, moving, _S.LOST, events.LOST)
    yield Move(Verb.LOSE_PARCEL, _STAFF, moving_or_here, None, events.PARCEL_LOST, loses)


def _here() -> Iterator[Move]:
    coming = {_S.APPROVED, _S.LABEL_READY, _S.IN_TRANSIT, _S.ARRIVED, *_TAKEN_UP}
    arrived, receives, inspects = {_S.ARRIVED}, "returns.receive", "returns.inspect"
    new = {_S.DRAFT}
    yield Move(Verb.HAND_IN, _STORES, new, _S.ARRIVED, events.HANDED_IN)
    yield Move(Verb.HAND_IN, _STORES, new, _S.CLOSED, events.REPLACEMENT_REQUESTED)
    yield Move(Verb.RECEIVE, _PLACES, coming, _S.ARRIVED, events.RECEIVED, receives)
    # One of several parcels: its units are counted, and others are awaited.
    yield Move(Verb.RECEIVE, _PLACES, coming, _S.IN_TRANSIT, events.RECEIVED, receives)
    yield Move(Verb.RECEIVE, _PLACES, coming, _S.INSPECTED, events.INSPECTED, receives)
    begun = {_S.IN_TRANSIT}
    yield Move(Verb.INSPECT_PARCEL, _PLACES, begun, None, events.LINE_INSPECTED, inspects)
    yield Move(Verb.INSPECT, _PLACES, arrived, None, events.LINE_INSPECTED, inspects)
    yield Move(Verb.INSPECT, _PLACES, arrived, _S.INSPECTED, events.INSPECTED, inspects)
    resolves, unreceived = "returns.resolve", "returns.refund_unreceived"
    missing = {_S.IN_TRANSIT, _S.ARRIVED, _S.LOST}
    for entry in _REQUESTS:
        seen = {_S.INSPECTED, _S.RESOLVING}
        yield Move(Verb.RESOLVE, _STAFF | _SYSTEM, seen, _S.RESOLVING, entry, resolves)
    yield Move(
        Verb.REFUND_UNRECEIVED,
        _STAFF,
        missing,
        _S.RESOLVING,
        events.REFUND_REQUESTED,
        unreceived,
    )
    yield Move(Verb.CLOSE, _STAFF | _SYSTEM, _HERE, _S.CLOSED, events.CLOSED, "returns.close")
    resolving = {_S.RESOLVING}
    yield Move(Verb.NOTE_REFUND, _SYSTEM, _ANYWHERE, None, events.REFUNDED)
    yield Move(Verb.NOTE_REFUND, _SYSTEM, resolving, _S.CLOSED, events.REFUNDED)
    yield Move(Verb.NOTE_REPLACEMENT, _SYSTEM, resolving, None, events.REPLACED)
    yield Move(Verb.NOTE_REPLACEMENT, _SYSTEM, resolving, _S.CLOSED, events.REPLACED)
    yield Move(Verb.NOTE_FAILURE, _SYSTEM, resolving, None, events.REFUND_FAILED)
    yield Move(Verb.WARN_OF_PROMISE, _SYSTEM, _HERE, None, events.PROMISE_AT_RISK)
    yield Move(Verb.WARN_OF_PROMISE, _SYSTEM, _HERE, None, events.PROMISE_BROKEN)
    yield Move(Verb.REOPEN, _STAFF, _ENDED, _S.IN_REVIEW, events.TAKEN_UP, "returns.reopen")
    yield Move(Verb.ERASE, _ERASERS, _ANYWHERE, None, events.ERASED)


MOVES = tuple(_rows())


def require(status: ReturnStatus, verb: Verb) -> None:
    """Refuses a verb that does nothing to a return of that status.

    Raises:
        MoveRefusedError: It is not in the table.
    """
    if not any(move.verb is verb and status in move.before for move in MOVES):
        raise MoveRefusedError(status, verb)


def takes(status: ReturnStatus, verb: Verb) -> bool:
    """Whether the verb does something to a return of that status."""
    return any(move.verb is verb and status in move.before for move in MOVES)


def leads(verb: Verb, before: ReturnStatus, after: ReturnStatus) -> bool:
    """Whether the verb may take a return from the one status to the other."""
    rows = (move for move in MOVES if move.verb is verb and before in move.before)
    return any(after is move.after or (move.after is None and after is before) for move in rows)


class Taken(NamedTuple):
    """The verb that a return has just taken, and the status that it had before."""

    verb: Verb
    before: ReturnStatus


def require_entry(
    entry_type: str, status: ReturnStatus, actor: Actor, taken: Taken | None = None
) -> None:
    """Holds a step that is about to be committed against the table: its very row, if that is known.

    Raises:
        ValueError: No verb of that actor leaves a return with that status and that entry. That is
            a mistake of ours, not of the caller's.
    """
    party = actor.partition(":")[0]
    rows = [move for move in MOVES if taken is None or _is_of(move, taken)]
    if not any(
        move.entry == entry_type and party in move.by and move.leads_to(status) for move in rows
    ):
        raise ValueError(f"no verb of {party} leaves a return {status} with {entry_type}")


def _is_of(move: Move, taken: Taken) -> bool:
    return move.verb is taken.verb and taken.before in move.before
