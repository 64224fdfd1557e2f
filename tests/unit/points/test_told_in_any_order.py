"""What is told in another order ends the same: every pair of operations that may commute.

An account that grew by chance, two operations, both orders; then all that was ever spent comes
back, which shows whatever the two orders may have hidden.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations_with_replacement

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aftercare.points.errors import NotEnoughPointsError
from aftercare.points.model import Account, Lots, total
from aftercare.points.posting import Kind
from tests.fakes.points import MEMBER, TODAY
from tests.fakes.purse import Purse

# What each operation does to an account.
COMES = {Kind.EARN, Kind.REVIEW, Kind.REVERSAL, Kind.RELEASE, Kind.EDIT_UP, Kind.ADJUST_UP}
GOES_BACK = {Kind.CLAWBACK, Kind.EDIT_DOWN}
IS_TAKEN = {Kind.SPEND, Kind.HOLD, Kind.ADJUST_DOWN}
EXPIRES = {Kind.EXPIRED}
# A capture is a release, of the rest of a hold, and a spend that takes from nothing else. A closed
# account refuses whatever comes later. An extension moves no points.
ELSEWHERE = {Kind.CAPTURE, Kind.FORFEIT, Kind.EXTEND}
PAIRS = [
    pair
    for pair in combinations_with_replacement(sorted(COMES | GOES_BACK | IS_TAKEN | EXPIRES), 2)
    # What is spent is what is due soonest of what is there: points that come before it may be.
    if not (set(pair) & IS_TAKEN and set(pair) & COMES)
]

type Verb = Callable[[Account, list[Lots]], Account]
"""What an operation does today; what it spends is added to the list."""

DAYS = st.integers(-4, 8).map(lambda days: TODAY + timedelta(days=days))
COUNTS = st.integers(1, 9)


@dataclass
class Story:
    """An account and what may still happen to it: what was earned by day, and what was spent."""

    account: Account = field(default_factory=lambda: Account(MEMBER))
    earned: dict[date, int] = field(default_factory=dict)
    spent: list[Lots] = field(default_factory=list)

    def earn(self, due: date, count: int, today: date) -> None:
        self.account, _ = self.account.add({due: count}, today)
        self.earned[due] = self.earned.get(due, 0) + count

    def spend(self, count: int, today: date) -> None:
        asked = min(count, self.account.available(today))
        if asked > 0:
            self.account, taken = self.account.take(asked, today)
            self.spent.append(taken)

    def refund(self, due: date, count: int, today: date) -> None:
        refunded = min(count, self.earned.get(due, 0))
        if refunded:
            self.account, _ = self.account.take_back(refunded, due, today)
            self.earned[due] -= refunded


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Some days of earning, spending and refunds, up to today."""
    story = Story()
    for days_ago in sorted(draw(st.lists(st.integers(0, 4), min_size=2, max_size=9)), reverse=True):
        today = TODAY - timedelta(days=days_ago)
        story.account = story.account.expire(today)
        what = draw(st.sampled_from(["earn", "earn", "spend", "spend", "refund"]))
        if what == "spend":
            story.spend(draw(COUNTS), today)
        else:
            getattr(story, what)(draw(DAYS), draw(COUNTS), today)
    return story


def drawn(draw: Callable[..., object], kind: Kind, story: Story) -> Verb:
    """An operation of that kind that this account may see next."""
    count, due = draw(COUNTS), draw(DAYS)
    assert isinstance(count, int)
    assert isinstance(due, date)
    if kind in {Kind.REVERSAL, Kind.RELEASE}:
        if not story.spent:
            story.earn(TODAY + timedelta(days=7), count, TODAY)
            story.spend(count, TODAY)
        assume(story.spent)
        back = story.spent.pop()
        return lambda account, _: account.add(back, TODAY)[0]
    if kind in COMES:
        return lambda account, _: account.add({due: count}, TODAY)[0]
    if kind in GOES_BACK:
        known = [day for day, points in sorted(story.earned.items()) if points]
        assume(known)
        day = known[count % len(known)]
        gone = min(count, story.earned[day])
        story.earned[day] -= gone
        return lambda account, _: account.take_back(gone, day, TODAY)[0]
    if kind in EXPIRES:
        return lambda account, _: account.expire(TODAY)
    return lambda account, spent: _taken(account, count, spent)


def _taken(account: Account, count: int, spent: list[Lots]) -> Account:
    after, lots = account.take(count, TODAY)
    spent.append(lots)
    return after


def seen(account: Account, today: date) -> tuple[dict[date, int], int]:
    """What a member has: points by day, and a debt."""
    return account.live(today), account.debt


def told(start: Account, verbs: tuple[Verb, ...], spent: Sequence[Lots]) -> list[object]:
    """What a member has after these, and once all that was ever spent has come back."""
    back = list(spent)
    for verb in verbs:
        start = verb(start, back)
    ends = [seen(start, TODAY)]
    for lots in back:
        start, _ = start.add(lots, TODAY)
    return [*ends, seen(start, TODAY)]


