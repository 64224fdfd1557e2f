"""A picture of a product: its key, its size, and how long a failed one is left alone."""

import re
from datetime import timedelta
from hashlib import sha256

SIDE = 192
"""The longest side of a copy, in pixels; a page shows it at half of that."""

BATCH_SIDE = 320
"""The same of a batch's picture, with which a product is compared."""

MOST_BYTES = 5 * 1024 * 1024
"""The largest file of which a copy is made."""

MOST_AT_ONCE = 20
"""The most pictures that are fetched for one order. The shop's orders rarely have as many lines."""

TRIED_AGAIN_AFTER = timedelta(days=1)

_BATCHS = "p"
_KEY = re.compile(rf"{_BATCHS}?[0-9a-f]{{32}}")


def is_fetched(url: str) -> bool:
    """Whether a picture at that address is fetched at all."""
    return url.startswith("https://")


def picture_key(url: str) -> str:
    """One key per address; another picture has another address, so that copies are kept long."""
    return sha256(url.encode()).hexdigest()[:32]


def batch_picture_key(copy: bytes) -> str:
    """One key per picture: who gives the same one to several batches keeps it once."""
    return _BATCHS + sha256(copy).hexdigest()[:32]


def is_picture_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def is_of_batch(key: str) -> bool:
    """Whether that is the key of a batch's picture, which is kept as long as there are codes."""
    return key.startswith(_BATCHS) and is_picture_key(key)


def picture_path(key: str) -> str:
    """Where our origin shows the picture with that key."""
    return f"/pictures/{key}.svg"
