"""Verification codes: nobody can guess or count them, or mistype one unnoticed.

16 symbols of Crockford's base 32: key id 5 bits, masked serial 30, tag 40, check symbol 5.
"""

import hmac
import re
from dataclasses import dataclass, field
from enum import StrEnum

from aftercare.authenticity.symbols import SYMBOLS, folded, is_sealed, sealed, unsealed
from aftercare.kernel.errors import InvalidError
from aftercare.kernel.ids import CROCKFORD

SERIAL_BITS = 30
SERIALS = 1 << SERIAL_BITS
KEY_IDS = 32
_TAG_BYTES = 5
# The code in a link, whatever some readers put behind it.
_LINK = re.compile(
    r"\s*https?://\S*/01/\d{8,14}/21/([\w-]{16,20})(?:[/?#]\S*)?\s*", re.ASCII | re.IGNORECASE
)
_TAG_BITS = 8 * _TAG_BYTES


class Slip(StrEnum):
    """What is wrong with symbols that can't be a code."""

    LENGTH = "wrong_length"
    SYMBOL = "wrong_symbol"
    CHECK = "wrong_check_symbol"


_SENTENCES = {
    Slip.LENGTH: f"A code has {SYMBOLS} symbols.",
    Slip.SYMBOL: "Symbol {place} is none that codes are made of.",
    Slip.CHECK: "These symbols don't belong together: at least one of them was mistyped.",
}


class MistypedError(InvalidError):
    """What was typed can't be a code, which says nothing about the product.

    `place` is where the first wrong symbol stands, 1 to 16; 0 when the slip is another.
    """

    code = "mistyped"

    def __init__(self, slip: Slip, place: int = 0) -> None:
        super().__init__(_SENTENCES[slip].format(place=place), slip=slip, place=place)
        self.slip = slip
        self.place = place


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The secrets behind one key id: one makes tags, the other masks serials."""

    tag: bytes = field(repr=False)
    mask: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Code:
    """What a genuine code says: whose keys made it, and for which serial."""

    key_id: int
    serial: int


def issue(code: Code, keys: KeyPair) -> str:
    """The code's 16 symbols: the same each time, and different from every other code's.

    The serial is masked with its own tag, as RFC 5297 (SIV) does: neighbours look unrelated.

    Raises:
        ValueError: There is no such key id or serial.
    """
    if not (0 <= code.key_id < KEY_IDS and 0 <= code.serial < SERIALS):
        raise ValueError(f"no such code: {code}")
    tag = _tag(code, keys)
    masked = code.serial ^ _mask(code.key_id, tag, keys)
    return sealed((code.key_id << SERIAL_BITS | masked) << _TAG_BITS | int.from_bytes(tag))


def normalise(text: str) -> str:
    """The 16 symbols that somebody typed, scanned or pasted; they hold their own check.

    Forgiving: case, spaces and dashes of any kind don't matter; O is read as 0, I and L as 1. Of
    the link in a label's QR form (GS1 Digital Link) the code is read.

    Raises:
        MistypedError: This can't be a code.
    """
    link = _LINK.fullmatch(text)
    symbols = folded(link[1] if link else text)
    if len(symbols) != SYMBOLS:
        raise MistypedError(Slip.LENGTH)
    unread = symbols.lstrip(CROCKFORD)
    if unread:
        raise MistypedError(Slip.SYMBOL, SYMBOLS - len(unread) + 1)
    if not is_sealed(symbols):
        raise MistypedError(Slip.CHECK)
    return symbols


def key_id_of(symbols: str) -> int:
    """The key id that normalised symbols name; nothing says yet that its keys made them."""
    return CROCKFORD.index(symbols[0])


def read(symbols: str, keys: KeyPair) -> Code | None:
    """What normalised symbols say; None when these keys did not make them.

    The tag is compared in constant time: a forger learns nothing from how long a no takes.
    """
    upper, tag = divmod(unsealed(symbols), 1 << _TAG_BITS)
    key_id, masked = divmod(upper, SERIALS)
    stated = tag.to_bytes(_TAG_BYTES)
    code = Code(key_id, masked ^ _mask(key_id, stated, keys))
    return code if hmac.compare_digest(stated, _tag(code, keys)) else None


def shown(symbols: str) -> str:
    """As it is printed: four groups of four."""
    return "-".join(symbols[start : start + 4] for start in range(0, SYMBOLS, 4))


def _tag(code: Code, keys: KeyPair) -> bytes:
    message = b"code tag" + bytes([code.key_id]) + code.serial.to_bytes(4)
    return hmac.digest(keys.tag, message, "sha256")[:_TAG_BYTES]


def _mask(key_id: int, tag: bytes, keys: KeyPair) -> int:
    return serial_mask(b"code mask" + bytes([key_id]) + tag, keys)


def serial_mask(message: bytes, keys: KeyPair) -> int:
    """As many bits as a serial has, to hide it with; `message` says what for."""
    return int.from_bytes(hmac.digest(keys.mask, message, "sha256")[:4]) >> 32 - SERIAL_BITS
