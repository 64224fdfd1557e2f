"""What the facts of one code amount to, said a second time: naively, every fact by every other."""

from collections.abc import Iterable
from itertools import permutations
from typing import NamedTuple

DAY = 24
WEEK = 7 * DAY
TOLERANCE = 1


# Of the least way between principal places half, at 900 km an hour: whole hours.
FLIGHTS = {frozenset({"US", "CN"}): 3, frozenset({"US", "FR"}): 3, frozenset({"CN", "FR"}): 3}


class Fact(NamedTuple):
    """A fact at an hour. `what` is customer, store, sold, returned or cleared; `place` is a check's
    place among the recorded ones, and of a clearing the number of checks at that time. `phone` is
    the network and the device of a customer's check, `order` that of a sale, if they are known."""

    hour: int
    what: str
    country: str = ""
    place: int = 0
    phone: str = ""
    order: str = ""


def signals_of(facts: Iterable[Fact]) -> set[str]:
    """The names of the signals that those facts are."""
    all_facts = {fact for fact in set(facts) if not _is_told_anew(set(facts), fact)}
    clearings = {fact for fact in all_facts if fact.what == "cleared"}
    checks = {
        fact
        for fact in all_facts
        if fact.what in {"customer", "store"}
        and all(fact.hour >= each.hour and fact.place > each.place for each in clearings)
    }
    customers = {fact for fact in checks if fact.what == "customer"}
    found = set()
    if any(_people(_until(customers, each, DAY)) >= 3 for each in customers):
        found.add("sessions_24h")
    if any(_people(_until(customers, each, WEEK)) >= 6 for each in customers):
        found.add("sessions_7d")
    if _are_in_three_countries({each for each in customers if each.country}):
        found.add("countries")
    if any(_is_too_fast(one, other) for one, other in permutations(customers, 2)):
        found.add("impossible_travel")
    if any(_was_unsold(all_facts, each.hour) for each in customers):
        found.add("checked_before_sold")
    everybody = {fact for fact in all_facts if fact.what == "customer"}
    strangers = {each for each in customers if _is_strangers(everybody, all_facts, each)}
    if _people(strangers) >= 2:
        found.add("checked_after_return")
    if _was_sold_twice(all_facts):
        found.add("sold_twice")
    return found


def _is_told_anew(facts: set[Fact], sale: Fact) -> bool:
    """Whether its order had sold the piece before."""
    return any(sale.order and sale.order == each.order and each.hour < sale.hour for each in facts)


def _are_in_three_countries(placed: set[Fact]) -> bool:
    windows = [_until(placed, each, WEEK) for each in placed]
    return any(
        _people(window) >= 3 and len({each.country for each in window}) >= 3 for window in windows
    )


def _until(checks: set[Fact], last: Fact, span: int) -> set[Fact]:
    order = (last.hour, last.place)
    return {
        each for each in checks if (each.hour, each.place) <= order and last.hour - each.hour < span
    }


def _people(checks: set[Fact]) -> int:
    unknown = [each for each in checks if not each.phone]
    networks = {each.phone[0] for each in checks if each.phone}
    devices = {each.phone[1] for each in checks if each.phone}
    return len(unknown) + min(len(networks), len(devices))


def _differ(one: Fact, other: Fact) -> bool:
    if not one.phone or not other.phone:
        return True
    return one.phone[0] != other.phone[0] and one.phone[1] != other.phone[1]


def _is_strangers(customers: set[Fact], facts: set[Fact], check: Fact) -> bool:
    if not _was_in_store(facts, check.hour):
        return False
    returned = [each.hour for each in facts if each.what == "returned"]
    back = max(each for each in returned if each + TOLERANCE < check.hour)
    return all(_differ(each, check) for each in customers if each.hour <= back)


def _is_too_fast(one: Fact, other: Fact) -> bool:
    countries = {one.country, other.country}
    if "" in countries or len(countries) == 1:
        return False
    return _differ(one, other) and abs(one.hour - other.hour) <= FLIGHTS[frozenset(countries)]


def _was_unsold(facts: set[Fact], hour: int) -> bool:
    sold = [each.hour for each in facts if each.what == "sold"]
    returned = [each.hour for each in facts if each.what == "returned"]
    if not sold or any(each <= min(sold) for each in returned):
        return False
    return hour < min(sold) - TOLERANCE


def _was_in_store(facts: set[Fact], hour: int) -> bool:
    returned = [each.hour for each in facts if each.what == "returned"]
    before = [each for each in returned if each + TOLERANCE < hour]
    owned = [each.hour for each in facts if each.what in {"sold", "cleared"}]
    return bool(before) and not any(max(before) <= each <= hour + TOLERANCE for each in owned)


def _was_sold_twice(facts: set[Fact]) -> bool:
    """Whether the product was sold while it still was with whoever bought it before."""
    cleared = max([each.hour for each in facts if each.what == "cleared"], default=-1)
    sold = {each.hour for each in facts if each.what == "sold"}
    returned = {each.hour for each in facts if each.what == "returned"}
    for second in sold:
        earlier = [each for each in sold if each < second]
        if not earlier or second <= cleared or second - max(earlier) <= TOLERANCE:
            continue
        if not any(max(earlier) < each <= second + TOLERANCE for each in returned):
            return True
    return False
