"""A code that somebody names, and the key of its history."""

import pytest

from aftercare.authenticity import references
from aftercare.authenticity.asked import key_of
from aftercare.authenticity.codes import Code, shown
from aftercare.authenticity.keys import KeyRing
from aftercare.authenticity.naming import NO_CODE, NOT_ISSUED, CodeNames, named_in
from aftercare.kernel.symbols import sealed
from tests.fakes.codes import KEYS, NOON, code, key_named, short_reference

CODE = code(12)
KEY = key_of(Code(0, 12))
CHECK = references.recorded(Code(0, 12), "ABCDEF", KEYS[0])
MADE_UP = f"V-{shown(sealed(1, 'V', 20))}"


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        pytest.param(CODE, CODE, id="symbols"),
        pytest.param(f"  {shown(CODE).lower()} ", CODE, id="as-printed"),
        pytest.param(f"https://shop.example/01/06941234567898/21/{CODE}", CODE, id="link"),
        pytest.param(CHECK.lower(), CHECK, id="reference"),
        pytest.param("", "", id="nothing"),
        pytest.param("  ", "", id="spaces"),
        pytest.param("it has none", NO_CODE, id="words"),
        pytest.param(CODE[:-1], NO_CODE, id="too-short"),
        pytest.param("\ud83e", NO_CODE, id="half-a-character"),
        pytest.param("V-" * 900, NO_CODE, id="long"),
    ],
)
def test_a_code_or_a_reference_is_found_in_what_is_typed(typed: str, named: str) -> None:
    assert named_in(typed) == named


def test_every_way_to_name_a_code_leads_to_the_key_of_its_history() -> None:
    assert {key_named(named_in(text)) for text in (CODE, shown(CODE), CHECK)} == {KEY}
    assert CODE not in KEY


@pytest.mark.parametrize(
    ("named", "why"),
    [
        pytest.param(sealed(0x123456789ABCDEF), NOT_ISSUED, id="forged-code"),
        pytest.param(sealed(0x923456789ABCDEF0), NOT_ISSUED, id="no-such-keys"),
        pytest.param(MADE_UP, NO_CODE, id="made-up-reference"),
        pytest.param(short_reference(CODE, "ABCDEF"), NO_CODE, id="short-reference"),
        pytest.param(references.unrecorded(0, NOON, "", 0, KEYS[0]), NOT_ISSUED, id="not-issued"),
        pytest.param(references.unrecorded(3, NOON, "", 0, KEYS[0]), NO_CODE, id="mistyped"),
        pytest.param(references.unrecorded(31, NOON, "", 0, KEYS[0]), NO_CODE, id="newer-outcome"),
    ],
)
def test_what_names_no_code_of_ours_has_no_key(named: str, why: str) -> None:
    assert key_named(named_in(named)) == why


def test_text_that_is_no_code_needs_no_keys() -> None:
    def read() -> str:
        raise AssertionError

    assert CodeNames(KeyRing(read, lambda: NOON)).key(NO_CODE) == NO_CODE
