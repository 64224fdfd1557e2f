"""What a return comes to: what is asked of the shop, what is promised, what needs a person."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.returns.policy import Remedy


class SettlementState(StrEnum):
    """How far a request to the shop has come."""

    REQUESTED = "requested"
    SETTLED = "settled"
    FAILED = "failed"


class SettledLine(NamedTuple):
    """Units of a line, and what they are worth in minor units: net, and the tax added to it."""

    units: int
    net: int
    tax: int


class Settlement(NamedTuple):
    """One request to the shop, named `<ticket>#<n>`; amounts are in minor units of `currency`.

    `shipping` is what is given back of the shipping paid, `deduction` what is kept back for the
    way back, `paid_before` what the shop had paid before it was asked: the rest is asked for. Of an
    exchange, `item` is the SKU of the other item, the lines have what is given back if that is
    cheaper, and `due` is what its customer owes the shop if it is dearer. `failure` is the shop's
    reason. `handed_over` says that a store gave the goods when it took the others (R-RET-24).
    """

    settlement_id: str
    remedy: Remedy
    lines: Mapping[str, SettledLine]
    shipping: int
    deduction: int
    currency: str
    by: Actor
    requested_at: datetime
    state: SettlementState = SettlementState.REQUESTED
    failure: str = ""
    paid_before: int = 0
    item: str = ""
    due: int = 0
    handed_over: bool = False

    @property
    def number(self) -> int:
        """Its place among the return's requests, from 1."""
        return int(self.settlement_id.rpartition("#")[2])

    @property
    def is_open(self) -> bool:
        return self.state is SettlementState.REQUESTED

    @property
    def brings_goods(self) -> bool:
        """Whether the shop sends something, in a parcel that names the return."""
        return self.remedy in {Remedy.REPLACEMENT, Remedy.EXCHANGE, Remedy.REPAIR}

    @property
    def amount(self) -> int:
        """What the shop is asked to pay back; nothing for what is replaced or repaired."""
        worth = sum(line.net + line.tax for line in self.lines.values())
        return max(0, worth + self.shipping - self.deduction)


def stated(settlement: Settlement) -> dict[str, str]:
    """What the shop is told of a request; a return has at most a hundred lines."""
    lines = [
        {"line_id": line_id, "units": line.units, "net": line.net, "tax": line.tax}
        for line_id, line in settlement.lines.items()
    ]
    handed_over = {"handed_over": "true"} if settlement.handed_over else {}
    return {
        "settlement_id": settlement.settlement_id,
        "remedy": settlement.remedy,
        "lines": json.dumps(lines, ensure_ascii=False, separators=(",", ":")),
        "shipping": str(settlement.shipping),
        "deduction": str(settlement.deduction),
        "amount": str(settlement.amount),
        "due": str(settlement.due),
        "item": settlement.item,
        "currency": settlement.currency,
        **handed_over,
    }


def in_credit(settlements: Iterable[Settlement]) -> bool:
    """Whether what was paid for these requests is store credit alone."""
    paid = {each.remedy for each in settlements if each.state is SettlementState.SETTLED}
    return Remedy.STORE_CREDIT in paid and not paid & {Remedy.REFUND, Remedy.EXCHANGE}


def deducted_from(settlements: Iterable[Settlement]) -> int:
    """What the way back took off what was paid for these requests, in their currency."""
    return sum(each.deduction for each in settlements if each.state is SettlementState.SETTLED)


class Promise(NamedTuple):
    """Between which days, where the customer is, the money is there; `since` is the arrival.

    `rule` is the version of the rule that says so.
    """

    since: datetime
    first: date
    last: date
    zone: str
    rule: str
    warned: bool = False
    broken: bool = False


class AttentionCode(StrEnum):
    """Why a return waits for a person that is not in review."""

    REFUND_FAILED = "refund_failed"
    REFUND_DIFFERS = "refund_differs"
    PROMISE_AT_RISK = "promise_at_risk"
    PROMISE_BROKEN = "promise_broken"
    UNEXPECTED_PARCEL = "unexpected_parcel"
    CONTESTED_UNITS = "contested_units"
    NOTHING_CAME = "nothing_came"
    NEEDS_REMEDY = "needs_remedy"
    VOIDED_LABEL = "voided_label"
    COUNT_AGAIN = "count_again"


class Attention(NamedTuple):
    """A person is needed for that, since then; the move that answers it takes it off."""

    code: AttentionCode
    since: datetime

    @property
    def is_of_promise(self) -> bool:
        """Whether it is about the time alone: what the return gets may be as clear as ever."""
        return self.code in {AttentionCode.PROMISE_AT_RISK, AttentionCode.PROMISE_BROKEN}
