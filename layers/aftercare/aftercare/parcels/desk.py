"""What staff see of parcels: those that are silent."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.parcels.model import SilentPage
from aftercare.staff.model import Member
from aftercare.staff.policy import require

if TYPE_CHECKING:
    from aftercare.parcels.store import ParcelStore

QUEUE = "returns.queue"


@dataclass(frozen=True, slots=True)
class ParcelDesk:
    """Asks the matrix first. The list names orders and numbers, and nobody."""

    store: "ParcelStore"

    def silent(self, member: Member, after: str = "") -> SilentPage:
        """Up to 20 parcels whose silence goes on, the longest silent first (R-PAR-05).

        Raises:
            NotPermittedError: Not with these roles.
            InvalidError: `after` is no place in the list.
        """
        require(member, QUEUE)
        return self.store.silent(after)
