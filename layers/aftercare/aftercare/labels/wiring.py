"""Builds the labels room from its configuration."""

import secrets
from typing import NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.errors import ConfigurationError
from aftercare.kernel.ids import Entropy
from aftercare.labels.carriers.carrier import Carrier
from aftercare.labels.carriers.house import HouseCarrier
from aftercare.labels.centres import return_centres
from aftercare.labels.model import HOUSE_CARRIER
from aftercare.labels.service import LabelService
from aftercare.labels.store import LabelBucket, LabelStore


class LabelsConfig(NamedTuple):
    """What the room needs of a deployment."""

    labels_table: str
    documents_bucket: str
    label_carrier: str = HOUSE_CARRIER


def label_service(
    config: LabelsConfig,
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> LabelService:
    """Labels in the configured table and bucket, new ones from the configured carrier.

    Raises:
        ConfigurationError: There is no such carrier.
    """
    carriers: dict[str, Carrier] = {HOUSE_CARRIER: HouseCarrier(config.labels_table, entropy)}
    if config.label_carrier not in carriers:
        raise ConfigurationError(
            "The setting LABEL_CARRIER names no carrier.", setting="LABEL_CARRIER"
        )
    return LabelService(
        store=LabelStore(config.labels_table),
        bucket=LabelBucket(config.documents_bucket),
        carriers=carriers,
        carrier=config.label_carrier,
        centres=return_centres(),
        clock=clock,
        entropy=entropy,
    )
