"""The product's number in a label's link: a batch's labels all have the same one."""

import re

from aftercare.authenticity.codes import MistypedError, normalise
from aftercare.batches.model import Batch

_GTIN = re.compile(r"\d{8,14}", re.ASCII)
_DIGITS = 14
_LONGEST_CODE = 20


def gtin_of(text: str) -> str:
    """The GTIN as 14 digits; "" if it is none. Its check digit may be wrong: it is compared."""
    return text.zfill(_DIGITS) if _GTIN.fullmatch(text) else ""


def gtin_in(typed: str, link: str) -> str:
    """The GTIN in what was typed or pasted, or in the link that filled the form in.

    Not in a link whose code somebody replaced by another one.
    """
    for text in (typed, link):
        if len(text) > _LONGEST_CODE and _is_same(typed, text):
            from aftercare.kernel.gs1 import GTIN, elements_in  # noqa: PLC0415 - most type the code

            if found := gtin_of(elements_in(text).get(GTIN, "")):
                return found
    return ""


def names_another(gtin: str, batch: Batch | None) -> bool:
    """Whether the link's product is another than the one that the code was issued for."""
    ours = batch.gtin if batch else ""
    return bool(gtin and ours) and gtin != ours


def _is_same(code: str, other: str) -> bool:
    try:
        return normalise(code) == normalise(other)
    except MistypedError:
        return False
