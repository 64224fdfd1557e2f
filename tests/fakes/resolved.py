"""Returns whose items were inspected, and the shop that answers what they ask for."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftercare.kernel.actor import CUSTOMER, staff
from aftercare.kernel.ids import new_id
from aftercare.kernel.rulebook import RuleBook
from aftercare.kernel.timeline import Entry
from aftercare.labels.events import LabelScanned
from aftercare.labels.model import ScanKind
from aftercare.orders.model import (
    Order,
    OrderDelivered,
    OrderEvent,
    OrderRefunded,
    OrderRefundFailed,
    OrderShipped,
    Parcel,
    Refund,
    RefundFailure,
    email_key_of,
)
from aftercare.returns import events
from aftercare.returns.arrivals import Disposition, Grade, Inspection
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import Reason, Return
from aftercare.returns.moves import ReturnStatus, Verb
from aftercare.returns.policy import Remedy
from aftercare.returns.remedy_rules import RemedyRules
from aftercare.returns.resolving import ResolvingService
from aftercare.returns.settling import SettlingService
from aftercare.returns.wiring import ReturnNoticesConfig, resolving_service, settling_service
from aftercare.staff.model import Member, Role
from tests.fakes.house import WORKER, House
from tests.fakes.orders import NOON, ORDERS_INGEST

INSPECTOR = staff("stf_inspector")
AGENT = Member("stf_agent", "Ada", "ada@example.com", frozenset({Role.AGENT}))
LEAD = Member("stf_lead", "Lin", "lin@example.com", frozenset({Role.LEAD}))


@dataclass
class Shop:
    """Takes returns to their inspection, answers what they ask for, and has the worker follow."""

    house: House
    resolving: ResolvingService
    settling: SettlingService

    def returned(
        self,
        order: Order,
        units: dict[str, int],
        *,
        reason: Reason = Reason.ARRIVED_DAMAGED,
        remedies: dict[str, Remedy] | None = None,
        to: ScanKind = ScanKind.DELIVERED,
    ) -> Return:
        """A return of those units that has arrived, or is as far as its last scan says.

        `remedies` are what the customer prefers: without a word, a refund.
        """
        house, draft = self.house, self.drafted(order, units, reason)
        house.add_good_photo(draft)
        bought = house.orders.get(order.order_number)
        shown = house.returns.decided_now(draft, bought).agreed_deduction
        house.returns.submit(draft.email_key, draft.return_id, shown=shown, actor=CUSTOMER)
        house.returns.approve(draft.return_id, actor=WORKER)
        ret = house.make_label(draft.return_id)
        for kind in dict.fromkeys((ScanKind.IN_TRANSIT, to)):
            self.scan(ret, kind)
        ret = self.now(ret)
        lines = tuple(
            replace(line, remedy=(remedies or {}).get(line.line_id, Remedy.REFUND))
            for line in ret.lines
        )
        self.house.returns.store.save_claim(replace(ret, lines=lines))
        return self.now(ret)

    def drafted(self, order: Order, units: dict[str, int], reason: Reason) -> Return:
        assert order.purchase
        return self.house.choose(
            email_key_of(order.purchase.email),
            new_id("ret", NOON, self.house.returns.entropy),
            order.order_number,
            units=units,
            reason=reason,
            note="A crack in the base.",
        )

    def scan(self, ret: Return, kind: ScanKind) -> Return:
        scanned = LabelScanned(
            ret.return_id, "lbl_1", ret.ticket, "5061", "The Post", False, kind, NOON
        )
        return self.house.returns.record_scan(scanned, actor=WORKER)

    def inspected(self, ret: Return, accepted: dict[str, int] | None = None) -> Return:
        """The return after its inspection, which takes back everything unless it says less."""
        at = self.house.clock()
        lines = tuple(
            replace(
                line,
                inspection=Inspection(
                    (accepted or {}).get(line.line_id, line.units),
                    Grade.B,
                    Disposition.RESTOCK,
                    JudgementCode.AS_ASKED,
                    "",
                    INSPECTOR,
                    at,
                ),
            )
            for line in self.now(ret).lines
        )
        after = replace(self.now(ret).moved(Verb.INSPECT, ReturnStatus.INSPECTED), lines=lines)
        entry = self.house.returns._entry(after, events.INSPECTED, INSPECTOR)
        self.house.returns.store.advance(after, entry)
        return self.now(ret)

    def follow(self, ret: Return) -> Return:
        """The worker, until it finds nothing more to do."""
        before = self.now(ret)
        self.settling.record_return(ret.return_id, actor=WORKER)
        self.resolving.resolve_next(ret.return_id, actor=WORKER)
        after = self.now(ret)
        return after if after.version == before.version else self.follow(ret)

    def refund(self, ret: Return, refund_id: str = "rf-1", **of: Any) -> Return:
        """The shop pays back for the return, and the worker notes it."""
        refund = Refund(of.pop("units", {}), ret.ticket, refunded_at=self._moment(), **of)
        self._tell(OrderRefunded(ret.order_number, self._moment(), refund_id, refund))
        return self.note(ret)

    def fail(self, ret: Return, settlement_id: str = "", reason: str = "card_closed") -> Return:
        failure = RefundFailure(ret.ticket, settlement_id, reason)
        self._tell(OrderRefundFailed(ret.order_number, self._moment(), failure))
        return self.note(ret)

    def send(self, ret: Return, lines: dict[str, int] | None = None, parcel: str = "P-9") -> Return:
        """The shop ships a parcel for the return."""
        named = {"ticket": self._moment()} | ({"lines": self._moment()} if lines else {})
        brings = Parcel(parcel, lines=lines, named_at=named, ticket=ret.ticket)
        self._tell(OrderShipped(ret.order_number, self._moment(), brings))
        return self.note(ret)

    def hand_over(self, ret: Return, parcel: str = "P-9") -> Return:
        self._tell(OrderDelivered(ret.order_number, self._moment(), Parcel(parcel)))
        return self.note(ret)

    def note(self, ret: Return) -> Return:
        self.settling.record_answers(ret.order_number, actor=WORKER)
        return self.follow(ret)

    def now(self, ret: Return) -> Return:
        found = self.house.returns.store.get(ret.return_id)
        assert found
        return found

    def entries(self, ret: Return, entry_type: str) -> list[Entry]:
        timeline = self.house.returns.timeline(ret)
        return [entry for entry in timeline if entry.entry_type == entry_type]

    def steps(self, ret: Return) -> list[str]:
        return [entry.entry_type for entry in self.house.returns.timeline(ret)]

    def _moment(self) -> datetime:
        return self.house.clock()

    def _tell(self, event: OrderEvent) -> None:
        self.house.orders.record(event, actor=ORDERS_INGEST)


def shop_of(
    house: House, tables: dict[str, str], rules: RuleBook[RemedyRules] | None = None
) -> Shop:
    """A shop beside the house, on its tables and its clock."""
    config = ReturnNoticesConfig(tables["ReturnsTable"], tables["OrdersTable"])
    entropy = house.returns.entropy
    return Shop(
        house,
        resolving_service(config, rules=rules, clock=house.clock, entropy=entropy),
        settling_service(config, clock=house.clock, entropy=entropy),
    )
