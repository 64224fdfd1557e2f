"""The contract of all points stores, in DynamoDB and in memory."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.ids import new_id
from aftercare.kernel.requests import RequestKey
from aftercare.points.ledger import Earning, claw_back, earn, edit_up, hold, reverse, spend
from aftercare.points.model import Account, shard_of
from aftercare.points.posting import Kind, Operation, Posting, Reversal
from tests.fakes.points import NEXT_YEAR, NOON, TODAY, day, operation


def posted(account: Account, name: str = "1", points: int = 100) -> Posting:
    return earn(account, of(account, Kind.EARN, name), Earning(points, NEXT_YEAR, 10_050, "USD"))


def of(account: Account, kind: Kind, name: str = "1", **changes: Any) -> Operation:
    """An operation of that member's, with a name that no other check uses."""
    name = f"{account.member_id}#{name}"
    return operation(kind, name, member_id=account.member_id, **changes)


def somebody(store: Any) -> Account:
    account: Account = store.account(new_id("mem", NOON))
    return account


def earned(store: Any, name: str = "1") -> Account:
    """A member who has earned 100 points."""
    account = somebody(store)
    store.commit(posted(account, name))
    stored: Account = store.account(account.member_id)
    return stored


def nothing_changed(store: Any, posting: Posting, *keys: RequestKey) -> None:
    """The commit is refused as stale and stores nothing."""
    member_id = posting.entry.member_id
    before = (store.account(member_id), sorted(store.entries(member_id), key=str))
    with pytest.raises(StaleWriteError):
        store.commit(posting, *keys)
    assert (store.account(member_id), sorted(store.entries(member_id), key=str)) == before


def who_has_nothing_has_an_empty_account(store: Any) -> None:
    account = somebody(store)
    assert account == Account(account.member_id)
    assert (account.version, store.entries(account.member_id)) == (None, ())


def what_is_committed_is_read_back(store: Any) -> None:
    account = earned(store)
    posting = hold(account, of(account, Kind.HOLD, who="agent", why="Because."), 30)
    store.commit(posting)
    stored = store.account(account.member_id)
    assert (stored, stored.version) == (posting.account, 2)
    assert store.entry(account.member_id, posting.entry.operation_id) == posting.entry
    assert store.entry(account.member_id, "spend#none") is None
    assert stored.ends == {posting.entry.operation_id: NOON + timedelta(days=30)}
    expired = stored.expire(NEXT_YEAR + timedelta(days=1))
    store.replace(replace(expired, lapsed={TODAY: 3}, debts={TODAY: 7}, refunded={NEXT_YEAR: 30}))
    again = store.account(account.member_id)
    assert again.refunded == {NEXT_YEAR: 30}
    assert (again.expired, again.lapsed, again.debts) == ({NEXT_YEAR: 70}, {TODAY: 3}, {TODAY: 7})
    assert again.version == 3


def an_account_that_changed_is_not_written_over(store: Any) -> None:
    old = earned(store)
    store.commit(spend(old, of(old, Kind.SPEND), 10))
    nothing_changed(store, spend(old, of(old, Kind.SPEND, "2"), 20))


def a_new_account_is_not_written_over_another(store: Any) -> None:
    account = earned(store)
    nothing_changed(store, posted(Account(account.member_id), "2"))


def a_row_is_not_written_over_another(store: Any) -> None:
    account = earned(store)
    store.commit(spend(account, of(account, Kind.SPEND), 10))
    current = store.account(account.member_id)
    nothing_changed(store, spend(current, of(current, Kind.SPEND), 20))


def a_purchase_is_claimed_once(store: Any) -> None:
    first, other = earned(store), somebody(store)
    name = f"earn#{first.member_id}#1"
    assert store.claimed_by(name) == first.member_id
    assert store.claimed_by("earn#none") == ""
    theirs = posted(other)
    nothing_changed(store, replace(theirs, entry=replace(theirs.entry, operation_id=name)))
    assert store.claimed_by(name) == first.member_id


def a_key_is_used_once(store: Any) -> None:
    account = earned(store)
    key = RequestKey("ac_1", account.member_id, "digest")
    assert store.answered(key) is None
    posting = spend(account, of(account, Kind.SPEND), 10)
    store.commit(posting, key)
    used = store.answered(replace(key, digest="other"))
    assert (used.member_id, used.digest) == (account.member_id, "digest")
    assert used.operation_id == posting.entry.operation_id
    assert store.answered(replace(key, client_id="ac_2")) is None
    current = store.account(account.member_id)
    nothing_changed(store, spend(current, of(current, Kind.SPEND, "2"), 20), key)


def a_key_that_asked_for_what_was_done_is_kept_once(store: Any) -> None:
    posting = posted(somebody(store))
    store.commit(posting)
    entry, key = posting.entry, RequestKey("ac_1", f"again {posting.entry.member_id}", "digest")
    store.keep(key, entry, entry.recorded_at)
    used = store.answered(key)
    assert (used.member_id, used.operation_id) == (entry.member_id, entry.operation_id)
    with pytest.raises(StaleWriteError):
        store.keep(replace(key, digest="another"), entry, entry.recorded_at)
    assert store.answered(key).digest == "digest"


