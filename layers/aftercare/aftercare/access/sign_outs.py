"""Sessions that were signed out: a copy of their cookie opens nothing any more."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock

if TYPE_CHECKING:
    from aftercare.access.store import SignOutStore


@dataclass(frozen=True, slots=True)
class SignOuts:
    """Which sessions have ended before their cookie's time (R-ACC-08).

    `session` is the random name in a session's cookie; only a keyed hash of it is stored.
    """

    store: "SignOutStore"
    secret: bytes
    clock: Clock

    def add(self, session: str, *, actor: Actor) -> None:
        """Ends the session; a repeat changes nothing."""
        self.store.add(self._key(session), self.clock(), actor)

    def has(self, session: str) -> bool:
        """Whether the session was signed out, as of now."""
        return self.store.has(self._key(session))

    def _key(self, session: str) -> str:
        return hmac.digest(self.secret, f"session:{session}".encode(), hashlib.sha256).hex()
