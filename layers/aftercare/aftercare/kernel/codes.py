"""Reads a verification code in what somebody typed, scanned or pasted; it needs no keys."""

from aftercare.kernel.ids import CROCKFORD
from aftercare.kernel.symbols import SYMBOLS, folded, is_sealed


def symbols_in(text: str) -> str:
    """The 16 symbols of the code that somebody typed, scanned or pasted; "" if there is none.

    From a longer text, such as a GS1 Digital Link or "Code: XXXX-…", the code in it is taken.
    Neither the symbols nor the check symbol of what was typed alone are checked.
    """
    symbols = folded(text)
    if len(symbols) == SYMBOLS:
        return symbols
    if len(text) > SYMBOLS:
        from aftercare.kernel.scans import codes_in  # noqa: PLC0415 - most type the code

        return next(iter(codes_in(text)), "")
    return ""


def code_in(text: str) -> str:
    """The 16 symbols of the one code in the text; "" if there is none, or if it has a typo.

    Whether we issued it only the keys can say.
    """
    symbols = symbols_in(text)
    return symbols if symbols and not symbols.strip(CROCKFORD) and is_sealed(symbols) else ""
