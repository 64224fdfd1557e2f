"""Which days a run looks at, over how many shards, in every zone and on the calendar's odd days."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.points.model import Account
from aftercare.points.night.model import (
    MOST_NIGHTS,
    Chore,
    Part,
    PartRecord,
    Run,
    RunState,
    Tally,
    Terms,
    differences,
    plan,
    reminder_days,
    reminds_since,
    run_id_of,
    scheduled_in,
    shards,
    tally_of,
    terms_of,
    totals,
)
from aftercare.points.rules import published
from tests.fakes.points import ZONES, book, rules

DAY = timedelta(days=1)
TERMS = Terms(date(2020, 1, 1), 365, (30, 7, 1), shards=2)
S = date(2026, 6, 10)
# The night itself, or the day that is due, is one of these.
ODD_DAYS = [
    date(2026, 3, 8),  # Los Angeles springs forward
    date(2026, 11, 1),  # and falls back
    date(2026, 3, 29),  # London
    date(2026, 10, 25),
    date(2028, 2, 28),
    date(2028, 2, 29),
    date(2028, 3, 1),
    date(2025, 12, 31),
    date(2026, 1, 1),
]


def days(parts: frozenset[str], chore: Chore) -> list[date]:
    return sorted({Part.of(key).due for key in parts if Part.of(key).chore is chore})


def test_a_run_looks_at_the_days_since_the_last_one() -> None:
    since, parts = plan([TERMS], S, S - 3 * DAY)
    assert since == S - 3 * DAY
    assert days(parts, Chore.EXPIRE) == [S - 3 * DAY, S - 2 * DAY, S - DAY]
    assert Part(Chore.EXPIRE, S - DAY, 1).key in parts
    assert Part(Chore.EXPIRE, S - DAY, 2).key not in parts


def test_the_day_itself_is_never_due() -> None:
    for last in (None, S - DAY, S):
        assert S not in days(plan([TERMS], S, last)[1], Chore.EXPIRE)


def test_nights_follow_each_other_without_gap_or_overlap() -> None:
    nights = [S + n * DAY for n in (0, 1, 2, 7, 8)]
    seen = [
        due
        for last, now in pairwise(nights)
        for due in days(plan([TERMS], now, last)[1], Chore.EXPIRE)
    ]
    assert seen == [S + n * DAY for n in range(8)]


def test_the_first_run_looks_400_days_back_and_no_run_further() -> None:
    for last in (None, date(2019, 1, 1)):
        since, parts = plan([TERMS], S, last)
        assert since == S - MOST_NIGHTS
        assert len(days(parts, Chore.EXPIRE)) == 400


def test_before_anybody_can_have_earned_nothing_is_due() -> None:
    young = replace(TERMS, valid_from=S - 370 * DAY)
    _, parts = plan([young], S, None)
    assert days(parts, Chore.EXPIRE) == [S - n * DAY for n in (5, 4, 3, 2, 1)]


def test_reminders_are_for_the_days_ahead_by_the_rules_of_that_day() -> None:
    later = replace(TERMS, valid_from=S, reminder_days=(14,))
    assert reminder_days([TERMS], S) == (S + DAY, S + 7 * DAY, S + 30 * DAY)
    assert reminder_days([TERMS, later], S - DAY) == (S, S + 6 * DAY, S + 29 * DAY)
    assert reminder_days([TERMS, later], S) == (S + 14 * DAY,)
    assert days(plan([TERMS], S, S - DAY, S)[1], Chore.REMIND) == [
        S + DAY,
        S + 7 * DAY,
        S + 30 * DAY,
    ]


def test_what_was_not_told_on_missed_dates_is_told_by_the_next_run_as_far_as_it_is_good() -> None:
    told = days(plan([TERMS], S, S - 3 * DAY, S - 2 * DAY)[1], Chore.REMIND)
    assert told == [S + n * DAY for n in (0, 1, 5, 6, 7, 28, 29, 30)]


def test_a_late_run_reminds_nobody_and_the_next_one_looks_back_to_the_last_that_did() -> None:
    assert reminds_since(S, S, S - DAY) == S
    assert reminds_since(S, S, S - 3 * DAY) == S - 2 * DAY
    assert reminds_since(S, S, None) == S
    assert reminds_since(S, S, S - 300 * DAY) == S - 30 * DAY
    assert reminds_since(S + 5 * DAY, S, S - DAY) == S
    assert reminds_since(S, S + DAY, S - DAY) is None
    assert days(plan([TERMS], S, S - DAY, None)[1], Chore.REMIND) == []


def test_shards_are_those_of_the_rules_on_the_day_of_earning() -> None:
    changed = date(2026, 1, 1)
    busier = replace(TERMS, valid_from=changed, shards=7)
    last_of_old = changed - DAY + timedelta(days=365)
    assert shards([TERMS, busier], last_of_old) == 2
    assert shards([TERMS, busier], last_of_old + DAY) == 7


def test_a_day_that_two_lifetimes_lead_to_is_looked_at_in_all_their_shards() -> None:
    longer = Terms(date(2026, 1, 1), 400, (), shards=5)
    both = date(2025, 12, 31) + timedelta(days=365)
    assert shards([TERMS, longer], both) == 2
    shorter = Terms(date(2026, 1, 1), 300, (), shards=5)
    assert shards([TERMS, shorter], date(2026, 1, 1) + timedelta(days=300)) == 5
    assert shards([TERMS, shorter], both) == 5


@pytest.mark.parametrize(
    ("writes", "units", "expected"),
    [(1, 2, 1), (500, 2, 1), (501, 2, 2), (1500, 2, 3), (40_000, 2, 80), (1000, 1, 1)],
)
def test_a_shard_takes_a_partitions_thousand_units_a_second(
    writes: int, units: int, expected: int
) -> None:
    busy = rules(peak_writes_per_second=writes, units_per_marker=units)
    assert busy.shards == expected
    assert busy.peak_writes_per_second * busy.units_per_marker / busy.shards <= 1000
    assert terms_of(book(busy))[0].shards == expected


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("due", ODD_DAYS, ids=str)
def test_a_day_is_good_to_its_last_moment_and_due_that_night(zone: str, due: date) -> None:
    program = rules(zone)
    earned = due - timedelta(days=program.lifetime_days)
    first = datetime.combine(earned, time.min, program.zone).astimezone(UTC)
    last = datetime.combine(earned, time(23, 59, 59, 999_999), program.zone).astimezone(UTC)
    assert program.due_day(first) == program.due_day(last) == due
    night = datetime.combine(due + DAY, time(3, 30), program.zone).astimezone(UTC)
    assert night > program.end_of(due)
    scheduled = program.day_of(night)
    assert scheduled == due + DAY
    assert days(plan(terms_of(book(program)), scheduled, due)[1], Chore.EXPIRE) == [due]
    account = Account("mem_1", {due: 5, due + DAY: 7})
    assert account.expire(scheduled).lots == {due + DAY: 7}
    assert account.expire(scheduled - DAY) == account


@pytest.mark.parametrize("zone", ZONES)
def test_half_past_three_comes_once_every_night(zone: str) -> None:
    program = rules(zone)
    nights = [date(2025, 12, 1) + n * DAY for n in range(900)]
    moments = [
        datetime.combine(night, time(3, 30), program.zone).astimezone(UTC) for night in nights
    ]
    assert [program.day_of(moment) for moment in moments] == nights
    gaps = {later - earlier for earlier, later in pairwise(moments)}
    assert gaps <= {timedelta(hours=hours) for hours in (23, 24, 25)}


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.integers(0, 500))
def test_a_plan_is_a_function_of_the_dates_alone(scheduled: date, missed: int) -> None:
    last = scheduled - missed * DAY
    since, parts = plan([TERMS], scheduled, last)
    assert (since, parts) == plan([TERMS], scheduled, last)
    expected = [since + n * DAY for n in range((scheduled - since).days)]
    assert days(parts, Chore.EXPIRE) == expected
    assert len(expected) == min(missed, MOST_NIGHTS.days)


def test_the_published_rules_are_understood() -> None:
    every = terms_of(published())
    for terms in every:
        assert (terms.lifetime_days, terms.reminder_days) == (365, (30, 7, 1))
    assert shards(every, date(2026, 1, 5)) == 0
    assert shards(every, date(2026, 1, 6)) == published().versions[0].shards


def test_a_part_is_done_when_all_slices_up_to_its_last_are_counted() -> None:
    part = PartRecord(Part(Chore.EXPIRE, S, 0))
    assert not part.is_done
    assert not replace(part, slices=frozenset({0, 1})).is_done
    assert not replace(part, slices=frozenset({0, 2}), last=2).is_done
    assert replace(part, slices=frozenset({0, 1, 2}), last=2).is_done


def test_a_run_is_audited_part_by_part_once_all_is_done() -> None:
    run = a_run()
    assert [part.chore for part in run.open_parts()] == [Chore.EXPIRE, Chore.REMIND]
    run = replace(run, done=run.parts, state=RunState.COMPLETE)
    [audit] = run.open_parts()
    assert audit.key == f"audit#{S - DAY}#0"
    assert not replace(run, done=run.parts | run.audits).open_parts()


def test_a_preview_is_not_audited() -> None:
    run = replace(a_run(), run_id=run_id_of(S, "look"))
    assert (run.is_preview, run.scheduled, run.audits) == (True, S, frozenset())
    assert scheduled_in(run.run_id) == S


def test_sums_that_differ_anywhere_are_told() -> None:
    run = replace(a_run(), expired=Tally(2, 9, 1))
    records = {key: record(key, Tally(2, 9, 1)) for key in run.parts | run.audits}
    assert totals(run, records, Chore.EXPIRE) == Tally(2, 9, 1)
    assert differences(run, records) == []
    [audit] = run.audits
    assert len(differences(run, records | {audit: record(audit, Tally(2, 8, 1))})) == 1
    assert len(differences(replace(run, expired=Tally()), records)) == 1


def test_a_marker_counts_for_a_member_or_as_stale() -> None:
    assert tally_of(5) + tally_of(0) + tally_of(2) == Tally(2, 7, 1)


def record(key: str, tally: Tally) -> PartRecord:
    return PartRecord(Part.of(key), frozenset({0}), 0, tally)


def a_run() -> Run:
    parts = {f"expire#{S - DAY}#0", f"remind#{S + DAY}#0"}
    return Run(run_id_of(S), S - DAY, frozenset(parts), datetime(2026, 6, 10, tzinfo=UTC))
