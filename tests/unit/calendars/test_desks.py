"""When desks are staffed: dated documents, checked when they are read and when they are built."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from aftercare.calendars.hours.desks import Desks, published, read_hours
from aftercare.calendars.hours.service import business_days, round_the_clock, staffed
from aftercare.kernel.rulebook import RulesInvalidError
from layers.build import rule_books
from tests.fakes.template import ROOT

HOUR = 3_600
DOCUMENT = """\
desk = "harbour"
version = "2026-11-29"
valid_from = 2026-11-29
source = "ours"
zone = "Australia/Sydney"
markets = ["AU", "*"]
holidays = "AU"
worked = []
[week]
monday = ["09:00-12:00", "13:00-18:00"]
tuesday = []
wednesday = []
thursday = []
friday = ["22:00-06:00"]
saturday = []
sunday = []
[days]
2026-12-24 = ["09:00-13:00"]
"""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def document(*changes: tuple[str, str]) -> str:
    text = DOCUMENT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def newer(*changes: tuple[str, str]) -> str:
    return document(
        ('"2026-11-29"', '"2027-01-01"'), ("valid_from = 2026-11-29", "valid_from = 2027-01-01"),
        *changes,
    )  # fmt: skip


def test_every_market_has_a_desk() -> None:
    desks = {market: published().of(market).name for market in ("us", "CN", "DE", "JP", "TH", "")}
    assert desks == {
        "us": "north_america",
        "CN": "china",
        "DE": "europe",
        "JP": "asia_pacific",
        "TH": "north_america",
        "": "north_america",
    }


@pytest.mark.parametrize(
    ("market", "start", "seconds", "due"),
    [
        # Black Friday is no holiday; the weekend is not staffed.
        ("US", "2026-11-27T17:45:00-08:00", 1800, "2026-11-30T06:15:00-08:00"),
        # Thanksgiving.
        ("US", "2026-11-25T17:45:00-08:00", 1800, "2026-11-27T06:15:00-08:00"),
        # A Saturday on which China works is as long as a weekday, another one is not.
        ("CN", "2026-10-10T21:45:00+08:00", 900, "2026-10-10T22:00:00+08:00"),
        ("CN", "2026-10-17T17:45:00+08:00", 1800, "2026-10-18T10:15:00+08:00"),
        # The night on which Berlin's clocks go forward.
        ("DE", "2026-03-27T17:45:00+01:00", 1800, "2026-03-30T09:15:00+02:00"),
    ],
)
def test_chat_is_due_in_hours_in_which_people_answer(
    market: str, start: str, seconds: int, due: str
) -> None:
    assert staffed(market).deadline(utc(start), seconds) == utc(due)


def test_business_days_are_whole_days_of_the_market_by_its_desks_clock() -> None:
    start = utc("2026-11-25T15:00:00-08:00")
    due = business_days("us").deadline(start, 3 * 24 * HOUR)
    # Thanksgiving and a weekend are between.
    assert due == utc("2026-12-01T15:00:00-08:00")
    worked = utc("2026-10-09T12:00:00+08:00")
    assert business_days("CN").deadline(worked, 24 * HOUR) == utc("2026-10-10T12:00:00+08:00")
    assert business_days("TH").deadline(start, 24 * HOUR) == utc("2026-11-26T15:00:00-08:00")


def test_round_the_clock_counts_seconds_as_they_pass() -> None:
    start = utc("2026-10-31T12:00:00-07:00")
    assert round_the_clock().deadline(start, 24 * HOUR) == start + timedelta(hours=24)


def test_the_hours_of_a_document_are_read() -> None:
    hours = Desks([read_hours(DOCUMENT)]).of("NZ").hours
    assert hours.zone.key == "Australia/Sydney"
    monday, friday, eve = (date(2026, 11, 30), date(2026, 12, 4), date(2026, 12, 24))
    counted = {
        day: hours.elapsed(noon - timedelta(hours=12), noon + timedelta(hours=12))
        for day in (monday, friday, friday + timedelta(days=1), eve)
        for noon in [datetime(day.year, day.month, day.day, 12, tzinfo=hours.zone)]
    }
    assert list(counted.values()) == [8 * HOUR, 2 * HOUR, 6 * HOUR, 4 * HOUR]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("09:00-12:00", "9-12", "week.monday must be openings such as 09:00-18:00"),
        ("09:00-12:00", "09:00-13:30", "week.monday must be openings such as 09:00-18:00"),
        ("09:00-13:00", "09:00-25:00", "days.2026-12-24 must be openings such as 09:00-18:00"),
        ("worked = []", 'worked = ["x"]', "worked must be openings such as 09:00-18:00"),
        ("worked = []", "", "worked is missing"),
        ("Australia/Sydney", "Australia/Sidney", "zone must be a zone"),
        ("valid_from = 2026-11-29", 'valid_from = "soon"', "valid_from must be a date"),
        ("worked = []", "worked = []\nlunch = 1", "no member 'lunch'"),
    ],
)
def test_a_document_that_is_wrong_is_refused_by_its_field(
    old: str, new: str, complaint: str
) -> None:
    with pytest.raises(RulesInvalidError, match=complaint):
        read_hours(document((old, new)))


def test_a_desk_that_is_never_staffed_is_refused() -> None:
    never = document(('["09:00-12:00", "13:00-18:00"]', "[]"), ('["22:00-06:00"]', "[]"))
    with pytest.raises(RulesInvalidError, match="a day on which the desk is staffed"):
        read_hours(never)


def test_two_versions_of_one_date_are_refused() -> None:
    same_day = document(('version = "2026-11-29"', 'version = "again"'))
    with pytest.raises(ValueError, match="a day of its own"):
        Desks(map(read_hours, (DOCUMENT, same_day)))


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        (newer(("Sydney", "Hobart")), "keeps its zone"),
        (newer(('["AU", "*"]', '["AU"]')), "keeps its zone and its markets"),
        (document(("harbour", "pier")), "both the desk of"),
    ],
)
def test_desks_that_contradict_each_other_are_refused(second: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Desks(map(read_hours, (DOCUMENT, second)))


def test_some_desk_takes_the_markets_that_none_names() -> None:
    with pytest.raises(ValueError, match="all others"):
        Desks([read_hours(document(('["AU", "*"]', '["AU"]')))])


def test_a_newer_version_is_in_force_from_its_day() -> None:
    longer = newer(('"09:00-12:00", "13:00-18:00"', '"09:00-18:00"'))
    hours = Desks(map(read_hours, (longer, DOCUMENT))).of("AU").hours
    mondays = [datetime(2026, 12, 21, tzinfo=hours.zone), datetime(2027, 1, 4, tzinfo=hours.zone)]
    assert [hours.elapsed(day, day + timedelta(hours=20)) // HOUR for day in mondays] == [8, 9]


def test_the_build_reads_the_desks() -> None:
    package = Path(ROOT / "layers/aftercare/aftercare")
    assert "aftercare.calendars.hours.desks" in rule_books(package)
