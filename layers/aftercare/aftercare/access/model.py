"""A sign-in request, its one-time code, and the limits on both."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
_CODES = 1_000_000


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """A request for a code for an order and a mailbox; `code_hash` is set once a code is sent."""

    request_id: str
    order_number: str
    email: str
    requested_at: datetime
    code_hash: str = ""
    tries: int = 0

    @property
    def expires_at(self) -> datetime:
        return self.requested_at + CODE_LIFETIME


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` acts of one kind within a window of `seconds`."""

    act: str
    most: int
    seconds: int


# Requests: a customer who mistypes makes a few; a script never stops. A source may be a whole
# household or office behind one address.
ASKS_PER_ORDER = Limit("ask-order", most=10, seconds=600)
ASKS_PER_ADDRESS = Limit("ask-address", most=10, seconds=600)
ASKS_PER_SOURCE = Limit("ask-source", most=60, seconds=600)
# Guesses: 5 tries a code, and over all codes for one mailbox 25 an hour: 1 in 40 000 an hour at
# best.
TRIES_PER_ADDRESS = Limit("try-address", most=25, seconds=3600)


def code_for(secret: bytes, request_id: str) -> str:
    """The request's six digits, always the same, so that a repeated message repeats the code."""
    digest = hmac.digest(secret, f"code:{request_id}".encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8]) % _CODES:06d}"


def hash_of(secret: bytes, request_id: str, code: str) -> str:
    """The hash of a code, which is stored; it is keyed, since a code has only a million values."""
    return hmac.new(secret, f"stored:{request_id}:{code}".encode(), hashlib.sha256).hexdigest()


def limit_key(secret: bytes, limit: Limit, subject: str, now: datetime) -> str:
    """The key of the counter of this act by this subject in the current window; it names nobody."""
    window = int(now.timestamp()) // limit.seconds
    who = hmac.new(secret, f"limit:{limit.act}:{subject}".encode(), hashlib.sha256).hexdigest()[:32]
    return f"LIMIT#{limit.act}#{who}#{window}"
