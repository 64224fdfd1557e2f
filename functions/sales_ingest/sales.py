"""The stores' events of sales and returns over the counter, read strictly."""

from collections.abc import Mapping

from aftercare.kernel.clock import FIRST_YEAR
from aftercare.kernel.errors import InvalidError
from aftercare.kernel.reading import FieldError, Occurrence, OptionalText, Text, convert

TYPES = ("store.sold", "store.returned")


class SaleEventInvalidError(InvalidError):
    """A field of the store's event is missing or not what it must be."""

    code = "sale_event_invalid"


class SaleDetail(Occurrence, frozen=True, kw_only=True):
    """`store.sold` and `store.returned`: a piece changed hands in a store.

    `order_number` is that of the online order that a store hands over.
    """

    code: Text
    store_id: OptionalText | None = None
    order_number: OptionalText | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.moment < FIRST_YEAR:  # it would stay the first sale for good
            raise FieldError("occurred_at", f"a time since {FIRST_YEAR.year}")

    @property
    def number(self) -> str:
        """The order number in one spelling; "" if there is none."""
        if not self.order_number:
            return ""
        from aftercare.orders.model import normalised_order_number  # noqa: PLC0415 - few have one

        return normalised_order_number(self.order_number)


def sale(detail: Mapping[str, object]) -> SaleDetail:
    """The sale, or the return, in an EventBridge event's detail.

    Raises:
        SaleEventInvalidError: A field is missing or not what it must be.
    """
    return convert(detail, SaleDetail, SaleEventInvalidError, "event")
