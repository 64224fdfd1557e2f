"""Whether an order's customer still waits for a parcel, by what the shop says of it."""

from aftercare.kernel.typed import tracking_number_of
from aftercare.orders.model import Order


def is_awaited(order: Order, tracking_number: str) -> bool:
    """Whether a parcel of that number is to come, as far as the order knows.

    One that the shop has delivered is not, nor that of a cancelled order, nor one whose number the
    shop has mended since.
    """
    number = tracking_number_of(tracking_number)
    parcels = [
        parcel
        for parcel in order.parcels.values()
        if tracking_number_of(parcel.tracking_number) == number
    ]
    is_to_come = bool(parcels) and not any(parcel.delivered_at for parcel in parcels)
    return is_to_come and not order.is_cancelled
