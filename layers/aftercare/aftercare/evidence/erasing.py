"""Forgets what a customer showed: files in every version, slots, marks, and what finds photos."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.evidence.model import Evidence, EvidenceState

if TYPE_CHECKING:
    from aftercare.evidence.erasing_store import EvidenceEraser
    from aftercare.evidence.store import EvidenceStore

SEGMENTS = 16
"""In how many parts the index of all photos is searched for a customer's."""


@dataclass(frozen=True, slots=True)
class EvidenceErasing:
    """What the evidence room holds of a person, and how it forgets it (R-ERA-01)."""

    store: "EvidenceStore"
    eraser: "EvidenceEraser"

    def held(self, return_id: str) -> tuple[Evidence, ...]:
        """What was shown for that return."""
        return self.store.of_return(return_id)

    def files(self, slot: Evidence) -> Iterator[tuple[str, bytes]]:
        """The kept files of accepted evidence, each with its name."""
        for key in slot.kept_keys if slot.state is EvidenceState.ACCEPTED else ():
            if (body := self.eraser.read(key)) is not None:
                yield key.rpartition("/")[2], body

    def erase(self, return_id: str) -> None:
        """Removes all files of that return, in every version, then its slots. Safe to repeat.

        An upload that is still on its way is thrown away when it arrives: its slot is gone. Photos
        that were taken over from another return of the customer go with that one's files.
        """
        self.eraser.purge(return_id)
        self.eraser.remove(return_id)

    def forget_traces(self, return_ids: Collection[str], segment: int) -> None:
        """Removes by what photos of those returns are found again, in one of 16 segments.

        Removed photos leave their digests, fingerprints and moments behind, and nothing points
        there: the whole table is read, 16 segments in all. Safe to repeat.
        """
        self.eraser.remove_traces(return_ids, segment, SEGMENTS)
