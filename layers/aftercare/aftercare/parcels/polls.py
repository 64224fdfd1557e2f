"""Which seller is asked for which parcel, and how often (R-PAR-06)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aftercare.kernel.typed import tracking_number_of

POLL_DUE = "due.parcel_poll"
EVERY = timedelta(hours=6)
"""How long a seller is left in peace about one parcel."""
ASKED_FOR = timedelta(days=60)
"""For how long it is asked: a label is taken for 28 days, and then its parcel is on its way."""


@dataclass(frozen=True, slots=True)
class Poll:
    """Who is asked for the parcel of a label, until when, and when it was last.

    `seller` sold the label, `carrier_name` moves the parcel, as the seller names it.
    """

    tracking_number: str
    seller: str
    carrier_name: str
    until: datetime
    asked_at: datetime | None = None
    version: int | None = field(default=None, compare=False)

    @property
    def number(self) -> str:
        """The tracking number in one spelling, as parcels have it."""
        return tracking_number_of(self.tracking_number)
