"""What raises doubt about a code, just before its threshold and at it."""

from datetime import datetime, timedelta
from itertools import combinations

import pytest

from aftercare.authenticity import policy
from aftercare.authenticity.model import Audience, Check, Hints, Signal, Strength, Verdict
from aftercare.authenticity.people import count
from aftercare.authenticity.sales import Sales
from aftercare.batches.model import BatchStatus
from tests.fakes.codes import NOON, RULES, batch, check, history

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def raised(*checks: Check, sales: Sales | None = None) -> set[Signal]:
    return set(policy.signals(history(*checks, sales=sales or Sales()), RULES))


def every(apart: timedelta, count: int) -> list[Check]:
    return [check(n, at=NOON + n * apart) for n in range(1, count + 1)]


def test_one_check_raises_nothing() -> None:
    assert raised(check(1)) == set()


def test_three_sessions_within_24_hours() -> None:
    assert raised(*every(11 * HOUR, 2)) == set()
    assert raised(*every(11 * HOUR, 3)) == {Signal.SESSIONS_24H}


def test_sessions_24_hours_apart_are_not_within_24_hours() -> None:
    assert raised(*every(12 * HOUR, 3)) == set()


def test_six_people_within_7_days() -> None:
    assert raised(*every(28 * HOUR, 5)) == set()
    assert raised(*every(28 * HOUR, 6)) == {Signal.SESSIONS_7D}


def test_six_people_in_eight_days_are_not_within_7() -> None:
    assert raised(*every(34 * HOUR, 6)) == set()


def by(number: int, phone: str, at: datetime, country: str = "US") -> Check:
    """A check from a network and a device."""
    return check(number, at=at, country=country, hints=Hints(*phone))


@pytest.mark.parametrize(
    ("phones", "people"),
    [
        (["aA", "aA", "aA"], 1),  # private windows
        (["aA", "bA", "cA"], 1),  # at home, on the train, at work
        (["aA", "aB", "aC"], 1),  # a family on its sofa
        (["aA", "bB", "bA"], 2),
        (["aA", "bB", "cC"], 3),
        (["aA", "bB", ""], 3),  # of one nothing is known
    ],
)
def test_people_are_counted_not_cookies(phones: list[str], people: int) -> None:
    checks = [by(n, phone, NOON) if phone else check(n) for n, phone in enumerate(phones, 1)]
    assert count(checks) == people


def test_three_private_windows_of_one_phone_raise_nothing() -> None:
    assert raised(*(by(n, "aA", NOON + n * SECOND) for n in range(1, 4))) == set()


def test_giver_child_and_mother_are_at_most_a_weak_sign() -> None:
    family = [by(n, phone, NOON + n * HOUR) for n, phone in enumerate(["aA", "bB", "cC"], 1)]
    assert raised(*family) == {Signal.SESSIONS_24H}
    assert policy.strength({Signal.SESSIONS_24H}, RULES) is Strength.WEAK


def test_new_people_week_after_week_are_a_strong_sign() -> None:
    copies = [by(n, f"{chr(96 + n)}{chr(64 + n)}", NOON + 6.5 * n * DAY) for n in range(1, 9)]
    assert raised(*copies[:7]) == set()
    found = raised(*copies)
    assert found == {Signal.PEOPLE_OVER_WEEKS}
    assert policy.strength(found, RULES) is Strength.STRONG


def test_a_video_that_is_watched_for_ten_days_is_no_strong_sign() -> None:
    viewers = [
        by(n, f"{chr(96 + n)}{chr(64 + n)}", NOON + 10 * HOUR * n, "US") for n in range(1, 20)
    ]
    found = raised(*viewers)
    assert found
    assert policy.strength(found, RULES) is Strength.WEAK


def test_a_holiday_is_no_copy() -> None:
    places = enumerate(["JP", "KR", "FR", "US", "JP"], 1)
    assert raised(*(by(n, f"{n}A", NOON + n * DAY, place) for n, place in places)) == set()


def test_former_owners_may_look_once_more_after_a_return() -> None:
    given_back = Sales().sold(NOON).returned(NOON + 2 * DAY)
    owner, again = by(1, "aA", NOON + DAY), by(2, "bA", NOON + 4 * DAY)
    assert raised(owner, again, sales=given_back) == set()
    strangers = [by(3, "cC", NOON + 4 * DAY), by(4, "dD", NOON + 9 * DAY)]
    assert raised(owner, strangers[0], sales=given_back) == set()
    assert raised(owner, *strangers, sales=given_back) == {Signal.CHECKED_AFTER_RETURN}


