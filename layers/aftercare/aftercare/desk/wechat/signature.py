"""Whether WeChat sent a request: the signature that its service account puts into the address."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.kernel.errors import ForbiddenError

_WINDOW = timedelta(minutes=5)
"""So far a request's clock may be from ours. WeChat repeats a request within a minute."""
_MOST_DIGITS = 12
_MOST_NONCE = 64
_HEX = 40


class NotSignedError(ForbiddenError):
    """The account's token did not sign it, or not now."""

    code = "wechat_not_signed"


class Signed(NamedTuple):
    """The parameters of a request that say by whom and when it was sent.

    `echo` is what WeChat wants to read when it tries an address for the first time.
    """

    signature: str
    timestamp: str
    nonce: str
    echo: str = ""


def signed_in(query: Mapping[str, str]) -> Signed:
    """What the address of a request says; what it lacks is empty."""
    names = ("signature", "timestamp", "nonce", "echostr")
    return Signed(*(query.get(name) or "" for name in names))


def is_signed(signed: Signed, token: str, now: datetime) -> bool:
    """Whether whoever knows the account's token signed it within the last minutes (R-DSK-68).

    The signature says nothing of the body: one nonce goes with one message, and that is for whoever
    takes it. An account without a token, or with an empty one, takes nothing.
    """
    if not token or not _is_readable(signed):
        return False
    parts = sorted((token, signed.timestamp, signed.nonce))
    expected = hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324 - WeChat's algorithm
    is_ours = hmac.compare_digest(expected, signed.signature)
    return is_ours and abs(now.timestamp() - int(signed.timestamp)) <= _WINDOW.total_seconds()


def _is_readable(signed: Signed) -> bool:
    """Whether its parts have the form of WeChat's, before anything is computed of them."""
    signature, timestamp, nonce, _ = signed
    return (
        len(signature) == _HEX
        and signature.isascii()
        and 0 < len(timestamp) <= _MOST_DIGITS
        and timestamp.isascii()
        and timestamp.isdigit()
        and 0 < len(nonce) <= _MOST_NONCE
        and nonce.isascii()
    )