def test_every_operation_is_in_a_pair_or_said_to_be_in_none() -> None:
    assert set(Kind) == COMES | GOES_BACK | IS_TAKEN | EXPIRES | ELSEWHERE
    assert {kind for pair in PAIRS for kind in pair} | ELSEWHERE == set(Kind)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0]}, {pair[1]}")
@settings(max_examples=60)
@given(data=st.data())
def test_two_operations_in_either_order_leave_the_same(
    pair: tuple[Kind, Kind], data: st.DataObject
) -> None:
    story = data.draw(stories())
    if set(pair) & IS_TAKEN:
        # Enough for both: which of two spends is refused depends on their order.
        for days, count in ((8, 15), (6, 25)):
            story.earn(TODAY + timedelta(days=days), count, TODAY)
    one, other = (drawn(data.draw, kind, story) for kind in pair)
    try:
        first = told(story.account, (one, other), story.spent)
        second = told(story.account, (other, one), story.spent)
    except NotEnoughPointsError:
        assume(False)
    else:
        assert first == second


@given(st.data())
def test_a_refund_and_a_reversal_days_apart_end_the_same_whichever_is_told_first(
    data: st.DataObject,
) -> None:
    """Across the day on which the refunded points expire, too; other lots are good throughout."""
    own = TODAY + timedelta(days=data.draw(st.integers(0, 4)))
    spent, refunded = data.draw(COUNTS), data.draw(COUNTS)
    count = max(spent, refunded)
    late = TODAY + timedelta(days=data.draw(st.integers(0, 6)))
    others = data.draw(st.dictionaries(DAYS.filter(lambda day: day > late), COUNTS, max_size=3))
    start, _ = Account(MEMBER).add({own: count}, TODAY)
    start, lots = start.take(spent, TODAY)
    start, _ = start.add({day: points for day, points in others.items() if day != own}, TODAY)

    def refund(account: Account, today: date) -> Account:
        return account.take_back(refunded, own, today)[0]

    def reverse(account: Account, today: date) -> Account:
        return account.add(lots, today)[0]

    first = reverse(refund(start, TODAY).expire(late), late)
    second = refund(reverse(start, TODAY).expire(late), late)
    assert seen(first, late) == seen(second, late)


@given(stories(), st.data())
def test_the_ledger_agrees_with_the_plain_purse_about_what_comes_and_goes(
    story: Story, data: st.DataObject
) -> None:
    """The independent model counts points one by one."""
    account, purse = Account(MEMBER), Purse()
    for _ in range(data.draw(st.integers(1, 8))):
        due, count = data.draw(DAYS), data.draw(COUNTS)
        match data.draw(st.sampled_from(["comes", "goes back", "taken", "back"])):
            case "comes":
                account, _ = account.add({due: count}, TODAY)
                purse.bonus(TODAY, due, count)
            case "goes back":
                account, _ = account.take_back(count, due, TODAY)
                purse.take_back(TODAY, due, count)
            case "taken" if account.available(TODAY) >= count:
                account, lots = account.take(count, TODAY)
                purse.take(TODAY, count, f"spend#{len(story.spent)}")
                story.spent.append(lots)
            case "back" if story.spent and f"spend#{len(story.spent) - 1}" in {
                point.where for point in purse.points
            }:
                name = f"spend#{len(story.spent) - 1}"
                account, _ = account.add(story.spent.pop(), TODAY)
                purse.reverse(TODAY, name, 0)
        assert seen(account, TODAY) == (purse.lots(TODAY), purse.debt)


def test_the_issue_of_a_refund_before_a_reversal() -> None:
    """Earned, spent, earned once more: a refund on day 364, the spend reversed on day 366."""
    first = TODAY + timedelta(days=365)
    second = first + timedelta(days=300)
    start, _ = Account(MEMBER).add({first: 100}, TODAY)
    start, lots = start.take(100, TODAY + timedelta(days=1))
    start, _ = start.add({second: 100}, TODAY + timedelta(days=300))
    early, late = TODAY + timedelta(days=364), TODAY + timedelta(days=366)
    refunded, allocation = start.take_back(100, first, early)
    assert (allocation.lots, refunded.loans) == ({second: 100}, {first: {second: 100}})
    after, allocation = refunded.add(lots, late)
    assert (allocation.lots, allocation.past) == ({second: 100}, {})
    assert (after.live(late), total(after.lapsed), after.loans) == ({second: 100}, 0, {})


def test_what_was_earned_after_a_refund_comes_back_too() -> None:
    spent, lots = Account(MEMBER, {TODAY: 5}).take(5, TODAY)
    owing, _ = spent.take_back(5, TODAY, TODAY)
    next_year, late = TODAY + timedelta(days=365), TODAY + timedelta(days=2)
    paid, _ = owing.add({next_year: 5}, TODAY)
    assert (paid.debt, paid.live(TODAY)) == (0, {})
    after, _ = paid.add(lots, late)
    assert after.live(late) == {next_year: 5}


def test_loans_of_days_whose_books_are_closed_are_let_go() -> None:
    old = TODAY - timedelta(days=401)
    account = Account(MEMBER, {TODAY: 3}, loans={old: {TODAY: 2}})
    after, allocation = account.add({old: 2}, TODAY)
    assert (allocation.past, after.loans) == ({old: 2}, {})
