"""A mail's headers as text: never longer than we can read, never more than one line."""

import re
from collections.abc import Iterable
from email.errors import HeaderParseError
from email.header import decode_header
from email.policy import Compat32
from email.utils import getaddresses
from typing import NamedTuple

from aftercare.desk.incoming.charsets import decoded

MOST_VALUE = 20_000
"""Characters that are read of one header: fifty ids of messages fit."""
# Hundreds of parts may have one each, and the square of its length is spent on it.
_MOST_OF_PART = 1_000
_MOST_SHOWN = 2_000
_MOST_ADDRESSES = 2_000
# The parser of addresses calls itself for each parenthesis.
_MOST_COMMENTS = 20
_ADDRESS = re.compile(r"[^,;:<>()\"\\\s@\x00-\x20\x7f-\U0010ffff]{1,64}@[A-Za-z0-9.-]{1,255}")
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f]{1,250}>")
# What is no text: control characters, and those that turn the direction of what follows.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LINES = re.compile(r"[\r\n\t\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


class Bounded(Compat32):
    """The parser's way with headers, which keeps no more of one than can be read in time.

    Newer policies parse each header by a grammar, and take seconds for 20,000 characters.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        is_of_part = name.lower().startswith("content-")
        most = _MOST_OF_PART if is_of_part else MOST_VALUE
        # Bytes beyond ASCII are read as what they most likely are.
        return name, decoded(value[:most].encode(errors="surrogateescape"), "")


BOUNDED = Bounded()


class Header(NamedTuple):
    """One header: its name in lower case, its value on one line."""

    name: str
    value: str


class Headers:
    """The headers in their order, the last hop's first; names in any case."""

    def __init__(self, items: Iterable[tuple[str, object]]) -> None:
        self.all = tuple(
            Header(name.lower(), _LINES.sub(" ", str(value)).strip()) for name, value in items
        )

    def values(self, name: str) -> tuple[str, ...]:
        return tuple(each.value for each in self.all if each.name == name)

    def first(self, name: str) -> str:
        return next(iter(self.values(name)), "")

    def shown(self, name: str) -> str:
        """A header for people, on one line, whatever its words were encoded in."""
        return one_line(worded(self.first(name)[:_MOST_SHOWN]))

    def addresses(self, *names: str) -> tuple[str, ...]:
        """The plain addresses of those headers, in lower case."""
        found: list[str] = []
        for value in (each for name in names for each in self.values(name)):
            if value.count("(") <= _MOST_COMMENTS:
                found += (address for _, address in getaddresses([value[:_MOST_ADDRESSES]]))
        return tuple(each.lower() for each in found if _ADDRESS.fullmatch(each))

    def message_ids(self, name: str) -> tuple[str, ...]:
        return tuple(_MESSAGE_ID.findall(" ".join(self.values(name))))


def visible(text: str) -> str:
    """The text without characters that are not shown, or that turn others around."""
    return _UNSEEN.sub("", text)


def one_line(text: str) -> str:
    return " ".join(visible(_LINES.sub(" ", text)).split())


def worded(text: str) -> str:
    """The text with its encoded words read (RFC 2047)."""
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(_word(part, charset) for part, charset in parts)


def _word(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    # Beside encoded words the reader keeps other text in Python's own spelling of it.
    return decoded(part, charset) if charset else part.decode("raw-unicode-escape", "replace")
