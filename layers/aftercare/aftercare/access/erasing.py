"""Forgets who asked for a code."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftercare.access.model import SignInRequest
    from aftercare.access.store import AccessStore


@dataclass(frozen=True, slots=True)
class AccessErasing:
    """What the access room holds of a person, and how it forgets it (R-ERA-01).

    Counters and sign-outs are under keyed hashes, and gone within two days.
    """

    store: "AccessStore"

    def held(self, email: str) -> "tuple[SignInRequest, ...]":
        """Every request for a code with that address."""
        return self.store.of_email(email)

    def erase(self, email: str) -> int:
        """Removes the requests, and with them their codes; returns how many. Safe to repeat."""
        found = self.held(email)
        self.store.remove(request.request_id for request in found)
        return len(found)
