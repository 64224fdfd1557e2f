"""Identifiers: ULID-like, prefixed, sorted by creation; tickets to read over the phone."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TICKET_SYMBOLS = 8
_TICKET = re.compile(rf"R-([{CROCKFORD}]{{4}})-([{CROCKFORD}]{{4}})-([{CROCKFORD}])")
_KEY_BYTES = 1024
_ID = re.compile(r"[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}")

type Entropy = Callable[[int], int]
"""A source of `bits` random bits, as an integer; `secrets.randbits` at the edge."""


def new_id(prefix: str, now: datetime, entropy: Entropy = secrets.randbits) -> str:
    """48 bits of milliseconds and 80 random bits, as 26 Crockford symbols behind `prefix_`."""
    value = (int(now.timestamp() * 1000) << 80) | entropy(80)
    return f"{prefix}_{_symbols(value, 26)}"


def is_id(text: str, prefix: str) -> bool:
    return text.startswith(f"{prefix}_") and _ID.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Whether a table takes the text as any part of a key: 1 to 1,024 bytes of UTF-8."""
    return 0 < len(text.encode(errors="surrogatepass")) <= _KEY_BYTES


def key_part(text: str) -> str:
    """The text, which fits into any key.

    Raises:
        ValueError: It is empty, or longer than a key may be.
    """
    if not is_key(text):
        raise ValueError("not a part of a key")
    return text


def new_ticket(entropy: Entropy = secrets.randbits) -> str:
    """A ticket number `R-XXXX-XXXX-C`: 40 random bits and a check symbol.

    The check symbol, a weighted sum mod 31, detects one wrong symbol and two swapped neighbours,
    except 0 for Z. Every case needs a ticket ID (R-RET-12), which is unique once a table has
    accepted it.
    """
    value = entropy(5 * _TICKET_SYMBOLS)
    body = _symbols(value, _TICKET_SYMBOLS)
    return f"R-{body[:4]}-{body[4:]}-{ticket_check(body)}"


def ticket_check(body: str) -> str:
    """The check symbol of a ticket's eight symbols."""
    weighted = (place * CROCKFORD.index(symbol) for place, symbol in enumerate(body, start=1))
    return CROCKFORD[sum(weighted) % 31]


def is_ticket(text: str) -> bool:
    """Whether that is a ticket number as `new_ticket` writes it."""
    match = _TICKET.fullmatch(text)
    return match is not None and ticket_check(match[1] + match[2]) == match[3]


def _symbols(value: int, count: int) -> str:
    return "".join(CROCKFORD[(value >> (5 * place)) & 31] for place in reversed(range(count)))
