"""Verification codes: they cannot be guessed or counted, and a typo shows.

16 symbols of Crockford's base 32: key id 5 bits, masked serial 30, tag 40, check symbol 5.
"""

import hmac
from dataclasses import dataclass, field
from enum import StrEnum

from aftercare.kernel.codes import symbols_in
from aftercare.kernel.errors import InvalidError
from aftercare.kernel.ids import CROCKFORD
from aftercare.kernel.symbols import SYMBOLS, is_sealed, sealed, unsealed

SERIAL_BITS = 30
SERIALS = 1 << SERIAL_BITS
KEY_IDS = 32
_TAG_BYTES = 5
_TAG_BITS = 8 * _TAG_BYTES


class Slip(StrEnum):
    """The kind of typo in symbols that cannot be a code."""

    LENGTH = "wrong_length"
    SYMBOL = "wrong_symbol"
    CHECK = "wrong_check_symbol"


_SENTENCES = {
    Slip.LENGTH: f"A code has {SYMBOLS} symbols.",
    Slip.SYMBOL: "Symbol {place} is not one that codes use.",
    Slip.CHECK: "The check symbol is wrong: at least one symbol was mistyped.",
}


class MistypedError(InvalidError):
    """The typed text cannot be a code, which says nothing about the product.

    `place` is that of the first wrong symbol, 1 to 16; 0 for another kind of typo.
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
    """The content of a genuine code: the id of its keys, and its serial."""

    key_id: int
    serial: int


def issue(code: Code, keys: KeyPair) -> str:
    """The code's 16 symbols: the same each time, and different from every other code's.

    The serial is masked with its own tag, as RFC 5297 (SIV) does: neighbours look unrelated.

    Raises:
        ValueError: The key id or the serial is out of range.
    """
    if not (0 <= code.key_id < KEY_IDS and 0 <= code.serial < SERIALS):
        raise ValueError(f"no such code: {code}")
    tag = _tag(code, keys)
    masked = code.serial ^ _mask(code.key_id, tag, keys)
    return sealed((code.key_id << SERIAL_BITS | masked) << _TAG_BITS | int.from_bytes(tag))


def normalise(text: str) -> str:
    """The 16 symbols that somebody typed, scanned or pasted; the check symbol fits.

    Case, spaces and dashes of any kind don't matter; O is read as 0, I and L as 1. From a longer
    text, such as a GS1 Digital Link or "Code: XXXX-…", the code in it is taken.

    Raises:
        MistypedError: There is no code in it.
    """
    if symbols := symbols_in(text):
        return _checked(symbols)
    raise MistypedError(Slip.LENGTH)


def _checked(symbols: str) -> str:
    unread = symbols.lstrip(CROCKFORD)
    if unread:
        raise MistypedError(Slip.SYMBOL, SYMBOLS - len(unread) + 1)
    if not is_sealed(symbols):
        raise MistypedError(Slip.CHECK)
    return symbols


def key_id_of(symbols: str) -> int:
    """The key id in normalised symbols, which are not verified by that."""
    return CROCKFORD.index(symbols[0])


def read(symbols: str, keys: KeyPair) -> Code | None:
    """The code in normalised symbols; None when these keys did not make them.

    The tag is compared in constant time: a forger learns nothing from the time of a refusal.
    """
    upper, tag = divmod(unsealed(symbols), 1 << _TAG_BITS)
    key_id, masked = divmod(upper, SERIALS)
    stated = tag.to_bytes(_TAG_BYTES)
    code = Code(key_id, masked ^ _mask(key_id, stated, keys))
    return code if hmac.compare_digest(stated, _tag(code, keys)) else None


def shown(symbols: str) -> str:
    """The code as it is printed, in groups of four."""
    return "-".join(symbols[start : start + 4] for start in range(0, len(symbols), 4))


def _tag(code: Code, keys: KeyPair) -> bytes:
    message = b"code tag" + bytes([code.key_id]) + code.serial.to_bytes(4)
    return hmac.digest(keys.tag, message, "sha256")[:_TAG_BYTES]


def _mask(key_id: int, tag: bytes, keys: KeyPair) -> int:
    return serial_mask(b"code mask" + bytes([key_id]) + tag, keys)


def serial_mask(message: bytes, keys: KeyPair) -> int:
    """As many bits as a serial has, to mask it with; `message` separates the uses."""
    return int.from_bytes(hmac.digest(keys.mask, message, "sha256")[:4]) >> 32 - SERIAL_BITS
