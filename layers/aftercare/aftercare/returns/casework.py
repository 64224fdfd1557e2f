"""What the verbs of a return share: finding it as it is now, and what decisions on it rest on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.evidence.service import EvidenceService
from aftercare.kernel.clock import Clock, local_day
from aftercare.kernel.ids import Entropy, is_id
from aftercare.orders.model import Order
from aftercare.orders.service import OrderService
from aftercare.returns.case import Case
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.model import Return
from aftercare.returns.reasons import Given, given_by
from aftercare.returns.recalls import Recalls
from aftercare.returns.shown import in_order
from aftercare.returns.steps import Steps
from aftercare.returns.units import Held, Units, units_of
from aftercare.returns.zones import zone_of_order

if TYPE_CHECKING:
    from aftercare.kernel.rulebook import RuleBook
    from aftercare.returns.policies import PolicyBook
    from aftercare.returns.remedy_rules import RemedyRules
    from aftercare.returns.screener import Screener
    from aftercare.returns.store import ReturnStore


@dataclass(frozen=True, slots=True)
class Casework(Steps):
    """Returns are read as they are now: a draft whose time is over has lapsed, written or not.

    `screener` builds what screens submitted returns, at the first one. `remedies` are other rules
    of what refunds come to than the published ones.
    """

    store: "ReturnStore"
    orders: OrderService
    evidence: EvidenceService
    policies: "PolicyBook"
    recalls: Recalls
    screener: "Callable[[], Screener]"
    remedies: "RuleBook[RemedyRules] | None"
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

    def _accepted(self, ret: Return) -> list[Evidence]:
        """The evidence that was accepted and counts, in the customer's order."""
        return [slot for slot in self.photos(ret) if slot.state is EvidenceState.ACCEPTED]

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

    def _case(
        self,
        order: Order,
        held: Held,
        *,
        own: Units | None = None,
        given: Given | None = None,
    ) -> Case:
        """What decisions on the order's lines rest on; `own` units are this return's already."""
        others = {
            line_id: units - (own or {}).get(line_id, 0) for line_id, units in held.units.items()
        }
        units = units_of(order, others, held.settled)
        return Case(order, self.policies, self.recalls, units, given or {})

    def _look_by(self, ret: Return, promised: date | None = None) -> date | None:
        """Until when a person looks again, on the customer's clock.

        A day that was promised stays, if it is still to come.
        """
        order = self.orders.get(ret.order_number)
        if ret.screening is None or order.purchase is None:
            return promised
        today = local_day(self.clock(), zone_of_order(order))
        if promised and promised >= today:
            return promised
        return self.screener().look_by(ret.screening, order.purchase.market, today)
