"""Signing in, and being signed in: what is kept of both on the server."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.staff.model import Member

LIFETIME = timedelta(hours=8)
IDLE = timedelta(minutes=30)
CHECKED_FOR = timedelta(minutes=1)
"""How old the roles may be by which a request is judged."""
ATTEMPT_LIFETIME = timedelta(minutes=10)


class SessionKey(NamedTuple):
    """What a browser's cookie holds: whose session, and its secret; we keep a hash."""

    staff_id: str
    token: str


class Identity(NamedTuple):
    """Whom the user pool vouches for; `username` is its own name for them."""

    username: str
    member: Member


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that has begun: it can be completed once, by the browser that began it.

    `browser` is a hash of that browser's random name; `wanted` is the page that it was on the way
    to. The verifier (PKCE) never leaves the server.
    """

    browser: str
    nonce: str
    verifier: str
    wanted: str
    started_at: datetime

    def has_ended(self, now: datetime) -> bool:
        return now >= self.started_at + ATTEMPT_LIFETIME


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in, until it has been idle or signed in for too long.

    `session_id` is a hash of the secret in the cookie: it names the session and opens nothing.
    `checked_at` is when the user pool last confirmed the member and their roles; a session that is
    in use is checked every minute, so it also says when the session was last used.
    """

    session_id: str
    identity: Identity
    started_at: datetime
    checked_at: datetime
    device: str = ""

    @property
    def member(self) -> Member:
        return self.identity.member

    @property
    def ends_at(self) -> datetime:
        """When it ends unless it is used."""
        return min(self.started_at + LIFETIME, self.checked_at + IDLE)

    def has_ended(self, now: datetime) -> bool:
        return now >= self.ends_at

    def is_unchecked(self, now: datetime) -> bool:
        """Whether the roles are too old to judge by."""
        return now >= self.checked_at + CHECKED_FOR


def hashed(secret: str) -> str:
    """The name of a random secret that may be stored and shown."""
    return hashlib.sha256(secret.encode()).hexdigest()
