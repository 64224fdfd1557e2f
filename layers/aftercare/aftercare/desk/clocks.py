"""A ticket's clocks: a fold of its entries, so that a stored due time is only an index (R-DSK-12).

Each clock counts business seconds from instant to instant and knows its due time while it runs.
Acknowledgement and responses never pause. The resolution pauses while the ticket waits for the
customer, and goes on after a reopening with what was spent before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.desk.clock import Clock, Hours, whole
from aftercare.desk.joining import joined_resolution, joined_reviews, undone_in
from aftercare.desk.model import Lane, TicketEntry
from aftercare.desk.moves import (
    TIERS,
    UNRESOLVED,
    MoveRefusedError,
    TicketState,
    Verb,
    merged_state,
    moved,
)
from aftercare.desk.targets import Measure, Targets

_ENDED = frozenset({TicketState.RESOLVED, TicketState.REPLIED})
_REOPENING = frozenset({Verb.REOPEN, Verb.APPEAL, Verb.APPEAL_FURTHER})


class Terms(NamedTuple):
    """What a ticket is held to: the hours of its market, and the targets of its first day."""

    hours: Hours
    targets: Targets
    lane: Lane = Lane.STANDARD


@dataclass(frozen=True, slots=True)
class Clocks:
    """A ticket's state and clocks after the entry of that number.

    `resolution` counts all stretches up to the last resolution, `first_resolution` is what it was
    at the first one. `responses` to messages after the first answer, and `reviews` by the tiers,
    are in the order in which they began.
    """

    state: TicketState
    number: int
    at: datetime
    first_response: Clock
    resolution: Clock
    acknowledgement: Clock | None = None
    first_resolution: Clock | None = None
    responses: tuple[Clock, ...] = ()
    reviews: tuple[Clock, ...] = ()
    reopenings: int = 0

    @property
    def next_response(self) -> Clock | None:
        """The clock of the oldest unanswered message, or else of the last one."""
        return self.responses[-1] if self.responses else None

    @property
    def open_clocks(self) -> tuple[Clock, ...]:
        return tuple(clock for clock in self._clocks() if clock.is_open)

    @property
    def due(self) -> datetime | None:
        """The first due time, by which the ticket's queue is ordered; none if no clock runs."""
        return min((clock.due for clock in self.open_clocks if clock.due), default=None)

    def _clocks(self) -> Iterator[Clock]:
        yield from filter(None, (self.acknowledgement, self.first_response, self.resolution))
        yield from (*self.responses, *self.reviews)


def fold(entries: Iterable[TicketEntry], terms: Terms) -> Clocks:
    """The clocks after those entries, in whatever order and however often they are given.

    Where a merge is undone they are those that would be without it (R-DSK-82).

    Raises:
        ValueError: There is none.
        MoveRefusedError: One is not possible after those before it.
    """
    clocks: Clocks | None = None
    past: list[tuple[TicketEntry, TicketState]] = []
    for entry in sorted({each.number: each for each in entries}.values(), key=_number):
        is_undoing = entry.verb in {Verb.UNMERGE, Verb.LEAVE}
        clocks = _without(past, entry, terms) if is_undoing else followed(clocks, entry, terms)
        past.append((entry, clocks.state))
    if clocks is None:
        raise ValueError("a ticket has entries")
    return clocks


def followed(
    clocks: Clocks | None, entry: TicketEntry, terms: Terms, lived: TicketState | None = None
) -> Clocks:
    """The clocks after one more entry; an entry that was followed before changes nothing.

    What undoes a merge can't be followed: it needs all entries. `lived` is the state to which an
    entry led that is not possible after those before it, now that a merge was undone.

    A clock of ours that is behind does not turn time back: such an entry counts as of the instant
    of the one before it.

    Raises:
        MoveRefusedError: The entry is not possible after those before it.
    """
    if clocks is None:
        return _opened(entry, terms)
    if entry.number <= clocks.number:
        return clocks
    at = max(clocks.at, whole(entry.at))
    after = _moved(clocks.state, entry.verb, lived)
    if entry.verb is Verb.MERGE:
        return _merged(clocks, entry, at, terms)
    if after is TicketState.MERGED:
        return _stopped(clocks, entry, at, terms.hours)
    clocks = _spoken(clocks, entry, at, terms)
    if after is TicketState.RESOLVED:
        clocks = _answered(clocks, at, terms.hours)
    clocks = _resolving(clocks, after, at, terms.hours)
    clocks = _reviewing(clocks, after, entry, at, terms)
    is_reopened = clocks.state in _ENDED and entry.verb in _REOPENING
    reopenings = clocks.reopenings + is_reopened
    return replace(clocks, state=after, number=entry.number, at=at, reopenings=reopenings)


