"""What becomes of the clocks of two tickets that are one from now on (R-DSK-83).

A clock of the loser that is open goes on in the winner; one that has ended stays with the loser,
which is in no figures. So a merge makes nothing look better than it was.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from aftercare.desk.clock import Clock, Hours
from aftercare.desk.model import TicketEntry
from aftercare.desk.moves import TicketState, Verb

_UNDOES = {Verb.UNMERGE: Verb.MERGE, Verb.LEAVE: Verb.JOIN}


def joined_resolution(winner: Clock, loser: Clock, at: datetime, hours: Hours) -> Clock:
    """The winner's resolution, with no more time left than either had.

    If both were resolved, it was when the later one was.
    """
    if winner.ended_at and loser.ended_at:
        return replace(winner, ended_at=max(winner.ended_at, loser.ended_at))
    if loser.ended_at:
        return winner
    mine, theirs = winner.paused(at, hours), loser.paused(at, hours)
    missed = [each for each in (mine.missed_at, theirs.missed_at) if each]
    spent = max(mine.spent, theirs.spent)
    return replace(mine, spent=spent, missed_at=min(missed, default=None))


def joined_reviews(
    winner: tuple[Clock, ...],
    loser: tuple[Clock, ...],
    state: TicketState,
    at: datetime,
    hours: Hours,
) -> tuple[Clock, ...]:
    """The winner's reviews; the one that goes on in that state is the older of both's."""
    going_on = [
        each for each in (*winner, *loser) if each.is_open and each.measure.value == state.value
    ]
    over = tuple(each.ended(at, hours) for each in winner if each not in going_on)
    return (*over, min(going_on, key=lambda each: each.since)) if going_on else over


def undone_in(entries: Sequence[TicketEntry]) -> frozenset[int]:
    """The numbers of the merges that were undone, and of the entries that undid them."""
    undone: set[int] = set()
    for entry in entries:
        if merge := _UNDOES.get(entry.verb):
            before = (each for each in reversed(entries) if each.number < entry.number)
            of_it = (
                each.number
                for each in before
                if each.verb is merge and each.other == entry.other and each.number not in undone
            )
            undone |= {entry.number, *(next(of_it, entry.number),)}
    return frozenset(undone)
