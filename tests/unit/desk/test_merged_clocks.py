"""The clocks of two tickets that become one, and two again (R-DSK-82, R-DSK-83)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aftercare.desk.clock import ClockState, hours_of
from aftercare.desk.clocks import Clocks, Terms, fold, followed
from aftercare.desk.model import Channel, TicketEntry
from aftercare.desk.moves import (
    MERGING,
    MOVES,
    MoveRefusedError,
    Party,
    TicketState,
    Verb,
    merged_state,
    moved,
)
from aftercare.desk.queues import queue_of
from aftercare.desk.targets import targets_on
from tests.fakes.tickets import actor, entry, histories, told

V, S = Verb, TicketState
MONDAY = datetime(2026, 11, 30, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)
TERMS = Terms(hours_of("US"), targets_on(MONDAY.date()))
LIVING = [state for state in S if state not in {S.CLOSED, S.MERGED}]
LATER = 40 * HOUR


def of(number: int, verb: Verb, at: datetime, *joined: TicketEntry, other: str) -> TicketEntry:
    return replace(entry(number, verb, at, Party.STAFF), other=other, joined=tuple(joined))


def merged(winner: list[TicketEntry], loser: list[TicketEntry], at: datetime) -> list[TicketEntry]:
    """The winner with one more entry: that the other was merged into it."""
    return [*winner, of(len(winner) + 1, V.MERGE, at, *loser, other="tkt_b")]


def undone(winner: list[TicketEntry], at: datetime) -> list[TicketEntry]:
    return [*winner, of(len(winner) + 1, V.UNMERGE, at, other="tkt_b")]


def like(clocks: Clocks, other: Clocks) -> Clocks:
    """The clocks as of the other's last entry: an undone merge leaves its numbers."""
    return replace(clocks, number=other.number, at=other.at)


def waits_since(clocks: Clocks) -> list[datetime]:
    waiting = (clocks.first_response, *clocks.responses)
    return [clock.since for clock in waiting if clock.is_open]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[list[TicketEntry], list[TicketEntry], datetime]:
    """Two tickets that may be merged, the first of which was opened first, and when they are."""
    first = list(draw(histories(MONDAY, HOUR, 40)))
    second = list(draw(histories(MONDAY + HOUR * draw(st.integers(0, 99)), HOUR, 40)))
    assume(all(fold(each, TERMS).state in LIVING for each in (first, second)))
    at = max(first[-1].at, second[-1].at) + HOUR * draw(st.integers(0, 60))
    return first, second, at


@st.composite
def going_on(draw: st.DrawFn, entries: list[TicketEntry]) -> list[TicketEntry]:
    """Those entries, and what may be done afterwards; nobody closes it."""
    found = list(entries)
    for _ in range(draw(st.integers(0, 6))):
        state = fold(found, TERMS).state
        moves = [
            move
            for move in MOVES
            if state in move.before and move.verb not in {*MERGING, V.CLOSE, V.OPEN}
        ]
        move = draw(st.sampled_from(moves))
        at = found[-1].at + HOUR * draw(st.integers(0, 12))
        channel = draw(st.sampled_from(Channel))
        number = len(found) + 1
        found.append(TicketEntry(number, move.verb, at, actor(move), move.is_public, channel))
    return found


@given(pair=pairs())
def test_the_oldest_message_of_both_that_nobody_answered_waits_on(
    pair: tuple[list[TicketEntry], list[TicketEntry], datetime],
) -> None:
    first, second, at = pair
    before = waits_since(fold(first, TERMS)) + waits_since(fold(second, TERMS))
    assert waits_since(fold(merged(first, second, at), TERMS)) == sorted(before)[:1]


@given(pair=pairs())
def test_a_merge_makes_no_open_clock_better(
    pair: tuple[list[TicketEntry], list[TicketEntry], datetime],
) -> None:
    first, second, at = pair
    mine, theirs = fold(first, TERMS), fold(second, TERMS)
    clocks = fold(merged(first, second, at), TERMS)
    for one in (mine, theirs):
        if one.resolution.is_open:
            spent = one.resolution.spent_at(at, TERMS.hours)
            assert clocks.resolution.spent_at(at, TERMS.hours) >= spent
            is_missed = one.resolution.state_at(at) is ClockState.MISSED
            assert not is_missed or clocks.resolution.state_at(at) is ClockState.MISSED
        assert clocks.reopenings >= one.reopenings
        reviewed = [each for each in one.reviews if each.is_open]
        for each in reviewed:
            if each.measure.value == clocks.state.value:
                [open_one] = [review for review in clocks.reviews if review.is_open]
                assert open_one.since <= each.since
    assert clocks.first_response == mine.first_response


@given(data=st.data())
def test_an_undone_merge_never_was(data: st.DataObject) -> None:
    """Whatever was done meanwhile, if the first ticket would have taken it alone."""
    first, second, at = data.draw(pairs())
    entries = data.draw(going_on(merged(first, second, at)))
    after = fold(undone(entries, entries[-1].at + HOUR), TERMS)
    alone: Clocks | None = fold(first, TERMS)
    for each in entries[len(first) + 1 :]:
        try:
            alone = followed(alone, each, TERMS)
        except MoveRefusedError:
            return
    assert alone
    assert after == like(alone, after)