def test_a_check_long_before_the_sale_or_after_the_return_says_nothing() -> None:
    assert raised(check(1), sales=Sales().sold(NOON + 182 * DAY)) == set()
    late = [check(190), check(192)]
    assert raised(*late, sales=Sales().sold(NOON).returned(NOON + DAY)) == set()


MARKETS = "CNHKMOTWJPKRSGMYTHIDPHVNAUNZUSCAGBFRDENL"
PAIRS = list(combinations([MARKETS[n : n + 2] for n in range(0, len(MARKETS), 2)], 2))


@pytest.mark.parametrize("countries", PAIRS, ids="-".join)
def test_of_any_two_markets_people_at_the_same_time_are_not_one_piece(
    countries: tuple[str, str],
) -> None:
    one, other = by(1, "aA", NOON, countries[0]), by(2, "bB", NOON + 600 * SECOND, countries[1])
    assert raised(one, other) == {Signal.IMPOSSIBLE_TRAVEL}
    a_flight_later = by(2, "bB", NOON + 13 * HOUR, countries[1])
    assert raised(one, a_flight_later) == set()


def test_one_phone_in_two_countries_is_behind_a_vpn() -> None:
    assert raised(by(1, "aA", NOON, "CN"), by(2, "bA", NOON + SECOND, "FR")) == set()


def test_tills_are_no_sessions() -> None:
    tills = [check(n, at=NOON + n * HOUR, audience=Audience.STORE) for n in range(1, 15)]
    assert raised(*tills) == set()


def test_people_in_three_countries_within_a_week() -> None:
    two = [check(1, country="US"), check(3, country="CN")]
    assert raised(*two) == set()
    assert raised(*two, check(5, country="FR")) == {Signal.COUNTRIES}
    assert raised(*two, check(400, country="FR")) == set()


def test_an_unknown_country_is_none() -> None:
    where = ["US", "CN", ""]
    assert raised(*(check(100 * n, country=c) for n, c in enumerate(where, 1))) == set()


@pytest.mark.parametrize(
    ("countries", "hours", "impossible"),
    [
        (("CN", "FR"), 2, True),
        (("CN", "FR"), 12, False),
        (("CN", "HK"), 1, False),  # over the bridge
        (("US", "CA"), 1, False),
        (("GB", "AU"), 5, True),
        (("GB", "AU"), 20, False),
        (("US", "US"), 0, False),
    ],
)
def test_travel_faster_than_an_airliner(
    countries: tuple[str, str], hours: int, *, impossible: bool
) -> None:
    first, second = countries
    there = check(1, country=first, at=NOON)
    here = check(2, country=second, at=NOON + hours * HOUR)
    assert (Signal.IMPOSSIBLE_TRAVEL in raised(there, here)) is impossible
    assert (Signal.IMPOSSIBLE_TRAVEL in raised(here, there)) is impossible


def test_a_till_and_the_roaming_phone_of_a_tourist_are_in_one_place() -> None:
    till = check(2, country="FR", at=NOON + DAY + HOUR, audience=Audience.STORE)
    assert raised(check(1, country="CN"), till) == set()


def test_a_customers_check_before_the_piece_was_sold() -> None:
    sold = Sales().sold(NOON + 3 * DAY)
    assert raised(check(1), sales=sold) == {Signal.CHECKED_BEFORE_SOLD}
    assert raised(check(4), sales=sold) == set()
    assert raised(check(1, audience=Audience.STORE), sales=sold) == set()


def test_clocks_may_differ_by_an_hour() -> None:
    at = NOON + DAY
    assert raised(check(1), sales=Sales().sold(at + HOUR)) == set()
    assert raised(check(1), sales=Sales().returned(at - HOUR)) == set()


@pytest.mark.parametrize(
    ("after_return", "before_resale", "is_doubtful"),
    [
        (HOUR, 9 * DAY, False),
        (HOUR + SECOND, 9 * DAY, True),
        (9 * DAY, HOUR, False),
        (9 * DAY, HOUR + SECOND, True),
        (9 * DAY, -SECOND, False),
    ],
)
def test_of_a_resold_piece_only_checks_surely_in_between_are_doubtful(
    after_return: timedelta, before_resale: timedelta, *, is_doubtful: bool
) -> None:
    at = check(1).at
    two = [check(1), check(2, at=at)]
    sales = Sales().sold(at - 20 * DAY).returned(at - after_return).sold(at + before_resale)
    assert (raised(*two, sales=sales) == {Signal.CHECKED_AFTER_RETURN}) is is_doubtful


