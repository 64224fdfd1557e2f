"""Builds the evidence room from its configuration."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from aftercare.evidence.model import Evidence
from aftercare.evidence.photo_store import PhotoBucket
from aftercare.evidence.service import EvidenceService
from aftercare.evidence.store import EvidenceStore
from aftercare.evidence.video_store import VideoBucket
from aftercare.evidence.video_uploads_store import VideoUploads
from aftercare.evidence.videos import VideoService
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy

if TYPE_CHECKING:
    from aftercare.evidence.erasing import EvidenceErasing
    from aftercare.evidence.look_alikes import LookAlikes


class EvidenceConfig(NamedTuple):
    """What the room needs of a deployment."""

    evidence_table: str
    uploads_bucket: str
    documents_bucket: str


def evidence_service(
    config: EvidenceConfig,
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
    finds_copies: bool = False,
) -> EvidenceService:
    """Evidence in the configured table and buckets.

    `finds_copies`: for who screens photos; it needs the imaging layer.
    """
    store = EvidenceStore(config.evidence_table)
    return EvidenceService(
        store=store,
        photos=PhotoBucket(config.uploads_bucket, config.documents_bucket),
        videos=VideoService(
            store=store,
            uploads=VideoUploads(config.evidence_table),
            bucket=VideoBucket(config.uploads_bucket, config.documents_bucket),
            clock=clock,
            entropy=entropy,
        ),
        clock=clock,
        entropy=entropy,
        look_alikes=_look_alikes(config.evidence_table) if finds_copies else None,
    )


def _look_alikes(evidence_table: str) -> "LookAlikes":
    # Pillow is in one layer only.
    from aftercare.evidence.look_alikes import LookAlikes  # noqa: PLC0415
    from aftercare.evidence.match_store import MatchStore  # noqa: PLC0415

    return LookAlikes(MatchStore(evidence_table))


def evidence_of(evidence_table: str) -> Callable[[str], tuple[Evidence, ...]]:
    """Reads a return's slots, oldest first, for who needs nothing else of the room."""
    return EvidenceStore(evidence_table).of_return


def evidence_erasing(config: EvidenceConfig) -> "EvidenceErasing":
    """What forgets the evidence in the configured table and buckets."""
    from aftercare.evidence.erasing import EvidenceErasing  # noqa: PLC0415 - few functions erase
    from aftercare.evidence.erasing_store import EvidenceEraser  # noqa: PLC0415 - few functions erase

    return EvidenceErasing(
        EvidenceStore(config.evidence_table),
        EvidenceEraser(config.evidence_table, config.uploads_bucket, config.documents_bucket),
    )
