"""Business days of markets, and the data that tells them."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.calendars.model import Calendar, Span
from aftercare.calendars.service import (
    add_business_days,
    between,
    calendar_of,
    is_business_day,
    is_estimated,
)
from infra.holidays.calendars import AHEAD, FILE, FIRST_YEAR, MARKETS, text, years_from
from tests.fakes.template import ROOT

YEARS = sorted(calendar_of("US").years)
EVERY_MARKET = pytest.mark.parametrize("market", MARKETS)
MARKETS_AND_MORE = [*MARKETS, "TH", ""]
days = st.dates(date(YEARS[0], 1, 1), date(YEARS[-1] + 2, 12, 31))
LOAD = """
import sys
from datetime import date
from aftercare.calendars.service import is_business_day
assert is_business_day("US", date(2026, 11, 27))
print(*sys.modules)
"""


def days_left(today: date) -> int:
    """For how many days from then on every market has data."""
    return (date(YEARS[-1], 12, 31) - today).days


def test_data_is_what_make_holidays_writes() -> None:
    assert FILE.read_text("utf-8") == text(range(FIRST_YEAR, YEARS[-1] + 1))


def test_data_reaches_at_least_a_year_ahead() -> None:
    """Run `make holidays` when this fails."""
    assert days_left(datetime.now(UTC).date()) >= 365


def test_the_year_before_the_last_one_is_the_last_with_a_year_left() -> None:
    last = date(YEARS[-1], 12, 31)
    assert days_left(last - timedelta(days=365)) == 365
    assert days_left(last - timedelta(days=364)) < 365


def test_a_file_written_today_has_three_years_after_this_one() -> None:
    assert years_from(date(2026, 11, 27))[-1] == 2026 + AHEAD == 2029
    assert years_from(date(2027, 1, 1))[0] == FIRST_YEAR


def test_there_are_fourteen_markets() -> None:
    assert sorted(json.loads(FILE.read_text("utf-8"))) == sorted(MARKETS)
    assert len(MARKETS) == 14


CHINA_WORKS = [
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
]


def test_china_works_on_six_weekend_days_in_2026() -> None:
    weekend_days = [
        day
        for day in (date(2026, 1, 1) + timedelta(days=number) for number in range(365))
        if day.weekday() >= 5
    ]
    assert len(weekend_days) == 104
    assert [day for day in weekend_days if is_business_day("CN", day)] == CHINA_WORKS


@pytest.mark.parametrize(
    ("market", "day", "open_"),
    [
        ("US", "2026-07-02", True),
        ("US", "2026-07-03", False),
        ("US", "2026-11-26", False),
        ("US", "2026-11-27", True),
        ("US", "2027-12-31", False),
        ("CA", "2026-10-12", False),
        ("CA", "2026-05-18", False),
        ("GB", "2026-04-06", False),
        ("GB", "2026-08-31", False),
        ("FR", "2026-07-14", False),
        ("DE", "2026-04-06", False),
        ("DE", "2026-10-02", True),
        ("IT", "2026-06-02", False),
        ("ES", "2026-10-12", False),
        ("NL", "2026-04-27", False),
        ("AU", "2026-06-08", False),
        ("NZ", "2026-07-10", False),
        ("JP", "2026-01-02", False),
        ("JP", "2026-09-22", False),
        ("JP", "2026-12-31", False),
        ("KR", "2026-09-24", False),
        ("SG", "2026-08-10", False),
        ("CN", "2026-10-07", False),
        ("CN", "2026-10-08", True),
        ("CN", "2026-02-24", True),
        ("us", "2026-11-26", False),
        ("TH", "2026-04-13", True),
        ("TH", "2026-04-12", False),
    ],
)
def test_holidays_are_no_business_days(market: str, day: str, open_: bool) -> None:
    assert is_business_day(market, date.fromisoformat(day)) is open_


@EVERY_MARKET
def test_every_day_is_what_the_package_says_of_it(market: str) -> None:
    """`is_working_day` is the package's own answer."""
    part, kinds = MARKETS[market]
    theirs = holidays.country_holidays(market, part or None, years=YEARS, categories=kinds)
    day, end = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    while day <= end:
        assert is_business_day(market, day) is theirs.is_working_day(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("market", "day", "count", "reached"),
    [
        ("US", "2026-11-25", 1, "2026-11-27"),
        ("US", "2026-11-25", 5, "2026-12-03"),
        ("US", "2026-11-28", 1, "2026-11-30"),
        ("US", "2026-11-28", 0, "2026-11-28"),
        ("US", "2027-12-30", 1, "2028-01-03"),
        ("CN", "2026-09-30", 1, "2026-10-08"),
        ("CN", "2026-09-30", 3, "2026-10-10"),
        ("CN", "2026-02-13", 1, "2026-02-14"),
        ("CN", "2026-02-13", 2, "2026-02-24"),
        ("JP", "2026-05-01", 1, "2026-05-07"),
        ("TH", "2026-04-10", 1, "2026-04-13"),
    ],
)
def test_the_nth_business_day_after_a_day(market: str, day: str, count: int, reached: str) -> None:
    found = add_business_days(market, date.fromisoformat(day), count)
    assert found == date.fromisoformat(reached)


