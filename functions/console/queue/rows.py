"""View models of the queue."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.returns.queueing import QueuedCase
from aftercare.words.service import Words
from console import words
from console.moments import Moment, moment, span

# Nobody has promised more; what waits for longer is marked.
_LATE = timedelta(days=1)


class Chip(NamedTuple):
    """A short fact with a tone."""

    text: str
    tone: str = ""


class Row(NamedTuple):
    """One case of the queue."""

    id: str
    ticket: str
    signals: list[Chip]
    since: Moment
    is_late: bool
    value: str
    market: str
    lines: int
    who: Chip | None
    is_taken: bool


def rows(
    w: Words, cases: Iterable[QueuedCase], me: Actor, names: Mapping[str, str], now: datetime
) -> list[Row]:
    """The cases, as a table shows them."""
    return [
        Row(
            id=case.return_id,
            ticket=case.ticket,
            signals=[Chip(words.signal(code), "warn") for code in case.signals],
            since=moment(case.since, now),
            is_late=now - case.since > _LATE,
            value=w.money(case.value, case.currency) if case.currency else "",
            market=case.market,
            lines=case.lines,
            who=_who(case, me, names, now),
            is_taken=is_taken(case, me, now),
        )
        for case in cases
    ]


def is_taken(case: QueuedCase, me: Actor, now: datetime) -> bool:
    """Whether a colleague is at it, or it waits for somebody else than its reader."""
    return (_is_claimed(case, now) and case.claimed_by != me) or case.proposed_by == me


def _is_claimed(case: QueuedCase, now: datetime) -> bool:
    return case.claimed_until is not None and now < case.claimed_until


def _who(case: QueuedCase, me: Actor, names: Mapping[str, str], now: datetime) -> Chip | None:
    if case.claimed_by and case.claimed_until and _is_claimed(case, now):
        left = span(case.claimed_until - now + timedelta(seconds=59))
        mine = case.claimed_by == me
        return Chip(f"{words.who(case.claimed_by, me, names)} · {left}", "good" if mine else "note")
    if case.proposed_by:
        return Chip(f"Proposed by {words.who(case.proposed_by, me, names)}", "warn")
    return None
