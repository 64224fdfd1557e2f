"""Codes are read as they were issued; they cannot be guessed, nor counted."""

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.authenticity import codes
from aftercare.authenticity.codes import KEY_IDS, SERIALS, Code, KeyPair
from aftercare.kernel.ids import CROCKFORD
from aftercare.kernel.symbols import sealed, unsealed
from tests.fakes.codes import code
from tests.fakes.histories import flips, keys

EVERY_CODE = st.builds(Code, st.integers(0, KEY_IDS - 1), st.integers(0, SERIALS - 1))
KEY_PAIRS = st.builds(KeyPair, st.binary(min_size=32), st.binary(min_size=32))
ISSUED = 200_000
FORGED = 1_000_000
NEIGHBOURS = 4096
# Five standard deviations of a coin's mean over that many throws.
TOLERANCE = 5 * 0.5 / NEIGHBOURS**0.5


@given(EVERY_CODE, KEY_PAIRS)
def test_what_was_issued_is_read_as_it_was(code: Code, pair: KeyPair) -> None:
    symbols = codes.issue(code, pair)
    assert codes.normalise(codes.shown(symbols)) == symbols
    assert codes.key_id_of(symbols) == code.key_id
    assert codes.read(symbols, pair) == code


@given(EVERY_CODE)
def test_a_code_is_printed_in_four_groups_that_nobody_misreads(code: Code) -> None:
    symbols = codes.issue(code, keys())
    assert re.fullmatch(rf"[{CROCKFORD}]{{16}}", symbols)
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}-\w{4}", codes.shown(symbols))
    assert codes.shown(symbols).replace("-", "") == symbols


def test_two_hundred_thousand_serials_of_one_key_are_as_many_codes() -> None:
    pair = keys(7)
    assert len({codes.issue(Code(7, serial), pair) for serial in range(ISSUED)}) == ISSUED


@given(EVERY_CODE, EVERY_CODE)
def test_no_two_codes_look_alike(one: Code, other: Code) -> None:
    assert (codes.issue(one, keys()) == codes.issue(other, keys())) is (one == other)


def test_of_a_million_well_formed_codes_that_nobody_issued_none_is_read() -> None:
    pair, dice = keys(3), random.Random(20261102)  # noqa: S311 - repeatable
    made_up = (sealed(3 << 70 | dice.getrandbits(70)) for _ in range(FORGED))
    assert [symbols for symbols in made_up if codes.read(symbols, pair) is not None] == []


@given(EVERY_CODE, st.integers(1, 2**75 - 1))
def test_a_genuine_code_that_was_tampered_with_is_not_read(code: Code, change: int) -> None:
    tampered = sealed(unsealed(codes.issue(code, keys())) ^ change)
    assert codes.normalise(tampered) == tampered
    assert codes.read(tampered, keys()) is None


@pytest.mark.parametrize("bit", range(75))
def test_not_a_single_bit_may_change(bit: int) -> None:
    symbols = codes.issue(Code(3, 12345), keys())
    assert codes.read(sealed(unsealed(symbols) ^ 1 << bit), keys()) is None


@given(EVERY_CODE)
def test_other_keys_do_not_read_it(code: Code) -> None:
    symbols, pair = codes.issue(code, keys(1)), keys(1)
    assert codes.read(symbols, keys(2)) is None
    assert codes.read(symbols, KeyPair(tag=keys(2).tag, mask=pair.mask)) is None
    assert codes.read(symbols, KeyPair(tag=pair.tag, mask=keys(2).mask)) is None


def test_a_code_does_not_tell_how_many_were_issued() -> None:
    issued = [codes.issue(Code(5, serial), keys()) for serial in range(NEIGHBOURS)]
    assert {symbols[0] for symbols in issued} == {CROCKFORD[5]}
    rates = flips((unsealed(symbols) for symbols in issued), 70)
    assert len(rates) == 70
    assert all(abs(rate - 0.5) < TOLERANCE for rate in rates), rates


def test_neighbours_share_no_more_of_their_beginning_than_strangers_do() -> None:
    issued = [codes.issue(Code(5, serial), keys()) for serial in range(NEIGHBOURS)]
    alike = sum(one[1] == other[1] for one, other in pairwise(issued))
    assert abs(alike / NEIGHBOURS - 1 / 32) < TOLERANCE
    assert sum(one[1:5] == other[1:5] for one, other in pairwise(issued)) <= 1


@pytest.mark.parametrize("code", [Code(-1, 0), Code(KEY_IDS, 0), Code(0, -1), Code(0, SERIALS)])
def test_what_does_not_fit_is_not_issued(code: Code) -> None:
    with pytest.raises(ValueError, match="no such code"):
        codes.issue(code, keys())


def test_keys_stay_out_of_what_is_logged() -> None:
    assert repr(KeyPair(b"tag key", b"mask key")) == "KeyPair()"


@pytest.mark.parametrize(
    "form",
    [
        "https://returns.example.com/01/06941234567898/21/{code}",
        " http://localhost:8787/01/06941234567898/21/{code}/\n",
        "HTTPS://RETURNS.EXAMPLE.COM/01/06941234567898/21/{code}?17=271231",
        "https://returns.example.com/live/01/06941234567898/21/{code}#top",
    ],
)
def test_of_a_scanned_link_the_code_is_read(form: str) -> None:
    symbols = code(7)
    assert codes.normalise(form.format(code=symbols)) == symbols
    assert codes.normalise(form.format(code=codes.shown(symbols))) == symbols
