"""Explains what the policy says of an order's lines: every rule's verdict, for every reason."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.orders.model import Order, email_key_of
from aftercare.orders.service import OrderService
from aftercare.returns.case import Case
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.reasons import Reason
from aftercare.returns.recalls import Recalls
from aftercare.returns.units import units_of

if TYPE_CHECKING:
    from aftercare.returns.policies import PolicyBook
    from aftercare.returns.store import ReturnStore

_MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class ExplainingService:
    """Reads an order as it is now, and writes nothing."""

    store: "ReturnStore"
    orders: OrderService
    policies: "PolicyBook"
    recalls: Recalls

    def case(self, order_number: str) -> Case:
        """The order with the units that other returns leave; empty if no event of it came."""
        order = self.orders.get(order_number)
        units = units_of(order, *self.store.held(order))
        return Case(order, self.policies, self.recalls, units)

    def returns(self, order: Order) -> tuple[Return, ...]:
        """The order's returns, newest first, seconds behind at worst.

        Of those from before the index of orders, the ones under the buyer's address of today.
        """
        if order.purchase is None:
            return ()
        number, key = order.order_number, email_key_of(order.purchase.email)
        listed = self.store.of_customer(key, limit=_MOST_LISTED)
        of_buyer = {ret.return_id: ret for ret in listed if ret.order_number == number}
        every = of_buyer | {
            ret.return_id: ret for ret in self.store.of_order(number, limit=_MOST_LISTED)
        }
        return tuple(sorted(every.values(), key=lambda ret: ret.created_at, reverse=True))


def explained(
    case: Case, at: datetime, *, lines: Collection[str] = (), reasons: Collection[Reason] = ()
) -> tuple[ReturnLine, ...]:
    """One unit of each line for each reason, with the decision of somebody who asks at that moment.

    `lines` and `reasons` restrict them; none of them is all of them. Nothing is shown as evidence.

    Raises:
        NoPolicyError: No policy covers the order.
        UnavailableError: The recalls can't be read now.
    """
    asked_for = [
        ReturnLine(line.line_id, line.sku, line.name, 1, reason)
        for line in case.order.lines
        if not lines or line.line_id in lines
        for reason in Reason
        if not reasons or reason in reasons
    ]
    return case.decided(asked_for, at)
