"""Phone numbers as shops store them and as people type them."""

import pytest

from aftercare.kernel.typed import phone_of


@pytest.mark.parametrize(
    "text",
    [
        "+14155550142",
        " +1 (415) 555-0142 ",
        "+1.415.555.0142",
        "+1 415/555 0142",
        "0014155550142",
        "00 1 415 555 0142",
        "tel:+1-415-555-0142",
        "\uff0b\uff11415 555 0142",
        "+1\u00a0415\u2011555\u20110142",
        "\u202a+14155550142\u202c",
    ],
)
def test_a_phone_number_has_one_spelling(text: str) -> None:
    assert phone_of(text) == "+14155550142"


def test_the_trunk_prefix_in_brackets_is_no_part_of_it() -> None:
    assert phone_of("+44 (0)20 7946 0000") == phone_of("0044 20 7946 0000") == "+442079460000"


@pytest.mark.parametrize(
    "text",
    [
        *("", "+", "none", "415 555 0142", "(415) 555-0142", "+0 415 555 0142"),
        *(
            "+123456",
            "+1234567890123456",
            "+1 415 555 0142 ext. 3",
            "+1415555O142",
            "++14155550142",
        ),
        "+14155550142\n+14155550143",
    ],
)
def test_what_names_no_country_or_is_no_number_is_none(text: str) -> None:
    assert phone_of(text) == ""
