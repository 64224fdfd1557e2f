"""The desk's figures of the last thirty days, which everybody may read (R-DSK-28)."""

from dataclasses import dataclass
from datetime import timedelta

from aftercare.desk.figure_store import FigureStore
from aftercare.desk.figures import Report, figures_of, together
from aftercare.kernel.clock import Clock

DAYS = 30
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """Each night the facts of the days that are over become figures. Days are those of UTC."""

    store: FigureStore
    clock: Clock

    def latest(self) -> Report | None:
        """What the last night wrote; none before the first one."""
        return self.store.latest()

    def fold(self) -> Report:
        """Folds every day of the last thirty that is over and was not folded yet; safe to repeat.

        Run it some hours after midnight, UTC: whoever closes a ticket at midnight has written its
        fact by then.
        """
        last = self.clock().date() - _DAY
        days = [last - _DAY * ago for ago in range(DAYS)]
        known = self.store.days(days)
        for day in days:
            if day not in known:
                known[day] = figures_of(self.store.facts(day))
                self.store.put_day(day, known[day])
        report = Report(last, together(known[day] for day in days))
        self.store.put_latest(report)
        return report
