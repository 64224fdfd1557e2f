"""Which numbers are GTINs, and how a digital link writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.batches.errors import BatchInvalidError
from aftercare.batches.gtin import check_digit, gtin14
from tests.fakes.refusals import refused

# As GS1 and the barcodes of groceries have them.
KNOWN = {
    "96385074": "00000096385074",
    "614141007349": "00614141007349",
    "4006381333931": "04006381333931",
    "10614141007346": "10614141007346",
}


@pytest.mark.parametrize(("given_as", "padded"), KNOWN.items())
def test_gtins_of_every_length_are_padded_to_fourteen_digits(given_as: str, padded: str) -> None:
    assert gtin14(given_as) == padded


@pytest.mark.parametrize(
    "text",
    [
        " 4006381333931\u200b",
        "4 006381 333931",
        "400-6381-333931",
        "(01)04006381333931",
        "]C10104006381333931",
        "https://returns.example.com/01/04006381333931/21/X",
        "\u0664\u0660\u0660\u0666\u0663\u0668\u0661\u0663\u0663\u0663\u0669\u0663\u0661",
    ],
)
def test_a_gtin_is_read_as_people_write_it(text: str) -> None:
    assert gtin14(text) == "04006381333931"


def test_no_gtin_stays_none() -> None:
    assert gtin14("") == ""


@pytest.mark.parametrize("text", ["1", "123456789", "40063813339", "400638133393x"])
def test_what_has_another_length_or_other_signs_is_refused(text: str) -> None:
    detail = f"A GTIN has 8, 12, 13 or 14 digits, not {text!r}."
    with refused(BatchInvalidError, "batch_invalid", detail):
        gtin14(text)


def test_a_wrong_check_digit_is_refused_and_the_right_one_told() -> None:
    detail = "The check digit of GTIN 4006381333932 is wrong: it should be 1."
    with refused(BatchInvalidError, "batch_invalid", detail):
        gtin14("4006381333932")


@given(
    st.sampled_from([7, 11, 12, 13]).flatmap(
        lambda n: st.text("0123456789", min_size=n, max_size=n)
    )
)
def test_of_ten_check_digits_one_is_right(body: str) -> None:
    right = [digit for digit in "0123456789" if accepted(body + digit)]
    assert right == [check_digit(body)]


def accepted(text: str) -> bool:
    try:
        return gtin14(text) == text.zfill(14)
    except BatchInvalidError:
        return False