def what_was_undone_is_kept(store: Any) -> None:
    account = earned(store)
    entry = store.entry(account.member_id, f"earn#{account.member_id}#1")
    back = of(account, Kind.CLAWBACK)
    store.commit(claw_back(account, back, Reversal(entry, 40, refunded=4_000), forfeit=None))
    stored = store.entry(account.member_id, entry.operation_id)
    assert stored == replace(entry, reversed_points=40, refunded=4_000)


def what_edits_and_moves_record_is_kept(store: Any) -> None:
    account = earned(store)
    entry = store.entry(account.member_id, f"earn#{account.member_id}#1")
    due = entry.due - timedelta(days=1)
    down = Reversal(entry, 40, refunded=100, edited=-4_000, settled=7, moved_to=due)
    store.commit(claw_back(account, of(account, Kind.EDIT_DOWN), down, forfeit=None))
    current = store.account(account.member_id)
    entry = store.entry(account.member_id, entry.operation_id)
    assert (entry.reversed_points, entry.refunded, entry.edited) == (40, 100, -4_000)
    assert (entry.settled, entry.moved_to, entry.due_now) == (7, due, due)
    up = Reversal(entry, -90, edited=9_000, settled=6)
    store.commit(edit_up(current, of(current, Kind.EDIT_UP), up, due))
    entry = store.entry(account.member_id, entry.operation_id)
    assert (entry.reversed_points, entry.edited, entry.settled) == (-50, 5_000, 7)


def what_was_undone_meanwhile_is_not_undone_again(store: Any) -> None:
    account = earned(store)
    store.commit(spend(account, of(account, Kind.SPEND), 10))
    spent = store.entry(account.member_id, f"spend#{account.member_id}#1")
    current = store.account(account.member_id)
    store.commit(reverse(current, of(current, Kind.REVERSAL), spent, 4))
    current = store.account(account.member_id)
    nothing_changed(store, reverse(current, of(current, Kind.REVERSAL, "2"), spent, 4))


def an_expiry_is_one_write_against_the_version_that_was_read(store: Any) -> None:
    old = earned(store)
    expired = old.expire(NEXT_YEAR + timedelta(days=1))
    store.commit(spend(old, of(old, Kind.SPEND), 10))
    with pytest.raises(StaleWriteError):
        store.replace(expired)
    assert store.account(old.member_id).lots == {NEXT_YEAR: 90}


def what_expired_long_ago_moves_into_rows(store: Any) -> None:
    account = earned(store)
    long_ago = replace(account, expired={day("2025-01-02"): 5, day("2026-06-01"): 6})
    store.replace(long_ago)
    current = store.account(account.member_id)
    posting = spend(current, of(current, Kind.SPEND), 10)
    store.commit(posting)
    assert store.account(account.member_id).expired == {day("2026-06-01"): 6}
    entry = store.entry(account.member_id, "expired#2025-01-02")
    assert (entry.points, entry.lots) == (5, {day("2025-01-02"): 5})
    store.replace(replace(long_ago, version=store.account(account.member_id).version))
    current = store.account(account.member_id)
    nothing_changed(store, spend(current, of(current, Kind.SPEND, "2"), 10))


def a_statement_is_read_newest_first(store: Any) -> None:
    account = somebody(store)
    for number in range(5):
        at = NOON + timedelta(hours=number)
        made = of(account, Kind.EARN, str(number), at=at)
        store.commit(earn(account, made, Earning(10, NEXT_YEAR)))
        account = store.account(account.member_id)
    newest = store.newest(account.member_id, "~", 3)
    names = [entry.operation_id[-1] for entry in newest]
    assert names == ["4", "3", "2"]
    rest = store.newest(account.member_id, newest[-1].recorded, 3)
    assert [entry.operation_id[-1] for entry in rest] == ["1", "0"]
    assert len(store.entries(account.member_id)) == 5


def a_due_day_leads_to_its_members(store: Any) -> None:
    account = earned(store)
    shard = shard_of(account.member_id, operation(Kind.EARN).rules.shards)
    assert account.member_id in set(store.markers(NEXT_YEAR, shard))
    assert account.member_id not in set(store.markers(TODAY, shard))


CHECKS: tuple[Callable[[Any], None], ...] = (
    who_has_nothing_has_an_empty_account,
    what_is_committed_is_read_back,
    an_account_that_changed_is_not_written_over,
    a_new_account_is_not_written_over_another,
    a_row_is_not_written_over_another,
    a_purchase_is_claimed_once,
    a_key_is_used_once,
    a_key_that_asked_for_what_was_done_is_kept_once,
    what_was_undone_is_kept,
    what_edits_and_moves_record_is_kept,
    what_was_undone_meanwhile_is_not_undone_again,
    an_expiry_is_one_write_against_the_version_that_was_read,
    what_expired_long_ago_moves_into_rows,
    a_statement_is_read_newest_first,
    a_due_day_leads_to_its_members,
)
