"""Builds the evidence room from its configuration."""

import secrets
from collections.abc import Callable
from typing import NamedTuple

from aftercare.evidence.model import Evidence
from aftercare.evidence.service import EvidenceService
from aftercare.evidence.store import EvidenceStore, PhotoBucket
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy


class EvidenceConfig(NamedTuple):
    """What the room needs of a deployment."""

    evidence_table: str
    uploads_bucket: str
    documents_bucket: str


def evidence_service(
    config: EvidenceConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> EvidenceService:
    """Evidence in the configured table and buckets."""
    return EvidenceService(
        store=EvidenceStore(config.evidence_table),
        photos=PhotoBucket(config.uploads_bucket, config.documents_bucket),
        clock=clock,
        entropy=entropy,
    )


def evidence_of(evidence_table: str) -> Callable[[str], tuple[Evidence, ...]]:
    """Reads a return's slots, oldest first, for who needs nothing else of the room."""
    return EvidenceStore(evidence_table).of_return
