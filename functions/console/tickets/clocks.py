"""View models of a ticket's clocks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.desk.clock import Clock, ClockState, Hours, hours_of
from aftercare.desk.clocks import Clocks
from aftercare.desk.ticket import Thread
from console.moments import span
from console.queue.rows import Chip
from console.tickets import names
from console.tickets.listing import Due, due


class ClockRow(NamedTuple):
    """One clock: how it stands, when it is due, and what is left of it or what it took."""

    name: str
    state: Chip
    due: Due | None
    left: str


def clock_rows(thread: Thread, now: datetime) -> list[ClockRow]:
    """The clocks that somebody watches, in the order in which they began."""
    hours = hours_of(thread.ticket.market)
    return [
        ClockRow(
            name=names.CLOCKS[clock.measure],
            state=_state(clock, now),
            due=due(clock.due, now),
            left=_left(clock, hours, now),
        )
        for clock in _shown(thread.clocks)
    ]


def reopened(clocks: Clocks) -> str:
    """What the first resolution took, of a ticket that was reopened since."""
    if not clocks.reopenings or clocks.first_resolution is None:
        return ""
    times = "once" if clocks.reopenings == 1 else f"{clocks.reopenings} times"
    return f"Reopened {times}; first resolved after {_length(clocks.first_resolution.spent)}."


def _shown(clocks: Clocks) -> Iterator[Clock]:
    """Of the responses only the last: those before it have ended."""
    every = (
        clocks.acknowledgement,
        clocks.first_response,
        clocks.next_response,
        clocks.resolution,
        *clocks.reviews,
    )
    yield from filter(None, every)


def _state(clock: Clock, now: datetime) -> Chip:
    state = clock.state_at(now)
    text, tone = names.CLOCK_STATES[state]
    is_warned = state is ClockState.RUNNING and clock.warned_at and now >= clock.warned_at
    return Chip(text, "warn" if is_warned else tone)


def _left(clock: Clock, hours: Hours, now: datetime) -> str:
    """Times are counted in business time; a day of it has 24 hours."""
    spent, target = clock.spent_at(now, hours), _length(clock.target)
    if clock.ended_at:
        return f"took {_length(spent)} of {target}"
    if spent >= clock.target:
        return f"{target} are over"
    left = f"{_length(clock.target - spent)} of {target} left"
    if clock.state is ClockState.PAUSED:
        return f"{left} when it goes on"
    return f"{left}, {names.COUNTED[clock.counted]}"


def _length(seconds: int) -> str:
    return span(timedelta(seconds=seconds))
