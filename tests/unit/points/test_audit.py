"""The audit: sound books pass; whatever is off by one point, or undone wrongly, is told."""

from dataclasses import replace

import pytest

from aftercare.points.audit import audit, books
from aftercare.points.ledger import Earning, earn, give_back, spend
from aftercare.points.model import Account
from aftercare.points.posting import Kind, Row
from tests.fakes.points import MEMBER, NEXT_YEAR, TODAY, YESTERDAY, account, operation, row


def walk() -> tuple[Account, list[Row]]:
    """Earned 100, spent 60 of it, 10 given back."""
    one = earn(Account(MEMBER), operation(Kind.EARN), Earning(100, NEXT_YEAR))
    two = spend(one.account, operation(Kind.SPEND), 60)
    three = give_back(two.account, operation(Kind.RETURN), two.row, 10)
    return three.account, [one.row, three.undoings[0].after, three.row]


def test_sound_books_pass() -> None:
    of, rows = walk()
    assert audit(of, rows, TODAY) == ()
    told = books(of, rows, TODAY)
    assert (told.earned, told.returned, told.spent, told.available) == (100, 10, 60, 50)
    assert told.difference == 0


def test_a_lot_that_is_past_counts_as_expired_whoever_has_noticed() -> None:
    of = account({YESTERDAY: 4, NEXT_YEAR: 6}, expired={YESTERDAY: 1})
    told = books(of, [row(Kind.EARN, 11, lots={NEXT_YEAR: 11})], TODAY)
    assert (told.available, told.expired, told.difference) == (6, 5, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lots": {NEXT_YEAR: 51}}, f"the books of {MEMBER} differ by -1"),
        ({"lots": {NEXT_YEAR: 49}}, f"the books of {MEMBER} differ by 1"),
        ({"debts": {TODAY: 5}}, f"{MEMBER} has live lots beside a debt of 5"),
        ({"lapsed": {TODAY: 0}}, f"{MEMBER} has a lot, or a debt, that is none or less"),
        (
            {"expired": {YESTERDAY: 1}, "refunded": {YESTERDAY: 2}},
            f"{MEMBER} had more refunded of what expired than had expired",
        ),
        ({"debts": {TODAY: -1}}, f"{MEMBER} has a lot, or a debt, that is none or less"),
        (
            {"lots": {}, "expired": {YESTERDAY: 50}},
            f"{MEMBER} has other points by day than its rows left: "
            f"+50 due {YESTERDAY}, -50 due {NEXT_YEAR}",
        ),
    ],
)
def test_an_account_that_is_off_is_told(changes: dict[str, object], sentence: str) -> None:
    of, rows = walk()
    assert sentence in audit(replace(of, **changes), rows, TODAY)  # type: ignore[arg-type]


def test_expired_points_that_were_restored_are_told() -> None:
    earned = earn(Account(MEMBER), operation(Kind.EARN), Earning(100, TODAY))
    expired = earned.account.expire(NEXT_YEAR)
    assert audit(expired, [earned.row], NEXT_YEAR) == ()
    restored = replace(expired, expired={}, lots={NEXT_YEAR: 100})
    (told,) = audit(restored, [earned.row], NEXT_YEAR)
    assert told.endswith(f"+100 due {NEXT_YEAR}")


def test_a_row_that_does_not_add_up_is_told() -> None:
    of, rows = walk()
    found = audit(of, [replace(rows[0], lots={NEXT_YEAR: 99}), *rows[1:]], TODAY)
    assert found == (
        f"{MEMBER} has other points by day than its rows left: +1 due {NEXT_YEAR}",
        "earn#1 moved 100 points and tells of 99",
    )


def test_a_spend_that_was_undone_otherwise_than_told_is_told() -> None:
    of, rows = walk()
    found = audit(of, [rows[0], replace(rows[1], undone=0), rows[2]], TODAY)
    assert found == ("spend#1 was undone by 0 and others took back 10",)
