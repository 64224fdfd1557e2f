"""A ticket's clocks, by example (R-DSK-12)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aftercare.calendars.hours.model import BusinessHours, Timetable
from aftercare.calendars.hours.openings import openings
from aftercare.desk.clock import Clock, ClockState, Hours, hours_of
from aftercare.desk.clocks import Terms, fold, followed, may_be_reopened, recomputed
from aftercare.desk.model import Channel, Lane
from aftercare.desk.moves import MoveRefusedError, Party, TicketState, Verb
from aftercare.desk.targets import Measure, targets_on
from tests.fakes.tickets import entry, told

V = Verb
RUNNING, PAUSED, MET, MISSED = ClockState
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def place(*texts: str) -> BusinessHours:
    weekday = openings(texts)
    return BusinessHours(hours_of("").round_the_clock.zone, [Timetable((weekday,) * 5 + ((), ()))])


# UTC, from nine to six, on every weekday.
HOURS = Hours(place("09:00-18:00"), place("00:00-24:00"), hours_of("").round_the_clock)
TERMS = Terms(HOURS, targets_on(date(2026, 11, 30)))


def after(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def test_a_new_ticket_is_due_by_its_channel_and_lane() -> None:
    chat = fold(told(MONDAY, (0, V.OPEN)), TERMS)
    assert chat.state is TicketState.NEW
    assert (chat.first_response.due, chat.first_response.state) == (after(0.5), RUNNING)
    assert chat.first_response.warned_at == after(0.25)
    assert chat.resolution.due == MONDAY + timedelta(days=9)  # seven business days
    assert chat.acknowledgement is None
    assert chat.due == chat.first_response.due
    mail = fold(told(MONDAY, (0, V.OPEN), channel=Channel.MAIL), TERMS)
    assert mail.first_response.due == MONDAY + timedelta(days=2)
    assert mail.acknowledgement
    assert mail.acknowledgement.due == MONDAY + timedelta(days=1)
    abroad = fold(told(MONDAY, (0, V.OPEN)), TERMS._replace(lane=Lane.CROSS_BORDER))
    assert abroad.resolution.due == MONDAY + timedelta(days=18)


def test_an_acknowledgement_is_no_first_response() -> None:
    clocks = fold(
        told(MONDAY, (0, V.OPEN), (0.1, V.ACKNOWLEDGE), (0.2, V.NOTE), channel=Channel.MAIL), TERMS
    )
    assert clocks.acknowledgement
    assert clocks.acknowledgement.state is MET
    assert clocks.first_response.state is RUNNING


@pytest.mark.parametrize(
    ("hours", "state", "spent"),
    [(0.25, MET, 900), (0.5, MET, 1800), (0.5 + 1 / 3600, MISSED, 1801), (24, MISSED, 9 * HOUR)],
)
def test_the_first_response_is_met_until_its_due_time(
    hours: float, state: ClockState, spent: int
) -> None:
    clock = fold(told(MONDAY, (0, V.OPEN), (hours, V.REPLY)), TERMS).first_response
    assert (clock.state, clock.spent, clock.due) == (state, spent, None)


def test_a_first_response_never_pauses() -> None:
    clocks = fold(told(MONDAY, (0, V.OPEN), (0.1, V.AWAIT_THIRD), (0.2, V.ESCALATE)), TERMS)
    assert (clocks.first_response.state, clocks.first_response.due) == (RUNNING, after(0.5))


def test_who_writes_down_what_somebody_at_a_counter_says_has_not_answered() -> None:
    opened = entry(1, V.OPEN, MONDAY, Party.STAFF, Channel.COUNTER)
    assert fold([opened], TERMS).first_response.state is RUNNING
    by_a_seller = entry(1, V.OPEN, MONDAY, Party.CLIENT, Channel.PARTNER)
    assert fold([by_a_seller], TERMS).first_response.state is RUNNING


def test_what_a_customer_adds_before_the_first_response_starts_no_clock() -> None:
    clocks = fold(told(MONDAY, (0, V.OPEN), (0.2, V.WRITE)), TERMS)
    assert clocks.next_response is None
    assert clocks.first_response.due == after(0.5)


def test_the_next_response_is_to_the_oldest_unanswered_message() -> None:
    steps = [(0, V.OPEN), (0.1, V.REPLY), (1, V.WRITE), (1.2, V.WRITE)]
    waiting = fold(told(MONDAY, *steps), TERMS).next_response
    assert waiting
    assert (waiting.since, waiting.due, waiting.state) == (after(1), after(1.5), RUNNING)
    answered = fold(told(MONDAY, *steps, (1.6, V.REPLY), (2, V.WRITE)), TERMS)
    assert [(each.state, each.since) for each in answered.responses] == [
        (MISSED, after(1)),
        (RUNNING, after(2)),
    ]
    assert answered.due == after(2.5)


def test_the_next_response_is_by_the_channel_of_the_message() -> None:
    entries = told(MONDAY, (0, V.OPEN), (0.1, V.REPLY))
    entries.append(entry(3, V.WRITE, after(1), channel=Channel.MAIL))
    waiting = fold(entries, TERMS).next_response
    assert waiting
    assert waiting.due == after(49)


@pytest.mark.parametrize("end", [V.RESOLVE, V.REPLY, V.ASK])
def test_the_next_response_ends_with_an_answer_or_the_resolution(end: Verb) -> None:
    steps = [(0, V.OPEN), (0.1, V.REPLY), (1, V.WRITE), (1.25, end)]
    clock = fold(told(MONDAY, *steps), TERMS).next_response
    assert clock
    assert (clock.state, clock.spent) == (MET, 15 * MINUTE)


def test_no_action_needed_ends_the_next_response_and_reopens_nothing() -> None:
    steps = [(0, V.OPEN), (1, V.RESOLVE), (2, V.WRITE), (2.2, V.NO_ACTION)]
    replied = fold(told(MONDAY, *steps[:3]), TERMS)
    assert (replied.state, replied.resolution.state) == (TicketState.REPLIED, MET)
    assert replied.due == after(2.5)
    settled = fold(told(MONDAY, *steps), TERMS)
    assert settled.next_response
    assert (settled.state, settled.next_response.state) == (TicketState.RESOLVED, MET)
    assert settled.due is None


def test_the_resolution_pauses_for_the_customer_and_keeps_what_was_spent() -> None:
    steps = [(0, V.OPEN), (24, V.ASK), (24 * 3, V.WRITE)]
    asked = fold(told(MONDAY, *steps[:2]), TERMS).resolution
    assert (asked.state, asked.spent, asked.due, asked.warned_at) == (PAUSED, DAY, None, None)
    resumed = fold(told(MONDAY, *steps), TERMS).resolution
    assert (resumed.state, resumed.spent) == (RUNNING, DAY)
    # Six business days are left on Thursday at nine.
    assert resumed.due == datetime(2026, 12, 11, 9, tzinfo=UTC)
    assert resumed.warned_at == datetime(2026, 12, 7, 9, tzinfo=UTC)
    assert resumed.spent_at(after(24 * 4), HOURS) == 2 * DAY


@pytest.mark.parametrize("waits", [V.AWAIT_THIRD, V.ESCALATE])
def test_the_resolution_does_not_pause_for_others(waits: Verb) -> None:
    clocks = fold(told(MONDAY, (0, V.OPEN), (1, waits)), TERMS)
    assert clocks.resolution.state is RUNNING
    assert clocks.resolution.due == MONDAY + timedelta(days=9)


def test_the_first_resolution_and_the_total_are_kept() -> None:
    steps = [(0, V.OPEN), (24, V.RESOLVE), (72, V.REOPEN), (96, V.RESOLVE)]
    first = fold(told(MONDAY, *steps[:2]), TERMS)
    assert first.first_resolution == first.resolution
    reopened = fold(told(MONDAY, *steps[:3]), TERMS)
    assert (reopened.reopenings, reopened.resolution.state) == (1, RUNNING)
    assert reopened.resolution.due == datetime(2026, 12, 11, 9, tzinfo=UTC)
    again = fold(told(MONDAY, *steps), TERMS)
    assert again.first_resolution == first.resolution
    assert (again.first_resolution.spent, again.resolution.spent) == (DAY, 2 * DAY)


def test_what_was_missed_stays_missed() -> None:
    steps = [(0, V.OPEN), (24 * 10, V.ASK), (24 * 11, V.WRITE), (24 * 11.1, V.RESOLVE)]
    due = MONDAY + timedelta(days=9)
    for number in (2, 3, 4):
        clock = fold(told(MONDAY, *steps[:number]), TERMS).resolution
        assert (clock.state, clock.missed_at) == (MISSED, due)
    resumed = fold(told(MONDAY, *steps[:3]), TERMS).resolution
    assert (resumed.due, resumed.warned_at) == (due, None)


def test_who_runs_past_the_due_time_has_missed_it() -> None:
    clock = fold(told(MONDAY, (0, V.OPEN)), TERMS).first_response
    due = after(0.5)
    assert clock.state_at(due + timedelta(microseconds=999_999)) is RUNNING
    assert clock.state_at(due + timedelta(seconds=1)) is MISSED


def test_each_stay_with_a_tier_has_a_clock_of_its_own() -> None:
    steps = [
        (0, V.OPEN),
        (1, V.ESCALATE),
        (2, V.REPLY),
        (25, V.ESCALATE_FURTHER),
        (26, V.HAND_BACK),
    ]
    clocks = fold(told(MONDAY, *steps, (27, V.ESCALATE)), TERMS)
    assert [(each.measure, each.state, each.spent) for each in clocks.reviews] == [
        (Measure.TIER2_QA, MET, DAY),
        (Measure.LEGAL, MET, HOUR),
        (Measure.TIER2_QA, RUNNING, 0),
    ]
    assert clocks.reviews[-1].due == after(27 + 48)


def test_entries_of_one_instant_count_in_the_order_in_which_they_were_committed() -> None:
    entries = told(MONDAY, (0, V.OPEN), (0.1, V.REPLY), (1, V.WRITE), (1, V.REPLY))
    answered = fold(entries, TERMS).next_response
    assert answered
    assert (answered.state, answered.spent) == (MET, 0)
    write, reply = entries[2:]
    crossed = [*entries[:2], replace(reply, number=3), replace(write, number=4)]
    waiting = fold(crossed, TERMS).next_response
    assert waiting
    assert (waiting.state, waiting.due) == (RUNNING, after(1.5))


def test_a_clock_that_is_behind_turns_no_time_back() -> None:
    entries = told(MONDAY, (0, V.OPEN), (1, V.ASK), (0.5, V.WRITE))
    clocks = fold(entries, TERMS)
    assert clocks.at == after(1)
    assert clocks.resolution.spent == HOUR
    assert clocks.resolution.running_since == after(1)


def test_an_entry_that_is_not_possible_is_refused() -> None:
    with pytest.raises(MoveRefusedError):
        fold(told(MONDAY, (0, V.OPEN), (1, V.HAND_BACK)), TERMS)
    with pytest.raises(MoveRefusedError):
        fold(told(MONDAY, (0, V.REPLY)), TERMS)
    with pytest.raises(ValueError, match="entries"):
        fold([], TERMS)


def test_a_new_calendar_recomputes_open_clocks_only() -> None:
    entries = told(
        MONDAY, (0, V.OPEN), (2, V.REPLY), (24, V.RESOLVE), (48, V.REOPEN), (49, V.WRITE)
    )
    stored = fold(entries, TERMS)
    # Of a day half an hour is staffed, and business days end at noon.
    shorter = Hours(place("09:00-09:30"), place("00:00-12:00"), HOURS.round_the_clock)
    terms = TERMS._replace(hours=shorter)
    new = recomputed(stored, entries, terms)
    assert new.first_response == stored.first_response
    assert new.first_response.state is MISSED
    assert new.first_resolution == stored.first_resolution
    by_new = fold(entries, terms)
    assert by_new.first_response != stored.first_response
    assert new.resolution == by_new.resolution != stored.resolution
    assert new.responses == by_new.responses != stored.responses
    assert recomputed(stored, entries, TERMS) == stored


def test_a_ticket_is_reopened_within_fourteen_days() -> None:
    resolved = fold(told(MONDAY, (0, V.OPEN), (1, V.RESOLVE)), TERMS)
    last = after(1) + timedelta(days=14)
    assert may_be_reopened(resolved, last, TERMS.targets)
    assert not may_be_reopened(resolved, last + timedelta(seconds=1), TERMS.targets)
    assert not may_be_reopened(fold(told(MONDAY, (0, V.OPEN)), TERMS), last, TERMS.targets)


def test_an_entry_that_was_followed_changes_nothing() -> None:
    entries = told(MONDAY, (0, V.OPEN), (1, V.ASK), (2, V.WRITE))
    clocks = fold(entries, TERMS)
    for each in entries:
        assert followed(clocks, each, TERMS) == clocks


def test_the_clocks_of_a_market_count_its_own_hours() -> None:
    terms = TERMS._replace(hours=hours_of("CN"))
    night = datetime(2026, 10, 9, 21, 50, tzinfo=terms.hours.staffed.zone)
    clock: Clock = fold(told(night, (0, V.OPEN), channel=Channel.WECHAT), terms).first_response
    # Saturday the 10th is worked, from nine.
    assert clock.due == datetime(2026, 10, 10, 9, 20, tzinfo=terms.hours.staffed.zone)
