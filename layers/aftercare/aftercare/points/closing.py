"""What an account waits for before it can be closed: the member's active orders."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aftercare.members.model import Member
from aftercare.orders.model import Order
from aftercare.orders.service import OrderService
from aftercare.points.errors import ActiveOrdersError
from aftercare.points.purchases import is_active

if TYPE_CHECKING:
    from aftercare.points.store import PointsStore


@dataclass(slots=True)
class MemberOrders:
    """A member's orders, for one closing and its attempts.

    They are read by the hundred. The orders under the member's address are read once: their index
    may be seconds behind, so that the next attempt would learn nothing. The ledger's purchases are
    read at each attempt: an order that earns points meanwhile changes the account, which makes the
    attempt stale. An order that was over stays over, so only the new ones are read again.
    """

    orders: OrderService
    store: "PointsStore"
    member: Member
    _over: set[str] | None = field(default=None, init=False)

    def require_none_active(self) -> None:
        """Checks that each of the orders is delivered or fully refunded (R-PTS-09, R-PTS-10).

        Raises:
            ActiveOrdersError: Some are not.
        """
        under_address = self._under_address() if self._over is None else ()
        read = {order.order_number for order in under_address}
        earned = set(self.store.purchases(self.member.member_id)) - read - (self._over or set())
        elsewhere = self.orders.of_numbers(sorted(earned)) if earned else ()
        if active := sum(map(is_active, (*under_address, *elsewhere))):
            raise ActiveOrdersError(active)
        self._over = (self._over or set()) | read | earned

    def _under_address(self) -> tuple[Order, ...]:
        if not self.member.is_open:
            return ()
        return self.orders.every_of_customer(self.member.email_key)
