"""One photo that somebody sends us, as `_uploader.html` shows it, whatever it is sent with."""

from typing import NamedTuple


class Photo(NamedTuple):
    """One photo and what screening found. `link` leads to its own page, where it has one."""

    id: str
    number: int
    state: str
    words: str
    thumbnail: str
    path: str
    facts: list[str]
    link: str = ""
