"""Entries of tickets for tests: written by hand, or drawn as the table of moves allows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import strategies as st

from aftercare.desk.model import Channel, TicketEntry
from aftercare.desk.moves import MERGING, MOVES, Move, Party, TicketState, Verb
from aftercare.kernel.actor import CUSTOMER, Actor, client, staff, system

ACTORS = {
    Party.CUSTOMER: CUSTOMER,
    Party.STAFF: staff("usr_1"),
    Party.CLIENT: client("cli_1"),
    Party.SYSTEM: system("desk_worker"),
}


def entry(
    number: int, verb: Verb, at: datetime, by: Party | None = None, channel: Channel = Channel.CHAT
) -> TicketEntry:
    """An entry by whom the table names first, unless it is said."""
    move = next(each for each in MOVES if each.verb is verb and (by is None or by in each.by))
    return TicketEntry(number, verb, at, actor(move, by), move.is_public, channel)


def actor(move: Move, by: Party | None = None) -> Actor:
    return ACTORS[by or next(party for party in Party if party in move.by)]


def told(
    start: datetime, *steps: tuple[float, Verb], channel: Channel = Channel.CHAT
) -> list[TicketEntry]:
    """Entries at so many hours after the start."""
    return [
        entry(number, verb, start + timedelta(hours=hours), channel=channel)
        for number, (hours, verb) in enumerate(steps, start=1)
    ]


@st.composite
def histories(
    draw: st.DrawFn, start: datetime, step: timedelta, longest: int
) -> Sequence[TicketEntry]:
    """A ticket's entries in order, some at equal instants, each at so many steps after the last.

    It meets no other ticket.
    """
    alone = [move for move in MOVES if move.verb not in MERGING]
    state: TicketState | None = None
    entries: list[TicketEntry] = []
    for number in range(1, draw(st.integers(2, 14))):
        move = draw(st.sampled_from([each for each in alone if state in each.before]))
        by = draw(st.sampled_from(sorted(move.by)))
        channel = draw(st.sampled_from(Channel))
        entries.append(TicketEntry(number, move.verb, start, ACTORS[by], move.is_public, channel))
        state = move.after or state
        start += step * draw(st.just(0) | st.integers(0, longest))
    return entries
