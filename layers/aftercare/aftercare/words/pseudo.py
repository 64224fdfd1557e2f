"""The pseudo-language: English with accents and 40 % longer, to see what a page does with it."""

import re
from math import ceil

LONGER = 0.4
_PLACEHOLDER = re.compile(r"(\{\w+\})")
_ACCENTED = str.maketrans(
    "aceinorsuyzACEINORSUYZ",
    "áçéîñöŕšûýžÁÇÉÎÑÖŔŠÛÝŽ",
)
_FILLER = "ẅörð "


def pseudo(text: str) -> str:
    """The text in brackets, accented and padded; placeholders and texts without letters stay."""
    if not re.search(r"\w", text):
        return text
    parts = _PLACEHOLDER.split(text)
    accented = "".join(
        part if _PLACEHOLDER.fullmatch(part) else part.translate(_ACCENTED) for part in parts
    )
    extra = ceil(LONGER * len(text))
    return f"[{accented} {(_FILLER * extra)[:extra].rstrip()}]"
