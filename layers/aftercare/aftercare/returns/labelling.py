"""Says what the label of a return needs; who makes labels needs nothing else of the room."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.labels.model import LabelRequest
from aftercare.orders.service import OrderService
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.model import ReturnStatus
from aftercare.returns.policy import Payer

if TYPE_CHECKING:
    from aftercare.returns.store import ReturnStore


@dataclass(frozen=True, slots=True)
class LabellingService:
    """Reads returns and their orders, and writes nothing."""

    store: "ReturnStore"
    orders: OrderService

    def label_request(self, return_id: str) -> LabelRequest | None:
        """What the label of an approved return needs; none if the return needs no label.

        Raises:
            ReturnNotFoundError: No such return, or its order has no address.
        """
        ret = self.store.get(return_id)
        if ret is None:
            raise ReturnNotFoundError("We can't find that return.")
        if ret.status is not ReturnStatus.APPROVED:
            return None
        purchase = self.orders.get(ret.order_number).purchase
        if purchase is None:
            raise ReturnNotFoundError("The return's order has no address.", return_id=return_id)
        prepaid = ret.payer is not Payer.BUYER
        return LabelRequest(
            return_id,
            ret.ticket,
            purchase.market,
            purchase.ship_to,
            prepaid,
            language=ret.language,
        )
