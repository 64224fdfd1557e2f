"""A sign-in request, its one-time code, and the limits on both."""

import hashlib
import hmac
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
_CODES = 1_000_000


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """A request for a code for an order and a mailbox; `code_hash` is set once a code is sent.

    Without an order number it is for the mailbox alone: a member's, or that of anybody who writes
    to the desk, if it has an `asker`, a keyed hash of the network that asked. `language` is that of
    the page which asked; the code's mail is in it.
    """

    request_id: str
    order_number: str
    email: str
    requested_at: datetime
    code_hash: str = ""
    tries: int = 0
    is_used: bool = False
    language: str = "en"
    asker: str = ""

    @property
    def is_members(self) -> bool:
        return not self.order_number and not self.asker

    @property
    def is_for_messages(self) -> bool:
        return bool(self.asker)

    @property
    def expires_at(self) -> datetime:
        return self.requested_at + CODE_LIFETIME

    @property
    def tries_left(self) -> int:
        return max(0, CODE_TRIES - self.tries)


class Proved(NamedTuple):
    """What a code proves: a mailbox, and that this order was bought with it, if there is one.

    `mailbox_by` is the request whose code proved a mailbox and nothing else: it is not a member's,
    and opens only what was written to the desk from there (R-DSK-53).
    """

    email_key: str
    order_number: str
    mailbox_by: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` acts of one kind within a window of `seconds`."""

    act: str
    most: int
    seconds: int


# What a customer sees counts the acts of their own source alone: a count shared with others would
# tell one person what another does, and let one lock the other out. A source may be a whole
# household or office behind one address.
ASKS_PER_SOURCE = Limit("ask-source", most=60, seconds=600)
ASKS_PER_SOURCE_AND_ADDRESS = Limit("ask-source-address", most=10, seconds=86_400)
TRIES_PER_SOURCE = Limit("try-source", most=100, seconds=3600)
LOOKS_PER_SOURCE = Limit("look-source", most=60, seconds=3600)
# Counted where the mail is sent, which no asker can see. One source gets a third of it at most.
# With 5 tries a code this bounds guessing: at best 1 in 6,666 a day, from many sources.
MAILS_PER_MAILBOX = Limit("mail-mailbox", most=30, seconds=86_400)
# Of who may never have asked for anything (R-DSK-54): so many mails of ours a day, and so many of
# such people by one network, behind which there may be a town of phones.
MAILS_PER_STRANGER = Limit("mail-stranger", most=10, seconds=86_400)
STRANGERS_PER_SOURCE = Limit("stranger-source", most=60, seconds=86_400)


@dataclass(frozen=True, slots=True)
class Count:
    """The counter of one subject's acts in the current window; its key names nobody."""

    key: str
    limit: Limit
    ends_at: datetime

    def wait(self, now: datetime) -> int:
        """Whole seconds until the window is over: who waits for them is not refused again."""
        return math.ceil((self.ends_at - now).total_seconds())


def code_for(secret: bytes, request_id: str) -> str:
    """The request's six digits, always the same, so that a repeated message repeats the code."""
    digest = hmac.digest(secret, f"code:{request_id}".encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8]) % _CODES:06d}"


def hash_of(secret: bytes, request_id: str, code: str) -> str:
    """The hash of a code, which is stored; it is keyed, since a code has only a million values."""
    return hmac.new(secret, f"stored:{request_id}:{code}".encode(), hashlib.sha256).hexdigest()


def count_of(secret: bytes, limit: Limit, subject: str, now: datetime) -> Count:
    """The counter of this act by this subject."""
    window = int(now.timestamp()) // limit.seconds
    who = hmac.new(secret, f"limit:{limit.act}:{subject}".encode(), hashlib.sha256).hexdigest()[:32]
    ends_at = datetime.fromtimestamp((window + 1) * limit.seconds, UTC)
    return Count(f"LIMIT#{limit.act}#{who}#{window}", limit, ends_at)


def asker_of(secret: bytes, network: str) -> str:
    """A name of that network by which its acts are counted later; it names nobody."""
    return hmac.new(secret, f"asker:{network}".encode(), hashlib.sha256).hexdigest()[:32]


def network_of(source: str) -> str:
    """The network that a source's limits count: an IPv4 address, or the 64 bits of a home's IPv6.

    One home has 2⁶⁴ IPv6 addresses, so that a limit on each of them would be none.
    """
    if ":" not in source:
        return source
    from ipaddress import AddressValueError, IPv6Address  # noqa: PLC0415 - few sources need it

    try:
        address = IPv6Address(source.partition("%")[0])
    except AddressValueError:
        return source
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
