"""Points that come to an account: what refunds left for their day, then debt, then lots."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

type Lots = Mapping[date, int]
type Loans = Mapping[date, Lots]
"""By the due day of refunded points, what was taken from lots of other days in their place."""


@dataclass(slots=True)
class Intake:
    """Puts points where they belong, so that it does not matter what was told first.

    `live` and `past` are what came to lots or had expired, `paid` what paid a debt. A loan from a
    lot is given back when points of the refunded day come after all (R-PTS-23).
    """

    today: date
    debts: Counter[date]
    loans: dict[date, Counter[date]]
    live: Counter[date] = field(default_factory=Counter)
    past: Counter[date] = field(default_factory=Counter)
    paid: int = 0

    def take_in(self, points: Lots) -> None:
        waiting = Counter(points)
        while +waiting:
            while +waiting:
                self._arrive(waiting)
            self._pay_debts()
            self._keep_what_is_due_later(waiting)

    def _arrive(self, waiting: Counter[date]) -> None:
        """The soonest due: first to what refunds of that very day left open, then to their lot."""
        due = min(+waiting)
        count = waiting.pop(due)
        count -= self._pay(due, due, count)
        count -= self._give_back(due, count, waiting)
        (self.past if due < self.today else self.live)[due] += count

    def _give_back(self, due: date, count: int, waiting: Counter[date]) -> int:
        """Ends loans of that day, the latest due first; what was lent comes in anew."""
        loans, given = self.loans.get(due, Counter()), 0
        for lender in sorted(+loans, reverse=True):
            back = min(count - given, loans[lender])
            loans[lender] -= back
            waiting[lender] += back
            given += back
        return given

    def _pay_debts(self) -> None:
        for due in sorted(+self.live):
            for owed in sorted(+self.debts):
                self.live[due] -= self._pay(due, owed, self.live[due])

    def _pay(self, due: date, owed: date, count: int) -> int:
        paid = min(count, self.debts[owed])
        self.debts[owed] -= paid
        self.paid += paid
        if owed != due:
            self._lend(due, owed, paid)
        return paid

    def _keep_what_is_due_later(self, waiting: Counter[date]) -> None:
        """Lends what is due sooner in the place of what is due latest, which comes in anew."""
        soonest = min(+self.live, default=None)
        if soonest is None:
            return
        later = max(
            ((lender, owed) for lender, owed in self._lenders() if lender > soonest), default=None
        )
        if later is None:
            return
        lender, owed = later
        count = min(self.live[soonest], self.loans[owed][lender])
        self.loans[owed][lender] -= count
        self.live[soonest] -= count
        self._lend(soonest, owed, count)
        waiting[lender] += count

    def _lenders(self) -> Iterator[tuple[date, date]]:
        for owed, loans in self.loans.items():
            for lender in +loans:
                if lender >= self.today:
                    yield lender, owed

    def _lend(self, due: date, owed: date, count: int) -> None:
        self.loans.setdefault(owed, Counter())[due] += count


def kept(loans: Mapping[date, Lots]) -> dict[date, dict[date, int]]:
    """The loans without those that have ended."""
    counted = {owed: dict(+Counter(lenders)) for owed, lenders in sorted(loans.items())}
    return {owed: lenders for owed, lenders in counted.items() if lenders}
