"""The built-in carrier: books parcels, moves none, and says so on every label."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from aftercare.kernel.ids import Entropy
from aftercare.kernel.tables import Transaction, bind
from aftercare.labels import sscc
from aftercare.labels.carriers.carrier import Booking, Shipment

# GS1's own example prefix: valid in form, and nobody's.
_COMPANY_PREFIX = "0614141"
_SERIALS = 10**9


class _BookingRow(Model):
    class Meta:
        table_name = "labels"

    pk = UnicodeAttribute(hash_key=True)
    tracking_number = UnicodeAttribute(null=True)
    reference = UnicodeAttribute(null=True)


class HouseCarrier:
    """Keeps its bookings in the labels table, under keys of its own."""

    name = "Aftercare Sample Post"
    service_level = "Prepaid return"
    sample = True

    def __init__(self, table_name: str, entropy: Entropy) -> None:
        bind(table_name, _BookingRow)
        self._entropy = entropy

    def find(self, reference: str) -> Booking | None:
        try:
            row = _BookingRow.get(_reference_key(reference), consistent_read=True)
        except _BookingRow.DoesNotExist:
            return None
        return Booking(reference, str(row.tracking_number))

    def buy(self, shipment: Shipment) -> Booking:
        """Books the parcel under a tracking number that nothing else has.

        Raises:
            StaleWriteError: The reference was booked before, or the number is taken; look it up and
            try again.
        """
        drawn = self._entropy(34)
        number = sscc.build(drawn % 10, _COMPANY_PREFIX, (drawn // 10) % _SERIALS)
        with Transaction(_BookingRow) as commit:
            for key in (_reference_key(shipment.reference), f"TRACKING#{number}"):
                row = _BookingRow(key, tracking_number=number, reference=shipment.reference)
                commit.save(row, _BookingRow.pk.does_not_exist())
        return Booking(shipment.reference, number)


def _reference_key(reference: str) -> str:
    return f"BOOKING#{reference}"