def test_a_return_before_the_first_sale_known_proves_an_earlier_one() -> None:
    """Online sales are not reported."""
    resold = Sales().returned(NOON + 3 * DAY).sold(NOON + 4 * DAY)
    assert raised(check(1), sales=resold) == set()
    assert raised(check(1), sales=Sales().sold(NOON + 4 * DAY)) == {Signal.CHECKED_BEFORE_SOLD}


@pytest.mark.parametrize(
    ("days_between", "returned_after", "is_twice"),
    [(2, None, True), (2, 1, False), (2, 3, True), (0.04, None, False)],
)
def test_a_second_sale_without_a_return(
    days_between: float, returned_after: int | None, *, is_twice: bool
) -> None:
    sales = Sales().sold(NOON).sold(NOON + days_between * DAY)
    if returned_after is not None:
        sales = sales.returned(NOON + returned_after * DAY)
    assert (Signal.SOLD_TWICE in raised(check(9), sales=sales)) is is_twice


def test_who_has_seen_a_piece_that_was_sold_twice_settles_it_until_it_is_sold_again() -> None:
    seen = Sales().sold(NOON).sold(NOON + 2 * DAY).cleared(NOON + 8 * DAY)
    assert raised(check(9), sales=seen) == set()
    assert raised(check(9), sales=seen.sold(NOON + 12 * DAY)) == {Signal.SOLD_TWICE}


def test_a_till_between_two_far_places_hides_no_travel() -> None:
    there, here = check(1, country="CN", at=NOON), check(2, country="GB", at=NOON + 2 * HOUR)
    till = check(3, country="KZ", at=NOON + HOUR, audience=Audience.STORE)
    assert Signal.IMPOSSIBLE_TRAVEL in raised(there, till, here)


def test_a_customers_check_after_the_piece_was_given_back() -> None:
    given_back = Sales().sold(NOON).returned(NOON + 2 * DAY)
    assert raised(check(1), check(2), sales=given_back) == set()
    assert raised(check(3), check(4), sales=given_back) == {Signal.CHECKED_AFTER_RETURN}


def test_after_it_was_sold_again_its_next_owner_may_check() -> None:
    resold = Sales().sold(NOON).returned(NOON + 2 * DAY).sold(NOON + 5 * DAY)
    assert raised(check(1), check(6), check(7), sales=resold) == set()
    assert raised(check(1), check(3), check(4), sales=resold) == {Signal.CHECKED_AFTER_RETURN}


def test_sales_come_to_the_same_in_any_order() -> None:
    verbs = [Sales.sold, Sales.sold, Sales.returned]
    when = [NOON + 5 * DAY, NOON, NOON + 2 * DAY]
    forward, backward = Sales(), Sales()
    for verb, at in zip(verbs, when, strict=True):
        forward = verb(forward, at)
    for verb, at in reversed(list(zip(verbs, when, strict=True))):
        backward = verb(backward, at)
    assert forward == backward
    assert (forward.first_sold_at, forward.last_sold_at) == (NOON, NOON + 5 * DAY)
    assert forward.first_returned_at == forward.returned_at == NOON + 2 * DAY


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (BatchStatus.ACTIVE, Verdict.SUSPECT),
        (BatchStatus.RECALLED, Verdict.RECALLED),
        (BatchStatus.RESTRICTED, Verdict.RESTRICTED),
        (BatchStatus.BLOCKED, Verdict.BLOCKED),
    ],
)
def test_a_batchs_standing_goes_before_doubt(status: BatchStatus, verdict: Verdict) -> None:
    told = policy.verdict(batch(status=status), history(check(1)), check(1), {Signal.COUNTRIES})
    assert told is verdict


def test_a_till_does_not_burn_a_customers_first_check() -> None:
    till = check(1, audience=Audience.STORE)
    checked = history(till, check(2))
    assert policy.verdict(batch(), checked, check(2), set()) is Verdict.GENUINE_FIRST_CHECK
    assert policy.verdict(batch(), history(till), till, set()) is Verdict.GENUINE_FIRST_CHECK


def test_a_customers_check_makes_a_tills_the_second() -> None:
    till = check(2, audience=Audience.STORE)
    checked = history(check(1), till)
    assert policy.verdict(batch(), checked, till, set()) is Verdict.GENUINE_CHECKED_BEFORE


def test_a_drafts_codes_are_not_issued() -> None:
    assert not policy.is_issued(batch(status=BatchStatus.DRAFT))
    assert all(policy.is_issued(batch(status=s)) for s in BatchStatus if s is not BatchStatus.DRAFT)
