"""A timer's key says everything, and keys sort by the moment."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from aftercare.kernel.due.model import SHARDS, Timer, keys_until, timer_of
from aftercare.kernel.worker import entry_in
from tests.fakes.events import bus_event

NOON = datetime(2026, 6, 10, 19, tzinfo=UTC)
ZONES = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
moments = st.datetimes(datetime(2010, 1, 1), datetime(2199, 1, 1), timezones=ZONES)  # noqa: DTZ001
subjects = st.text("ret_ABC#:0", min_size=1, max_size=30)
timers = st.builds(Timer, st.sampled_from(["due.a", "due.b_c"]), subjects, moments)


@given(timers)
def test_a_timer_is_read_from_its_key(timer: Timer) -> None:
    assert timer_of(timer.key) == timer
    assert timer.shard in range(SHARDS)


@given(timers, moments)
def test_the_keys_until_a_moment_are_those_of_what_is_due_by_then(
    timer: Timer, now: datetime
) -> None:
    assert (timer.key <= keys_until(now)) == (timer.due_at <= now)


def test_the_event_of_a_timer_is_the_same_each_time_and_is_read_as_ours() -> None:
    timer = Timer("due.evidence_lapse", "ret_1", NOON)
    assert timer.entry() == timer.entry()
    entry = entry_in(bus_event(timer.entry()))
    assert (entry.entry_type, entry.subject, entry.occurred_at) == timer
    assert entry.actor == "system:due_sweeper"


def test_timers_of_many_subjects_are_spread_over_all_shards() -> None:
    shards = [Timer("due.a", f"ret_{number:026d}", NOON).shard for number in range(1600)]
    assert {shards.count(shard) > 50 for shard in range(SHARDS)} == {True}
