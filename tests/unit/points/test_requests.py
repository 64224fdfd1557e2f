"""What cannot be asked for: refused by name before anything is read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.points.errors import PointsInvalidError
from aftercare.points.model import MOST_POINTS
from aftercare.points.posting import Kind
from aftercare.points.request import (
    Caller,
    checked_amount,
    checked_change,
    checked_earning,
    checked_id,
    checked_limit,
    checked_moment,
    checked_points,
    checked_spent,
    checked_text,
    request_of,
)
from tests.fakes.points import BY_TILL, MEMBER, NOON
from tests.fakes.refusals import refused

NO_POINTS = [0, -1, MOST_POINTS + 1]
NO_IDS = ["", " ", "a b", "#", "a#b", "-a", "a" * 65, "ä", "a\n"]


@pytest.mark.parametrize("points", NO_POINTS)
def test_points_are_whole_from_one_to_ten_million(points: int) -> None:
    with refused(
        PointsInvalidError, "points_invalid", "points must be a whole number from 1 to 10000000."
    ):
        checked_points(points)


@pytest.mark.parametrize("points", [0, MOST_POINTS + 1, -MOST_POINTS - 1])
def test_a_correction_is_whole_either_way(points: int) -> None:
    sentence = "points must be a whole number from 1 to 10000000, up or down."
    with refused(PointsInvalidError, "points_invalid", sentence):
        checked_change(points)


@given(st.integers(1, MOST_POINTS))
def test_what_is_whole_and_in_bounds_passes(points: int) -> None:
    assert checked_points(points) == checked_change(points) == points
    assert checked_change(-points) == -points


@pytest.mark.parametrize("text", NO_IDS)
def test_an_id_is_short_and_plain(text: str) -> None:
    with pytest.raises(PointsInvalidError) as no:
        checked_id("spend_id", text)
    assert no.value.field == "spend_id"


@pytest.mark.parametrize("text", ["", "spend#a", "hold#a#b", "spend#a#b#c", "spend#a#" + "b" * 65])
def test_only_a_spend_or_a_capture_can_be_reversed(text: str) -> None:
    sentence = "operation_id must be that of a spend or a capture."
    with refused(PointsInvalidError, "points_invalid", sentence):
        checked_spent(text)


def test_an_amount_is_not_negative() -> None:
    sentence = "amount must be in whole minor units, zero or more."
    with refused(PointsInvalidError, "points_invalid", sentence):
        checked_amount("amount", -1)


@pytest.mark.parametrize("text", ["", "  ", "x" * 201])
def test_a_reason_is_a_text(text: str) -> None:
    with refused(PointsInvalidError, "points_invalid", "why must be text of 1 to 200 characters."):
        checked_text("why", text)


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_is_neither_empty_nor_endless(limit: int) -> None:
    with refused(PointsInvalidError, "points_invalid", "limit must be from 1 to 100."):
        checked_limit(limit)


def test_nothing_happened_in_the_future_beyond_what_clocks_disagree_by() -> None:
    assert checked_moment(NOON + timedelta(hours=1), NOON)
    with refused(PointsInvalidError, "points_invalid", "occurred_at must not be in the future."):
        checked_moment(NOON + timedelta(hours=1, seconds=1), NOON)


def test_a_time_names_its_offset() -> None:
    sentence = "occurred_at must be a time with an offset."
    with refused(PointsInvalidError, "points_invalid", sentence):
        checked_moment(NOON.replace(tzinfo=None), datetime.now(UTC))


def test_a_caller_has_an_id() -> None:
    with refused(
        PointsInvalidError,
        "points_invalid",
        "client_id must be 1 to 64 letters, digits, dots, dashes, underscores, colons or slashes.",
    ):
        Caller("")


def test_requests_are_told_apart_by_all_that_they_say() -> None:
    def digest(**changes: Any) -> str:
        said: dict[str, Any] = {"member_id": MEMBER, "operation_id": "spend#a#1", "points": 5}
        said |= changes
        kind = said.pop("kind", Kind.SPEND)
        caller = said.pop("caller", Caller("ac_1"))
        return request_of(kind=kind, caller=caller, actor=BY_TILL, **said).digest

    assert digest() == digest(caller=Caller("ac_1", "another key"))
    others = [
        digest(points=6),
        digest(member_id="mem_other"),
        digest(operation_id="spend#a#2"),
        digest(kind=Kind.HOLD),
        digest(who="a"),
        digest(why="a"),
    ]
    assert len({digest(), *others}) == 7


def test_a_key_is_kept_as_its_hash_and_only_if_one_was_sent() -> None:
    assert request_of(MEMBER, "spend#a#1", Kind.SPEND, Caller("ac_1"), actor=BY_TILL).key is None
    key = request_of(MEMBER, "spend#a#1", Kind.SPEND, Caller("ac_1", "secret"), actor=BY_TILL).key
    assert key
    assert len(key.key_hash) == 64
    assert "secret" not in key.key_hash


def test_no_amount_that_somebody_types_earns_more_than_an_operation_moves() -> None:
    assert checked_earning(MOST_POINTS) == MOST_POINTS
    sentence = "amount must earn at most 10000000 points."
    with refused(PointsInvalidError, "points_invalid", sentence):
        checked_earning(MOST_POINTS + 1)
