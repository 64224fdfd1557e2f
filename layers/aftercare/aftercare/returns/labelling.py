"""Says what the label of a return needs; who makes labels needs nothing else of the room."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.labels.model import LabelRequest
from aftercare.orders.service import OrderService
from aftercare.returns.consigning import consignment_of
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.parcel_labels import lacks_label

if TYPE_CHECKING:
    from aftercare.returns.store import ReturnStore


@dataclass(frozen=True, slots=True)
class LabellingService:
    """Reads returns and their orders, and writes nothing."""

    store: "ReturnStore"
    orders: OrderService

    def label_request(self, return_id: str, parcel: int = 1) -> LabelRequest | None:
        """What the label of a return's parcel needs; none if the return needs none for that one.

        Raises:
            ReturnNotFoundError: No such return, or its order has no address.
        """
        ret = self.store.get(return_id)
        if ret is None:
            raise ReturnNotFoundError("We can't find that return.")
        if not lacks_label(ret, parcel):
            return None
        order = self.orders.get(ret.order_number)
        purchase = order.purchase
        if purchase is None:
            raise ReturnNotFoundError("The return's order has no address.", return_id=return_id)
        return LabelRequest(
            return_id,
            ret.ticket,
            purchase.market,
            purchase.ship_to,
            ret.is_prepaid,
            language=ret.language,
            number=ret.label_number,
            consignment=consignment_of(ret, order),
            parcel=parcel,
        )
