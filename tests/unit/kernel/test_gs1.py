"""What scanners make of GS1 barcodes is read element by element."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.kernel.gs1 import elements_in

GTIN, CODE, LOT = "06941234567898", "7K4M2P9DXW3RB6TN", "LOT-7"
FNC1 = "\x1d"
BOTH = {"01": GTIN, "21": CODE}
ALL = {"01": GTIN, "10": LOT, "21": CODE}


@pytest.mark.parametrize(
    ("scanned", "elements"),
    [
        (f"https://returns.example.com/01/{GTIN}/21/{CODE}", BOTH),
        (f"http://localhost:8787/live/01/{GTIN}/21/{CODE}?17=271231#top", BOTH),
        (f"returns.example.com/01/{GTIN}/21/{CODE}", BOTH),
        (f"HTTPS://RETURNS.EXAMPLE.COM/01/{GTIN}/10/{LOT}/21/{CODE}", ALL),
        (f"https://id.gs1.org/01/{GTIN}/22/2A/10/{LOT}/21/{CODE}", ALL | {"22": "2A"}),
        (f"https://a.example/01/{GTIN}/10/LOT%2F7/21/{CODE}", BOTH | {"10": "LOT/7"}),
        (f"]Q1https://a.example/01/{GTIN}/21/{CODE}", BOTH),
        (f"(01){GTIN}(21){CODE}", BOTH),
        (f"(01) {GTIN} (10) {LOT} (21) {CODE}", ALL),
        (f"\uff0801\uff09{GTIN}\uff0821\uff09{CODE}", BOTH),
        (f"01{GTIN}21{CODE}", BOTH),
        (f"01{GTIN}10{LOT}{FNC1}21{CODE}", ALL),
        (f"01{GTIN}21{CODE}{FNC1}10{LOT}", ALL),
        (f"]C101{GTIN}21{CODE}", BOTH),
        (f"]d2{FNC1}01{GTIN}17271231{FNC1}10{LOT}{FNC1}21{CODE}", ALL | {"17": "271231"}),
        (f"]Q301{GTIN}240X1<GS>21{CODE}", BOTH | {"240": "X1"}),
        (f"]e001{GTIN}10{LOT}\u241d21{CODE}\r\n", ALL),
        (f"01{GTIN}3103001500392210.00{FNC1}21{CODE}", BOTH | {"31": "03001500", "3922": "10.00"}),
        ("(00)006141411234567890", {"00": "006141411234567890"}),
        ("00006141411234567890", {"00": "006141411234567890"}),
    ],
)
def test_a_barcodes_elements_are_read(scanned: str, elements: dict[str, str]) -> None:
    assert elements_in(scanned) == elements


@pytest.mark.parametrize(
    "text", ["", "01", "0106941234", "hello", CODE, "https://a.example/01/", "]Q1", FNC1, "()"]
)
def test_what_is_no_barcode_has_no_serial(text: str) -> None:
    assert "21" not in elements_in(text)


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    elements_in(text)