def recomputed(stored: Clocks, entries: Iterable[TicketEntry], terms: Terms) -> Clocks:
    """The fold by a new calendar, or in another lane; clocks that had ended stay as they ended."""
    new = fold(entries, terms)
    told = stored.acknowledgement
    return replace(
        new,
        acknowledgement=_kept(told, new.acknowledgement) if told else new.acknowledgement,
        first_response=_kept(stored.first_response, new.first_response),
        resolution=_kept(stored.resolution, new.resolution),
        first_resolution=stored.first_resolution or new.first_resolution,
        responses=_all_kept(stored.responses, new.responses),
        reviews=_all_kept(stored.reviews, new.reviews),
    )


def may_be_reopened(clocks: Clocks, now: datetime, targets: Targets) -> bool:
    """Whether it is not too long ago that it was resolved; later a new ticket follows it."""
    until = reopenable_until(clocks, targets)
    return until is not None and now <= until


def reopenable_until(clocks: Clocks, targets: Targets) -> datetime | None:
    """The last moment at which it may be; none if it is not resolved."""
    ended = clocks.resolution.ended_at
    return ended + timedelta(days=targets.reopen_days) if ended else None


def _opened(entry: TicketEntry, terms: Terms) -> Clocks:
    """The clocks of a new ticket. Whoever opens it, nobody has answered yet."""
    state, at = moved(None, entry.verb), whole(entry.at)
    return Clocks(
        state=state,
        number=entry.number,
        at=at,
        first_response=_required(Measure.FIRST_RESPONSE, entry, at, terms),
        resolution=_required(Measure.RESOLUTION, entry, at, terms),
        acknowledgement=_begun(Measure.ACKNOWLEDGEMENT, entry, at, terms),
    )


def _moved(state: TicketState, verb: Verb, lived: TicketState | None) -> TicketState:
    try:
        return moved(state, verb)
    except MoveRefusedError:
        if lived is None:
            raise
        return lived


def _without(
    past: list[tuple[TicketEntry, TicketState]], undoing: TicketEntry, terms: Terms
) -> Clocks:
    """The clocks after those entries, had nothing of it been that was undone, this one's included.

    What was done meanwhile stays done: it leads to where it led.
    """
    skipped = undone_in([*(entry for entry, _ in past), undoing])
    clocks: Clocks | None = None
    for entry, lived in past:
        if clocks and entry.number in skipped:
            clocks = _passed(clocks, entry)
        else:
            clocks = followed(clocks, entry, terms, lived)
    if clocks is None:
        raise MoveRefusedError(None, undoing.verb)
    return _passed(clocks, undoing)


def _passed(clocks: Clocks, entry: TicketEntry) -> Clocks:
    return replace(clocks, number=entry.number, at=max(clocks.at, whole(entry.at)))


def _merged(clocks: Clocks, entry: TicketEntry, at: datetime, terms: Terms) -> Clocks:
    """The clocks of the ticket that two become: what is open of either goes on (R-DSK-83)."""
    loser, hours = fold(entry.joined, terms), terms.hours
    state = merged_state(clocks.state, loser.state)
    resolution = joined_resolution(clocks.resolution, loser.resolution, at, hours)
    merged = replace(
        clocks,
        responses=_awaited(clocks, loser, entry.joined, terms),
        resolution=resolution,
        reviews=joined_reviews(clocks.reviews, loser.reviews, state, at, hours),
        reopenings=max(clocks.reopenings, loser.reopenings),
        state=state,
    )
    return _passed(_resolving(merged, state, at, hours), entry)


