"""View models of the queue."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.returns.moves import ReturnStatus
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

    href: str
    ticket: str
    signals: list[Chip]
    since: Moment
    is_late: bool
    value: str
    market: str
    lines: int
    who: Chip | None
    is_taken: bool


def rows(w: Words, cases: Iterable[QueuedCase], me: Actor, now: datetime) -> list[Row]:
    """The cases, as a table shows them."""
    return [
        Row(
            href=href_of(case),
            ticket=case.ticket,
            signals=_why(case),
            since=moment(case.since, now),
            is_late=now - case.since > _LATE,
            value=w.money(case.value, case.currency) if case.currency else "",
            market=case.market,
            lines=case.lines,
            who=_who(case, me, now),
            is_taken=is_taken(case, me, now),
        )
        for case in cases
    ]


class Tab(NamedTuple):
    """A list of what waits; one of them is shown."""

    text: str
    href: str
    is_current: bool


_TABS = {
    "/queue?by=age": "Longest waiting",
    "/queue?by=value": "Highest value",
    "/queue/parcels": "Silent parcels",
    "/queue/codes": "Codes",
    "/queue/tickets": "Tickets",
}


def tabs(current: str) -> list[Tab]:
    """The lists, for a page that shows the one at that address."""
    return [Tab(text, href, href == current) for href, text in _TABS.items()]


def href_of(case: QueuedCase) -> str:
    """The case, at the form that it waits for."""
    place = "#settling" if case.attention and case.status != ReturnStatus.IN_REVIEW else ""
    return f"/cases/{case.return_id}{place}"


def _why(case: QueuedCase) -> list[Chip]:
    """What became of a request for evidence, and what was noticed."""
    answer = [Chip(*words.ANSWERS[case.answer])] if case.answer in words.ANSWERS else []
    needed = [Chip(words.attention(case.attention), "bad")] if case.attention else []
    return needed + answer + [Chip(words.signal(code), "warn") for code in case.signals]


def is_taken(case: QueuedCase, me: Actor, now: datetime) -> bool:
    """Whether a colleague is at it, or it waits for somebody else than its reader."""
    return (_is_claimed(case, now) and case.claimed_by != me) or case.proposed_by == me


def _is_claimed(case: QueuedCase, now: datetime) -> bool:
    return case.claimed_until is not None and now < case.claimed_until


def _who(case: QueuedCase, me: Actor, now: datetime) -> Chip | None:
    """Who is at it, by the name of their claim: the queue reads nobody's name.

    A proposal may wait for days, in which names change; the case's page says whose it is.
    """
    if case.claimed_by and case.claimed_until and _is_claimed(case, now):
        left = span(case.claimed_until - now + timedelta(seconds=59))
        if case.claimed_by == me:
            return Chip(f"You · {left}", "good")
        return Chip(f"{case.claimed_name or words.who(case.claimed_by, me, {})} · {left}", "note")
    if case.proposed_by:
        return Chip(f"Proposed by {'you' if case.proposed_by == me else 'a colleague'}", "warn")
    return None
