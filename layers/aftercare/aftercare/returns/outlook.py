"""What could be returned of an order's lines now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from aftercare.returns.policy import LineDecision, Recall
from aftercare.returns.reasons import Reason


class Window(NamedTuple):
    """Units that may come back through the same last day; none if they may at any time."""

    units: int
    last_day: date | None


@dataclass(frozen=True, slots=True)
class LineOutlook:
    """What could be returned of one line now: a decision on one unit for each reason that fits it.

    `available` are the units that are in no return and not repaid. `windows` has, for each reason,
    those of them that may come back now, by their last day, latest first: parcels arrive on
    different days.
    """

    line_id: str
    available: int
    decisions: Mapping[Reason, LineDecision]
    windows: Mapping[Reason, tuple[Window, ...]] = field(default_factory=dict)
    recall: Recall = Recall.NONE

    @property
    def returnable(self) -> int:
        """The units that may come back now for some reason."""
        return max(map(self.units_for, self.decisions), default=0)

    def units_for(self, reason: Reason) -> int:
        """The units that may come back now for that reason."""
        return sum(window.units for window in self.windows.get(reason, ()))
