"""A member's card: its digits, its minutes, its tag."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.members import card as module
from aftercare.members.card import (
    LENGTH,
    SHOWN_FOR,
    STEP,
    TAKEN_FOR,
    ReadCard,
    card_at,
    new_number,
    proven,
    read_card,
)
from aftercare.members.errors import CardExpiredError, CardMismatchError, CardUnreadableError
from tests.fakes.refusals import refused

KEY, OTHER_KEY = b"k" * 64, b"o" * 64
NUMBER = "0412000017"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
NUMBERS = st.integers(0, 10**10 - 1).map(lambda value: f"{value:010d}")
MOMENTS = st.integers(1_767_225_600, 2_840_140_800).map(
    lambda second: datetime.fromtimestamp(second, UTC)
)
UNREADABLE = "This card was not read right. Scan it again, or check the 28 digits below its bars."
EXPIRED = "This card's time is over. Ask the member to show a new one."
MISMATCH = "This is not the member's card. Ask the member to show a new one."


def shown(number: str = NUMBER, at: datetime = NOON) -> str:
    return card_at(KEY, number, at).digits


def taken(digits: str, at: datetime = NOON, key: bytes = KEY) -> str:
    return proven(key, read_card(digits), at)


def slipped(digits: str) -> bool:
    try:
        read_card(digits)
    except CardUnreadableError:
        return True
    return False


@given(NUMBERS, MOMENTS)
def test_a_card_is_read_as_it_was_made(number: str, at: datetime) -> None:
    digits = shown(number, at)
    assert len(digits) == LENGTH == 28
    assert digits.isdigit()
    assert read_card(digits).number == number
    assert taken(digits, at).startswith(f"{number}#")


@given(NUMBERS, MOMENTS)
def test_every_wrong_digit_and_every_swap_of_neighbours_is_noticed(
    number: str, at: datetime
) -> None:
    digits = shown(number, at)
    for place, digit in enumerate(digits):
        for other in set("0123456789") - {digit}:
            assert slipped(digits[:place] + other + digits[place + 1 :])
    for place in range(LENGTH - 1):
        one, two = digits[place], digits[place + 1]
        if one != two:
            assert slipped(digits[:place] + two + one + digits[place + 2 :])


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "mem_01JXC0000000000000000000A0", "+14155550142", "x" * 28),
        *(shown()[:-1], shown() + "0", shown() + shown(), f"{shown()}\n{shown()}"),
    ],
)
def test_what_is_no_card_is_unreadable(text: str) -> None:
    with refused(CardUnreadableError, "card_unreadable", UNREADABLE):
        read_card(text)


def test_spaces_dashes_and_wide_digits_are_read() -> None:
    digits = shown()
    groups = [digits[at : at + 4] for at in range(0, LENGTH, 4)]
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in digits)
    for text in (" ".join(groups), "-".join(groups), f" {digits}\r\n", wide):
        assert read_card(text) == read_card(digits)


def test_a_card_is_good_for_five_minutes_and_taken_for_ten() -> None:
    assert timedelta(minutes=5) == SHOWN_FOR
    assert timedelta(minutes=10) == TAKEN_FOR
    card = card_at(KEY, NUMBER, NOON)
    assert card.good_until == NOON + SHOWN_FOR
    assert taken(card.digits, NOON + TAKEN_FOR)
    assert taken(card.digits, NOON + TAKEN_FOR + STEP - timedelta(seconds=1))
    for late in (TAKEN_FOR + STEP, timedelta(hours=8)):
        with refused(CardExpiredError, "card_expired", EXPIRED):
            taken(card.digits, NOON + late)
    # Its three digits of time come round again: by then its tag fits no more.
    for late in (timedelta(hours=9), 1000 * STEP, timedelta(days=400)):
        with refused(CardMismatchError, "card_mismatch", MISMATCH):
            taken(card.digits, NOON + late)


@given(MOMENTS, st.integers(0, 600))
def test_it_is_taken_at_any_second_of_ten_minutes(at: datetime, seconds: int) -> None:
    assert taken(shown(at=at), at + timedelta(seconds=seconds)) == taken(shown(at=at), at)


def test_a_till_whose_clock_is_a_minute_behind_takes_it_and_no_earlier_one() -> None:
    assert taken(shown(), NOON - timedelta(minutes=1))
    with pytest.raises(CardMismatchError):
        taken(shown(), NOON - timedelta(minutes=2))


def test_half_a_minute_later_the_card_is_another_one() -> None:
    assert shown() == shown(at=NOON + STEP - timedelta(seconds=1))
    assert shown() != shown(at=NOON + STEP)
    assert taken(shown()) != taken(shown(at=NOON + STEP))


@given(NUMBERS, st.integers(0, 10**13 - 1))
def test_nobody_makes_a_card_without_the_key(number: str, tag: int) -> None:
    real = read_card(shown(number))
    forged = ReadCard(number, real.place, f"{tag:013d}")
    if forged != real:
        with pytest.raises(CardMismatchError):
            proven(KEY, forged, NOON)
    with pytest.raises(CardMismatchError):
        proven(OTHER_KEY, real, NOON)


def test_a_tag_is_of_one_number_and_one_step() -> None:
    mine, theirs = read_card(shown()), read_card(shown("0412000018"))
    for forged in (
        ReadCard(theirs.number, mine.place, mine.tag),
        ReadCard(mine.number, (mine.place + 1) % 1000, mine.tag),
        ReadCard(mine.number, (mine.place - 1) % 1000, mine.tag),
    ):
        with pytest.raises(CardMismatchError):
            proven(KEY, forged, NOON)


def test_tags_are_compared_in_constant_time() -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text())
    compared = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and "tag" in ast.unparse(node)
    ]
    assert compared == []
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert "hmac.compare_digest" in calls


def test_numbers_are_ten_random_digits() -> None:
    assert new_number(lambda _: 0) == "0000000000"
    assert new_number(lambda bits: 2**bits - 1) == "3709551615"
