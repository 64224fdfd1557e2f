"""What a customer shows with a return, in their own order."""

from collections.abc import Iterable

from aftercare.evidence.model import Evidence
from aftercare.returns.model import Return


def in_order(ret: Return, slots: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The return's slots in the customer's order, without those that were removed."""
    kept = [slot for slot in slots if slot.evidence_id not in ret.removed_photos]
    places = {evidence_id: place for place, evidence_id in enumerate(ret.photo_order)}
    return tuple(sorted(kept, key=lambda slot: places.get(slot.evidence_id, len(places))))
