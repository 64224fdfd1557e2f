"""The signals that make a code suspect, and the verdict of a check."""

from collections.abc import Iterator, Sequence, Set
from datetime import datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from aftercare.authenticity import people
from aftercare.authenticity.errors import NotYetError, TooEarlyError
from aftercare.authenticity.geography import kilometres
from aftercare.authenticity.model import Check, History, Signal, Strength, Verdict
from aftercare.authenticity.sales import Sales
from aftercare.batches.model import Batch, BatchStatus
from aftercare.kernel.clock import FIRST_YEAR

if TYPE_CHECKING:
    # A check that needs no history loads no rules.
    from aftercare.authenticity.rules import SignalRules, Travel, Usual

# The clocks of tills and phones differ.
CLOCK_TOLERANCE = timedelta(hours=1)

# A person has looked: no threshold makes it weaker.
_CONFIRMED = frozenset({Signal.COPIES_CONFIRMED})
_STANDINGS = {
    BatchStatus.RECALLED: Verdict.RECALLED,
    BatchStatus.RESTRICTED: Verdict.RESTRICTED,
    BatchStatus.BLOCKED: Verdict.BLOCKED,
}


def verdict(batch: Batch, history: History, check: Check, signals: Set[Signal]) -> Verdict:
    """The verdict of a check: the batch's status first, then signals, then the history.

    `history` includes the check. A customer is first among customers, a store among all.
    """
    if batch.status in _STANDINGS:
        return _STANDINGS[batch.status]
    if signals:
        return Verdict.SUSPECT
    first = history.first_by_customer if check.by_customer else history.first
    is_first = first is not None and first.check_id == check.check_id
    return Verdict.GENUINE_FIRST_CHECK if is_first else Verdict.GENUINE_CHECKED_BEFORE


def check_moment(at: datetime, now: datetime) -> None:
    """Checks that a product can have been sold or returned at that time.

    Raises:
        NotYetError: It is in the future.
        TooEarlyError: It is before there were such products.
    """
    if at > now + CLOCK_TOLERANCE:
        raise NotYetError("The time of this sale or return is in the future.")
    if at < FIRST_YEAR:
        raise TooEarlyError("The time of this sale or return is before 2010.")


def is_issued(batch: Batch) -> bool:
    """Whether a code of that batch may be on a product: a draft's are not printed yet."""
    return batch.status is not BatchStatus.DRAFT


def signals(history: History, rules: "SignalRules") -> frozenset[Signal]:
    """The signals in the facts of a code, whatever the order in which they were told (R-AUT-09).

    Of a code that has dropped checks, those too that the bus was told of: the cause may be gone.
    """
    seen = _seen(history, rules)
    return seen | history.raised.keys() if history.has_dropped else seen


def strength(signals: Set[Signal], rules: "SignalRules") -> Strength | None:
    """How strong a sign of copies the signals are together; none if there are none."""
    if not signals:
        return None
    return Strength.STRONG if signals & (rules.strong | _CONFIRMED) else Strength.WEAK


def withdrawn(before: History, after: History, rules: "SignalRules") -> frozenset[Signal]:
    """The signals that the bus was told of, and that the fact told in between explains.

    Not those whose checks the history has merely dropped.
    """
    gone = before.raised.keys() - _seen(after, rules)
    return frozenset(gone & _seen(before, rules) if before.has_dropped else gone)


def _seen(history: History, rules: "SignalRules") -> frozenset[Signal]:
    customers = [check for check in history.judged if check.by_customer]
    usual, sales = rules.usual, history.sales
    day, week = timedelta(days=1), timedelta(days=7)
    signs = {
        Signal.SESSIONS_24H: _most_people(customers, day) >= usual.people_in_a_day,
        Signal.SESSIONS_7D: _most_people(customers, week) >= usual.people_in_a_week,
        Signal.COUNTRIES: _are_in_countries(customers, usual),
        Signal.IMPOSSIBLE_TRAVEL: _travelled_impossibly(customers, rules.travel),
        Signal.PEOPLE_OVER_WEEKS: _come_over_weeks(customers, usual),
        Signal.CHECKED_BEFORE_SOLD: any(_is_before_sale(each, sales, usual) for each in customers),
        Signal.CHECKED_AFTER_RETURN: _are_after_return(customers, history, usual),
        Signal.SOLD_TWICE: sales.was_sold_twice(CLOCK_TOLERANCE),
        Signal.COPIES_CONFIRMED: history.copied_at is not None,
    }
    return frozenset(signal for signal, is_raised in signs.items() if is_raised)


def _windows(checks: Sequence[Check], span: timedelta) -> Iterator[Sequence[Check]]:
    """For each check, those of less than the span before it, and itself; in order of time."""
    for last, end in enumerate(checks):
        first = next(n for n, check in enumerate(checks) if end.at - check.at < span)
        yield checks[first : last + 1]


def _most_people(checks: Sequence[Check], span: timedelta) -> int:
    return max((people.count(window) for window in _windows(checks, span)), default=0)


def _are_in_countries(customers: Sequence[Check], usual: "Usual") -> bool:
    """Whether different people checked in so many countries: one who travels is one."""
    placed = [check for check in customers if check.country]
    span = timedelta(days=usual.countries_within_days)
    return any(
        min(len({check.country for check in window}), people.count(window)) >= usual.countries
        for window in _windows(placed, span)
    )


def _come_over_weeks(customers: Sequence[Check], usual: "Usual") -> bool:
    """Whether new people check in one week after the other."""
    for window in _windows(customers, timedelta(days=usual.weeks_within_days)):
        weeks = {(check.at - window[0].at) // timedelta(days=7): check for check in window}
        # One check of each week, so that a busy day counts once.
        if people.count(weeks.values()) >= usual.weeks and (
            people.count(window) >= usual.people_over_weeks
        ):
            return True
    return False


def _is_before_sale(check: Check, sales: Sales, usual: "Usual") -> bool:
    sold = sales.first_sold_at
    is_near = sold is not None and sold - check.at <= timedelta(days=usual.days_before_sale)
    return is_near and sales.was_unsold(check.at, CLOCK_TOLERANCE)


def _are_after_return(customers: Sequence[Check], history: History, usual: "Usual") -> bool:
    """Whether strangers checked a piece that was back: its former owner may look once more."""
    span, strangers = timedelta(days=usual.days_after_return), list[Check]()
    for check in customers:
        back = history.sales.back_at(check.at, CLOCK_TOLERANCE)
        if back is None or check.at - back > span:
            continue
        owners = (each for each in history.recent if each.by_customer and each.at <= back)
        if all(people.are_different(each, check) for each in owners):
            strangers.append(check)
    return people.count(strangers) >= usual.strangers_after_return


def _travelled_impossibly(checks: Sequence[Check], travel: "Travel") -> bool:
    """Whether different customers were too far apart: a tourist's phone roams in a shop abroad."""
    placed = (check for check in checks if check.country)
    return any(
        _is_too_fast(before, after, travel) and people.are_different(before, after)
        for before, after in combinations(placed, 2)
    )


def _is_too_fast(before: Check, after: Check, travel: "Travel") -> bool:
    if before.country == after.country:
        return False
    way = kilometres(before.country, after.country)
    flight = timedelta(hours=(way or 0.0) * travel.share_of_way / travel.kilometres_per_hour)
    return after.at - before.at < max(flight, timedelta(minutes=travel.floor_minutes))
