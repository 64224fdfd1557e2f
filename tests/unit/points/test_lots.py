"""An account's arithmetic: lots by day, debt first, nothing below zero, nothing restored."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.points.errors import AccountClosedError, NotEnoughPointsError
from aftercare.points.model import (
    Account,
    AccountStatus,
    Allocation,
    latest,
    minus,
    plus,
    shard_of,
    soonest,
    total,
)
from tests.fakes.points import MEMBER, NEXT_YEAR, TODAY, TOMORROW, YESTERDAY, account
from tests.fakes.refusals import refused

DAYS = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))
LOTS = st.dictionaries(DAYS, st.integers(1, 50), max_size=5)
POINTS = st.integers(0, 120)
ACCOUNTS = st.builds(
    lambda lots, expired, lapsed: Account(MEMBER, lots, expired, lapsed=lapsed), LOTS, LOTS, LOTS
)


def whole(of: Account) -> int:
    """Every point of an account, wherever it is, less the debt."""
    return total(of.lots) + total(of.lost) + total(of.lapsed) + of.held - of.debt


def test_a_lot_is_good_through_the_end_of_its_day() -> None:
    of = account({YESTERDAY: 1, TODAY: 2, TOMORROW: 4})
    assert of.available(TODAY) == 6
    assert of.past(TODAY) == {YESTERDAY: 1}


def test_what_is_due_soonest_is_taken_first() -> None:
    after, taken = account({TOMORROW: 5, TODAY: 2, YESTERDAY: 9}).take(4, TODAY)
    assert taken == {TODAY: 2, TOMORROW: 2}
    assert after.lots == {YESTERDAY: 9, TOMORROW: 3}


def test_no_more_is_taken_than_there_is() -> None:
    with refused(NotEnoughPointsError, "not_enough_points", "There aren't enough points.") as no:
        account({TODAY: 3, YESTERDAY: 9}).take(4, TODAY)
    assert no.value.facts == {"asked": 4, "available": 3}


def test_what_is_past_when_it_comes_lapses_and_pays_no_debt() -> None:
    after, allocation = account(debt=4).add({YESTERDAY: 3, TODAY: 9}, TODAY)
    assert allocation == Allocation(lots={TODAY: 5}, past={YESTERDAY: 3}, debt=4)
    assert (after.lots, after.lapsed, after.debt) == ({TODAY: 5}, {YESTERDAY: 3}, 0)


def test_the_debt_is_paid_by_what_is_due_soonest() -> None:
    after, allocation = account(debt=4).add({TOMORROW: 3, TODAY: 3}, TODAY)
    assert (allocation.lots, allocation.debt) == ({TOMORROW: 2}, 4)
    assert after.lots == {TOMORROW: 2}


def test_points_are_taken_back_from_their_own_lot_then_the_soonest_then_as_debt() -> None:
    of = account({TODAY: 2, TOMORROW: 3, YESTERDAY: 9})
    after, allocation = of.take_back(10, TOMORROW, TODAY)
    assert (allocation.lots, allocation.debt) == ({TOMORROW: 3, TODAY: 2}, 5)
    assert (after.lots, after.expired, after.debts) == ({}, {YESTERDAY: 9}, {TOMORROW: 5})


def test_what_expired_of_their_own_lot_is_taken_back_before_any_other() -> None:
    of = account({TOMORROW: 9}, expired={YESTERDAY: 4}, lapsed={YESTERDAY: 2})
    after, allocation = of.take_back(7, YESTERDAY, TODAY)
    assert (allocation.past, allocation.lots, allocation.debt) == ({YESTERDAY: 6}, {TOMORROW: 1}, 0)
    assert (after.lost, after.lapsed) == ({}, {})


def test_what_a_run_moved_stays_told_when_it_is_refunded() -> None:
    of = account({TOMORROW: 9}, expired={YESTERDAY: 4}, refunded={YESTERDAY: 1})
    after, allocation = of.take_back(2, YESTERDAY, TODAY)
    assert (after.expired, after.refunded) == ({YESTERDAY: 4}, {YESTERDAY: 3})
    assert (after.lost, allocation.past) == ({YESTERDAY: 1}, {YESTERDAY: 2})


def test_whether_the_run_was_there_makes_no_difference_to_what_is_taken_back() -> None:
    of = account({YESTERDAY: 4, TOMORROW: 9})
    early = of.expire(TODAY).take_back(7, YESTERDAY, TODAY)
    late = of.take_back(7, YESTERDAY, TODAY)
    assert early == late


def test_points_that_come_back_past_pay_the_debt_they_left() -> None:
    """Refunded before they came back, or after: in both cases they are gone once."""
    spent = account({YESTERDAY: 5})
    taken, lots = spent.take(5, YESTERDAY)
    owing, _ = taken.take_back(5, YESTERDAY, TODAY)
    assert owing.debts == {YESTERDAY: 5}
    first, allocation = owing.add(lots, TODAY)
    assert (first.debt, first.lapsed, allocation.debt) == (0, {}, 5)
    lapsed, _ = taken.add(lots, TODAY)
    second, _ = lapsed.take_back(5, YESTERDAY, TODAY)
    assert (second.debt, second.lapsed, second.lots) == (0, {}, {})


def test_points_that_come_back_past_pay_no_other_days_debt() -> None:
    after, allocation = account(debt=9).add({YESTERDAY: 5}, TODAY)
    assert (after.debt, after.lapsed, allocation.debt) == (9, {YESTERDAY: 5}, 0)


def test_the_oldest_debt_is_paid_first() -> None:
    after, _ = account(debts={YESTERDAY: 3, NEXT_YEAR: 3}).add({TOMORROW: 4}, TODAY)
    assert after.debts == {NEXT_YEAR: 2}


def test_an_account_that_is_closed_lets_nothing_pass() -> None:
    closed = account({TODAY: 5}, holds={"hold#1": {TODAY: 1}}).close()
    assert (closed.lots, closed.held, closed.status) == ({}, 0, AccountStatus.CLOSED)
    with refused(AccountClosedError, "account_closed", "This account is closed."):
        closed.require_open()


def test_what_expired_long_ago_is_to_be_kept_elsewhere() -> None:
    days = [TODAY - timedelta(days=days) for days in (402, 401, 400, 1)]
    of = account(expired=dict.fromkeys(days, 5), refunded={days[0]: 2, days[2]: 1})
    assert of.settled(TODAY) == days[:2]
    left = of.without_expired(days[:2])
    assert (left.expired, left.refunded) == (dict.fromkeys(days[2:], 5), {days[2]: 1})


@given(ACCOUNTS, DAYS)
def test_an_expiry_moves_what_is_past_and_changes_nothing_twice(of: Account, until: date) -> None:
    once = of.expire(until)
    assert once.expire(until) == once
    assert once.live(until) == of.live(until)
    assert whole(once) == whole(of)
    assert not once.past(until)
    assert of.expire(until - timedelta(days=2)).expire(until) == once


@given(ACCOUNTS, LOTS, st.integers(0, 60))
def test_whatever_comes_is_somewhere_and_debt_lets_nothing_live(
    of: Account, points: dict[date, int], debt: int
) -> None:
    debts = {TODAY: debt} if debt else {}
    before = Account(MEMBER, expired=of.expired, lapsed=of.lapsed, debts=debts)
    after, allocation = before.add(points, TODAY)
    assert whole(after) == whole(before) + total(points)
    assert total(allocation.lots) + total(allocation.past) + allocation.debt == total(points)
    assert not (after.debt and after.live(TODAY))


@given(ACCOUNTS, POINTS, DAYS)
def test_whatever_is_taken_back_is_gone_to_the_point(of: Account, points: int, due: date) -> None:
    after, allocation = of.take_back(points, due, TODAY)
    assert whole(after) == whole(of) - points
    assert total(allocation.lots) + total(allocation.past) + allocation.debt == points
    assert not (after.debt and after.live(TODAY))
    assert not after.past(TODAY)
    lost = of.expire(TODAY).lost
    taken = {day for day in lost if after.lost.get(day) != lost[day]}
    assert taken <= {due}


@given(LOTS, POINTS)
def test_a_take_and_its_return_leave_the_lots_as_they_were(
    lots: dict[date, int], points: int
) -> None:
    of = account(lots)
    asked = min(points, of.available(TODAY))
    after, taken = of.take(asked, TODAY)
    assert total(taken) == asked
    again, _ = after.add(taken, TODAY)
    assert again == of


@given(LOTS, POINTS)
def test_soonest_and_latest_are_two_ends_of_the_same(lots: dict[date, int], points: int) -> None:
    first = soonest(lots, points)
    rest = minus(lots, first)
    assert total(first) == min(points, total(lots))
    assert rest == {due: rest[due] for due in latest(lots, total(rest))}
    assert plus(first, rest) == dict(sorted(lots.items()))


def test_a_lot_cannot_fall_below_zero() -> None:
    with pytest.raises(ValueError, match="fewer points"):
        minus({TODAY: 1}, {TODAY: 2})
    with pytest.raises(ValueError, match="fewer points"):
        minus({}, {TODAY: 1})


@given(st.text(), st.integers(1, 50))
def test_a_member_has_one_shard(member_id: str, shards: int) -> None:
    assert shard_of(member_id, shards) in range(shards)
    assert shard_of(member_id, shards) == shard_of(member_id, shards)
