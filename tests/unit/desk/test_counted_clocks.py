"""A ticket's clocks against a counter of minutes, whatever happens to the ticket (R-DSK-12)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from aftercare.calendars.hours.model import BusinessHours, Timetable
from aftercare.calendars.hours.openings import openings
from aftercare.desk.clock import Clock, ClockState, Hours
from aftercare.desk.clocks import Clocks, Terms, fold, followed, recomputed
from aftercare.desk.model import TicketEntry
from aftercare.desk.moves import TicketState, Verb, moved
from aftercare.desk.queues import queue_of
from aftercare.desk.targets import Counting, Targets, targets_on
from aftercare.kernel.clock import zone_named
from tests.fakes.tickets import histories

# Before the nights on which the clocks change, and on a night when they do not.
STARTS = [
    ("America/Los_Angeles", datetime(2026, 3, 6, 22, tzinfo=UTC)),
    ("America/Los_Angeles", datetime(2026, 10, 30, 22, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 3, 3, tzinfo=UTC)),
    ("Asia/Shanghai", datetime(2026, 10, 9, 12, tzinfo=UTC)),
]
MINUTE = timedelta(minutes=1)
RUNS = {
    TicketState.NEW,
    TicketState.OPEN,
    TicketState.WAITING_THIRD,
    TicketState.TIER2_QA,
    TicketState.LEGAL,
}
# Nine to six and a night shift, on every day.
STAFFED = openings(["09:00-18:00", "23:00-02:30"])
# Targets in minutes: one that most clocks miss, one that most of them meet.
TIGHT, LOOSE = 60, 6_000


def targets(most: int) -> Targets:
    """The published targets, all of so many minutes in staffed hours."""
    published = targets_on(date(2026, 11, 29))
    tightened = (
        msgspec.structs.replace(
            each, at_least=most // 2, at_most=most, unit="minutes", counted=Counting.STAFFED
        )
        for each in published.targets
    )
    text = msgspec.json.encode(msgspec.structs.replace(published, targets=tuple(tightened)))
    return msgspec.json.decode(text, type=Targets)


def hours_in(zone: str) -> Hours:
    place = BusinessHours(zone_named(zone), [Timetable((STAFFED,) * 7)])
    return Hours(place, place, place)


def is_staffed(wall: datetime) -> bool:
    minute = wall.hour * 60 + wall.minute
    return 540 <= minute < 1080 or minute >= 1380 or minute < 150


def counted(zone: str, stretches: Iterable[tuple[datetime, datetime]]) -> int:
    """Seconds of staffed minutes in those stretches, by looking at the clock on the wall."""
    clock, minutes = ZoneInfo(zone), 0
    for begins, ends in stretches:
        moments = (begins + number * MINUTE for number in range((ends - begins) // MINUTE))
        minutes += sum(is_staffed(moment.astimezone(clock)) for moment in moments)
    return minutes * 60


def stretches(
    entries: list[TicketEntry], states: set[TicketState], now: datetime
) -> list[tuple[datetime, datetime]]:
    """From when to when the ticket was in one of those states."""
    state: TicketState | None = None
    found = []
    for entry, until in zip(entries, [*(each.at for each in entries[1:]), now], strict=True):
        state = moved(state, entry.verb)
        if state in states:
            found.append((entry.at, until))
    return found


def drawn(data: st.DataObject) -> tuple[str, list[TicketEntry], Terms, datetime]:
    zone, start = data.draw(st.sampled_from(STARTS))
    entries = list(data.draw(histories(start, MINUTE, 9 * 60)))
    terms = Terms(hours_in(zone), targets(data.draw(st.sampled_from([TIGHT, LOOSE]))))
    return zone, entries, terms, entries[-1].at + MINUTE * data.draw(st.integers(0, 600))


@given(data=st.data())
def test_pauses_lose_and_gain_no_second(data: st.DataObject) -> None:
    zone, entries, terms, now = drawn(data)
    resolution = fold(entries, terms).resolution
    assert resolution.spent_at(now, terms.hours) == counted(zone, stretches(entries, RUNS, now))


@given(data=st.data())
def test_the_first_resolution_is_what_was_spent_until_then(data: st.DataObject) -> None:
    zone, entries, terms, now = drawn(data)
    ends = [place for place, each in enumerate(entries) if each.verb is Verb.RESOLVE]
    first = fold(entries, terms).first_resolution
    assert bool(first) is bool(ends)
    if first:
        until = entries[: ends[0] + 1]
        assert first.ended_at == until[-1].at
        assert first.spent == counted(zone, stretches(until, RUNS, now))


@given(data=st.data())
def test_responses_are_counted_from_message_to_answer(data: st.DataObject) -> None:
    zone, entries, terms, now = drawn(data)
    clocks = fold(entries, terms)
    answers = [each.at for each in entries if each.is_human_answer]
    until = answers[0] if answers else now
    first = clocks.first_response
    assert bool(first.ended_at) is bool(answers)
    assert first.spent_at(now, terms.hours) == counted(zone, [(entries[0].at, until)])
    waits: datetime | None = None
    found = []
    for each in entries:
        answered = any(other.is_human_answer for other in entries if other.number < each.number)
        if each.verb in {Verb.WRITE, Verb.APPEAL, Verb.APPEAL_FURTHER} and answered:
            waits = waits or each.at
        elif waits and (each.is_human_answer or each.verb in {Verb.RESOLVE, Verb.NO_ACTION}):
            found.append((waits, each.at))
            waits = None
    found += [(waits, now)] if waits else []
    spent = [each.spent_at(now, terms.hours) for each in clocks.responses]
    assert spent == [counted(zone, [stretch]) for stretch in found]


@given(data=st.data())
def test_the_fold_depends_neither_on_order_nor_on_repetition(data: st.DataObject) -> None:
    _, entries, terms, _ = drawn(data)
    again = data.draw(st.lists(st.sampled_from(entries), max_size=10))
    shuffled = data.draw(st.permutations([*entries, *again]))
    assert fold(shuffled, terms) == fold(entries, terms)


@given(data=st.data())
def test_what_is_stored_after_each_entry_is_the_fold(data: st.DataObject) -> None:
    _, entries, terms, _ = drawn(data)
    stored: Clocks | None = None
    for number, each in enumerate(entries, start=1):
        stored = followed(stored, each, terms)
        repeated = data.draw(st.sampled_from(entries[:number]))
        assert followed(stored, repeated, terms) == stored
        assert stored == fold(entries[:number], terms)
        assert stored.due == fold(entries[:number], terms).due
        assert recomputed(stored, entries[:number], terms) == stored


@given(data=st.data())
def test_a_due_time_is_when_the_target_is_spent(data: st.DataObject) -> None:
    _, entries, terms, _ = drawn(data)
    clocks = fold(entries, terms)
    for clock in clocks.open_clocks:
        if clock.running_since and not clock.missed_at:
            assert clock.due
            assert clock.spent_at(clock.due, terms.hours) == clock.target
            early = clock.due - timedelta(seconds=1)
            assert (
                clock.target == 0
                or clock.due <= clock.running_since
                or (clock.spent_at(early, terms.hours) == clock.target - 1)
            )
        if not clock.running_since:
            assert clock.due is None


@given(data=st.data())
def test_a_clock_was_met_if_it_never_ran_past_its_due_time(data: st.DataObject) -> None:
    """Step by step: whoever is due before the next entry and does not end there was missed."""
    _, entries, terms, _ = drawn(data)
    missed: set[tuple[str, int]] = set()
    before: Clocks | None = None
    for number, each in enumerate(entries, start=1):
        clocks = fold(entries[:number], terms)
        if before:
            missed |= {
                name for name, c in named(before).items() if c.is_open and c.due and each.at > c.due
            }
        for name, clock in named(clocks).items():
            is_missed = name in missed
            stopped = clock.ended_at or not clock.running_since
            assert not stopped or (clock.state is ClockState.MISSED) is is_missed
        before = clocks


@given(data=st.data())
def test_an_open_ticket_is_in_one_queue_and_its_clocks_say_that_it_is_open(
    data: st.DataObject,
) -> None:
    _, entries, terms, _ = drawn(data)
    clocks = fold(entries, terms)
    is_open = clocks.state not in {TicketState.RESOLVED, TicketState.CLOSED}
    assert (queue_of(clocks.state) is not None) is is_open
    assert is_open or not clocks.open_clocks
    assert clocks.resolution.is_open is (is_open and clocks.state is not TicketState.REPLIED)
    assert sum(clock.is_open for clock in (clocks.first_response, *clocks.responses)) <= 1


def named(clocks: Clocks) -> dict[tuple[str, int], Clock]:
    """The clocks by their places: two responses may begin at one instant."""
    return {
        ("first_response", 0): clocks.first_response,
        ("resolution", 0): clocks.resolution,
        **{("response", place): each for place, each in enumerate(clocks.responses)},
        **{("review", place): each for place, each in enumerate(clocks.reviews)},
    }
