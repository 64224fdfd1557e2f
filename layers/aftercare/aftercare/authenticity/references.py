"""References on a customer's screen: support finds the check by one, without an index.

V-XXXX-XXXX-XXXX-XXXX-XXXX is a check that was recorded: key id 5 bits, masked serial 30, start of
the check id 20, a tag 40, a check symbol. N-… is a check without a record: its outcome 5 bits, its
time 30, 20 that differ for another visitor or text, a tag 40, a check symbol. Because of the tags,
nobody can make up another check's reference. References that were given out until 2026-11-28 have
four groups: V-… with a tag of 20 bits, N-… without the 20 bits of who asked what.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aftercare.authenticity.codes import SERIAL_BITS, SERIALS, Code, KeyPair, serial_mask, shown
from aftercare.authenticity.keys import KeyRing
from aftercare.kernel.ids import CROCKFORD
from aftercare.kernel.symbols import (
    bits_of,
    folded,
    is_sealed,
    sealed,
    spelled,
    unsealed,
)

# 30 bits: of 10⁸ checks of codes with 19 kept checks, four collide with another visitor's.
CHECK_ID_SYMBOLS = 6
# 40 bits: no two orders of one product meet.
_ORDER_ID_BYTES, _ORDER_ID_SYMBOLS = 5, 8
# The key of the hash that names a visitor's check changes this often, so that only we could link
# two of a visitor's checks.
PERIOD = timedelta(days=30)
WHATS = 32
_TAG_BYTES = 5
_TAG_BITS = 8 * _TAG_BYTES
_START_SYMBOLS = 4
_START_BITS = 5 * _START_SYMBOLS
_SHORT, _LONG = 16, 20
_RECORDED, _UNRECORDED = "V", "N"
# 30 bits of seconds last until 2054.
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_MOMENTS = 1 << 30


@dataclass(frozen=True, slots=True)
class Recorded:
    """A check that is recorded with its code, by the first symbols of its id.

    One in a million made-up short references has a right tag: believe it only of a check that is
    still kept, of which a made-up one would have to name the id, too.
    """

    code: Code
    check_id_start: str
    is_short: bool = False


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


def order_id(order_number: str, code: Code, keys: KeyPair) -> str:
    """An id of an order that sold this code's product: it reveals neither, nor compares codes."""
    message = f"order {code.key_id} {code.serial} {order_number}".encode()
    digest = hmac.digest(keys.mask, message, "sha256")
    return spelled(int.from_bytes(digest[:_ORDER_ID_BYTES]), _ORDER_ID_SYMBOLS)


def recorded(code: Code, check_id: str, keys: KeyPair) -> str:
    """The reference of a check that was recorded with its code."""
    start = check_id[:_START_SYMBOLS]
    tag = int.from_bytes(_check_tag(code, start, keys))
    lower = bits_of(start) << _TAG_BITS | tag
    masked = code.serial ^ _mask(code.key_id, lower, keys)
    upper = code.key_id << SERIAL_BITS | masked
    return _shown(_RECORDED, upper << _START_BITS + _TAG_BITS | lower)


def unrecorded(what: int, at: datetime, asked: str, key_id: int, keys: KeyPair) -> str:
    """The reference of a check that was not recorded; it contains the outcome and the time.

    `at` is kept to the second; `asked` is who asked what, by which two references of one second
    differ; `keys` are those of the ring's oldest key id.

    Raises:
        ValueError: `what` is not 0 to 31.
    """
    if what not in range(WHATS):
        raise ValueError(f"not an outcome: {what}")
    seconds = int((at - _EPOCH).total_seconds()) % _MOMENTS
    stated = (what * _MOMENTS + seconds) << _START_BITS | _told_apart(asked, keys)
    tag = _tag(_LONG, stated, key_id, keys)
    return _shown(_UNRECORDED, stated << _TAG_BITS | int.from_bytes(tag))


def read(text: str, ring: KeyRing) -> Recorded | Unrecorded | None:
    """The content of a reference, read as tolerantly as a code; None when we never issued it.

    Raises:
        UnavailableError, ConfigurationError: As `KeyRing.get`.
    """
    kind, body = _parts_of(text)
    if kind == _RECORDED:
        return _read_recorded(body, ring)
    if kind == _UNRECORDED:
        return _read_unrecorded(body, ring)
    return None


