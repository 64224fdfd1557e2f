"""A picture of a product: its key, and how long a failed one is left alone."""

import re
from datetime import timedelta
from hashlib import sha256

SIDE = 192
"""The longest side of a copy, in pixels; a page shows it at half of that."""

MOST_AT_ONCE = 20
"""The most pictures that are fetched for one order. The shop's orders rarely have as many lines."""

TRIED_AGAIN_AFTER = timedelta(days=1)

_KEY = re.compile(r"[0-9a-f]{32}")


def is_fetched(url: str) -> bool:
    """Whether a picture at that address is fetched at all."""
    return url.startswith("https://")


def picture_key(url: str) -> str:
    """One key per address; another picture has another address, so that copies are kept long."""
    return sha256(url.encode()).hexdigest()[:32]


def is_picture_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None
