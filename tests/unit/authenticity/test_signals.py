"""What raises doubt about a code, just before its threshold and at it."""

from datetime import timedelta

import pytest

from aftercare.authenticity import policy
from aftercare.authenticity.model import Audience, Check, Sales, Signal, Verdict
from aftercare.batches.model import BatchStatus
from tests.fakes.codes import NOON, batch, check, history

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def raised(*checks: Check, sales: Sales | None = None) -> set[Signal]:
    last = max(checks, key=lambda each: each.at)
    return set(policy.signals(history(*checks, sales=sales or Sales()), last.at))


def every(apart: timedelta, count: int) -> list[Check]:
    return [check(n, at=NOON + n * apart) for n in range(1, count + 1)]


def test_one_check_raises_nothing() -> None:
    assert raised(check(1)) == set()


def test_three_sessions_within_24_hours() -> None:
    assert raised(*every(11 * HOUR, 2)) == set()
    assert raised(*every(11 * HOUR, 3)) == {Signal.SESSIONS_24H}


def test_sessions_24_hours_apart_are_not_within_24_hours() -> None:
    assert raised(*every(12 * HOUR, 3)) == set()


def test_ten_sessions_within_7_days() -> None:
    assert raised(*every(16 * HOUR, 9)) == set()
    assert raised(*every(16 * HOUR, 10)) == {Signal.SESSIONS_7D}


def test_ten_sessions_in_eight_days_are_not_within_7() -> None:
    assert raised(*every(20 * HOUR, 10)) == set()


def test_tills_are_no_sessions() -> None:
    tills = [check(n, at=NOON + n * HOUR, audience=Audience.STORE) for n in range(1, 15)]
    assert raised(*tills) == set()


def test_three_countries_whenever() -> None:
    two = [check(1, country="US"), check(200, country="CN")]
    assert raised(*two) == set()
    assert raised(*two, check(400, country="FR")) == {Signal.COUNTRIES}


def test_an_unknown_country_is_none() -> None:
    where = ["US", "CN", ""]
    assert raised(*(check(100 * n, country=c) for n, c in enumerate(where, 1))) == set()


@pytest.mark.parametrize(
    ("countries", "hours", "impossible"),
    [
        (("CN", "FR"), 2, True),
        (("CN", "FR"), 12, False),
        (("CN", "HK"), 0, False),  # over the bridge
        (("US", "CA"), 0, False),
        (("GB", "AU"), 10, True),
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


def test_a_till_on_another_continent_counts_as_a_place() -> None:
    till = check(2, country="FR", at=NOON + DAY + HOUR, audience=Audience.STORE)
    assert raised(check(1, country="CN"), till) == {Signal.IMPOSSIBLE_TRAVEL}


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
    sales = Sales().sold(at - 20 * DAY).returned(at - after_return).sold(at + before_resale)
    assert (raised(check(1), sales=sales) == {Signal.CHECKED_AFTER_RETURN}) is is_doubtful


def test_a_return_before_the_first_sale_known_proves_an_earlier_one() -> None:
    """Online sales are not reported."""
    resold = Sales().returned(NOON + 3 * DAY).sold(NOON + 4 * DAY)
    assert raised(check(1), sales=resold) == set()
    assert raised(check(1), sales=Sales().sold(NOON + 4 * DAY)) == {Signal.CHECKED_BEFORE_SOLD}


def test_a_till_between_two_far_places_hides_no_travel() -> None:
    there, here = check(1, country="CN", at=NOON), check(2, country="GB", at=NOON + 2 * HOUR)
    till = check(3, country="KZ", at=NOON + HOUR, audience=Audience.STORE)
    assert Signal.IMPOSSIBLE_TRAVEL in raised(there, till, here)


def test_a_customers_check_after_the_piece_was_given_back() -> None:
    given_back = Sales().sold(NOON).returned(NOON + 2 * DAY)
    assert raised(check(1), sales=given_back) == set()
    assert raised(check(3), sales=given_back) == {Signal.CHECKED_AFTER_RETURN}


def test_after_it_was_sold_again_its_next_owner_may_check() -> None:
    resold = Sales().sold(NOON).returned(NOON + 2 * DAY).sold(NOON + 5 * DAY)
    assert raised(check(1), check(6), sales=resold) == set()
    assert raised(check(1), check(4), sales=resold) == {Signal.CHECKED_AFTER_RETURN}


def test_sales_come_to_the_same_in_any_order() -> None:
    verbs = [Sales.sold, Sales.sold, Sales.returned]
    when = [NOON + 5 * DAY, NOON, NOON + 2 * DAY]
    forward, backward = Sales(), Sales()
    for verb, at in zip(verbs, when, strict=True):
        forward = verb(forward, at)
    for verb, at in reversed(list(zip(verbs, when, strict=True))):
        backward = verb(backward, at)
    assert forward == backward
    assert forward == Sales(NOON, NOON + 5 * DAY, NOON + 2 * DAY, NOON + 2 * DAY)


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
    doubted = history(check(1), raised={Signal.COUNTRIES: 1})
    assert policy.verdict(batch(status=status), doubted, check(1)) is verdict


def test_a_till_does_not_burn_a_customers_first_check() -> None:
    till = check(1, audience=Audience.STORE)
    checked = history(till, check(2))
    assert policy.verdict(batch(), checked, check(2)) is Verdict.GENUINE_FIRST_CHECK
    assert policy.verdict(batch(), history(till), till) is Verdict.GENUINE_FIRST_CHECK


def test_a_customers_check_makes_a_tills_the_second() -> None:
    till = check(2, audience=Audience.STORE)
    checked = history(check(1), till)
    assert policy.verdict(batch(), checked, till) is Verdict.GENUINE_CHECKED_BEFORE


def test_a_drafts_codes_are_not_issued() -> None:
    assert not policy.is_issued(batch(status=BatchStatus.DRAFT))
    assert not policy.is_issued(None)
    assert all(policy.is_issued(batch(status=s)) for s in BatchStatus if s is not BatchStatus.DRAFT)
