"""What customers are still to get for what came back, and what is asked of the shop for them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.policy import Remedy
from aftercare.returns.settlement import SettlementState


class OtherItem(NamedTuple):
    """What a customer gets in exchange: its price without tax and the tax, for all of its units."""

    sku: str
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: a remedy for units of lines, at most `most` of a line if it says so."""

    remedy: Remedy
    units: Mapping[str, int]
    most: Mapping[str, int] = field(default_factory=dict)
    item: OtherItem | None = None


def open_units(ret: Return, *, is_received: bool = True) -> dict[str, int]:
    """Line id → units for which the customer is still to get something.

    Those are the units that the inspection took back, or all that were sent, if it does not matter
    whether they came, without those that a request is about which has not failed.
    """
    asked = Counter[str]()
    for settlement in ret.settlements:
        if settlement.state is not SettlementState.FAILED:
            asked.update({line_id: line.units for line_id, line in settlement.lines.items()})
    taken = {line.line_id: _taken_back(line, is_received=is_received) for line in ret.lines}
    left = {line_id: units - asked[line_id] for line_id, units in taken.items()}
    return {line_id: units for line_id, units in left.items() if units > 0}


def _taken_back(line: ReturnLine, *, is_received: bool) -> int:
    if line.inspection:
        return min(line.inspection.accepted, line.units)
    return 0 if is_received else line.units


def preferred(line: ReturnLine) -> Remedy | None:
    """What the customer prefers, or else the first that the policy has; none if it has none."""
    remedies = line.decision.remedies if line.decision else ()
    return line.remedy or next(iter(remedies), None)


def needs_person(ret: Return) -> bool:
    """Whether somebody has to choose: a line was taken back in part, or what it gets is not clear.

    An exchange needs somebody who knows what the customer wants instead; a request that failed,
    somebody who knows why. A promise that is near is a reason to go on.
    """
    inspected = [line for line in ret.lines if line.inspection]
    partly = any(
        line.inspection and 0 < line.inspection.accepted < line.units for line in inspected
    )
    unclear = open_units(ret).keys() & {
        line.line_id for line in ret.lines if preferred(line) in {None, Remedy.EXCHANGE}
    }
    failed = any(each.state is SettlementState.FAILED for each in ret.settlements)
    return partly or failed or bool(unclear)


def next_request(ret: Return) -> Request | None:
    """The first remedy that the return's lines are still to get, with all lines that get it."""
    units = open_units(ret)
    wanted = {line.line_id: preferred(line) for line in ret.lines if line.line_id in units}
    remedy = next(filter(None, wanted.values()), None)
    if remedy is None:
        return None
    mine = {line_id: units[line_id] for line_id, each in wanted.items() if each is remedy}
    return Request(remedy, mine)
