"""The built-in carrier: it books parcels but moves none, and its labels say so (R-LBL-06)."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.models import Model

from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import BusyError, StaleWriteError
from aftercare.kernel.ids import Entropy
from aftercare.kernel.tables import CommitRefusedError, Transaction, bind
from aftercare.labels import sscc
from aftercare.labels.carriers.carrier import Booking, Shipment
from aftercare.labels.model import Offer, PageForm, VoidAnswer

# GS1's example prefix: valid in form, assigned to nobody.
_COMPANY_PREFIX = "0614141"
_SERIALS = 10**9
_DRAWS = 3
_RATE = "prepaid"


class _BookingRow(Model):
    class Meta:
        table_name = "labels"

    pk = UnicodeAttribute(hash_key=True)
    tracking_number = UnicodeAttribute(null=True)
    reference = UnicodeAttribute(null=True)
    voided = BooleanAttribute(null=True)


class HouseCarrier:
    """Keeps its bookings in the labels table, under keys of its own."""

    name = "Aftercare Sample Post"
    service_level = "Prepaid return"
    sample = True

    def __init__(self, table_name: str, entropy: Entropy) -> None:
        self._bookings = bind(_BookingRow, table_name)
        self._entropy = entropy

    def plan(self, shipment: Shipment, expired: Offer | None = None) -> Offer:  # noqa: ARG002 - it offers one thing
        """Its one service, which costs nothing."""
        return Offer(shipment.reference, _RATE, self.name, self.service_level)

    def find(self, reference: str, offer: Offer | None = None) -> Booking | None:  # noqa: ARG002 - a reference says all
        try:
            row = self._bookings.get(_reference_key(reference), consistent_read=True)
        except self._bookings.DoesNotExist:
            return None
        return Booking(reference, str(row.tracking_number))

    def buy(self, shipment: Shipment, offer: Offer) -> Booking:  # noqa: ARG002 - it offers one thing
        """Books the parcel under a tracking number that nothing else has.

        Raises:
            StaleWriteError: The reference was booked before: look it up.
        """
        for _ in range(_DRAWS):
            drawn = self._entropy(34)
            number = sscc.build(drawn % 10, _COMPANY_PREFIX, (drawn // 10) % _SERIALS)
            try:
                self._book(shipment.reference, number)
            except CommitRefusedError as error:
                reference_is_new = error.held[0]
                if not reference_is_new:
                    raise
            else:
                return Booking(shipment.reference, number)
        raise BusyError("No free tracking number was drawn; try again.")

    def document(self, reference: str, offer: Offer | None, form: PageForm) -> None:
        """It draws nothing."""

    def void(self, reference: str, offer: Offer | None = None) -> VoidAnswer:  # noqa: ARG002 - a reference says all
        """Marks the booking, if there is one, as voided; it never refuses."""
        row = self._bookings(_reference_key(reference))
        try:
            with conditional():
                row.update([_BookingRow.voided.set(True)], _BookingRow.pk.exists())
        except StaleWriteError:
            return VoidAnswer.NEVER_SOLD
        return VoidAnswer.TAKEN_BACK

    def _book(self, reference: str, number: str) -> None:
        with Transaction(self._bookings) as commit:
            for key in (_reference_key(reference), f"TRACKING#{number}"):
                row = self._bookings(key, tracking_number=number, reference=reference)
                commit.save(row, _BookingRow.pk.does_not_exist())


def _reference_key(reference: str) -> str:
    return f"BOOKING#{reference}"
