"""The stores' events of sales and returns over the counter, read strictly."""

from collections.abc import Mapping

from aftercare.kernel.errors import InvalidError
from aftercare.kernel.reading import Occurrence, Text, convert

TYPES = ("store.sold", "store.returned")


class SaleEventInvalidError(InvalidError):
    """A field of the store's event is missing or not what it must be."""

    code = "sale_event_invalid"


class SaleDetail(Occurrence, frozen=True, kw_only=True):
    """`store.sold` and `store.returned`: a piece changed hands in a store."""

    code: Text
    store_id: str | None = None


def sale(detail: Mapping[str, object]) -> SaleDetail:
    """The sale, or the return, in an EventBridge event's detail.

    Raises:
        SaleEventInvalidError: A field is missing or not what it must be.
    """
    return convert(detail, SaleDetail, SaleEventInvalidError, "event")
