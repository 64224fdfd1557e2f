"""Builds the labels room from its configuration."""

import secrets
from typing import NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.labels.carriers.house import HouseCarrier
from aftercare.labels.centres import return_centres
from aftercare.labels.model import LabelDetails
from aftercare.labels.service import LabelService, Printer
from aftercare.labels.store import LabelBucket, LabelStore


class LabelsConfig(NamedTuple):
    """What the room needs of a deployment."""

    labels_table: str
    documents_bucket: str


def label_service(
    config: LabelsConfig,
    *,
    printer: Printer | None = None,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> LabelService:
    """Labels in the configured table and bucket. Only a service with a printer can issue one."""
    return LabelService(
        store=LabelStore(config.labels_table),
        bucket=LabelBucket(config.documents_bucket),
        carrier=HouseCarrier(config.labels_table, entropy),
        centres=return_centres(),
        printer=printer or _no_printer,
        clock=clock,
        entropy=entropy,
    )


def _no_printer(_: LabelDetails) -> bytes:
    raise RuntimeError("This label service was built without a printer.")
