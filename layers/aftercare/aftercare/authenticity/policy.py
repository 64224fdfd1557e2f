"""The signals that make a code suspect, and the verdict of a check."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import combinations

from aftercare.authenticity.geography import kilometres
from aftercare.authenticity.model import Check, History, Signal, Verdict
from aftercare.batches.model import Batch, BatchStatus

# Stored with each signal; a change of the rules below gets a new version.
SIGNALS_VERSION = "2026-11-27"

SESSIONS_IN_A_DAY = 3
SESSIONS_IN_A_WEEK = 10
COUNTRIES = 3
# Faster than any airliner between the nearest principal places of two countries. The margin is for
# neighbours whose principal places lie far from their border (China and Myanmar: 3,019 km).
KILOMETRES_PER_HOUR = 1000
MARGIN_KILOMETRES = 3100
# The clocks of tills and phones differ.
CLOCK_TOLERANCE = timedelta(hours=1)

_STANDINGS = {
    BatchStatus.RECALLED: Verdict.RECALLED,
    BatchStatus.RESTRICTED: Verdict.RESTRICTED,
    BatchStatus.BLOCKED: Verdict.BLOCKED,
}


def verdict(batch: Batch, history: History, check: Check) -> Verdict:
    """The verdict of a check: the batch's status first, then signals, then the history.

    `history` includes the check. A customer is first among customers, a store among all.
    """
    if batch.status in _STANDINGS:
        return _STANDINGS[batch.status]
    if history.raised:
        return Verdict.SUSPECT
    first = history.first_by_customer if check.by_customer else history.first
    is_first = first is not None and first.check_id == check.check_id
    return Verdict.GENUINE_FIRST_CHECK if is_first else Verdict.GENUINE_CHECKED_BEFORE


def is_issued(batch: Batch | None) -> bool:
    """Whether a code of that batch may be on a product: a draft's are not printed yet."""
    return batch is not None and batch.status is not BatchStatus.DRAFT


def signals(history: History, now: datetime) -> frozenset[Signal]:
    """The signals in a code's history, its latest check included."""
    return session_signals(history, now) | sale_signals(history)


def session_signals(history: History, now: datetime) -> frozenset[Signal]:
    """Signals from when and where the code was checked."""
    history = history.since_cleared
    customers = [check for check in history.recent if check.by_customer]
    signs = {
        Signal.SESSIONS_24H: _since(customers, now - timedelta(days=1)) >= SESSIONS_IN_A_DAY,
        Signal.SESSIONS_7D: _since(customers, now - timedelta(days=7)) >= SESSIONS_IN_A_WEEK,
        Signal.COUNTRIES: len(_countries(history)) >= COUNTRIES,
        Signal.IMPOSSIBLE_TRAVEL: _travelled_impossibly(history.recent),
    }
    return frozenset(signal for signal, is_raised in signs.items() if is_raised)


def sale_signals(history: History) -> frozenset[Signal]:
    """Signals from checks by customers while the product was still, or again, the shop's."""
    history = history.since_cleared
    first, sales = history.first_by_customer, history.sales
    customers = [check for check in history.recent if check.by_customer]
    before = first is not None and sales.was_unsold(first.at, CLOCK_TOLERANCE)
    after = any(sales.was_in_store(check.at, CLOCK_TOLERANCE) for check in customers)
    signs = {Signal.CHECKED_BEFORE_SOLD: before, Signal.CHECKED_AFTER_RETURN: after}
    return frozenset(signal for signal, is_raised in signs.items() if is_raised)


def explained(before: History, after: History) -> frozenset[Signal]:
    """The signals that the sale reported in between explains.

    Not those whose checks the history has merely dropped.
    """
    return (sale_signals(before) - sale_signals(after)) & before.raised.keys()


def _since(checks: Iterable[Check], start: datetime) -> int:
    return sum(check.at > start for check in checks)


def _countries(history: History) -> set[str]:
    return {check.country for check in history.recent if check.by_customer and check.country}


def _travelled_impossibly(checks: Iterable[Check]) -> bool:
    placed = sorted((check for check in checks if check.country), key=lambda check: check.at)
    return any(_is_too_fast(before, after) for before, after in combinations(placed, 2))


def _is_too_fast(before: Check, after: Check) -> bool:
    apart = kilometres(before.country, after.country) or 0.0
    hours = (after.at - before.at) / timedelta(hours=1)
    return apart - MARGIN_KILOMETRES > KILOMETRES_PER_HOUR * hours
