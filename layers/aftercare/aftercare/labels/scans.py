"""The carriers' events of scanned parcels, read strictly."""

from collections.abc import Mapping

from aftercare.kernel.clock import FIRST_YEAR
from aftercare.kernel.reading import FieldError, Occurrence, Text, convert
from aftercare.labels.errors import ScanInvalidError
from aftercare.labels.model import HOUSE_CARRIER, Scan, ScanKind

SOURCE = "carriers"
TYPES = ("parcel.scanned",)
_SSCC, _SSCC_DIGITS = "00", 18


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
    number = number_of(read.tracking_number)
    return Scan(read.carrier, number, read.kind, read.moment)


def number_of(text: str) -> str:
    """A tracking number as it is on the label's bars, from how it is printed, read or typed.

    An SSCC is printed with its application identifier in parentheses, and some readers add it.
    """
    number = "".join(filter(str.isalnum, text)).upper()
    has_identifier = number.startswith(_SSCC) and len(number) == len(_SSCC) + _SSCC_DIGITS
    return number.removeprefix(_SSCC) if has_identifier else number
