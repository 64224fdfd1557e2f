"""Whatever people do to a code when they read and type it is either undone or noticed."""

import sys
import unicodedata
from collections.abc import Iterator
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.authenticity import codes
from aftercare.authenticity.codes import Code, MistypedError, Slip
from aftercare.kernel.ids import CROCKFORD
from aftercare.kernel.symbols import is_sealed, sealed
from tests.fakes.histories import keys
from tests.fakes.refusals import refused

GENUINE = codes.issue(Code(17, 123_456_789), keys())
WRONG_LENGTH = "A code has 16 symbols."
WRONG_CHECK = "The check symbol is wrong: at least one symbol was mistyped."
BITS = st.integers(0, 2**75 - 1)
PAIRS = list(permutations(CROCKFORD, 2))
EVERY_CHARACTER = [chr(point) for point in range(sys.maxunicode + 1)]
DASHES = [sign for sign in EVERY_CHARACTER if unicodedata.category(sign) == "Pd"]
SPACES = [sign for sign in EVERY_CHARACTER if sign.isspace()]
# Zero-width marks that come along when a code is pasted, and dashes that Unicode calls otherwise.
STOWAWAYS = ["\u200b", "\u200e", "\u2060", "\ufeff", "\u00ad", "\u2212", "\u2043", "\u02d7", "ー"]


def holding(symbols: dict[int, str]) -> list[str]:
    """Well-formed symbols with these at these places: what stands elsewhere is made to fit."""
    found = list(GENUINE)
    for place, symbol in symbols.items():
        found[place] = symbol
    free = next(place for place in range(16) if place not in symbols)
    for found[free] in CROCKFORD:
        if is_sealed("".join(found)):
            return found
    raise AssertionError("no symbol makes it fit")


def slip_in(text: str) -> Slip | None:
    try:
        codes.normalise(text)
    except MistypedError as error:
        return error.slip
    return None


def unnoticed(before: dict[int, str], after: dict[int, str]) -> bool:
    """Whether a code that holds `before` may be typed as one that holds `after`."""
    symbols = holding(before)
    assert slip_in("".join(symbols)) is None
    for place, symbol in after.items():
        symbols[place] = symbol
    return slip_in("".join(symbols)) is not Slip.CHECK


@pytest.mark.parametrize("place", range(16))
def test_every_symbol_taken_for_any_other_is_noticed(place: int) -> None:
    assert not [pair for pair in PAIRS if unnoticed({place: pair[0]}, {place: pair[1]})]


@pytest.mark.parametrize("place", range(15))
def test_any_two_neighbours_swapped_are_noticed(place: int) -> None:
    swaps = (({place: a, place + 1: b}, {place: b, place + 1: a}) for a, b in PAIRS)
    assert not [before for before, after in swaps if unnoticed(before, after)]


@pytest.mark.parametrize("place", range(14))
def test_any_two_swapped_around_a_third_are_noticed(place: int) -> None:
    swaps = (({place: a, place + 2: b}, {place: b, place + 2: a}) for a, b in PAIRS)
    assert not [before for before, after in swaps if unnoticed(before, after)]


@pytest.mark.parametrize("place", range(15))
def test_any_twins_taken_for_other_twins_are_noticed(place: int) -> None:
    twins = (({place: a, place + 1: a}, {place: b, place + 1: b}) for a, b in PAIRS)
    assert not [before for before, after in twins if unnoticed(before, after)]


@pytest.mark.parametrize("place", range(14))
def test_any_twins_around_a_third_taken_for_others_are_noticed(place: int) -> None:
    twins = (({place: a, place + 2: a}, {place: b, place + 2: b}) for a, b in PAIRS)
    assert not [before for before, after in twins if unnoticed(before, after)]


@given(BITS, BITS)
def test_the_check_is_linear_so_what_holds_for_one_code_holds_for_all(one: int, other: int) -> None:
    values = [[CROCKFORD.index(symbol) for symbol in sealed(bits)] for bits in (one, other)]
    sums = "".join(CROCKFORD[a ^ b] for a, b in zip(*values, strict=True))
    assert sums == sealed(one ^ other)


def test_the_same_change_of_any_two_symbols_is_noticed_however_far_apart() -> None:
    """By linearity: any swap of two, any twins for twins, wherever they stand."""
    for (first, second), change in every_change_of_two():
        symbols = ["0"] * 16
        symbols[first] = symbols[second] = change
        assert not is_sealed("".join(symbols)), (first, second, change)


def every_change_of_two() -> Iterator[tuple[tuple[int, int], str]]:
    for places in combinations(range(16), 2):
        for change in CROCKFORD[1:]:
            yield places, change


@pytest.mark.parametrize("mark", [*DASHES, *SPACES, *STOWAWAYS], ids=ascii)
def test_any_dash_or_space_may_stand_anywhere(mark: str) -> None:
    assert codes.normalise(mark.join(GENUINE)) == GENUINE
    assert codes.normalise(f"{mark}{codes.shown(GENUINE)}{mark}") == GENUINE


def test_letters_that_look_like_digits_are_read_as_those() -> None:
    digits = "".join(holding({0: "0", 3: "1", 9: "0", 12: "1"}))
    for zero in "Oo":
        for one in "IiLl":
            assert codes.normalise(digits.replace("0", zero).replace("1", one)) == digits


def test_case_and_width_do_not_matter() -> None:
    for symbol in CROCKFORD:
        symbols = "".join(holding({5: symbol}))
        wide = "".join(chr(ord(sign) + 0xFEE0) for sign in symbols)
        assert codes.normalise(wide) == symbols
        assert codes.normalise(wide.lower()) == symbols
        assert codes.normalise(symbols.lower()) == symbols
        assert codes.normalise("\uff0d".join(wide)) == symbols


@pytest.mark.parametrize("place", range(16))
@pytest.mark.parametrize("sign", ["U", "u", "!", "_", "é", "Ж", "字", "\x00", "ß", "İ", "😀"])
def test_a_sign_that_codes_do_not_have_is_told_by_its_place(sign: str, place: int) -> None:
    sentence = f"Symbol {place + 1} is not one that codes use."
    with refused(MistypedError, "mistyped", sentence) as refusal:
        codes.normalise(codes.shown(f"{GENUINE[:place]}{sign}{GENUINE[place + 1 :]}"))
    assert refusal.value.slip is Slip.SYMBOL
    assert refusal.value.place == place + 1
    assert refusal.value.facts == {"slip": "wrong_symbol", "place": place + 1}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        GENUINE[:-1],
        f"{GENUINE}0",
        f"V-{GENUINE}",
        "\ufdfa",  # one character that stands for eighteen
        f"{' ' * 2_000}{GENUINE}",  # longer than anybody types
        "0" * 1_000_000,
        "\ufdfa" * 1_000_000,
    ],
    ids=lambda text: f"{len(text)} characters",
)
def test_too_few_and_too_many_symbols_are_told_apart_from_wrong_ones(text: str) -> None:
    with refused(MistypedError, "mistyped", WRONG_LENGTH) as refusal:
        codes.normalise(text)
    assert (refusal.value.slip, refusal.value.place) == (Slip.LENGTH, 0)


def test_symbols_that_do_not_belong_together_say_so() -> None:
    with refused(MistypedError, "mistyped", WRONG_CHECK) as refusal:
        codes.normalise(GENUINE[::-1])
    assert (refusal.value.slip, refusal.value.place) == (Slip.CHECK, 0)


@given(st.text(max_size=200))
def test_any_text_is_a_code_or_a_slip(text: str) -> None:
    assert slip_in(text) in Slip or is_sealed(codes.normalise(text))
