"""A code is found in what people paste and scan; a text with two, or with a reference, has none."""

import pytest

from aftercare.authenticity import codes, references
from aftercare.authenticity.codes import MistypedError
from tests.fakes.codes import code
from tests.fakes.histories import keys, ring
from tests.fakes.orders import full_width

GTIN = "06941234567898"
CODE = code(7)
SHOWN = codes.shown(CODE)


@pytest.mark.parametrize(
    "text",
    [
        f"https://returns.example.com/authenticity?code={CODE}",
        f"https://returns.example.com/authenticity?lang=zh&code={SHOWN}&utm_source=box",
        f"returns.example.com/authenticity?code={CODE}",
        f"https://returns.example.com/01/{GTIN}/21/{CODE}",
        f"https://returns.example.com/01/{GTIN}/10/LOT/21/{CODE}",
        f"https://returns.example.com/01/{GTIN}/22/2A/10/LOT/21/{SHOWN}/",
        f"returns.example.com/01/{GTIN}/21/{CODE}",
        f"x/01/{GTIN}/21/{CODE}",
        f"https://a.example/21/{CODE}",
        f"https://{'long.' * 60}example/01/{GTIN}/21/{CODE}?{'a=b&' * 100}",
        f"https://links.example/?url=https%3A%2F%2Freturns.example.com%2F01%2F{GTIN}%2F21%2F{CODE}",
        f"https://links.example/?q=https%3A%2F%2Fa.example%2Fauthenticity%3Fcode%3D{SHOWN}&sa=D",
        f"https://a.example/authenticity?code={SHOWN.replace('-', '+')}",
        f"Code: {SHOWN}. Reference: V-7K4M-2P9D-XW3R-B6TN",
        f"(01){GTIN}(21){CODE}",
        f"(01){GTIN}(10)LOT(21){CODE}",
        f"01{GTIN}21{CODE}",
        f"01{GTIN}10LOT\x1d21{CODE}",
        f"]C101{GTIN}21{CODE}",
        f"]d2\x1d01{GTIN}21{CODE}",
        f"]Q1https://returns.example.com/01/{GTIN}/21/{CODE}",
        f"]Q1{SHOWN}",
        f"Code: {SHOWN}",
        f"code {SHOWN.replace('-', ' ')}",
        f"CODE {CODE}",
        f"\u9a8c\u8bc1\u7801\uff1a{SHOWN}",
        f"\u9a8c\u8bc1\u7801{CODE}",
        f"The code is {SHOWN}, thanks",
        f"{SHOWN}.",
        f'"{SHOWN}"',
        f"{SHOWN},https://returns.example.com/01/{GTIN}/21/{CODE}",
        f"{CODE} {CODE}",
        full_width(f"Code:{SHOWN}"),
        f"\u200b{SHOWN}\u200b",
        SHOWN.replace("-", "\u2013").lower(),
        " " * 200 + SHOWN,
    ],
)
def test_a_code_is_found_in_what_is_pasted_or_scanned(text: str) -> None:
    assert codes.normalise(text) == CODE


@pytest.mark.parametrize(
    "text",
    [
        f"{SHOWN} {codes.shown(code(8))}",
        f"{CODE}/{code(8)}",
        f"V-{SHOWN}",
        f"N {SHOWN.replace('-', ' ')}",
        f"{CODE}0",
        "Code:",
        "https://returns.example.com/authenticity?code=",
        f"https://returns.example.com/01/{GTIN}/21/",
        "x" * 5_000,
    ],
)
def test_a_text_without_one_code_is_mistyped(text: str) -> None:
    with pytest.raises(MistypedError):
        codes.normalise(text)


def test_a_slip_in_a_link_is_named_as_one() -> None:
    symbols = f"{CODE[:-1]}{'2' if CODE[-1] != '2' else '3'}"
    with pytest.raises(MistypedError) as refusal:
        codes.normalise(f"https://returns.example.com/01/{GTIN}/21/{symbols}")
    assert refusal.value.slip is codes.Slip.CHECK


@pytest.mark.parametrize(
    "written",
    ["{0}", "Reference: {0}", "Reference {1}.", "\u53c2\u8003\u53f7\uff1a{0}", "{2}", "\u200b{0}"],
)
def test_a_reference_is_found_in_what_is_pasted(written: str) -> None:
    reference = references.recorded(codes.Code(3, 7), "ABCDEF", keys(3))
    text = written.format(reference, reference.lower().replace("-", " "), full_width(reference))
    assert references.read(text, ring(3)) == references.read(reference, ring(3)) is not None
