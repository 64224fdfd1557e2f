"""Reads what scanners make of GS1 barcodes: Digital Links, and element strings of any kind."""

import re
from urllib.parse import unquote

# The number between the brackets, or at the start of an element: what its value is.
SERIAL, GTIN = "21", "01"

_SYMBOLOGY = re.compile(r"\][A-Za-z]\d")
_FNC1 = "\x1d"
_AROUND = f" \t\r\n{_FNC1}"
# As readers and people write FNC1, which no font shows.
_SHOWN_FNC1 = re.compile(r"<GS>|\{GS\}|\[FNC1\]|<FNC1>|\u241d|\^", re.IGNORECASE)
_BRACKETED = re.compile(r"\((\d{2,4})\)\s*([^(]*)")
_LINK_PATH = re.compile(r"/(01/\d{8,14}(?:/\d{2,4}/[^/?#\s]+)*)", re.ASCII)
_FULL_WIDTH = str.maketrans("\uff08\uff09\uff0f\uff1a", "()/:")
# Elements whose value has a fixed length, so that no separator follows (GS1 General
# Specifications, figure 7.8.5-2): the digits after the first two.
_FIXED = (
    {"00": 18, "01": 14, "02": 14, "03": 14, "04": 16, "20": 2, "41": 14}
    | dict.fromkeys(map(str, range(11, 20)), 6)
    | dict.fromkeys(map(str, range(31, 37)), 8)
)
# How long the numbers are of the other elements, by their first two digits; two if not here.
_LONGER = {"23": 3, "24": 3, "25": 3, "39": 4, "40": 3, "42": 3, "43": 4, "71": 3}
_LONGER |= dict.fromkeys(("70", "72", "80", "81", "82"), 4)


def after_symbology(text: str) -> str:
    """The text without the symbology's identifier (`]Q1`) that scanners put before it."""
    text = text.strip(_AROUND)
    scanned = _SYMBOLOGY.match(text)
    return text[scanned.end() :] if scanned else text


def elements_in(text: str) -> dict[str, str]:
    """The values in the text by the number of their element (`01` is the GTIN, `21` the serial).

    Empty if the text is neither a Digital Link, with a scheme or without, nor an element string,
    with brackets or FNC1, nor what a scanner puts before one (`]Q1`).
    """
    text = after_symbology(_SHOWN_FNC1.sub(_FNC1, text.translate(_FULL_WIDTH))).strip(_AROUND)
    if link := _LINK_PATH.search(text):
        steps = link[1].split("/")
        return {
            number: unquote(value) for number, value in zip(steps[::2], steps[1::2], strict=True)
        }
    if bracketed := _BRACKETED.findall(text):
        return {number: value.strip(f" {_FNC1}") for number, value in bracketed}
    return _elements(text)


def _elements(text: str) -> dict[str, str]:
    """The values of an element string without brackets; empty if it is none."""
    values: dict[str, str] = {}
    while text:
        start = text[:2]
        if not (start.isascii() and start.isdigit()):
            return {}
        if start in _FIXED:
            end = 2 + _FIXED[start]
            if len(text) < end:
                return {}
            values[start], text = text[2:end], text[end:]
        else:
            digits = _LONGER.get(start, 2)
            value, _, rest = text[digits:].partition(_FNC1)
            values[text[:digits]], text = value, rest
        text = text.lstrip(_FNC1)
    return values