@given(market=st.sampled_from(MARKETS_AND_MORE), day=days, count=st.integers(0, 40))
def test_so_many_business_days_lie_between_a_day_and_the_one_reached(
    market: str, day: date, count: int
) -> None:
    reached = add_business_days(market, day, count)
    passed = [day + timedelta(days=number) for number in range(1, (reached - day).days + 1)]
    assert sum(is_business_day(market, each) for each in passed) == count
    assert count == 0 or is_business_day(market, reached)


@given(
    market=st.sampled_from(MARKETS_AND_MORE),
    day=days,
    one=st.integers(0, 20),
    two=st.integers(0, 20),
)
def test_business_days_add_up(market: str, day: date, one: int, two: int) -> None:
    there = add_business_days(market, day, one)
    assert add_business_days(market, there, two) == add_business_days(market, day, one + two)


def test_business_days_are_counted_forwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_business_days("US", date(2026, 6, 1), -1)


def test_a_span_of_business_days_has_a_first_and_a_last_day() -> None:
    span = between("US", date(2026, 11, 20), 5, 10)
    assert span == Span(date(2026, 11, 30), date(2026, 12, 7), is_estimated=False)


@pytest.mark.parametrize(
    ("market", "day", "estimated"),
    [
        ("US", date(2029, 6, 1), False),
        ("US", date(2030, 1, 1), True),
        ("US", date(2024, 12, 31), True),
        ("CN", date(2026, 12, 31), False),
        ("CN", date(2027, 1, 1), True),
        ("SG", date(2027, 6, 1), False),
        ("SG", date(2028, 6, 1), True),
        ("TH", date(2026, 6, 1), True),
    ],
)
def test_days_that_may_still_change_are_estimated(market: str, day: date, estimated: bool) -> None:
    assert is_estimated(market, day) is estimated
    assert between(market, day, 0, 0).is_estimated is estimated


def test_a_span_that_ends_in_an_estimated_year_is_estimated() -> None:
    assert not between("CN", date(2026, 12, 7), 5, 10).is_estimated
    assert between("CN", date(2026, 12, 24), 5, 10).is_estimated


def test_which_years_are_estimated_is_known() -> None:
    """When the package learns of a year of theirs, `make holidays` shortens this."""
    doubts = {market: sorted(calendar_of(market).estimated) for market in MARKETS}
    assert {market: years for market, years in doubts.items() if years} == {
        "CN": [2027, 2028, 2029],
        "SG": [2028, 2029],
    }


def test_a_market_without_a_calendar_has_its_weekends() -> None:
    assert calendar_of("TH") == Calendar()
    assert [calendar_of("TH").is_business_day(date(2026, 6, day)) for day in (5, 6, 7, 8)] == [
        True,
        False,
        False,
        True,
    ]


def test_nothing_that_ships_imports_the_package() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD],
        env={"PYTHONPATH": str(ROOT / "layers/aftercare")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"holidays", "dateutil", "msgspec"} & set(loaded)
    assert {name for name in loaded if name.startswith("aftercare.")} == {
        "aftercare.calendars",
        "aftercare.calendars.model",
        "aftercare.calendars.service",
    }
