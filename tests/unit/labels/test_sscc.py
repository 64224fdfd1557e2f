"""The number that a parcel is tracked by."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aftercare.labels import sscc
from aftercare.labels.errors import SsccInvalidError

prefixes = st.text("0123456789", min_size=4, max_size=12)
extensions = st.integers(0, 9)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    prefix = draw(prefixes)
    return sscc.build(draw(extensions), prefix, draw(st.integers(0, 10 ** (16 - len(prefix)) - 1)))


@pytest.mark.parametrize(
    ("digits", "check"),
    [("10614141234567890", 8), ("629104150021", 3), ("37610425002123456", 9), ("0", 0)],
)
def test_check_digits_are_those_of_published_examples(digits: str, check: int) -> None:
    assert sscc.check_digit(digits) == check


@given(numbers())
def test_whatever_is_built_is_valid(number: str) -> None:
    assert len(number) == 18
    assert sscc.is_valid(number)


@given(numbers(), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, by: int) -> None:
    wrong = str((int(number[place]) + by) % 10)
    assert not sscc.is_valid(number[:place] + wrong + number[place + 1 :])


@given(numbers(), st.integers(0, 16))
def test_two_digits_swapped_are_noticed_unless_five_apart(number: str, place: int) -> None:
    first, second = number[place], number[place + 1]
    assume(abs(int(first) - int(second)) not in {0, 5})
    assert not sscc.is_valid(number[:place] + second + first + number[place + 2 :])


@given(extensions, prefixes, st.data())
def test_no_two_serials_share_a_number(extension: int, prefix: str, data: st.DataObject) -> None:
    serials = st.integers(0, 10 ** (16 - len(prefix)) - 1)
    one, other = data.draw(serials), data.draw(serials)
    same = sscc.build(extension, prefix, one) == sscc.build(extension, prefix, other)
    assert same == (one == other)


@given(numbers())
def test_the_human_readable_form_is_the_number_behind_its_identifier(number: str) -> None:
    assert sscc.human_readable(number).replace(" ", "") == f"(00){number}"


def test_the_human_readable_form_groups_by_threes() -> None:
    assert sscc.human_readable("106141412345678908") == "(00) 106 141 412 345 678 908"


@pytest.mark.parametrize(
    "text",
    ["", "1061414123456789", "106141412345678907", "10614141234567890\uff18", "1" * 17 + " "],
)
def test_other_texts_are_no_sscc(text: str) -> None:
    assert not sscc.is_valid(text)
    with pytest.raises(SsccInvalidError, match="18 digits") as refusal:
        sscc.human_readable(text)
    assert refusal.value.code == "sscc_invalid"


@pytest.mark.parametrize(
    ("extension", "prefix", "serial", "sentence"),
    [
        (10, "0340000", 1, "extension digit"),
        (-1, "0340000", 1, "extension digit"),
        (0, "034", 1, "4 to 12 digits"),
        (0, "0340000340000", 1, "4 to 12 digits"),
        (0, "03400x0", 1, "Only the digits"),
        (0, "٠٣٤٠٠٠٠", 1, "Only the digits"),
        (0, "", 1, "Only the digits"),
        (0, "0340000", 10**9, "fit in 9 digits"),
        (0, "0340000", -1, "fit in 9 digits"),
    ],
)
def test_parts_that_make_no_sscc_are_refused(
    extension: int, prefix: str, serial: int, sentence: str
) -> None:
    with pytest.raises(SsccInvalidError, match=sentence) as refusal:
        sscc.build(extension, prefix, serial)
    assert refusal.value.code == "sscc_invalid"
