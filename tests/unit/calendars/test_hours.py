"""Business hours against a counter that looks at the clock on the wall, second by second."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aftercare.calendars.hours.model import (
    ALL_DAY,
    BusinessHours,
    NeverOpenError,
    Openings,
    Timetable,
)
from aftercare.calendars.hours.openings import openings
from aftercare.calendars.model import Calendar
from aftercare.kernel.clock import zone_named

# Zones with the UTC days on which their clocks change: both ways, by an hour or by half of one.
CHANGES = {
    "America/Los_Angeles": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "Australia/Sydney": (date(2026, 4, 4), date(2026, 10, 3)),
    "Australia/Lord_Howe": (date(2026, 4, 4), date(2026, 10, 3)),
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),
    "Asia/Shanghai": (date(2026, 2, 14), date(2026, 10, 10)),
}
NIGHTS = [(zone, day) for zone, days in CHANGES.items() for day in days]
DAY, HOUR, MINUTE = 86_400, 3_600, 60

type Spans = tuple[tuple[int, int], ...]


class Plan(NamedTuple):
    """What a desk says of its days, in seconds since their midnights."""

    week: tuple[Spans, ...]
    worked: Spans
    holidays: Spans
    is_holiday: frozenset[date]
    is_worked: frozenset[date]
    days: dict[date, Spans]

    def on(self, day: date) -> Spans:
        if day in self.days:
            return self.days[day]
        if day in self.is_holiday:
            return self.holidays
        return self.worked if day in self.is_worked else self.week[day.weekday()]

    def is_open(self, wall: datetime) -> bool:
        """Whether business is done when a clock on the wall shows that."""
        second = wall.hour * HOUR + wall.minute * MINUTE + wall.second
        today, yesterday = wall.date(), wall.date() - timedelta(days=1)
        return any(begins <= second < ends for begins, ends in self.on(today)) or any(
            begins <= second + DAY < ends for begins, ends in self.on(yesterday)
        )

    def hours(self, zone: str) -> BusinessHours:
        return BusinessHours(zone_named(zone), [self.timetable()])

    def timetable(self) -> Timetable:
        closed = dict.fromkeys(self.is_holiday, "a holiday")
        return Timetable(
            week=tuple(openings(map(text_of, spans)) for spans in self.week),
            worked=openings(map(text_of, self.worked)),
            holidays=openings(map(text_of, self.holidays)),
            days={day: openings(map(text_of, spans)) for day, spans in self.days.items()},
            calendar=Calendar(closed=closed, worked=self.is_worked),
        )

    def counted(self, zone: str, begins: datetime, ends: datetime, step: int) -> int:
        """Seconds of business, counted by looking at the clock every so many seconds."""
        clock = ZoneInfo(zone)
        moments = _every(step, begins, ends)
        return step * sum(self.is_open(each.astimezone(clock)) for each in moments)


def _every(step: int, begins: datetime, ends: datetime) -> Iterator[datetime]:
    while begins < ends:
        yield begins
        begins += timedelta(seconds=step)


def text_of(span: tuple[int, int]) -> str:
    """As in a document: 24:00 is the end of the day, an earlier end is the next day's."""
    begins, ends = span
    return f"{_time(begins)}-{_time(ends if ends <= DAY else ends - DAY)}"


def _time(second: int) -> str:
    return f"{second // HOUR:02}:{second // MINUTE % 60:02}:{second % MINUTE:02}"


