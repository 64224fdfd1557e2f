"""Instants are aware and sort as text; a timeline entry arrives as it was sent."""

import json
import zoneinfo
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.kernel.actor import CUSTOMER, UNKNOWN, staff
from aftercare.kernel.clock import from_text, local_day, to_text, utc_now, zone_named
from aftercare.kernel.tables import entry_columns, entry_from
from aftercare.kernel.timeline import Entry, EntryInvalidError
from aftercare.kernel.worker import entry_in
from infra.local.settings import ROOT
from tests.fakes.actors import SOMEBODY
from tests.fakes.events import bus_event
from tests.fakes.refusals import refused

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=OFFSETS)  # noqa: DTZ001
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TIME = "a time with an offset, as in 2026-11-27T09:30:00Z, from 1900 to 2199"
ACTORS = st.sampled_from([CUSTOMER, staff("ana"), SOMEBODY])
NAMES = WORDS.filter(str.strip)
DATA = st.dictionaries(NAMES, WORDS, max_size=4)
ENTRIES = st.builds(Entry, NAMES, NAMES, NAMES, MOMENTS, DATA, actor=ACTORS)


@given(MOMENTS)
def test_an_instant_is_read_back_as_itself_in_utc(moment: datetime) -> None:
    assert from_text(to_text(moment)) == moment
    assert from_text(to_text(moment)).tzinfo is UTC


@given(MOMENTS, MOMENTS)
def test_instants_sort_as_text_in_the_order_of_time(one: datetime, other: datetime) -> None:
    assert (to_text(one) < to_text(other)) is (one < other)


@pytest.mark.parametrize("text", ["2026-06-10T19:00:00", "2026-06-10", "20260610T190000"])
def test_a_time_without_an_offset_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a time without an offset is ambiguous"):
        from_text(text)


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30T00:00:00Z", "1765000000"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid isoformat string|out of range|must be in"):
        from_text(text)


def test_the_clock_itself_is_aware() -> None:
    assert utc_now().utcoffset() == timedelta()


def test_a_day_is_the_zones_day() -> None:
    moment = datetime(2026, 6, 2, 6, 59, tzinfo=UTC)
    assert local_day(moment, ZoneInfo("America/Los_Angeles")) == date(2026, 6, 1)
    assert local_day(moment, ZoneInfo("Asia/Shanghai")) == date(2026, 6, 2)


def test_zones_are_those_that_ship_whatever_the_machine_has() -> None:
    """Since 2026 Vancouver's clock stays ahead; a machine of 2025 does not know that yet."""
    moment = datetime(2027, 1, 15, 7, 30, tzinfo=UTC)
    assert local_day(moment, zone_named("America/Vancouver")) == date(2027, 1, 15)
    assert zoneinfo.TZPATH == ()


def test_zones_are_made_in_one_place_alone() -> None:
    """Where the machine's own are left out."""
    ours = (*(ROOT / "layers" / "aftercare").rglob("*.py"), *(ROOT / "functions").rglob("*.py"))
    assert [path.name for path in ours if "ZoneInfo(" in path.read_text()] == []


@given(ENTRIES)
def test_an_entry_travels_over_the_bus_unchanged(entry: Entry) -> None:
    assert entry_in(bus_event(entry)) == entry


@given(ENTRIES)
def test_an_entry_lies_in_a_row_unchanged(entry: Entry) -> None:
    assert entry_from(entry_columns(entry)) == entry


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"data": None}, "an object"),
        ({"data": ["x"]}, "an object"),
        ({"data": {"units": 2}}, "text of 2000 characters at most"),
        ({"data": {"units": "x" * 2001}}, "text of 2000 characters at most"),
        ({"data": {str(each): "" for each in range(51)}}, "an object"),
        ({"occurred_at": "2026-06-10T19:00:00"}, TIME),
        ({"occurred_at": "never"}, TIME),
        ({"occurred_at": "0001-01-01T00:00:00Z"}, TIME),
        ({"subject": "x" * 201}, "text of 1 to 200 characters"),
        ({"subject": ""}, "text of 1 to 200 characters"),
        ({"subject": 7}, "text of 1 to 200 characters"),
    ],
)
def test_a_detail_that_no_entry_wrote_is_refused(change: dict[str, object], rule: str) -> None:
    entry = Entry(
        "ent_1", "return.submitted", "ret_1", datetime(2026, 6, 10, tzinfo=UTC), actor=SOMEBODY
    )
    [name] = change
    with pytest.raises(EntryInvalidError, match=rf"\A{name}.* must be {rule}\.\Z"):
        entry_in({"detail": json.loads(entry.to_detail()) | change})


@pytest.mark.parametrize("name", ["entry_id", "entry_type", "subject", "occurred_at", "data"])
def test_a_detail_that_lacks_something_is_refused(name: str) -> None:
    entry = Entry(
        "ent_1", "return.submitted", "ret_1", datetime(2026, 6, 10, tzinfo=UTC), actor=SOMEBODY
    )
    detail = json.loads(entry.to_detail())
    del detail[name]
    with refused(EntryInvalidError, "entry_invalid", f"{name} is missing."):
        entry_in({"detail": detail})


@pytest.mark.parametrize("event", [{}, {"detail": None}, {"detail": "ent_1"}])
def test_an_event_without_a_detail_is_refused(event: dict[str, object]) -> None:
    with refused(EntryInvalidError, "entry_invalid", "The entry must be an object."):
        entry_in(event)


def test_an_entry_tells_its_actor_on_the_bus_and_in_the_table() -> None:
    entry = Entry(
        "ent_1", "return.submitted", "ret_1", datetime(2026, 6, 10, tzinfo=UTC), actor=SOMEBODY
    )
    entry = replace(entry, actor=staff("ana"))
    assert entry_in(bus_event(entry)).actor == "staff:ana"
    assert entry_from(entry_columns(entry)) == entry


def test_an_entry_of_before_actors_has_an_unknown_one() -> None:
    entry = Entry(
        "ent_1", "return.submitted", "ret_1", datetime(2026, 6, 10, tzinfo=UTC), actor=SOMEBODY
    )
    detail = json.loads(replace(entry, actor=CUSTOMER).to_detail())
    del detail["actor"]
    assert entry_in({"detail": detail}).actor == UNKNOWN
    columns = entry_columns(entry)
    del columns["entry_actor"]
    assert entry_from(columns).actor == UNKNOWN
