"""A reference leads to its check alone; one that we did not issue is refused."""

import ast
import inspect
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.authenticity import codes, references
from aftercare.authenticity.codes import KEY_IDS, SERIALS, Code
from aftercare.authenticity.references import Recorded, Unrecorded
from aftercare.clients import service as clients
from aftercare.kernel.ids import CROCKFORD
from aftercare.kernel.symbols import bits_of, folded, sealed, spelled, unsealed
from tests.fakes.histories import NOON, flips, keys, ring

CODE = Code(3, 123_456)
SYMBOLS = codes.issue(CODE, keys(3))
EVERY_CODE = st.builds(Code, st.integers(0, KEY_IDS - 1), st.integers(0, SERIALS - 1))
CHECK_IDS = st.text(CROCKFORD, min_size=6, max_size=6)
WHATS = st.integers(0, references.WHATS - 1)
MOMENTS = st.integers(0, 2**30 - 1).map(
    lambda s: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(0, s, 1)
)
PERIOD = references.period_of(NOON)
FORM = re.compile(rf"[VN](-[{CROCKFORD}]{{4}}){{5}}")


@given(EVERY_CODE, CHECK_IDS)
def test_a_recorded_check_is_found_by_its_reference(code: Code, check_id: str) -> None:
    text = references.recorded(code, check_id, keys(code.key_id))
    assert FORM.fullmatch(text)
    assert references.read(text, ring(code.key_id)) == Recorded(code, check_id[:4])


@given(WHATS, MOMENTS)
def test_a_check_without_a_record_is_told_by_the_reference_itself(what: int, at: datetime) -> None:
    text = references.unrecorded(what, at, "7K3M visitor", 2, keys(2))
    assert FORM.fullmatch(text)
    assert references.read(text, ring(2, 3)) == Unrecorded(what, at.replace(microsecond=0))


@pytest.mark.parametrize("what", [-1, references.WHATS])
def test_an_outcome_that_has_no_number_gets_no_reference(what: int) -> None:
    with pytest.raises(ValueError, match="not an outcome"):
        references.unrecorded(what, NOON, "", 2, keys(2))


def test_a_reference_survives_being_read_out_and_typed() -> None:
    text = references.recorded(CODE, "0011AB", keys(3))
    for typed in (text.lower(), text.replace("-", " "), text.replace("0", "o"), f" {text}\n"):
        assert references.read(typed, ring(3)) == Recorded(CODE, "0011")


@pytest.mark.parametrize("place", range(21))
@pytest.mark.parametrize("text", [
    references.recorded(CODE, "0011AB", keys(3)),
    references.unrecorded(5, NOON, "", 3, keys(3)),
])  # fmt: skip
def test_a_mistyped_reference_leads_nowhere(text: str, place: int) -> None:
    symbols = text.replace("-", "")
    for symbol in CROCKFORD.replace(symbols[place], ""):
        assert references.read(symbols[:place] + symbol + symbols[place + 1 :], ring(3)) is None


@given(st.integers(0, 2**95 - 1))
def test_a_made_up_reference_leads_nowhere(bits: int) -> None:
    for kind in "VN":
        made_up = f"{kind}-{codes.shown(sealed(bits, kind, 20))}"
        assert references.read(made_up, ring(*range(KEY_IDS))) is None


@given(st.integers(0, 2**75 - 1))
def test_a_made_up_short_reference_to_no_record_leads_nowhere(bits: int) -> None:
    assert references.read(f"N-{codes.shown(sealed(bits, 'N'))}", ring(3)) is None


def test_each_bit_of_a_recorded_checks_tag_counts() -> None:
    """A tag has 40 bits: whoever makes references up is right once in 10¹² tries."""
    bits = unsealed(folded(references.recorded(CODE, "0011AB", keys(3)))[1:])
    for place in range(40):
        forged = f"V{sealed(bits ^ 1 << place, 'V', 20)}"
        assert references.read(forged, ring(3)) is None


