"""Finds codes and references in longer texts: links, barcodes' contents, sentences."""

import re
from urllib.parse import unquote_plus

from aftercare.kernel.gs1 import SERIAL, after_symbology, elements_in
from aftercare.kernel.ids import CROCKFORD
from aftercare.kernel.symbols import SYMBOLS, folded, is_sealed
from aftercare.kernel.typed import MOST, unwrapped
from aftercare.kernel.typed import folded as plain

# Our own link for products without a GTIN.
_PARAMETER = re.compile(r"[?&#]code=([^&#\s]+)", re.IGNORECASE)
# Overlapping: "code 7K4M 2P9D XW3R B6TN" has two runs of four groups.
_GROUPS = re.compile(
    r"(?<![0-9A-Z])(?<![0-9A-Z]-)(?=([0-9A-Z]{4}(?:[ -]?[0-9A-Z]{4}){3})(?!-?[0-9A-Z]))", re.I
)
_REFERENCE = re.compile(
    r"(?<![0-9A-Z])([VN][ -]?[0-9A-Z]{4}(?:[ -]?[0-9A-Z]{4}){3,4})(?![0-9A-Z])", re.I
)


def codes_in(text: str) -> list[str]:
    """The 16 symbols of the code in the text; none if there are two, or none that could be one.

    Of a barcode and of a link the symbols are taken as they are, of a sentence those whose check
    symbol fits.
    """
    text = after_symbology(unwrapped(text[:MOST]))
    named = [elements_in(text).get(SERIAL, ""), *map(unquote_plus, _PARAMETER.findall(text))]
    for each in map(folded, named):
        if len(each) == SYMBOLS:
            return [each]
    # A reference is no code, though it looks like one.
    found = {folded(each) for each in _GROUPS.findall(_REFERENCE.sub(" ", plain(text)))}
    fitting = {each for each in found if not each.strip(CROCKFORD) and is_sealed(each)}
    return list(fitting or found) if len(fitting or found) == 1 else []


def reference_in(text: str) -> str:
    """The one reference in the text, as its symbols; "" if there is not exactly one."""
    found = {folded(each) for each in _REFERENCE.findall(plain(text))}
    return found.pop() if len(found) == 1 else ""