def _awaited(
    clocks: Clocks, loser: Clocks, joined: tuple[TicketEntry, ...], terms: Terms
) -> tuple[Clock, ...]:
    """The responses of both: the oldest message that nobody has answered goes on waiting."""
    waiting = (loser.first_response, *loser.responses)
    theirs = next((clock for clock in waiting if clock.is_open), None)
    mine = next((clock for clock in clocks.responses if clock.is_open), None)
    if theirs is None or clocks.first_response.is_open or (mine and mine.since <= theirs.since):
        return clocks.responses
    if theirs.measure is Measure.FIRST_RESPONSE:
        theirs = _required(Measure.NEXT_RESPONSE, min(joined, key=_number), theirs.since, terms)
    return (*(clock for clock in clocks.responses if not clock.is_open), theirs)


def _number(entry: TicketEntry) -> int:
    return entry.number


def _stopped(clocks: Clocks, entry: TicketEntry, at: datetime, hours: Hours) -> Clocks:
    """The clocks of a ticket that goes on in another one: none of them runs."""
    stopped = replace(
        _answered(clocks, at, hours),
        resolution=clocks.resolution.ended(at, hours),
        reviews=tuple(clock.ended(at, hours) for clock in clocks.reviews),
        state=TicketState.MERGED,
    )
    return _passed(stopped, entry)


def _spoken(clocks: Clocks, entry: TicketEntry, at: datetime, terms: Terms) -> Clocks:
    """What somebody said: a person's answer, an acknowledgement, or a message to be answered."""
    if entry.is_human_answer:
        return _answered(clocks, at, terms.hours)
    if entry.verb is Verb.ACKNOWLEDGE:
        return _acknowledged(clocks, at, terms.hours)
    waiting = (clocks.first_response, *clocks.responses)
    if entry.is_of_the_customer and not any(clock.is_open for clock in waiting):
        begun = _required(Measure.NEXT_RESPONSE, entry, at, terms)
        return replace(clocks, responses=(*clocks.responses, begun))
    return clocks


def _answered(clocks: Clocks, at: datetime, hours: Hours) -> Clocks:
    """Nobody waits for an answer any longer."""
    return replace(
        _acknowledged(clocks, at, hours),
        first_response=clocks.first_response.ended(at, hours),
        responses=tuple(clock.ended(at, hours) for clock in clocks.responses),
    )


def _acknowledged(clocks: Clocks, at: datetime, hours: Hours) -> Clocks:
    told = clocks.acknowledgement
    return replace(clocks, acknowledgement=told and told.ended(at, hours))


def _resolving(clocks: Clocks, after: TicketState, at: datetime, hours: Hours) -> Clocks:
    """The resolution in the new state: it pauses for the customer alone, and ends when resolved."""
    clock = clocks.resolution
    if after is TicketState.WAITING_CUSTOMER:
        return replace(clocks, resolution=replace(clock.paused(at, hours), ended_at=None))
    if after in UNRESOLVED:
        return replace(clocks, resolution=clock.running(at, hours))
    ended = clock.ended(at, hours)
    return replace(clocks, resolution=ended, first_resolution=clocks.first_resolution or ended)


def _reviewing(
    clocks: Clocks, after: TicketState, entry: TicketEntry, at: datetime, terms: Terms
) -> Clocks:
    """Each stay with a tier has a clock of its own."""
    if after is clocks.state:
        return clocks
    reviews = tuple(clock.ended(at, terms.hours) for clock in clocks.reviews)
    if after in TIERS:
        reviews += (_required(Measure(after.value), entry, at, terms),)
    return replace(clocks, reviews=reviews)


def _required(measure: Measure, entry: TicketEntry, at: datetime, terms: Terms) -> Clock:
    clock = _begun(measure, entry, at, terms)
    if clock is None:
        raise ValueError(f"there is no target of {measure}")
    return clock


def _begun(measure: Measure, entry: TicketEntry, at: datetime, terms: Terms) -> Clock | None:
    target = terms.targets.of(measure, entry.channel, terms.lane)
    if target is None:
        return None
    clock = Clock(measure, target.seconds, target.warned_after, target.counted, since=at)
    return clock.running(at, terms.hours)


def _kept(stored: Clock, new: Clock | None) -> Clock:
    """The stored clock if it had ended and nothing has had it run since."""
    if new is None or (stored.ended_at and stored.ended_at == new.ended_at):
        return stored
    return new


def _all_kept(stored: tuple[Clock, ...], new: tuple[Clock, ...]) -> tuple[Clock, ...]:
    kept = (_kept(old, clock) for old, clock in zip(stored, new, strict=False))
    return (*kept, *new[len(stored) :])
