"""What each source's codes mean in ours: data beside this file."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from msgspec import Struct, field

from aftercare.kernel.rulebook import Name, Names, read_documents
from aftercare.kernel.rulebook import read as read_document
from aftercare.parcels.model import ParcelStatus, Scan
from aftercare.parcels.places import Location, place_of


class Vocabulary(Struct, frozen=True, forbid_unknown_fields=True):
    """One source's codes.

    `statuses` has our status of each of theirs, `details` that of a status with a detail, where it
    says more than the status alone. `silent` are codes that say nothing of where a parcel is,
    `held` those, with their detail, by which somebody on its way keeps it, as customs do.
    """

    source: Name
    statuses: Mapping[Name, ParcelStatus]
    details: Mapping[Name, Mapping[Name, ParcelStatus]] = field(default_factory=dict)
    silent: Names = frozenset()
    held: Names = frozenset()

    def status_of(self, status: str, detail: str = "") -> ParcelStatus | None:
        """Our status; none for a silent code, and for one that we don't know."""
        return self.details.get(status, {}).get(detail) or self.statuses.get(status)

    def has(self, status: str) -> bool:
        return status in self.statuses or status in self.silent


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """The vocabulary of each source, by the source's code."""
    folder = Path(__file__).with_name("vocabularies")
    documents = read_documents(folder, lambda text: read_document(text, Vocabulary))
    return {document.source: document for document in documents}


def scan_of(
    source: str, status: str, detail: str, scanned_at: datetime, at: Location | None
) -> Scan:
    """What a source says of a parcel, by its own code: `status`, or `status/detail`."""
    ours = vocabularies()[source].status_of(status, detail)
    code = f"{status}/{detail}" if detail else status
    return Scan(ours, scanned_at, source, code, place_of(at))
