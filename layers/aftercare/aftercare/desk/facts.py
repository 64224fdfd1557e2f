"""What a closed ticket adds to the desk's figures: one fact, written when it closes, for good."""

from datetime import datetime
from typing import NamedTuple

from aftercare.desk.clock import Clock, ClockState
from aftercare.desk.model import Channel
from aftercare.desk.ticket import Thread


class Measured(NamedTuple):
    """The business seconds that one target took, and whether it was met."""

    seconds: int
    met: bool


class Fact(NamedTuple):
    """How a ticket was served.

    `responses` are to the messages after the first answer. `first_resolution` is how it was solved
    at first, `resolution` what it took with all reopenings.
    """

    ticket_id: str
    channel: Channel
    closed_at: datetime
    first_response: Measured
    first_resolution: Measured
    resolution: Measured
    responses: tuple[Measured, ...]
    reopenings: int


def fact_of(thread: Thread, closed_at: datetime) -> Fact:
    """The fact of a ticket that is closed at that moment; its clocks have all ended."""
    clocks, ticket = thread.clocks, thread.ticket
    return Fact(
        ticket.ticket_id,
        ticket.channel,
        closed_at,
        _measured(clocks.first_response),
        _measured(clocks.first_resolution or clocks.resolution),
        _measured(clocks.resolution),
        tuple(map(_measured, clocks.responses)),
        clocks.reopenings,
    )


def _measured(clock: Clock) -> Measured:
    return Measured(clock.spent, clock.state is ClockState.MET)
