"""The operations one by one: what each does to an account, and what its entry says of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.points.audit import audit
from aftercare.points.errors import HoldEndedError, TooManyHoldsError, TooMuchError
from aftercare.points.ledger import (
    LAPSED_ON_RETURN,
    Earning,
    capture,
    claw_back,
    correction,
    earn,
    edit_up,
    forfeit,
    hold,
    release,
    reverse,
    spend,
)
from aftercare.points.model import MOST_HOLDS, AccountStatus
from aftercare.points.posting import Kind, Reversal
from tests.fakes.points import (
    MEMBER,
    NEXT_YEAR,
    NOON,
    TODAY,
    TOMORROW,
    YESTERDAY,
    account,
    entry,
    operation,
)
from tests.fakes.refusals import refused

EARNED = entry(Kind.EARN, 100, due=NEXT_YEAR, net=10_000, currency="USD", lots={NEXT_YEAR: 100})


def test_an_earning_is_a_lot_with_a_marker_and_a_claim() -> None:
    posting = earn(account(), operation(Kind.EARN), Earning(100, NEXT_YEAR, 10_050, "USD"))
    assert posting.account.lots == {NEXT_YEAR: 100}
    assert posting.claims
    assert posting.marker
    assert (posting.marker.member_id, posting.marker.due) == (MEMBER, NEXT_YEAR)
    assert posting.entry.receipt.available == 100
    assert (posting.entry.change, posting.entry.sequence) == (100, 1)
    assert audit(posting.account, [posting.entry], TODAY) == ()


@pytest.mark.parametrize("kind", list(Kind))
def test_purchases_and_reviews_are_claimed_for_one_member(kind: Kind) -> None:
    posting = earn(account(), operation(kind), Earning(3, TOMORROW))
    assert posting.claims == (kind in {Kind.EARN, Kind.REVIEW})


def test_a_second_earning_of_a_day_needs_no_second_marker() -> None:
    of = account({NEXT_YEAR: 5})
    posting = earn(of, operation(Kind.EARN), Earning(100, NEXT_YEAR))
    assert posting.account.lots == {NEXT_YEAR: 105}
    assert posting.marker is None


def test_an_earning_that_is_past_is_recorded_and_never_a_lot() -> None:
    posting = earn(account(debt=5), operation(Kind.EARN), Earning(100, YESTERDAY))
    assert (posting.account.lots, posting.account.lapsed) == ({}, {YESTERDAY: 100})
    assert (posting.entry.change, posting.entry.receipt.lapsed) == (0, 100)
    assert posting.account.debt == 5
    assert posting.marker is None
    assert posting.timeline_entry is None


def test_an_earning_pays_the_debt_first() -> None:
    posting = earn(account(debt=30), operation(Kind.EARN), Earning(100, NEXT_YEAR))
    assert (posting.account.lots, posting.account.debt) == ({NEXT_YEAR: 70}, 0)
    assert (posting.entry.debt, posting.entry.change) == (30, 100)


def test_nothing_earned_is_a_row_all_the_same() -> None:
    posting = earn(account(), operation(Kind.EARN), Earning(0, NEXT_YEAR))
    assert (posting.account.lots, posting.entry.points) == ({}, 0)


def test_a_spend_keeps_its_breakdown() -> None:
    posting = spend(account({TODAY: 5, TOMORROW: 9}), operation(Kind.SPEND), 7)
    assert posting.entry.lots == {TODAY: 5, TOMORROW: 2}
    assert (posting.entry.change, posting.entry.available) == (-7, 7)


def test_a_hold_is_captured_in_part_and_the_rest_goes_back_to_its_lots() -> None:
    held = hold(account({TODAY: 5, TOMORROW: 9}), operation(Kind.HOLD), 7)
    assert held.account.holds == {"hold#1": {TODAY: 5, TOMORROW: 2}}
    done = capture(held.account, operation(Kind.CAPTURE), held.entry, 4)
    assert done.entry.lots == {TODAY: 4}
    assert (done.account.lots, done.account.holds) == ({TODAY: 1, TOMORROW: 9}, {})
    assert (held.entry.change, done.entry.change) == (-7, 3)


def test_a_hold_that_is_past_when_it_is_released_lapses_and_the_member_is_told() -> None:
    held = hold(account({TODAY: 5, TOMORROW: 9}), operation(Kind.HOLD), 7)
    later = operation(Kind.RELEASE, at=NOON + timedelta(days=1))
    posting = release(held.account, later, held.entry)
    assert (posting.account.lots, posting.account.lapsed) == ({TOMORROW: 9}, {TODAY: 5})
    assert posting.timeline_entry
    assert (posting.timeline_entry.entry_type, posting.timeline_entry.subject) == (
        LAPSED_ON_RETURN,
        MEMBER,
    )
    assert posting.timeline_entry.data == {"points": "5", "operation_id": "release#1"}


def test_what_a_partial_capture_frees_too_late_lapses_and_the_member_is_told() -> None:
    held = hold(account({TODAY: 5, TOMORROW: 9}), operation(Kind.HOLD), 7)
    later = operation(Kind.CAPTURE, at=NOON + timedelta(days=1))
    posting = capture(held.account, later, held.entry, 3)
    assert posting.account.lapsed == {TODAY: 2}
    assert posting.timeline_entry
    assert posting.timeline_entry.entry_type == LAPSED_ON_RETURN
    assert posting.timeline_entry.data == {"points": "2", "operation_id": "capture#1"}


def test_a_hold_ends_once_and_gives_no_more_than_it_has() -> None:
    held = hold(account({TODAY: 5}), operation(Kind.HOLD), 5)
    with refused(TooMuchError, "too_much", "That is more than is left to take back."):
        capture(held.account, operation(Kind.CAPTURE), held.entry, 6)
    after = release(held.account, operation(Kind.RELEASE), held.entry).account
    with refused(HoldEndedError, "hold_ended", "This hold has ended."):
        capture(after, operation(Kind.CAPTURE), held.entry, 1)
    with refused(HoldEndedError, "hold_ended", "This hold has ended."):
        release(after, operation(Kind.RELEASE), held.entry)


def test_an_account_has_fifty_holds_at_most() -> None:
    of = account({TODAY: 5}, holds={f"hold#{n}": {TODAY: 1} for n in range(MOST_HOLDS)})
    sentence = "There are too many holds on this account."
    with refused(TooManyHoldsError, "too_many_holds", sentence):
        hold(of, operation(Kind.HOLD), 1)


def test_a_spend_goes_back_latest_due_first_bit_by_bit() -> None:
    spent = spend(account({TODAY: 5, TOMORROW: 9}), operation(Kind.SPEND), 14)
    first = reverse(spent.account, operation(Kind.REVERSAL), spent.entry, 10)
    assert first.account.lots == {TODAY: 1, TOMORROW: 9}
    rest = reverse(first.account, operation(Kind.REVERSAL, "2"), first.reversals[0].after, 4)
    assert rest.account.lots == {TODAY: 5, TOMORROW: 9}
    with refused(TooMuchError, "too_much", "That is more than is left to take back.") as no:
        reverse(rest.account, operation(Kind.REVERSAL, "3"), rest.reversals[0].after, 1)
    assert no.value.facts == {"asked": 1, "left": 0}


def test_what_goes_back_to_a_lot_that_is_past_lapses_at_once_and_is_told() -> None:
    spent = spend(account({TODAY: 5, TOMORROW: 9}), operation(Kind.SPEND), 14)
    later = operation(Kind.REVERSAL, at=NOON + timedelta(days=1))
    posting = reverse(spent.account, later, spent.entry, 12)
    assert (posting.account.lots, posting.account.lapsed) == ({TOMORROW: 9}, {TODAY: 3})
    assert posting.timeline_entry
    assert posting.timeline_entry.data["points"] == "3"


def test_a_correction_makes_a_purchase_have_what_it_is_worth_until_its_books_are_closed() -> None:
    assert correction(EARNED, 60, TODAY) == -40
    assert correction(EARNED, 130, TODAY) == 30
    assert correction(replace(EARNED, reversed_points=40), 60, TODAY) == 0
    assert correction(replace(EARNED, reversed_points=-30), 100, TODAY) == -30
    assert correction(EARNED, 0, NEXT_YEAR + timedelta(days=400)) == -100
    assert correction(EARNED, 0, NEXT_YEAR + timedelta(days=401)) == 0
    assert correction(replace(EARNED, moved_to=TODAY), 0, TODAY + timedelta(days=401)) == 0


def test_an_edit_upwards_comes_to_the_purchases_own_day_and_pays_the_debt_first() -> None:
    of = account(debts={TODAY: 10})
    posting = edit_up(of, operation(Kind.EDIT_UP), Reversal(EARNED, -40, edited=4_000), NEXT_YEAR)
    assert (posting.account.lots, posting.account.debt) == ({NEXT_YEAR: 30}, 0)
    assert (posting.entry.points, posting.entry.due, posting.entry.change) == (40, NEXT_YEAR, 40)
    assert posting.marker
    assert posting.marker.due == NEXT_YEAR
    assert posting.reversals[0].after == replace(EARNED, reversed_points=-40, edited=4_000)
    late = edit_up(account(), operation(Kind.EDIT_UP), Reversal(EARNED, -40), YESTERDAY)
    assert (late.account.lots, late.account.lapsed, late.marker) == ({}, {YESTERDAY: 40}, None)


def test_a_clawback_takes_its_own_lot_then_the_soonest_then_makes_a_debt() -> None:
    of = account({NEXT_YEAR: 60, TOMORROW: 10})
    posting = claw_back(
        of, operation(Kind.CLAWBACK), Reversal(EARNED, 100, refunded=10_000), forfeit=None
    )
    assert posting.entry.lots == {NEXT_YEAR: 60, TOMORROW: 10}
    assert (posting.account.lots, posting.account.debt) == ({}, 30)
    assert (posting.entry.debt, posting.entry.change, posting.entry.available) == (30, -100, -30)
    assert posting.reversals[0].after == replace(EARNED, reversed_points=100, refunded=10_000)


def test_a_closed_account_makes_no_debt_and_gives_of_what_it_forfeited() -> None:
    gone = entry(Kind.FORFEIT, 25)
    of = account(status=AccountStatus.CLOSED)
    posting = claw_back(
        of, operation(Kind.CLAWBACK), Reversal(EARNED, 40, refunded=4_000), forfeit=gone
    )
    assert (posting.entry.points, posting.entry.forfeited) == (25, 25)
    assert (posting.account.debt, posting.entry.change) == (0, 0)
    assert [reversal.after.reversed_points for reversal in posting.reversals] == [40, 25]


def test_closing_forfeits_what_is_live_and_held_and_nothing_that_expired() -> None:
    of = account({YESTERDAY: 3, TODAY: 5}, holds={"hold#1": {TODAY: 2}})
    posting = forfeit(of, operation(Kind.FORFEIT))
    assert (posting.entry.points, posting.entry.change) == (7, -5)
    assert posting.account.expired == {YESTERDAY: 3}
    assert posting.account.status is AccountStatus.CLOSED


def test_what_expired_long_ago_moves_into_rows_with_the_next_operation() -> None:
    days = [TODAY - timedelta(days=days) for days in range(500, 450, -2)]
    refunded = {days[1]: 2, days[2]: 1, days[20]: 1}
    of = account({TODAY: 5}, expired=dict.fromkeys(days, 2), refunded=refunded)
    posting = spend(of, operation(Kind.SPEND), 1)
    assert [settled.due for settled in posting.settled] == days[:20]
    assert [settled.reversed_points for settled in posting.settled] == [0, 2, 1, *[0] * 17]
    assert list(posting.account.expired) == days[20:]
    assert posting.account.refunded == {days[20]: 1}
    assert posting.entry.change == -1
    first = posting.settled[0]
    assert first.recorded.startswith("2025-01-27T08:00:00")
    assert (first.points, first.change, first.operation_id) == (2, -2, f"expired#{days[0]}")


@pytest.mark.parametrize("kind", [Kind.SPEND, Kind.EARN, Kind.FORFEIT])
def test_only_what_comes_back_is_told(kind: Kind) -> None:
    of = account({TODAY: 5})
    made = operation(kind)
    posting = {
        Kind.SPEND: lambda: spend(of, made, 1),
        Kind.EARN: lambda: earn(of, made, Earning(3, YESTERDAY)),
        Kind.FORFEIT: lambda: forfeit(of, made),
    }[kind]()
    assert posting.timeline_entry is None