def in_one_spelling(text: str) -> str:
    """The reference in the text as we show it; the text itself if there is none."""
    symbols = _symbols_in(text)
    return f"{symbols[0]}-{shown(symbols[1:])}" if len(symbols) - 1 in {_SHORT, _LONG} else text


def shown_in(text: str) -> str:
    """The reference of a recorded check in the text, as it is shown; "" if there is none.

    Whether we issued it only the keys can say: see `read`.
    """
    kind, body = _parts_of(text)
    return f"{kind}-{shown(body)}" if kind == _RECORDED else ""


def any_in(text: str) -> str:
    """The reference in the text, of whichever check, as it is shown; "" if there is none."""
    kind, body = _parts_of(text)
    return f"{kind}-{shown(body)}" if kind in {_RECORDED, _UNRECORDED} else ""


def _symbols_in(text: str) -> str:
    symbols = folded(text)
    if len(symbols) <= 1 + _LONG:
        return symbols
    from aftercare.kernel.scans import reference_in  # noqa: PLC0415 - as in codes.py

    return reference_in(text)


def _parts_of(text: str) -> tuple[str, str]:
    """The kind and the other symbols of a reference; two empty texts if there is none."""
    symbols = _symbols_in(text)
    kind, body = symbols[:1], symbols[1:]
    has_form = len(body) in {_SHORT, _LONG} and not symbols.strip(CROCKFORD)
    return (kind, body) if has_form and is_sealed(body, kind) else ("", "")


def _read_recorded(body: str, ring: KeyRing) -> Recorded | None:
    is_short = len(body) == _SHORT
    lower_bits = _START_BITS + (_START_BITS if is_short else _TAG_BITS)
    upper, lower = divmod(unsealed(body), 1 << lower_bits)
    key_id, masked = divmod(upper, SERIALS)
    keys = ring.get(key_id)
    if keys is None:
        return None
    start, tag = divmod(lower, 1 << lower_bits - _START_BITS)
    code = Code(key_id, masked ^ _mask(key_id, lower, keys))
    check = Recorded(code, spelled(start, _START_SYMBOLS), is_short)
    tag_of = _short_tag if is_short else _check_tag
    stated, ours = tag.to_bytes(_TAG_BYTES), tag_of(code, check.check_id_start, keys)
    return check if hmac.compare_digest(stated, ours) else None


def _read_unrecorded(body: str, ring: KeyRing) -> Unrecorded | None:
    stated, tag = divmod(unsealed(body), 1 << _TAG_BITS)
    key_id, keys = ring.oldest
    ours = _tag(len(body), stated, key_id, keys)
    if not hmac.compare_digest(tag.to_bytes(_TAG_BYTES), ours):
        return None
    moment = stated >> _START_BITS if len(body) == _LONG else stated
    what, seconds = divmod(moment, _MOMENTS)
    return Unrecorded(what, _EPOCH + timedelta(seconds=seconds))


def _mask(key_id: int, lower: int, keys: KeyPair) -> int:
    return serial_mask(f"reference mask {key_id} {lower}".encode(), keys)


def _check_tag(code: Code, start: str, keys: KeyPair) -> bytes:
    message = f"reference check {code.key_id} {code.serial} {start}".encode()
    return hmac.digest(keys.tag, message, "sha256")[:_TAG_BYTES]


def _short_tag(code: Code, start: str, keys: KeyPair) -> bytes:
    """The first 20 bits, with zeros before them."""
    message = f"reference start {code.key_id} {code.serial} {start}".encode()
    digest = hmac.digest(keys.tag, message, "sha256")[:_TAG_BYTES]
    return (int.from_bytes(digest) >> _START_BITS).to_bytes(_TAG_BYTES)


def _told_apart(asked: str, keys: KeyPair) -> int:
    digest = hmac.digest(keys.mask, f"reference asked {asked}".encode(errors="replace"), "sha256")
    return int.from_bytes(digest[:3]) >> 24 - _START_BITS


def _tag(symbols: int, stated: int, key_id: int, keys: KeyPair) -> bytes:
    of_long = "long " if symbols == _LONG else ""
    message = f"{of_long}reference tag {key_id} {stated}".encode()
    return hmac.digest(keys.tag, message, "sha256")[:_TAG_BYTES]


def _shown(kind: str, bits: int) -> str:
    return f"{kind}-{shown(sealed(bits, kind, _LONG))}"
