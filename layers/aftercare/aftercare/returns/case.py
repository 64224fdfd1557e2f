"""An order whose lines are decided on: collects the facts that a policy needs of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from aftercare.kernel.clock import local_day, zone_named
from aftercare.orders.model import Order, OrderLine
from aftercare.returns.errors import not_ours
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.outlook import LineOutlook, Window
from aftercare.returns.policy import (
    Facts,
    LineDecision,
    Policy,
    Recall,
    Seller,
    decide,
    fits,
    last_day_of,
)
from aftercare.returns.reasons import Cause, Given, Reason
from aftercare.returns.recalls import Recalls
from aftercare.returns.units import NO_UNITS, LineUnits
from aftercare.returns.zones import market_of, zone_of_order

if TYPE_CHECKING:
    from aftercare.returns.policies import PolicyBook


class _Asked(NamedTuple):
    """When a customer asked for a line, on which clock, and by which version it was decided."""

    moment: datetime
    zone: ZoneInfo
    policy: tuple[str, str] | None = None

    def again(self, decision: LineDecision | None) -> "_Asked":
        """The same as a decision has it; one of an earlier version does not name its zone."""
        if decision is None:
            return self
        zone = zone_named(decision.zone) if decision.zone else self.zone
        return _Asked(decision.as_of, zone, (decision.policy_id, decision.policy_version))

    @property
    def day(self) -> date:
        return local_day(self.moment, self.zone)


@dataclass(frozen=True, slots=True)
class Case:
    """An order as it is now: its units, and the policies.

    `units` are line id → those that other returns don't hold; `given` is the
    evidence that was accepted; `seen_in_store`: see `Facts`.
    """

    order: Order
    policies: "PolicyBook"
    recalls: Recalls
    units: Mapping[str, LineUnits]
    given: Given = field(default_factory=dict)
    seen_in_store: bool = False

    def decided(
        self, lines: Iterable[ReturnLine], now: datetime, due_at: datetime | None = None
    ) -> tuple[ReturnLine, ...]:
        """Those lines of a draft, each with the decision on it now.

        While a draft's evidence is not due, the moment counts when the customer first asked for the
        line: the time that we give for evidence costs nobody the window. A policy that has become
        better since does count (R-RET-10).

        Raises:
            NoPolicyError: No policy covers the order.
            UnavailableError: The recalls can't be read now.
        """
        in_time = due_at is not None and now < due_at
        return self._decided(
            (line, self._moments(line.asked_at if in_time else None, now)) for line in lines
        )

    def decided_again(self, submitted: Return) -> tuple[ReturnLine, ...]:
        """Its lines, decided on by what is known now, as of the moment that counted before.

        The version that decided then decides again, on the same clock, wherever an edit moves the
        order, and whatever was published since (R-RET-19).

        Raises:
            NoPolicyError: That version is gone, and no other covers the order.
            UnavailableError: The recalls can't be read now.
        """
        first = _Asked(submitted.submitted_at or submitted.created_at, self.zone)
        return self._decided((line, (first.again(line.decision),)) for line in submitted.lines)

    def outlooks(
        self,
        recalls: Mapping[str, Recall],
        now: datetime,
        asked_at: Mapping[str, datetime] | None = None,
    ) -> tuple[LineOutlook, ...]:
        """What could be returned of each line now: the decision on one unit, for each reason.

        `asked_at` has the lines of a draft whose evidence is not due: see `decided`.

        A recall is among the reasons of a line if it concerns it, or may. What others sold comes
        back for nothing else.

        Raises:
            NoPolicyError: No policy covers the order, or others sold it (R-RET-16).
        """
        policy, since = self._policy(_Asked(now, self.zone)), asked_at or {}
        if policy.seller is not Seller.OURSELVES and not {*recalls.values()} - {Recall.NONE}:
            raise not_ours(policy.seller)
        return tuple(
            self._outlook(
                line,
                self._covered(self._moments(since.get(line.line_id), now)),
                recalls[line.line_id],
            )
            for line in self.order.lines
        )

    def seller(self, now: datetime) -> Seller:
        """Who sold the order.

        Raises:
            NoPolicyError: No policy covers the order.
        """
        return self._policy(_Asked(now, self.zone)).seller

    @property
    def zone(self) -> ZoneInfo:
        """The zone on whose clock this customer's days are counted (R-RET-02)."""
        return zone_of_order(self.order)

    def _policy(self, asked: _Asked) -> Policy:
        """The version that decided before, or else the one that covers the order on that day.

        Raises:
            NoPolicyError: None does.
        """
        channel = self.order.purchase.channel if self.order.purchase else ""
        if asked.policy:
            with suppress(LookupError):  # it was withdrawn
                return self.policies.version(*asked.policy)
        policy = self.policies.in_force(market_of(self.order), channel, asked.day)
        if not policy:
            raise not_ours(Seller.UNKNOWN)
        return policy

    def _moments(self, asked_at: datetime | None, now: datetime) -> tuple[_Asked, ...]:
        """The moments that may count: the first at which it is allowed, or else the first."""
        zone = self.zone
        first = (_Asked(asked_at, zone),) if asked_at else ()
        return (*first, _Asked(now, zone))

    def _decided(
        self, lines: Iterable[tuple[ReturnLine, tuple[_Asked, ...]]]
    ) -> tuple[ReturnLine, ...]:
        asked_for = [(line, self._covered(moments)) for line, moments in lines]
        recalled = self.recalls.recalled_lines(self.order, [line for line, _ in asked_for])
        return tuple(
            replace(line, decision=self._decision(line, moments, recalled=line.line_id in recalled))
            for line, moments in asked_for
        )

    def _covered(self, moments: Iterable[_Asked]) -> list[tuple[Policy, _Asked]]:
        return [(self._policy(asked), asked) for asked in moments]

    def _decision(
        self, line: ReturnLine, moments: Iterable[tuple[Policy, _Asked]], *, recalled: bool
    ) -> LineDecision | None:
        if line.reason is None:
            return None
        facts = [
            (policy, self._facts(line.line_id, line.reason, asked, line.units))
            for policy, asked in moments
        ]
        known = [
            (policy, replace(case, opened=line.opened, recalled=recalled)) for policy, case in facts
        ]
        return _first_allowed(known)[2]

    def _outlook(
        self, line: OrderLine, moments: Iterable[tuple[Policy, _Asked]], recall: Recall
    ) -> LineOutlook:
        recalled = recall is not Recall.NONE
        decisions, windows = {}, {}
        for reason in Reason:
            facts = [
                (policy, replace(self._facts(line.line_id, reason, asked), recalled=recalled))
                for policy, asked in moments
            ]
            if (reason.cause is Cause.RECALL and not recalled) or not fits(facts[0][1]):
                continue
            policy, then, decisions[reason] = _first_allowed(facts)
            if not decisions[reason].refusals:
                windows[reason] = tuple(_windows(policy, then, self.units[line.line_id]))
        available = self.units[line.line_id].available
        return LineOutlook(line.line_id, available, decisions, windows, recall)

    def _facts(self, line_id: str, reason: Reason, asked: _Asked, units: int = 1) -> Facts:
        order, of_line = self.order, self.units.get(line_id, NO_UNITS)
        line = next((line for line in order.lines if line.line_id == line_id), None)
        # A line that an edit removed has no units left; when it came makes no difference.
        delivered_at = of_line.delivered_at(units) if line else order.delivered_at
        return Facts(
            market=market_of(self.order),
            reason=reason,
            as_of=asked.moment,
            zone=asked.zone,
            kind=line.rule_kind if line else "",
            requested=units,
            available=of_line.available,
            bought=line.quantity if line else 0,
            set_size=line.set_size if line else None,
            opened_online=line is not None and line.opened_online,
            delivered_at=delivered_at,
            purchased_at=_purchased_at(order, delivered_at),
            dispatched_at=order.shipped_at,
            evidence=self.given,
            seen_in_store=self.seen_in_store,
        )


def _purchased_at(order: Order, delivered_at: datetime | None) -> datetime | None:
    """When it was bought; what was handed over later in its place counts as bought then."""
    if order.taken_along_at and delivered_at:
        return max(order.taken_along_at, delivered_at)
    return order.first_paid_at


def _first_allowed(cases: Iterable[tuple[Policy, Facts]]) -> tuple[Policy, Facts, LineDecision]:
    """The first of them that nothing refuses, with its decision; if there is none, the first."""
    decided = [(policy, facts, decide(policy, facts)) for policy, facts in cases]
    return next((each for each in decided if not each[2].refusals), decided[0])


def _windows(policy: Policy, facts: Facts, of_line: LineUnits) -> Iterator[Window]:
    """The units that may come back now, by the last day on which they may, latest first."""
    left, today = of_line.available, local_day(facts.as_of, facts.zone)
    grant, by_day = policy.grant(facts.reason), Counter[date | None]()
    for delivered_at, handed_over in of_line.deliveries:
        units = min(handed_over, left)
        last_day = last_day_of(grant, replace(facts, delivered_at=delivered_at))
        if units > 0 and (last_day is None or today <= last_day):
            by_day[last_day] += units
        left -= units
    return (Window(units, last_day) for last_day, units in by_day.items())
