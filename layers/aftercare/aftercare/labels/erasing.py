"""Forgets whose address is on labels."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aftercare.kernel.address import Address
from aftercare.kernel.fresh import on_fresh_state
from aftercare.labels.model import document_prefix_of

if TYPE_CHECKING:
    from aftercare.labels.model import Label
    from aftercare.labels.store import LabelBucket, LabelStore


@dataclass(frozen=True, slots=True)
class LabelErasing:
    """What the labels room holds of a person, and how it forgets it (R-ERA-01)."""

    store: "LabelStore"
    bucket: "LabelBucket"

    def held(self, return_id: str) -> "tuple[Label, ...]":
        """The labels of that return."""
        return self.store.all_of_return(return_id)

    def page(self, label: "Label") -> bytes | None:
        """Its printed page; none if there is none."""
        return self.bucket.get(label.document_key)

    @on_fresh_state
    def erase(self, return_id: str) -> bool:
        """Removes all formats in every version, and the sender's address but its country.

        Numbers, scans and status stay: a parcel may still turn up. Safe to repeat.

        Raises:
            StaleWriteError: A worker changed a label again and again meanwhile.
        """
        labels = self.held(return_id)
        for label in labels:
            self.bucket.purge(document_prefix_of(label.label_id))
            nowhere = Address("", "", "", "", "", country=label.ship_from.country)
            if label.ship_from != nowhere:
                self.store.save(replace(label, ship_from=nowhere))
        return bool(labels)
