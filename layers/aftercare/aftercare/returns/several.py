"""A return in several parcels: the labels after the first, and how far each parcel has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftercare.labels.model import VALID
from aftercare.returns.issued_label import IssuedLabel


class ParcelWay(StrEnum):
    """How far one of several parcels has come; of one that nobody used yet, nothing is written.

    `VOIDED`: its label was to be voided before anybody used it, at its own end or the return's.
    `LOST`: staff say that it will not come. `ARRIVED` says its carrier, `OPENED` who counted it.
    """

    ON_ITS_WAY = "on_its_way"
    ARRIVED = "arrived"
    OPENED = "opened"
    VOIDED = "voided"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class ParcelLabel:
    """The label of a later parcel, from 2, and when the return got it."""

    parcel: int
    label: IssuedLabel
    ready_at: datetime

    @property
    def expires_at(self) -> datetime:
        """When its carrier takes it no longer (R-LBL-14)."""
        return self.ready_at + VALID
