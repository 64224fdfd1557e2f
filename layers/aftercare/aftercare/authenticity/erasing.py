"""Forgets what a person claimed of products, where they left their address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.authenticity.cases import Claim

if TYPE_CHECKING:
    from aftercare.authenticity.case_store import CaseStore


@dataclass(frozen=True, slots=True)
class ClaimErasing:
    """What the room of codes holds of a person, and how it forgets it (R-ERA-01).

    A claim without an address, and a check, are nobody's: they cannot be found by a person.
    """

    store: "CaseStore"

    def held(self, email_key: str) -> tuple[Claim, ...]:
        """Every claim with that mailbox's address, with what was typed."""
        return self.store.claims_of(email_key)

    def erase(self, email_key: str, is_before: Callable[[datetime | None], bool]) -> int:
        """Removes the claims until then; returns how many. A case keeps their number.

        Safe to repeat.
        """
        found = [claim for claim in self.held(email_key) if is_before(claim.claimed_at)]
        for claim in found:
            self.store.forget(claim)
        return len(found)
