"""The carriers' events of scanned parcels, read strictly."""

from collections.abc import Mapping

from aftercare.kernel.clock import FIRST_YEAR
from aftercare.kernel.reading import FieldError, Occurrence, Text, convert
from aftercare.kernel.typed import tracking_number_of
from aftercare.labels.errors import ScanInvalidError
from aftercare.labels.model import HOUSE_CARRIER, Scan, ScanKind

SOURCE = "carriers"
TYPES = ("parcel.scanned",)


class ScanDetail(Occurrence, frozen=True, kw_only=True):
    """`parcel.scanned`: a carrier scanned a parcel; `carrier` is its code, `house` by default."""

    tracking_number: Text
    kind: ScanKind
    carrier: Text = HOUSE_CARRIER

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.moment < FIRST_YEAR:
            raise FieldError("occurred_at", f"a time since {FIRST_YEAR.year}")


def scan(detail: Mapping[str, object]) -> Scan:
    """The scan in an EventBridge event's detail.

    Raises:
        ScanInvalidError: A field is missing or not what it must be.
    """
    read = convert(detail, ScanDetail, ScanInvalidError, "event")
    number = tracking_number_of(read.tracking_number)
    return Scan(read.carrier, number, read.kind, read.moment)
