"""Ids sort by birth and repeat never; a ticket says itself when it was misheard."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.kernel.ids import CROCKFORD, is_id, new_id, new_ticket, ticket_check

NOON = datetime(2026, 6, 10, 19, 0, tzinfo=UTC)
EIGHTY_BITS = st.integers(0, 2**80 - 1)
FORTY_BITS = st.integers(0, 2**40 - 1)


def rolled(value: int) -> str:
    return new_ticket(lambda bits: value % 2**bits)


@given(EIGHTY_BITS, st.sampled_from(["ret", "evd", "lbl", "sgn", "ent"]))
def test_an_id_is_its_prefix_and_26_symbols_that_nobody_misreads(value: int, prefix: str) -> None:
    made = new_id(prefix, NOON, lambda _: value)
    assert re.fullmatch(rf"{prefix}_[{CROCKFORD}]{{26}}", made)
    assert not set("ILOU") & set(made.removeprefix(f"{prefix}_"))
    assert is_id(made, prefix)


@given(EIGHTY_BITS, EIGHTY_BITS, st.integers(1, 10**9))
def test_ids_sort_by_the_millisecond_of_their_birth(
    first: int, second: int, milliseconds: int
) -> None:
    later = NOON + timedelta(milliseconds=milliseconds)
    assert new_id("ret", NOON, lambda _: first) < new_id("ret", later, lambda _: second)


@given(EIGHTY_BITS, EIGHTY_BITS)
def test_ids_of_one_millisecond_differ_when_the_dice_do(first: int, second: int) -> None:
    one = new_id("ret", NOON, lambda _: first)
    other = new_id("ret", NOON, lambda _: second)
    assert (one == other) is (first == second)


def test_a_thousand_ids_of_one_instant_are_a_thousand_ids() -> None:
    assert len({new_id("ret", NOON) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ret_",
        "ret_01JXD0B7G0000000000000000",  # 25 symbols
        "ret_01JXD0B7G000000000000000000",  # 27
        "ret_01JXD0B7G0000000000000000I",  # no such symbol
        "ret_01jxd0b7g00000000000000000",  # lower case
        "evd_01JXD0B7G00000000000000000",  # something else's
        "RET_01JXD0B7G00000000000000000",
        "ret_01JXD0B7G00000000000000000\n",
        " ret_01JXD0B7G00000000000000000",
        "ret_01JXD0B7G0000000000000000\x00",
        "ret_../../../../../etc/passwd0",
    ],
)
def test_what_is_no_id_of_ours_is_none(text: str) -> None:
    assert not is_id(text, "ret")


@given(FORTY_BITS)
def test_a_ticket_can_be_read_over_the_phone(value: int) -> None:
    assert re.fullmatch(rf"R-[{CROCKFORD}]{{4}}-[{CROCKFORD}]{{4}}-[{CROCKFORD}]", rolled(value))


@given(FORTY_BITS)
def test_a_tickets_last_symbol_checks_the_others(value: int) -> None:
    body, check = rolled(value)[2:-2].replace("-", ""), rolled(value)[-1]
    number = sum(CROCKFORD.index(symbol) << 5 * i for i, symbol in enumerate(reversed(body)))
    assert number == value
    weighted = sum(place * CROCKFORD.index(symbol) for place, symbol in enumerate(body, start=1))
    assert CROCKFORD.index(check) == weighted % 31


@given(FORTY_BITS, st.integers(0, 6))
def test_two_swapped_neighbours_change_the_check(value: int, place: int) -> None:
    body = rolled(value)[2:-2].replace("-", "")
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    alike = {body[place], body[place + 1]} in ({body[place]}, {"0", "Z"})
    assert alike or ticket_check(swapped) != ticket_check(body)


@given(FORTY_BITS, st.integers(0, 7), st.integers(1, 31))
def test_one_misheard_symbol_changes_the_check(value: int, place: int, shift: int) -> None:
    symbol = (value >> 5 * place) & 31
    misheard = value + (((symbol + shift) % 32 - symbol) << 5 * place)
    assert rolled(misheard)[-1] != rolled(value)[-1] or abs(misheard - value) >> 5 * place == 31
