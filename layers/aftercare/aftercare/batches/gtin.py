"""Global Trade Item Numbers: 8, 12, 13 or 14 digits, the last of which checks the others."""

import re

from aftercare.batches.errors import BatchInvalidError

_GTIN = re.compile(r"\d{8}|\d{12,14}", re.ASCII)
_DIGITS = 14


def gtin14(text: str) -> str:
    """The number as 14 digits, which is how a GS1 Digital Link writes it; "" stays "".

    Raises:
        BatchInvalidError: Not 8, 12, 13 or 14 digits, or the check digit is wrong.
    """
    if not text:
        return ""
    if not _GTIN.fullmatch(text):
        from aftercare.kernel.gs1 import GTIN, elements_in  # noqa: PLC0415 - no check needs it
        from aftercare.kernel.typed import folded  # noqa: PLC0415

        plain = folded(text).replace(" ", "").replace("-", "")
        text = plain if plain.isdigit() else elements_in(text).get(GTIN, text)
    if not _GTIN.fullmatch(text):
        raise BatchInvalidError("gtin", f"A GTIN has 8, 12, 13 or 14 digits, not {text!r}.")
    padded = text.zfill(_DIGITS)
    expected = check_digit(padded[:-1])
    if padded[-1] != expected:
        raise BatchInvalidError(
            "gtin", f"The check digit of GTIN {text} is wrong: it should be {expected}."
        )
    return padded


def check_digit(body: str) -> str:
    """The digit that follows these: weights 3 and 1, from the right, mod 10."""
    weighted = (int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(body)))
    return str(-sum(weighted) % 10)
