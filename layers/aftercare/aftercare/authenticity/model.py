"""A code's history: its checks, its sales and its signals; and the answer to a check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self

from aftercare.authenticity.sales import Sales
from aftercare.batches.model import Batch, BatchStatus
from aftercare.kernel.symbols import bits_of

KEPT_CHECKS = 17
# Of those, at most so many by stores where customers' checks need the room: signals need those.
KEPT_STORE_CHECKS = 8
HOT_FROM = 50


class Verdict(StrEnum):
    """The result of a check of a code; none says that the product is genuine."""

    GENUINE_FIRST_CHECK = "genuine_first_check"
    GENUINE_CHECKED_BEFORE = "genuine_checked_before"
    SUSPECT = "suspect"
    RECALLED = "recalled"
    RESTRICTED = "restricted"
    BLOCKED = "blocked"
    NOT_ISSUED = "not_issued"
    MISTYPED = "mistyped"


class Audience(StrEnum):
    """Who checks. Stores are counted apart: a till's scan is no customer's first check."""

    CUSTOMER = "customer"
    STORE = "store"


class Signal(StrEnum):
    """A sign that a code was copied; `policy` has the thresholds."""

    SESSIONS_24H = "sessions_24h"
    SESSIONS_7D = "sessions_7d"
    COUNTRIES = "countries"
    IMPOSSIBLE_TRAVEL = "impossible_travel"
    CHECKED_BEFORE_SOLD = "checked_before_sold"
    CHECKED_AFTER_RETURN = "checked_after_return"
    SOLD_TWICE = "sold_twice"
    PEOPLE_OVER_WEEKS = "people_over_weeks"
    COPIES_CONFIRMED = "copies_confirmed"


class Strength(StrEnum):
    """How strong a sign of copies is; the advice is in proportion."""

    WEAK = "weak"
    STRONG = "strong"


class Hints(NamedTuple):
    """By what checks of one code are compared: short hashes of a network and of a device."""

    network: str
    device: str


@dataclass(frozen=True, slots=True)
class Check:
    """One visitor's check. `place` is its place among the code's checks once it is recorded.

    `weight` is the number of checks it stands for. `country` is ISO 3166-1 alpha-2 or empty; `at`
    has whole seconds. `standing` was the batch's status at the time; `told` are the signals that
    its answer told of, None where an earlier version stored it. A check by a store has no `hints`.
    """

    check_id: str
    at: datetime
    country: str
    audience: Audience
    store_id: str = ""
    place: int = 0
    weight: int = 1
    standing: BatchStatus = BatchStatus.ACTIVE
    told: frozenset[Signal] | None = None
    hints: Hints | None = None

    @property
    def by_customer(self) -> bool:
        return self.audience is Audience.CUSTOMER

    def is_sampled(self, weight: int) -> bool:
        """Whether this is the one in `weight` that is recorded; so is its repeat."""
        return bits_of(self.check_id) % weight == 0


@dataclass(frozen=True, slots=True)
class History:
    """The facts of one code: its checks, sales, returns and clearings.

    `recent` are its first and its last checks, as they were recorded. `cleared` is the number of
    checks when the code was last cleared, or 0. `raised` are no facts: for each signal that the bus
    was told of, the number of checks at that time. `copied_at`: staff confirmed copies.
    """

    checks: int = 0
    customer_checks: int = 0
    first: Check | None = None
    first_by_customer: Check | None = None
    recent: tuple[Check, ...] = ()
    sales: Sales = field(default_factory=Sales)
    raised: Mapping[Signal, int] = field(default_factory=dict)
    cleared: int = 0
    copied_at: datetime | None = None

    @property
    def judged(self) -> tuple[Check, ...]:
        """The customers' and stores' checks since the code was last cleared, in order of time."""
        checks = filter(self._is_since_cleared, self.recent)
        return tuple(sorted(checks, key=lambda check: (check.at, check.place)))

    @property
    def has_dropped(self) -> bool:
        """Whether checks were dropped, so that a signal may have lost its cause."""
        return sum(check.weight for check in self.recent) < self.checks

    def including(self, check: Check, weight: int) -> Self:
        """This history and one check more, as the table adds it."""
        place = self.checks + weight
        mine = replace(check, place=place, weight=weight)
        dropped = set(self.spent)
        kept = (each for each in self.recent if each.check_id not in dropped)
        return replace(
            self,
            checks=place,
            customer_checks=self.customer_checks + weight * mine.by_customer,
            first=self.first or mine,
            first_by_customer=self.first_by_customer or (mine if mine.by_customer else None),
            recent=(*kept, mine),
        )

    def told(self, check: Check) -> frozenset[Signal]:
        """The signals that the answer to that check told of."""
        if check.told is not None:
            return check.told
        return frozenset(sign for sign, place in self.raised.items() if place <= check.place)

    @property
    def is_hot(self) -> bool:
        return any(map(self.is_sampled, Audience))

    def is_sampled(self, audience: Audience) -> bool:
        """Whether only a sample of that audience's checks is recorded."""
        return self.weight(audience) > 1

    def weight(self, audience: Audience) -> int:
        """The number of checks that the audience's next recorded check stands for.

        1, past 50 checks 2, past 100 4, and so on: a code that goes viral costs about 25 writes
        each time its count doubles. The audiences are counted apart: checks by stores do not
        thin out those by customers, on which signals depend.
        """
        by_customers = audience is Audience.CUSTOMER
        count = self.customer_checks if by_customers else self.checks - self.customer_checks
        return 1 << (count // HOT_FROM).bit_length()

    @property
    def spent(self) -> tuple[str, ...]:
        """The checks to drop to make room for one more; the first ones stay.

        Of customers' checks stay the last ones, and the first ones of weeks: copies are met week
        after week, and a busy day must not hide that.
        """
        firsts = (self.first, self.first_by_customer)
        others = [check for check in self.recent if check not in firsts]
        by_customers = [check for check in others if check.by_customer]
        most = KEPT_CHECKS - 1
        of_stores = max(KEPT_STORE_CHECKS - 1, most - len(by_customers))
        by_stores = [check for check in others if not check.by_customer][-of_stores:]
        by_customers = _spread(by_customers, most - len(by_stores))
        kept = {check.check_id for check in (*by_stores, *by_customers)}
        return tuple(check.check_id for check in others if check.check_id not in kept)

    def find(self, check_ids: tuple[str, ...]) -> Check | None:
        """The check with one of those ids, if it is still kept."""
        return next((check for check in self.recent if check.check_id in check_ids), None)

    def find_by_start(self, start: str) -> Check | None:
        """The check whose id starts like that, if it is still kept."""
        return next((check for check in self.recent if check.check_id.startswith(start)), None)

    def as_of(self, check: Check) -> Self:
        """The checks as they were right after that one."""
        return replace(
            self,
            checks=check.place,
            customer_checks=self._customer_checks_until(check),
            first_by_customer=self._first_by_customer_until(check),
            recent=tuple(each for each in self.recent if each.place <= check.place),
        )

    def _is_since_cleared(self, check: Check) -> bool:
        at = self.sales.cleared_at
        return check.place > self.cleared and (at is None or check.at >= at)

    def _first_by_customer_until(self, check: Check) -> Check | None:
        first = self.first_by_customer
        return first if first and first.place <= check.place else None

    def _customer_checks_until(self, check: Check) -> int:
        """At most so many: of checks that were dropped nobody knows whose they were."""
        if check in (self.first, self.first_by_customer):
            return int(check.by_customer)
        later = (each for each in self.recent if each.place > check.place and each.by_customer)
        until = (each for each in self.recent if each.place <= check.place and not each.by_customer)
        return min(
            self.customer_checks - sum(each.weight for each in later),
            check.place - sum(each.weight for each in until),
        )


def _spread(checks: Sequence[Check], room: int) -> list[Check]:
    """So many of the checks: half of them the last ones, then the first one of each week."""
    last, earlier = checks[-(room - room // 2) :], checks[: -(room - room // 2)]
    weeks: dict[int, Check] = {}
    for check in earlier:
        weeks.setdefault(check.at.toordinal() // 7, check)
    of_weeks = list(weeks.values())[-(room // 2) :]
    others = [check for check in earlier if check not in of_weeks]
    free = room - len(last) - len(of_weeks)
    return [*of_weeks, *(others[-free:] if free > 0 else ()), *last]


class Earlier(NamedTuple):
    """What a repeat was told the first time, and how many checks by customers came since."""

    verdict: Verdict
    at: datetime
    customer_checks_since: int
    strength: Strength | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a check.

    `code` is the code in groups of four, or the typed text when that cannot be a code; `checks`
    includes this one, and is 0 for what is not recorded; `first_checked_at` is the first check by a
    customer; in an answer to a store, by anybody. `place` is the place (from 1) of a character that
    no code has. `is_forged`: we did not make the code's tag; for alarms, not shown to anybody.
    `sales` are for stores. `earlier` is what a repeat was told, unless nothing has changed since.
    """

    verdict: Verdict
    code: str = ""
    reference: str = ""
    batch: Batch | None = None
    checks: int = 0
    customer_checks: int = 0
    first_checked_at: datetime | None = None
    first_checked_in: str = ""
    reasons: tuple[str, ...] = ()
    signals_version: str = ""
    strength: Strength | None = None
    is_estimate: bool = False
    customers_estimated: bool = False
    place: int = 0
    is_forged: bool = False
    sales: Sales = field(default_factory=Sales)
    earlier: Earlier | None = None

    @property
    def customer_checks_so_far(self) -> int:
        """Customers' checks until today; of a repeat, `customer_checks` has the earlier count."""
        since = self.earlier.customer_checks_since if self.earlier else 0
        return self.customer_checks + since


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """The check behind a reference: for support, not for the one who checked.

    `verdict` and `reasons` are what it was told then, `signals` are the code's of today. `check` is
    missing when nothing was recorded: the code is not ours, the check was outside a hot code's
    sample, or it has been dropped since. `history` is then the current one.
    """

    reference: str
    verdict: str
    at: datetime | None
    check: Check | None = None
    batch: Batch | None = None
    history: History | None = None
    reasons: frozenset[Signal] = frozenset()
    signals: frozenset[Signal] = frozenset()
