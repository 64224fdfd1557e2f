"""View models of cases about codes."""

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import datetime
from typing import NamedTuple

from aftercare.authenticity.case_desk import CaseFile, CodeFile
from aftercare.authenticity.cases import (
    MOST_OF_A_KIND,
    CaseState,
    Claim,
    ClaimKind,
    Waiting,
)
from aftercare.authenticity.model import Check, History, Signal, Strength
from aftercare.authenticity.sales import TradeKind
from aftercare.kernel.actor import Actor
from aftercare.words.service import Words
from console import words
from console.moments import Moment, moment

_SIGNALS: Mapping[Signal, str] = {
    Signal.SESSIONS_24H: "Several people within 24 hours",
    Signal.SESSIONS_7D: "Many people within a week",
    Signal.COUNTRIES: "Several countries within a week",
    Signal.IMPOSSIBLE_TRAVEL: "Two countries, faster than a flight",
    Signal.CHECKED_BEFORE_SOLD: "Checked before it was sold",
    Signal.CHECKED_AFTER_RETURN: "Checked by strangers after its return",
    Signal.SOLD_TWICE: "Sold twice without a return between",
    Signal.PEOPLE_OVER_WEEKS: "New people week after week",
    Signal.COPIES_CONFIRMED: "Copies confirmed by staff",
}
_TONES = {Strength.WEAK: "warn", Strength.STRONG: "bad"}
_KINDS = {ClaimKind.MINE: ("This is mine", "note"), ClaimKind.FAKE: ("This is a fake", "warn")}
_STATES = {
    CaseState.OPEN: ("Open", "warn"),
    CaseState.CLEARED: ("Cleared", "good"),
    CaseState.COPIED: ("Copies confirmed", "bad"),
    CaseState.DISMISSED: ("Closed without a change", ""),
}
_TRADES = {
    TradeKind.SOLD: ("Sold", "Store or shop"),
    TradeKind.RETURNED: ("Returned", "Store or warehouse"),
    TradeKind.CLEARED: ("Cleared", "Staff"),
}


class Chip(NamedTuple):
    """A short fact with a tone."""

    text: str
    tone: str = ""


class Row(NamedTuple):
    """One case of the list."""

    href: str
    key: str
    sku: str
    why: list[Chip]
    since: Moment


class Fact(NamedTuple):
    """One thing that happened to a code, and when."""

    at: Moment
    what: str
    by: str


class Said(NamedTuple):
    """One claim, and the reference of its check."""

    kind: Chip
    words: str
    at: Moment
    reference: str


class Shown(NamedTuple):
    """A code as a ticket's page shows it; `href` leads to its case, if there is one."""

    key: str
    href: str
    product: str
    sku: str
    batch: str
    checks: str
    signals: list[Chip]
    facts: list[Fact]


class Page(NamedTuple):
    """A case as its page shows it."""

    key: str
    version: int
    state: Chip
    is_open: bool
    product: str
    sku: str
    batch: str
    opened: Moment | None
    signals: list[Chip]
    claims: list[Said]
    facts: list[Fact]
    checks: str
    decided_by: str
    decided_at: Moment | None
    why: str


def rows(cases: Iterable[Waiting], now: datetime) -> list[Row]:
    """The open cases, as a table shows them."""
    return [
        Row(f"/codes/{case.key}", case.key, case.sku, list(_why(case)), moment(case.opened_at, now))
        for case in cases
    ]


def page(file: CaseFile, w: Words, me: Actor, names: Mapping[str, str], now: datetime) -> Page:
    """A case: the claims oldest first, the facts of its code in order of time."""
    case, batch = file.case, file.batch
    decided_by = words.who(case.decided_by, me, names) if case.decided_by else ""
    return Page(
        key=case.key,
        version=case.version,
        state=Chip(*_STATES[case.state]),
        is_open=case.is_open,
        product=batch.product or batch.sku,
        sku=batch.sku,
        batch=f"{batch.batch_id}, {batch.status}",
        opened=moment(case.opened_at, now) if case.opened_at else None,
        signals=_signals(file.signals),
        claims=[_said(each, now) for each in file.claims],
        facts=list(_facts(file.history, w, case.places, now)),
        checks=_checks(file.history),
        decided_by=decided_by,
        decided_at=moment(case.decided_at, now) if case.decided_at else None,
        why=case.why,
    )


def shown(file: CodeFile, w: Words, now: datetime) -> Shown:
    """What happened to a code, oldest first."""
    return Shown(
        key=file.key,
        href=f"/codes/{file.key}" if file.has_case else "",
        product=file.batch.product or file.batch.sku,
        sku=file.batch.sku,
        batch=f"{file.batch.batch_id}, {file.batch.status}",
        checks=_checks(file.history),
        signals=_signals(file.signals),
        facts=list(_facts(file.history, w, frozenset(), now)),
    )


def signal_name(signal: Signal) -> str:
    """A signal's short name."""
    return _SIGNALS[signal]


def _why(case: Waiting) -> Iterator[Chip]:
    for signal in sorted(case.signs):
        yield Chip(signal_name(signal), "bad")
    if case.mine:
        yield Chip(f"Mine: {_counted(case.mine)}", "note")
    if case.fakes:
        yield Chip(f"Fake: {_counted(case.fakes)}", "warn")


def _counted(claims: int) -> str:
    """A full case takes no more of a kind: there may be others."""
    return f"{claims} or more" if claims >= MOST_OF_A_KIND else str(claims)


def _said(claim: Claim, now: datetime) -> Said:
    at = moment(claim.claimed_at, now)
    return Said(Chip(*_KINDS[claim.kind]), claim.words, at, claim.reference)


def _signals(signals: Mapping[Signal, Strength]) -> list[Chip]:
    return [
        Chip(f"{signal_name(signal)} ({strength})", _TONES[strength])
        for signal, strength in signals.items()
    ]


def _checks(history: History) -> str:
    return f"{history.checks:,}, of customers {history.customer_checks:,}"


def _facts(history: History, w: Words, places: Set[str], now: datetime) -> Iterator[Fact]:
    """What happened; `places` are the checks whose visitors claim something."""
    found = [(trade.at, *_TRADES[trade.kind]) for trade in history.sales.distinct]
    found += [(check.at, _checked(check, w), _by(check, places)) for check in history.recent]
    if history.copied_at:
        found.append((history.copied_at, "Copies confirmed", "Staff"))
    for at, what, by in sorted(found):
        yield Fact(moment(at, now), what, by)


def _checked(check: Check, w: Words) -> str:
    place = w.country(check.country) or "an unknown country"
    stands_for = f", one of {check.weight} alike" if check.weight > 1 else ""
    return f"Checked in {place}{stands_for}"


def _by(check: Check, places: Set[str]) -> str:
    if check.store_id:
        return f"Store {check.store_id}"
    claimed = any(check.check_id.startswith(place) for place in places)
    return "Customer, who claims something" if claimed else "Customer"
