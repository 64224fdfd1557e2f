"""Photo slots, their uploads and their verdicts, for other rooms and for the screening."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aftercare.evidence.errors import PhotoNotFoundError, PhotoTypeError
from aftercare.evidence.model import CONTENT_TYPES, Evidence, EvidenceState, Upload
from aftercare.evidence.verdict import Accepted, Refused
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.ids import Entropy, is_id, new_id

if TYPE_CHECKING:
    from aftercare.evidence.store import EvidenceStore, PhotoBucket

type Screening = Callable[[bytes], Accepted | Refused]


@dataclass(frozen=True, slots=True)
class EvidenceService:
    """Photos go from the browser straight to S3; only screened ones count."""

    store: "EvidenceStore"
    photos: "PhotoBucket"
    clock: Clock
    entropy: Entropy

    def open_slot(self, return_id: str, content_type: str, *, actor: Actor) -> Evidence:
        """Opens a slot for one more photo; it is empty until an upload has been screened.

        Raises:
            PhotoTypeError: A content type that is not accepted.
            TooManyPhotosError: The return has its 12 slots.
        """
        if content_type not in CONTENT_TYPES:
            raise PhotoTypeError("Please choose a photo: JPEG, PNG, WebP, HEIC or AVIF.")
        now = self.clock()
        evidence_id = new_id("evd", now, self.entropy)
        slot = Evidence(return_id, evidence_id, content_type, now, opened_by=actor)
        self.store.open(slot)
        return slot

    def slot(self, return_id: str, evidence_id: str) -> Evidence:
        """One slot of a return.

        Raises:
            PhotoNotFoundError: That return has no such slot.
        """
        slot = self.store.get(return_id, evidence_id) if is_id(evidence_id, "evd") else None
        if slot is None:
            raise PhotoNotFoundError("We can't find that photo.")
        return slot

    def upload_form(self, slot: Evidence, return_to: str = "") -> Upload:
        return self.photos.form(slot, return_to)

    def thumbnail_url(self, slot: Evidence) -> str:
        """A short-lived link to an accepted photo's thumbnail.

        Raises:
            PhotoNotFoundError: Nothing was accepted there.
        """
        if slot.state is not EvidenceState.ACCEPTED:
            raise PhotoNotFoundError("We can't find that photo.")
        return self.photos.thumbnail_url(slot)

    def of_return(self, return_id: str) -> tuple[Evidence, ...]:
        return self.store.of_return(return_id)

    def accepted(self, return_id: str) -> int:
        """How many of the return's photos passed screening."""
        return sum(slot.state is EvidenceState.ACCEPTED for slot in self.store.of_return(return_id))

    def screen(self, upload_key: str, screening: Screening, *, actor: Actor) -> Evidence | None:
        """Screens the upload with that key, keeps a clean copy, deletes the upload (R-EVD-07).

        The verdict is written once (R-EVD-09): an upload that is reported twice, or replaced after
        its verdict, changes nothing. Safe to repeat after a crash at any step.
        """
        slot = self._slot_of(upload_key)
        if slot and slot.state is EvidenceState.WAITING:
            upload = self.photos.uploaded(slot)
            if upload is None:
                return slot
            slot = self._settle(replace(slot, screened_by=actor), screening(upload))
        self.photos.discard_upload(upload_key)
        return slot

    def _settle(self, slot: Evidence, verdict: Accepted | Refused) -> Evidence:
        if isinstance(verdict, Accepted):
            settled = replace(slot, state=EvidenceState.ACCEPTED, sha256=verdict.sha256)
            self.photos.keep(settled, verdict.photo, verdict.thumbnail)
        else:
            settled = replace(slot, state=EvidenceState.REFUSED, refusal=verdict.reason)
        try:
            self.store.settle(settled)
        except StaleWriteError:
            return self.slot(slot.return_id, slot.evidence_id)
        return settled

    def _slot_of(self, upload_key: str) -> Evidence | None:
        match upload_key.split("/"):
            case ["incoming", return_id, evidence_id] if is_id(return_id, "ret") and is_id(
                evidence_id, "evd"
            ):
                return self.store.get(return_id, evidence_id)
        return None