@given(data=st.data())
def test_a_merge_is_undone_whatever_was_done_since(data: st.DataObject) -> None:
    """And the ticket goes on from there; the order of telling and repetitions change nothing."""
    first, second, at = data.draw(pairs())
    entries = data.draw(going_on(merged(first, second, at)))
    entries = data.draw(going_on(undone(entries, entries[-1].at + HOUR)))
    clocks = fold(entries, TERMS)
    shuffled = data.draw(st.permutations([*entries, *entries[::2]]))
    assert fold(shuffled, TERMS) == clocks
    is_open = clocks.state is not S.RESOLVED
    assert (queue_of(clocks.state) is not None) is is_open
    assert is_open or not clocks.open_clocks
    assert clocks.resolution.is_open is (is_open and clocks.state is not S.REPLIED)
    assert len(waits_since(clocks)) <= 1


@given(pair=pairs())
def test_whoever_leaves_is_as_it_was(
    pair: tuple[list[TicketEntry], list[TicketEntry], datetime],
) -> None:
    entries, _, at = pair
    joined = [*entries, of(len(entries) + 1, V.JOIN, at, other="tkt_a")]
    gone = fold(joined, TERMS)
    assert (gone.state, gone.due, gone.open_clocks) == (S.MERGED, None, ())
    assert queue_of(gone.state) is None
    back = fold([*joined, of(len(joined) + 1, V.LEAVE, at + HOUR, other="tkt_a")], TERMS)
    assert back == like(fold(entries, TERMS), back)


def test_of_two_merges_each_is_undone_for_itself() -> None:
    first = told(MONDAY, (0, V.OPEN), (1, V.RESOLVE))
    asked = told(MONDAY, (2, V.OPEN), (3, V.ASK))
    urgent = told(MONDAY, (4, V.OPEN), (5, V.ESCALATE))
    both = [
        *first,
        of(3, V.MERGE, MONDAY + 6 * HOUR, *asked, other="tkt_b"),
        of(4, V.MERGE, MONDAY + 7 * HOUR, *urgent, other="tkt_c"),
    ]
    assert fold(both, TERMS).state is S.TIER2_QA
    without_b = [*both, of(5, V.UNMERGE, MONDAY + 8 * HOUR, other="tkt_b")]
    assert fold(without_b, TERMS).state is S.TIER2_QA
    without_any = [*without_b, of(6, V.UNMERGE, MONDAY + 9 * HOUR, other="tkt_c")]
    after = fold(without_any, TERMS)
    assert after == like(fold(first, TERMS), after)
    again = [*without_any, of(7, V.MERGE, MONDAY + 9 * HOUR, *asked, other="tkt_b")]
    assert fold(again, TERMS).state is S.WAITING_CUSTOMER


def test_a_merged_ticket_brings_those_that_were_merged_into_it() -> None:
    oldest = told(MONDAY, (0, V.OPEN), (1, V.REPLY))
    middle = told(MONDAY, (2, V.OPEN), (3, V.REPLY))
    newest = told(MONDAY, (4, V.OPEN))
    middle = [*middle, of(3, V.MERGE, MONDAY + 5 * HOUR, *newest, other="tkt_c")]
    clocks = fold(merged(oldest, middle, MONDAY + 6 * HOUR), TERMS)
    assert waits_since(clocks) == [MONDAY + 4 * HOUR]


def test_what_both_had_resolved_may_be_reopened_as_long_as_the_later_one() -> None:
    first = told(MONDAY, (0, V.OPEN), (9, V.RESOLVE))
    second = told(MONDAY, (1, V.OPEN), (5, V.RESOLVE))
    assert fold(merged(first, second, MONDAY + LATER), TERMS).resolution.ended_at == first[-1].at
    first = told(MONDAY, (0, V.OPEN), (3, V.RESOLVE))
    clocks = fold(merged(first, second, MONDAY + LATER), TERMS)
    assert (clocks.state, clocks.resolution.ended_at) == (S.RESOLVED, second[-1].at)


def test_that_two_became_one_answers_nobody() -> None:
    clocks = fold(
        merged(told(MONDAY, (0, V.OPEN)), told(MONDAY, (1, V.OPEN)), MONDAY + LATER), TERMS
    )
    assert clocks.first_response.is_open


@pytest.mark.parametrize("loser", LIVING, ids=str)
@pytest.mark.parametrize("winner", LIVING, ids=str)
def test_whoever_had_something_to_do_still_has(winner: TicketState, loser: TicketState) -> None:
    state = merged_state(winner, loser)
    assert state is merged_state(loser, winner)
    assert merged_state(winner, winner) is winner
    both = {winner, loser}
    assert (state is S.RESOLVED) is (both == {S.RESOLVED})
    assert (state in {S.TIER2_QA, S.LEGAL}) is bool(both & {S.TIER2_QA, S.LEGAL})
    assert state in both | {S.OPEN}


def test_a_merged_ticket_takes_nothing_but_that_it_leaves() -> None:
    assert {move.verb for move in MOVES if S.MERGED in move.before} == {V.LEAVE}
    for state in (S.CLOSED, S.MERGED):
        for verb in (V.MERGE, V.JOIN, V.UNMERGE):
            with pytest.raises(MoveRefusedError):
                moved(state, verb)