def test_two_references_of_one_second_differ() -> None:
    asked = [f"{text} {visitor}" for text in ("7K3M", "7K3N") for visitor in ("one", "other")]
    given_out = {references.unrecorded(5, NOON, each, 3, keys(3)) for each in asked}
    assert len(given_out) == len(asked)
    again = references.unrecorded(5, NOON, asked[0], 3, keys(3))
    assert again in given_out


def test_tags_are_compared_in_constant_time() -> None:
    """No test can measure it: so no tag, hash or signature may be compared in another way."""
    for module in (codes, references, clients):
        compared = [
            node
            for node in ast.walk(ast.parse(inspect.getsource(module)))
            if isinstance(node, ast.Compare)
            and any(map(_is_secret, [node.left, *node.comparators]))
        ]
        assert not compared, ast.unparse(compared[0])
        assert "hmac.compare_digest(" in inspect.getsource(module)


def _is_secret(compared: ast.expr) -> bool:
    words = {"tag", "stated", "ours", "secret_hash", "kept", "hash_of"}
    return bool(words & {name for node in ast.walk(compared) for name in names_in(node)})


def names_in(node: ast.AST) -> set[str]:
    """The words of a name or an attribute."""
    return {str(getattr(node, part)) for part in ("id", "attr") if hasattr(node, part)}


def test_a_reference_made_with_other_keys_leads_nowhere() -> None:
    assert references.read(references.unrecorded(5, NOON, "", 3, keys(3)), ring(4)) is None
    assert references.read(references.recorded(CODE, "0011AB", keys(3)), ring(4)) is None


@pytest.mark.parametrize(
    "text",
    ["", "V", "V-", SYMBOLS, codes.shown(SYMBOLS), f"V-{SYMBOLS}", f"N-{SYMBOLS}", "V" * 17,
     "V" * 21, f"X-{codes.shown(sealed(0, 'X'))}", "R-ABCD-EFGH-J",
     "V" * 10_000, "N-\U0001f600" * 8],
)  # fmt: skip
def test_other_texts_are_no_reference(text: str) -> None:
    assert references.read(text, ring(3)) is None


def test_a_visitor_s_checks_of_one_code_share_an_id_within_a_period() -> None:
    asked = references.check_id("visitor", SYMBOLS, keys(), PERIOD)
    assert re.fullmatch(rf"[{CROCKFORD}]{{6}}", asked)
    assert references.check_id("visitor", SYMBOLS, keys(), PERIOD) == asked


def test_nobody_can_tell_a_visitor_by_the_ids_of_his_checks() -> None:
    asked = {
        references.check_id(visitor, symbols, pair, period)
        for visitor in ("visitor", "other", "")
        for symbols in (SYMBOLS, SYMBOLS[::-1])
        for pair in (keys(0), keys(1))
        for period in (PERIOD, PERIOD + 1)
    }
    assert len(asked) == 24


def test_a_period_is_thirty_days() -> None:
    start = datetime.fromtimestamp(PERIOD * 30 * 86_400, UTC)
    assert start <= NOON < start + timedelta(days=30)
    assert references.period_of(start - timedelta(seconds=1)) == PERIOD - 1
    assert references.period_of(start + timedelta(days=30, seconds=-1)) == PERIOD
    assert references.period_of(start + timedelta(days=30)) == PERIOD + 1


def test_references_of_one_code_s_checks_do_not_give_its_serial_away() -> None:
    given_out = [
        references.recorded(CODE, spelled(number * 0x9E3779B9 % 2**40, 8), keys(3))
        for number in range(4096)
    ]
    masked = [unsealed(text[2:].replace("-", "")) >> 60 for text in given_out]
    assert all(abs(rate - 0.5) < 0.04 for rate in flips(masked, 30))
    assert bits_of(SYMBOLS) >> 45 not in masked


def test_a_reference_cannot_be_turned_into_another_codes() -> None:
    told = references.recorded(Code(0, 1000), "ABCDEFGH", keys())
    bits = unsealed(folded(told)[1:])
    for other in range(1, 2000):
        moved = f"V{sealed(bits ^ other << 60, 'V', 20)}"
        assert references.read(moved, ring(0)) is None
