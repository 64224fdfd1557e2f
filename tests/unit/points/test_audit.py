"""The audit: sound books pass; a difference of one point, or a wrong reversal, is reported."""

from dataclasses import replace

import pytest

from aftercare.points.audit import audit, books
from aftercare.points.ledger import Earning, earn, reverse, spend
from aftercare.points.model import Account
from aftercare.points.posting import Kind, LedgerEntry
from tests.fakes.points import MEMBER, NEXT_YEAR, TODAY, YESTERDAY, account, entry, operation


def walk() -> tuple[Account, list[LedgerEntry]]:
    """Earned 100, spent 60 of it, 10 given back."""
    one = earn(Account(MEMBER), operation(Kind.EARN), Earning(100, NEXT_YEAR))
    two = spend(one.account, operation(Kind.SPEND), 60)
    three = reverse(two.account, operation(Kind.REVERSAL), two.entry, 10)
    return three.account, [one.entry, three.reversals[0].after, three.entry]


def test_sound_books_pass() -> None:
    of, entries = walk()
    assert audit(of, entries, TODAY) == ()
    audited = books(of, entries, TODAY)
    assert (audited.earned, audited.returned, audited.spent, audited.available) == (100, 10, 60, 50)
    assert audited.difference == 0


def test_a_lot_that_is_past_counts_as_expired_whoever_has_noticed() -> None:
    of = account({YESTERDAY: 4, NEXT_YEAR: 6}, expired={YESTERDAY: 1})
    audited = books(of, [entry(Kind.EARN, 11, lots={NEXT_YEAR: 11})], TODAY)
    assert (audited.available, audited.expired, audited.difference) == (6, 5, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lots": {NEXT_YEAR: 51}}, f"the books of {MEMBER} differ by -1"),
        ({"lots": {NEXT_YEAR: 49}}, f"the books of {MEMBER} differ by 1"),
        ({"debts": {TODAY: 5}}, f"{MEMBER} has live lots beside a debt of 5"),
        ({"lapsed": {TODAY: 0}}, f"{MEMBER} has a lot or a debt of zero or less"),
        (
            {"expired": {YESTERDAY: 1}, "refunded": {YESTERDAY: 2}},
            f"{MEMBER} has more expired points refunded than expired",
        ),
        ({"debts": {TODAY: -1}}, f"{MEMBER} has a lot or a debt of zero or less"),
        (
            {"lots": {}, "expired": {YESTERDAY: 50}},
            f"{MEMBER} has other points by day than its entries leave: "
            f"+50 due {YESTERDAY}, -50 due {NEXT_YEAR}",
        ),
    ],
)
def test_an_account_that_is_off_is_told(changes: dict[str, object], sentence: str) -> None:
    of, entries = walk()
    assert sentence in audit(replace(of, **changes), entries, TODAY)  # type: ignore[arg-type]


def test_expired_points_that_were_restored_are_told() -> None:
    earned = earn(Account(MEMBER), operation(Kind.EARN), Earning(100, TODAY))
    expired = earned.account.expire(NEXT_YEAR)
    assert audit(expired, [earned.entry], NEXT_YEAR) == ()
    restored = replace(expired, expired={}, lots={NEXT_YEAR: 100})
    (audited,) = audit(restored, [earned.entry], NEXT_YEAR)
    assert audited.endswith(f"+100 due {NEXT_YEAR}")


def test_a_row_that_does_not_add_up_is_told() -> None:
    of, entries = walk()
    faults = audit(of, [replace(entries[0], lots={NEXT_YEAR: 99}), *entries[1:]], TODAY)
    assert faults == (
        f"{MEMBER} has other points by day than its entries leave: +1 due {NEXT_YEAR}",
        "earn#1 moved 100 points, but its parts add up to 99",
    )


def test_a_spend_that_was_undone_otherwise_than_told_is_told() -> None:
    of, entries = walk()
    faults = audit(of, [entries[0], replace(entries[1], reversed_points=0), entries[2]], TODAY)
    assert faults == ("spend#1 has 0 points reversed, others 10",)
