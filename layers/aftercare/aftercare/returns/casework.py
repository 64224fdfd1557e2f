"""What the verbs of a return share: finding it as it is now, and what decisions on it rest on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.evidence.model import Evidence
from aftercare.evidence.service import EvidenceService
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.ids import Entropy, is_id, new_id
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order
from aftercare.orders.service import OrderService
from aftercare.returns.case import Case
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.model import Return
from aftercare.returns.reasons import Given, given_by
from aftercare.returns.recalls import Recalls
from aftercare.returns.shown import in_order
from aftercare.returns.units import Units, settled_by, units_of

if TYPE_CHECKING:
    from aftercare.returns.policies import PolicyBook
    from aftercare.returns.screener import Screener
    from aftercare.returns.store import ReturnStore


@dataclass(frozen=True, slots=True)
class Casework:
    """Returns are read as they are now: a draft whose time is over has lapsed, written or not.

    `screener` builds what screens submitted returns, at the first one.
    """

    store: "ReturnStore"
    orders: OrderService
    evidence: EvidenceService
    policies: "PolicyBook"
    recalls: Recalls
    screener: "Callable[[], Screener]"
    clock: Clock
    entropy: Entropy

    def owned(self, email_key: str, return_id: str) -> Return:
        """The customer's return.

        Raises:
            ReturnNotFoundError: No such return, or another customer's: the two look the same.
        """
        ret = self._stored(email_key, return_id)
        if ret is None:
            raise ReturnNotFoundError("We can't find that return.")
        return ret

    def photos(self, ret: Return) -> tuple[Evidence, ...]:
        """The return's photo slots in the customer's order, without those that were removed."""
        return in_order(ret, self.evidence.of_return(ret.return_id))

    def _given(self, ret: Return) -> Given:
        """How many pieces of evidence of each kind were accepted and count."""
        return given_by(self.photos(ret))

    def _stored(self, email_key: str, return_id: str) -> Return | None:
        """The customer's return with that id; none if there is none yet."""
        if not is_id(return_id, "ret"):
            raise ReturnNotFoundError("We can't find that return.")
        ret = self.store.get(return_id)
        if ret and ret.email_key != email_key:
            raise ReturnNotFoundError("We can't find that return.")
        return ret.as_of(self.clock()) if ret else None

    def _any(self, return_id: str) -> Return:
        ret = self.store.get(return_id)
        if ret is None:
            raise ReturnNotFoundError("We can't find that return.")
        return ret

    def _case(
        self,
        order: Order,
        settled: Mapping[str, Units],
        *,
        own: Units | None = None,
        given: Given | None = None,
    ) -> Case:
        """What decisions on the order's lines rest on; `own` units are this return's already."""
        held = self.store.claimed_units(order.order_number)
        others = {line_id: units - (own or {}).get(line_id, 0) for line_id, units in held.items()}
        units = units_of(order, others, settled)
        return Case(order, self.policies, self.recalls, units, given or {})

    def _settled(self, order: Order) -> Mapping[str, Units]:
        return settled_by(order, self.store.by_tickets(order.refund_tickets))

    def _entry(self, ret: Return, entry_type: str, actor: Actor, **data: str) -> Entry:
        now = self.clock()
        return Entry(
            entry_id=new_id("ent", now, self.entropy),
            entry_type=entry_type,
            subject=ret.return_id,
            occurred_at=now,
            data={"ticket": ret.ticket, **data},
            actor=actor,
        )
