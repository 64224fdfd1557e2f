"""The statement: every movement once, newest first, expiries in their place, any page size."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.kernel.clock import to_text
from aftercare.points.errors import PointsInvalidError
from aftercare.points.posting import Kind, LedgerEntry
from aftercare.points.statement import (
    HEADER,
    Movement,
    balance_of,
    cursor_at,
    expiries_of,
    page_of,
    place_at,
)
from tests.fakes.hostile import MOMENTS
from tests.fakes.points import NEXT_YEAR, NOON, TODAY, TOMORROW, YESTERDAY, account, entry, rules
from tests.fakes.refusals import refused


def rows_of(count: int) -> list[LedgerEntry]:
    """Earnings an hour apart, the newest now."""
    return [
        entry(Kind.EARN, 10, f"{number:02d}", change=10, recorded_at=NOON - timedelta(hours=number))
        for number in range(count)
    ]


def pages(entries: list[LedgerEntry], expiries: list[Movement], limit: int) -> list[Movement]:
    """All movements, as a reader of page after page gets them."""
    found: list[Movement] = []
    cursor = ""
    while True:
        before = place_at(cursor)
        newest = sorted(entries, key=lambda entry: entry.recorded, reverse=True)
        some = [entry for entry in newest if entry.recorded < before][: limit + 1]
        page = page_of(some, expiries, before, limit)
        assert len(page.movements) <= limit
        found += page.movements
        if not page.cursor:
            return found
        cursor = page.cursor


def test_the_balance_tells_what_is_due_within_1_7_and_30_days() -> None:
    days = {YESTERDAY: 1, TODAY: 2, TOMORROW: 4, TODAY + timedelta(days=7): 8}
    days |= {TODAY + timedelta(days=30): 16, TODAY + timedelta(days=31): 32}
    balance = balance_of(account(days, holds={"hold#1": {TODAY: 3}}), TODAY)
    assert balance.soon == {1: 6, 7: 14, 30: 30}
    assert (balance.available, balance.held, balance.debt) == (62, 3, 0)
    assert balance.due[0] == (TODAY, 2)
    assert balance_of(account(debt=9), TODAY).available == -9


def test_an_expiry_stands_where_its_day_ended() -> None:
    of = account({YESTERDAY: 2, NEXT_YEAR: 9}, expired={YESTERDAY: 3, TODAY: 1})
    first, second = expiries_of(of, rules(), NOON)
    assert (first.points, first.change, first.due) == (5, -5, YESTERDAY)
    assert first.recorded_at.isoformat() == "2026-06-10T07:00:00+00:00"
    assert second.due == TODAY


@given(st.integers(0, 12), st.integers(1, 5))
def test_pages_of_any_size_tell_everything_once_newest_first(count: int, limit: int) -> None:
    of = account({YESTERDAY: 2}, expired={TODAY - timedelta(days=2): 3})
    expiries = expiries_of(of, rules(), NOON)
    movements = pages(rows_of(count), expiries, limit)
    places = [movement.place for movement in movements]
    assert places == sorted(set(places), reverse=True)
    assert len(movements) == count + 2
    assert sum(movement.change for movement in movements) == 10 * count - 5


def test_what_got_a_row_meanwhile_is_told_once() -> None:
    expired = account(expired={YESTERDAY: 3})
    (told,) = expiries_of(expired, rules(), NOON)
    settled = entry(
        Kind.EXPIRED,
        3,
        operation_id=told.operation_id,
        recorded_at=told.recorded_at,
        change=-3,
        due=YESTERDAY,
    )
    page = page_of([settled], [told], place_at(""), 10)
    assert [movement.points for movement in page.movements] == [3]


def test_a_movement_is_a_row_of_the_export() -> None:
    (told,) = expiries_of(account(expired={YESTERDAY: 3}), rules(), NOON)
    assert dict(zip(HEADER, told.cells(), strict=True)) == {
        "recorded_at": "2026-06-10T07:00:00.000000+00:00",
        "occurred_at": "2026-06-10T07:00:00.000000+00:00",
        "kind": "expired",
        "points": "3",
        "change": "-3",
        "lapsed": "0",
        "due": "2026-06-09",
        "operation_id": "expired#2026-06-09",
    }


def test_points_that_a_clawback_found_expired_did_not_lapse_by_it() -> None:
    taken = entry(Kind.CLAWBACK, 5, past={YESTERDAY: 5})
    lapsed = entry(Kind.EARN, 5, past={YESTERDAY: 5})
    page = page_of([taken, lapsed], [], place_at(""), 10)
    assert {movement.kind: movement.lapsed for movement in page.movements} == {
        Kind.CLAWBACK: 0,
        Kind.EARN: 5,
    }


@given(st.text(min_size=1, max_size=200), st.integers(0, 99 * 365 * 86_400))
def test_a_cursor_leads_back_to_its_place(name: str, seconds: int) -> None:
    at = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    place = f"{to_text(at)}#{name}"
    assert place_at(cursor_at(place)) == place


def test_a_cursor_leads_as_far_as_a_sort_key_goes() -> None:
    start = "2026-06-10T12:00:00.000000+00:00#"
    longest = start + "x" * (1024 - len(start))
    assert place_at(cursor_at(longest)) == longest
    for place in (f"{longest}x", start + "é" * 500, start, f"x{start}x"):
        with refused(PointsInvalidError, "points_invalid", "Invalid cursor."):
            place_at(cursor_at(place))


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_cursor_of_no_time_of_ours_leads_nowhere(moment: str) -> None:
    with refused(PointsInvalidError, "points_invalid", "Invalid cursor."):
        place_at(cursor_at(f"{moment}#earn#A-1"))


@pytest.mark.parametrize(
    "cursor", ["!", "a", "fg", cursor_at("~"), cursor_at("2026-06-10#x"), "é", "=" * 5, "AAAA"]
)
def test_a_cursor_that_is_none_of_ours_leads_nowhere(cursor: str) -> None:
    with refused(PointsInvalidError, "points_invalid", "Invalid cursor."):
        place_at(cursor)
