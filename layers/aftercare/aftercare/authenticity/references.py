"""References on a customer's screen: support finds the check by one, without an index.

V-XXXX-XXXX-XXXX-XXXX is a check that was recorded: key id 5 bits, masked serial 30, start of the
check id 20, a tag 20, a check symbol. N-… is a check without a record: its outcome 5 bits, its time
30, a tag 40, a check symbol. Because of the tags, nobody can make up another check's reference.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aftercare.authenticity.codes import SERIAL_BITS, SERIALS, Code, KeyPair, serial_mask, shown
from aftercare.authenticity.keys import KeyRing
from aftercare.authenticity.symbols import (
    SYMBOLS,
    bits_of,
    folded,
    is_sealed,
    sealed,
    spelled,
    unsealed,
)
from aftercare.kernel.ids import CROCKFORD

# 30 bits: of 10⁸ checks of codes with 22 kept checks, four collide with another visitor's.
CHECK_ID_SYMBOLS = 6
# The key of the hash that names a visitor's check changes this often, so that only we could link
# two of a visitor's checks.
PERIOD = timedelta(days=30)
WHATS = 32
_ID_BYTES = 5
_ID_BITS = 8 * _ID_BYTES
_START_SYMBOLS = 4
_START_BITS = 5 * _START_SYMBOLS
_RECORDED, _UNRECORDED = "V", "N"
# 30 bits of seconds last until 2054.
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_MOMENTS = 1 << 30


@dataclass(frozen=True, slots=True)
class Recorded:
    """A check that is recorded with its code, by the first symbols of its id."""

    code: Code
    check_id_start: str


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A check without a record; `what` is the number of its outcome."""

    what: int
    at: datetime


def period_of(now: datetime) -> int:
    return int(now.timestamp() / PERIOD.total_seconds())


def check_id(visitor: str, symbols: str, keys: KeyPair, period: int) -> str:
    """An id of this visitor's checks of this code within a period; it reveals neither."""
    key = hmac.digest(keys.mask, f"visitor {period}".encode(), "sha256")
    digest = hmac.digest(key, f"{symbols}{visitor}".encode(), "sha256")
    return spelled(int.from_bytes(digest[:4]) >> 32 - 5 * CHECK_ID_SYMBOLS, CHECK_ID_SYMBOLS)


def recorded(code: Code, check_id: str, keys: KeyPair) -> str:
    """The reference of a check that was recorded with its code."""
    start = check_id[:_START_SYMBOLS]
    lower = bits_of(start) << _START_BITS | _start_tag(code, start, keys)
    masked = code.serial ^ _mask(code.key_id, lower, keys)
    return _shown(_RECORDED, (code.key_id << SERIAL_BITS | masked) << _ID_BITS | lower)


def unrecorded(what: int, at: datetime, key_id: int, keys: KeyPair) -> str:
    """The reference of a check that was not recorded; it contains the outcome and the time.

    `at` is kept to the second; `keys` are those of the ring's oldest key id.

    Raises:
        ValueError: `what` is not 0 to 31.
    """
    if what not in range(WHATS):
        raise ValueError(f"not an outcome: {what}")
    seconds = int((at - _EPOCH).total_seconds()) % _MOMENTS
    stated = what * _MOMENTS + seconds
    tag = _tag(stated, key_id, keys)
    return _shown(_UNRECORDED, stated << _ID_BITS | int.from_bytes(tag))


def read(text: str, ring: KeyRing) -> Recorded | Unrecorded | None:
    """The content of a reference, read as tolerantly as a code; None when we never issued it.

    Raises:
        UnavailableError, ConfigurationError: As `KeyRing.get`.
    """
    symbols = _symbols_in(text)
    kind, body = symbols[:1], symbols[1:]
    if len(body) != SYMBOLS or symbols.strip(CROCKFORD) or not is_sealed(body, kind):
        return None
    upper, lower = divmod(unsealed(body), 1 << _ID_BITS)
    if kind == _RECORDED:
        return _read_recorded(upper, lower, ring)
    if kind == _UNRECORDED:
        return _read_unrecorded(upper, lower.to_bytes(_ID_BYTES), ring)
    return None


def in_one_spelling(text: str) -> str:
    """The reference in the text as we show it; the text itself if there is none."""
    symbols = _symbols_in(text)
    return f"{symbols[0]}-{shown(symbols[1:])}" if len(symbols) == 1 + SYMBOLS else text


def _symbols_in(text: str) -> str:
    symbols = folded(text)
    if len(symbols) <= 1 + SYMBOLS:
        return symbols
    from aftercare.authenticity.scans import reference_in  # noqa: PLC0415 - as in codes.py

    return reference_in(text)


def shown_in(text: str) -> str:
    """The reference of a recorded check in the text, as it is shown; "" if there is none.

    Whether we issued it only the keys can say: see `read`.
    """
    symbols = _symbols_in(text)
    kind, body = symbols[:1], symbols[1:]
    has_form = len(body) == SYMBOLS and not body.strip(CROCKFORD) and is_sealed(body, kind)
    return f"{kind}-{shown(body)}" if has_form and kind == _RECORDED else ""


def _read_recorded(upper: int, lower: int, ring: KeyRing) -> Recorded | None:
    key_id, masked = divmod(upper, SERIALS)
    keys = ring.get(key_id)
    if keys is None:
        return None
    start, tag = divmod(lower, 1 << _START_BITS)
    code = Code(key_id, masked ^ _mask(key_id, lower, keys))
    check = Recorded(code, spelled(start, _START_SYMBOLS))
    return check if tag == _start_tag(code, check.check_id_start, keys) else None


def _read_unrecorded(stated: int, tag: bytes, ring: KeyRing) -> Unrecorded | None:
    key_id = ring.oldest
    keys = ring.get(key_id)
    if keys is None or not hmac.compare_digest(tag, _tag(stated, key_id, keys)):
        return None
    what, seconds = divmod(stated, _MOMENTS)
    return Unrecorded(what, _EPOCH + timedelta(seconds=seconds))


def _mask(key_id: int, lower: int, keys: KeyPair) -> int:
    return serial_mask(f"reference mask {key_id} {lower}".encode(), keys)


def _start_tag(code: Code, start: str, keys: KeyPair) -> int:
    message = f"reference start {code.key_id} {code.serial} {start}".encode()
    return int.from_bytes(hmac.digest(keys.tag, message, "sha256")[:_ID_BYTES]) >> _START_BITS


def _tag(stated: int, key_id: int, keys: KeyPair) -> bytes:
    message = f"reference tag {key_id} {stated}".encode()
    return hmac.digest(keys.tag, message, "sha256")[:_ID_BYTES]


def _shown(kind: str, bits: int) -> str:
    return f"{kind}-{shown(sealed(bits, kind))}"
