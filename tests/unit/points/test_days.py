"""Due days are local dates of the program: across clock changes, leap days and year ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.points import ZONES, account, day, rules

# A zone's local time and the due day of what is earned then.
NIGHTS = [
    # The hour that is left out in spring, and the one that comes twice in autumn.
    ("America/Los_Angeles", "2026-03-08 01:59:59", 0, "2027-03-08"),
    ("America/Los_Angeles", "2026-03-08 03:00:00", 0, "2027-03-08"),
    ("America/Los_Angeles", "2026-11-01 01:30:00", 0, "2027-11-01"),
    ("America/Los_Angeles", "2026-11-01 01:30:00", 1, "2027-11-01"),
    ("America/Los_Angeles", "2026-11-01 23:59:59", 0, "2027-11-01"),
    ("Europe/London", "2026-03-29 00:59:59", 0, "2027-03-29"),
    ("Europe/London", "2026-03-29 02:00:00", 0, "2027-03-29"),
    ("Europe/London", "2026-10-25 01:30:00", 0, "2027-10-25"),
    ("Europe/London", "2026-10-25 01:30:00", 1, "2027-10-25"),
    # A leap day: 365 days after it, and 365 days that go over one.
    ("America/Los_Angeles", "2028-02-29 12:00:00", 0, "2029-02-28"),
    ("Asia/Shanghai", "2027-02-28 12:00:00", 0, "2028-02-28"),
    ("Asia/Shanghai", "2027-03-01 00:00:00", 0, "2028-02-29"),
    ("Europe/London", "2027-03-02 00:00:00", 0, "2028-03-01"),
    # The last and the first second of a year.
    ("America/Los_Angeles", "2026-12-31 23:59:59", 0, "2027-12-31"),
    ("America/Los_Angeles", "2027-01-01 00:00:00", 0, "2028-01-01"),
    ("Asia/Shanghai", "2026-12-31 23:59:59", 0, "2027-12-31"),
    ("Asia/Shanghai", "2027-01-01 00:00:00", 0, "2028-01-01"),
    ("Europe/London", "2027-12-31 23:59:59", 0, "2028-12-30"),
]
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1))  # noqa: DTZ001 - given a zone


@pytest.mark.parametrize(("zone", "local", "fold", "due"), NIGHTS)
def test_points_are_due_365_local_days_after_the_local_day(
    zone: str, local: str, fold: int, due: str
) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone), fold=fold)
    assert rules(zone).due_day(moment.astimezone(UTC)) == day(due)


@pytest.mark.parametrize(
    ("zone", "of", "ends"),
    [
        ("America/Los_Angeles", "2026-03-08", "2026-03-09T07:00:00+00:00"),  # a day of 23 hours
        ("America/Los_Angeles", "2026-11-01", "2026-11-02T08:00:00+00:00"),  # and one of 25
        ("Europe/London", "2026-03-28", "2026-03-29T00:00:00+00:00"),
        ("Europe/London", "2026-10-25", "2026-10-26T00:00:00+00:00"),
        ("Asia/Shanghai", "2027-12-31", "2027-12-31T16:00:00+00:00"),
        ("America/Los_Angeles", "2028-02-29", "2028-03-01T08:00:00+00:00"),
    ],
)
def test_a_day_ends_at_local_midnight(zone: str, of: str, ends: str) -> None:
    assert rules(zone).end_of(day(of)) == datetime.fromisoformat(ends)


@pytest.mark.parametrize("zone", ZONES)
@given(local=MOMENTS)
def test_points_are_good_for_365_days_to_the_last_second_and_not_one_longer(
    zone: str, local: datetime
) -> None:
    program = rules(zone)
    moment = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    due = program.due_day(moment)
    of = account({due: 7})
    end = program.end_of(due)
    assert of.available(program.day_of(moment)) == 7
    assert of.available(program.day_of(end - timedelta(microseconds=1))) == 7
    assert of.available(program.day_of(end)) == 0
    assert timedelta(days=365, hours=-1) <= end - moment <= timedelta(days=366, hours=1)


@pytest.mark.parametrize("zone", ZONES)
@given(of=st.dates(date(2024, 1, 1), date(2035, 1, 1)))
def test_every_day_ends_where_the_next_begins(zone: str, of: date) -> None:
    program = rules(zone)
    assert program.day_of(program.end_of(of)) == of + timedelta(days=1)
    assert program.day_of(program.end_of(of) - timedelta(microseconds=1)) == of


def test_the_same_moment_is_another_day_elsewhere() -> None:
    moment = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)
    assert [rules(zone).day_of(moment).isoformat() for zone in ZONES] == [
        "2026-12-31",
        "2027-01-01",
        "2026-12-31",
    ]
