"""When the money is there: what a customer is promised when their parcel arrives (R-REF-01)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple

from aftercare.calendars.service import between, is_business_day
from aftercare.kernel.clock import local_day, zone_named
from aftercare.kernel.due.model import Timer
from aftercare.orders.model import Order
from aftercare.returns import events
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.policies import PolicyBook, published
from aftercare.returns.promise_rules import rules_on
from aftercare.returns.settlement import Promise
from aftercare.returns.zones import market_of, zone_of_order

_DAY = timedelta(days=1)


class _Days(NamedTuple):
    """Business days from the arrival, and the policy or the rules that say so."""

    at_most: int
    at_least: int
    rule: str


def arrived(ret: Return, order: Order, now: datetime, policies: PolicyBook | None = None) -> Return:
    """The return, whose parcel is here: since now, unless it was here before.

    The promise counts business days of the order's market, on the customer's clock: as many as the
    policy of its slowest line says, or else the rules of the day. It stays what it was when the
    parcel is received after its carrier has said that it arrived.
    """
    if ret.arrived_at:
        return ret
    market, zone = market_of(order), zone_of_order(order)
    today = local_day(now, zone)
    rules = rules_on(today)
    book = policies or published()
    own = [_days_of(line, book) for line in ret.lines]
    usual = _Days(rules.at_most, rules.at_least, rules.version)
    slowest = max((each or usual for each in own), default=usual)
    days = between(market, today, slowest.at_least, slowest.at_most)
    promise = Promise(now, days.first, days.last, zone.key, slowest.rule)
    return replace(ret, arrived_at=now, promise=promise)


def timers_of(ret: Return, order: Order) -> Iterator[Timer]:
    """When somebody has to see to the promise: before its last day, and when that is over."""
    if promise := ret.promise:
        yield Timer(events.PROMISE_DUE, ret.return_id, warned_at(promise, order))
        yield Timer(events.PROMISE_END_DUE, ret.return_id, ends_at(promise))


def warned_at(promise: Promise, order: Order) -> datetime:
    """When a person is asked: that many business days before the promise's last day."""
    zone = zone_named(promise.zone)
    day = promise.last
    for _ in range(rules_on(local_day(promise.since, zone)).warned_before):
        day -= _DAY
        while not is_business_day(market_of(order), day):
            day -= _DAY
    return datetime.combine(day, time(), zone)


def ends_at(promise: Promise) -> datetime:
    """The end of the promise's last day, where the customer is."""
    return datetime.combine(promise.last + _DAY, time(), zone_named(promise.zone))


def _days_of(line: ReturnLine, policies: PolicyBook) -> _Days | None:
    """What the policy that took the line back says itself; none if it says nothing."""
    if (decision := line.decision) is None:
        return None
    name, version = decision.policy_id, decision.policy_version
    grant = policies.granted(name, version, decision.rule)
    own = grant.refund_days if grant else None
    return _Days(own.at_most, own.at_least, f"{name} {version}") if own else None
