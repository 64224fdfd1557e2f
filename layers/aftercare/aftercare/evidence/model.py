"""A photo slot of a return and its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftercare.kernel.actor import UNKNOWN, Actor

MOST_PHOTOS = 12
# With those that were removed or replaced again: every one of them may be screened.
MOST_OPENED = 36
# Screenings that may begin and never end: what stopped them was probably the photo.
MOST_ATTEMPTS = 3
MOST_BYTES = 15 * 1024 * 1024
CONTENT_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif"}
)


class EvidenceState(StrEnum):
    """A slot waits for its photo, which is accepted or refused; a verdict is final."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One photo slot of a return. `refusal` is the screening's reason, empty unless refused.

    `opened_by` opened the slot, `screened_by` gave the verdict, `attempts` is how often screening
    its photo began. A photo that was taken over keeps its files: `kept_under` is the return under
    which they were stored, if it is another one.
    """

    return_id: str
    evidence_id: str
    content_type: str
    opened_at: datetime
    state: EvidenceState = EvidenceState.WAITING
    refusal: str = ""
    sha256: str = ""
    opened_by: Actor = UNKNOWN
    screened_by: Actor = UNKNOWN
    attempts: int = 0
    kept_under: str = ""

    @property
    def upload_key(self) -> str:
        return f"incoming/{self.return_id}/{self.evidence_id}"

    @property
    def photo_key(self) -> str:
        """Contains the upload's digest, so that another upload can never replace a judged photo."""
        return f"{self.prefix}-{self.sha256[:16]}.jpg"

    @property
    def thumbnail_key(self) -> str:
        return f"{self.prefix}-{self.sha256[:16]}.thumb.jpg"

    @property
    def prefix(self) -> str:
        """What the keys of its kept files begin with."""
        return f"evidence/{self.kept_under or self.return_id}/{self.evidence_id}"


@dataclass(frozen=True, slots=True)
class Upload:
    """A form that lets a browser put one photo, and nothing else, straight into the bucket."""

    url: str
    fields: Mapping[str, str]