@st.composite
def spans_of_a_day(draw: st.DrawFn, step: int) -> Spans:
    """Up to two spans, often at the hours at which clocks change; the last may pass midnight."""
    near = st.integers(0, 4 * HOUR // step)
    any_time = st.integers(0, DAY // step)
    edges = sorted({draw(near | any_time) * step for _ in range(draw(st.sampled_from([0, 2, 4])))})
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    passes_midnight = draw(st.booleans())
    if pairs and passes_midnight:
        begins = pairs[-1][0]
        later = st.integers(DAY // step, max(DAY, begins + DAY - step) // step)
        pairs[-1] = (begins, draw(st.just(DAY // step) | later) * step)
    return tuple((begins, ends) for begins, ends in pairs if begins < min(ends, DAY))


@st.composite
def plans(draw: st.DrawFn, around: date, step: int) -> Plan:
    spans = spans_of_a_day(step)
    week = tuple(draw(spans) for _ in range(7))
    near = [around + timedelta(days=number) for number in range(-4, 5)]
    weekdays = [day for day in near if day.weekday() < 5]
    weekend = [day for day in near if day.weekday() >= 5]
    assume(any(week))
    return Plan(
        week,
        draw(spans),
        draw(spans),
        frozenset(draw(st.sets(st.sampled_from(weekdays), max_size=2))),
        frozenset(draw(st.sets(st.sampled_from(weekend), max_size=1))),
        draw(st.dictionaries(st.sampled_from(near), spans, max_size=1)),
    )


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@given(data=st.data(), night=st.sampled_from(NIGHTS), minutes=st.integers(0, 3 * 24 * 60))
def test_elapsed_is_what_a_counter_of_minutes_finds(
    data: st.DataObject, night: tuple[str, date], minutes: int
) -> None:
    zone, day = night
    plan = data.draw(plans(day, MINUTE))
    begins = midnight(day) + timedelta(minutes=data.draw(st.integers(-24 * 60, 24 * 60)))
    ends = begins + timedelta(minutes=minutes)
    assert plan.hours(zone).elapsed(begins, ends) == plan.counted(zone, begins, ends, MINUTE)


@given(data=st.data(), night=st.sampled_from(NIGHTS), seconds=st.integers(0, HOUR))
def test_elapsed_is_what_a_counter_of_seconds_finds(
    data: st.DataObject, night: tuple[str, date], seconds: int
) -> None:
    zone, day = night
    plan = data.draw(plans(day, 1))
    begins = midnight(day) + timedelta(seconds=data.draw(st.integers(-DAY // 2, DAY)))
    ends = begins + timedelta(seconds=seconds)
    assert plan.hours(zone).elapsed(begins, ends) == plan.counted(zone, begins, ends, 1)


@given(data=st.data(), night=st.sampled_from(NIGHTS), wanted=st.integers(1, 200_000))
def test_a_deadline_is_the_first_instant_at_which_so_much_has_passed(
    data: st.DataObject, night: tuple[str, date], wanted: int
) -> None:
    zone, day = night
    hours = data.draw(plans(day, 1)).hours(zone)
    start = midnight(day) + timedelta(seconds=data.draw(st.integers(-2 * DAY, 2 * DAY)))
    due = hours.deadline(start, wanted)
    assert hours.elapsed(start, due) == wanted
    assert hours.elapsed(start, due - timedelta(seconds=1)) == wanted - 1


@given(
    data=st.data(),
    night=st.sampled_from(NIGHTS),
    places=st.tuples(*[st.integers(-400 * DAY, 400 * DAY)] * 3),
)
def test_elapsed_adds_up_whatever_the_order_of_the_instants(
    data: st.DataObject, night: tuple[str, date], places: tuple[int, int, int]
) -> None:
    zone, day = night
    hours = data.draw(plans(day, 1)).hours(zone)
    one, two, three = (midnight(day) + timedelta(seconds=place) for place in places)
    assert hours.elapsed(one, two) + hours.elapsed(two, three) == hours.elapsed(one, three)


@given(
    data=st.data(),
    night=st.sampled_from(NIGHTS),
    one=st.integers(0, 100_000),
    two=st.integers(0, 100_000),
)
def test_deadlines_add_up(data: st.DataObject, night: tuple[str, date], one: int, two: int) -> None:
    zone, day = night
    hours = data.draw(plans(day, 1)).hours(zone)
    start = midnight(day)
    there = hours.deadline(start, one)
    assert hours.elapsed(start, hours.deadline(there, two)) == one + two
    assert hours.elapsed(start, hours.deadline(start, one + two)) == one + two


def always_open(*texts: str) -> Timetable:
    return Timetable((openings(texts),) * 7, holidays=openings(texts), worked=openings(texts))


@pytest.mark.parametrize(("zone", "day"), NIGHTS)
def test_two_hours_are_two_hours_on_the_nights_when_clocks_change(zone: str, day: date) -> None:
    hours = BusinessHours(zone_named(zone), [Timetable((ALL_DAY,) * 7)])
    for hour in range(-24, 24):
        start = midnight(day) + timedelta(hours=hour)
        assert hours.deadline(start, 2 * HOUR) == start + timedelta(hours=2)


@pytest.mark.parametrize(
    ("text", "day", "counted"),
    [
        ("02:10-02:50", date(2026, 3, 8), 0),  # the clock skips it
        ("01:30-03:30", date(2026, 3, 8), HOUR),
        ("01:15-01:45", date(2026, 11, 1), HOUR),  # the clock shows it twice
        ("01:30-02:30", date(2026, 11, 1), HOUR + HOUR // 2),
        ("00:00-24:00", date(2026, 3, 8), 23 * HOUR),
        ("00:00-24:00", date(2026, 11, 1), 25 * HOUR),
    ],
)
def test_openings_where_the_clock_skips_or_repeats(text: str, day: date, counted: int) -> None:
    zone = zone_named("America/Los_Angeles")
    hours = BusinessHours(zone, [always_open(text)])
    begins = datetime(day.year, day.month, day.day, tzinfo=zone)
    ends = datetime(day.year, day.month, day.day + 1, tzinfo=zone)
    assert hours.elapsed(begins, ends) == counted


@pytest.mark.parametrize(("day", "long"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9)])
def test_a_night_shift_is_as_long_as_its_night(day: date, long: int) -> None:
    zone = zone_named("Europe/Berlin")
    hours = BusinessHours(zone, [always_open("22:00-06:00")])
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    tomorrow = datetime(day.year, day.month, day.day + 1, 12, tzinfo=zone)
    assert hours.elapsed(noon, tomorrow) == long * HOUR


@pytest.mark.parametrize(
    "texts", [["00:00-24:00"], ["00:00-09:00", "09:00-24:00"], ["06:00-22:00", "22:00-06:00"]]
)
def test_nothing_is_lost_at_midnight(texts: list[str]) -> None:
    hours = BusinessHours(zone_named("Asia/Shanghai"), [always_open(*texts)])
    start = datetime(2026, 6, 1, tzinfo=UTC)
    assert hours.elapsed(start, start + timedelta(days=30)) == 30 * DAY
    assert hours.deadline(start, 30 * DAY) == start + timedelta(days=30)


def test_a_shift_belongs_to_the_day_on_which_it_begins() -> None:
    friday = date(2026, 6, 5)
    night = openings(["22:00-06:00"])
    week = (night,) * 5 + ((), ())
    zone = zone_named("UTC")
    saturday_noon = datetime(2026, 6, 6, 12, tzinfo=UTC)
    before = saturday_noon - timedelta(hours=24)
    assert BusinessHours(zone, [Timetable(week)]).elapsed(before, saturday_noon) == 8 * HOUR
    closed = Calendar(closed={friday: "a holiday"})
    hours = BusinessHours(zone, [Timetable(week, calendar=closed)])
    assert hours.elapsed(before, saturday_noon) == 0
    assert hours.elapsed(before - timedelta(hours=12), saturday_noon) == 6 * HOUR


def test_what_two_days_share_counts_once() -> None:
    """A night shift ends after the next day's opening has begun."""
    hours = BusinessHours(zone_named("UTC"), [always_open("06:00-18:00", "22:00-08:00")])
    start = datetime(2026, 6, 1, tzinfo=UTC)
    assert hours.elapsed(start, start + timedelta(days=10)) == 10 * 20 * HOUR
    assert hours.deadline(start, 20 * HOUR) == start + timedelta(days=1)


def test_a_new_timetable_changes_nothing_before_its_day() -> None:
    zone = zone_named("Europe/Berlin")
    old = always_open("09:00-17:00")
    new = Timetable((openings(["09:00-18:00"]),) * 7, version="new", valid_from=date(2026, 12, 1))
    both = BusinessHours(zone, [new, old])
    change = datetime(2026, 12, 1, tzinfo=zone)
    before, after = change - timedelta(days=10), change + timedelta(days=10)
    assert both.elapsed(before, change) == BusinessHours(zone, [old]).elapsed(before, change)
    assert both.elapsed(change, after) == 10 * 9 * HOUR


def test_a_deadline_may_be_the_end_of_the_day() -> None:
    hours = BusinessHours(zone_named("UTC"), [always_open("09:00-18:00")])
    start = datetime(2026, 6, 1, 17, tzinfo=UTC)
    assert hours.deadline(start, HOUR) == datetime(2026, 6, 1, 18, tzinfo=UTC)
    assert hours.deadline(start, HOUR + 1) == datetime(2026, 6, 2, 9, 0, 1, tzinfo=UTC)
    assert hours.deadline(start + timedelta(hours=3), 0) == start + timedelta(hours=3)


class CountedDays(dict[date, Openings]):
    """Single days with hours of their own: none, but it counts how often it is asked."""

    asked = 0

    def get(self, *_: object) -> None:  # type: ignore[override]
        self.asked += 1


def test_a_year_is_laid_out_once_and_day_by_day() -> None:
    days = CountedDays()
    hours = BusinessHours(
        zone_named("Europe/Berlin"), [Timetable((openings(["09:00-18:00"]),) * 7, days=days)]
    )
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert hours.elapsed(start, start + timedelta(days=365)) == 365 * 9 * HOUR
    assert 365 <= days.asked <= 500
    before = days.asked
    assert hours.deadline(start, 365 * 9 * HOUR) <= start + timedelta(days=365)
    assert days.asked == before


def test_parts_of_a_second_do_not_count() -> None:
    hours = BusinessHours(zone_named("UTC"), [Timetable((ALL_DAY,) * 7)])
    start = datetime(2026, 6, 1, 9, 0, 0, 900_000, tzinfo=UTC)
    assert hours.elapsed(start, start + timedelta(microseconds=200_000)) == 1
    assert hours.deadline(start, 1) == datetime(2026, 6, 1, 9, 0, 1, tzinfo=UTC)


def test_hours_that_never_come_are_refused() -> None:
    hours = BusinessHours(zone_named("UTC"), [Timetable(((),) * 7)])
    start = datetime(2026, 6, 1, tzinfo=UTC)
    assert hours.elapsed(start, start + timedelta(days=365)) == 0
    with pytest.raises(NeverOpenError):
        hours.deadline(start, 1)
    with pytest.raises(ValueError, match="ahead"):
        hours.deadline(start, -1)
    with pytest.raises(ValueError, match="timetable"):
        BusinessHours(zone_named("UTC"), [])


def test_a_naive_time_is_refused() -> None:
    hours = BusinessHours(zone_named("UTC"), [Timetable((ALL_DAY,) * 7)])
    with pytest.raises(TypeError):
        hours.deadline(datetime(2026, 6, 1), 1)  # noqa: DTZ001
