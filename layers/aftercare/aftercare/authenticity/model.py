"""A code's history: its checks, its sales and its signals; and the answer to a check."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from aftercare.authenticity.symbols import bits_of
from aftercare.batches.model import Batch, BatchStatus

KEPT_CHECKS = 20
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


@dataclass(frozen=True, slots=True)
class Check:
    """One visitor's check. `place` is its place among the code's checks once it is recorded.

    `weight` is the number of checks it stands for. `country` is ISO 3166-1 alpha-2 or empty; `at`
    has whole seconds. `standing` was the batch's status at the time.
    """

    check_id: str
    at: datetime
    country: str
    audience: Audience
    store_id: str = ""
    place: int = 0
    weight: int = 1
    standing: BatchStatus = BatchStatus.ACTIVE

    @property
    def by_customer(self) -> bool:
        return self.audience is Audience.CUSTOMER

    def is_sampled(self, weight: int) -> bool:
        """Whether this is the one in `weight` that is recorded; so is its repeat."""
        return bits_of(self.check_id) % weight == 0


@dataclass(frozen=True, slots=True)
class Sales:
    """When the product with the code was first and last sold, and first and last returned.

    Online sales are not reported, so the first recorded sale may be a resale.
    """

    first_sold_at: datetime | None = None
    last_sold_at: datetime | None = None
    first_returned_at: datetime | None = None
    returned_at: datetime | None = None

    def sold(self, at: datetime) -> Self:
        """These sales and one more, in whatever order they are reported."""
        first, last = self.first_sold_at or at, self.last_sold_at or at
        return replace(self, first_sold_at=min(first, at), last_sold_at=max(last, at))

    def returned(self, at: datetime) -> Self:
        first, last = self.first_returned_at or at, self.returned_at or at
        return replace(self, first_returned_at=min(first, at), returned_at=max(last, at))

    @property
    def is_back(self) -> bool:
        """Whether it was returned, and not sold since."""
        sold, back = self.last_sold_at, self.returned_at
        return back is not None and (sold is None or sold < back)

    def was_in_store(self, at: datetime, tolerance: timedelta) -> bool:
        """Whether it had certainly been returned, and not been sold again, at that time."""
        sold, back = self.last_sold_at, self.returned_at
        if back is None or at <= back + tolerance:
            return False
        return self.is_back or sold is None or at < sold - tolerance

    def was_unsold(self, at: datetime, tolerance: timedelta) -> bool:
        """Whether it had certainly not been sold yet; one returned earlier had been."""
        sold, back = self.first_sold_at, self.first_returned_at
        if sold is None or (back is not None and back < sold):
            return False
        return at < sold - tolerance


@dataclass(frozen=True, slots=True)
class History:
    """The history of one code. `recent` are its first and its last checks, as they were recorded.

    `raised` has for each signal the number of checks at the time it was raised; it stays unless an
    operator clears the code. `cleared` is the number of checks at that time, or 0.
    """

    checks: int = 0
    customer_checks: int = 0
    first: Check | None = None
    first_by_customer: Check | None = None
    recent: tuple[Check, ...] = ()
    sales: Sales = field(default_factory=Sales)
    raised: Mapping[Signal, int] = field(default_factory=dict)
    cleared: int = 0

    @property
    def since_cleared(self) -> Self:
        """The part that may raise signals: what came after the code was last cleared."""
        first = self.first_by_customer
        return replace(
            self,
            first_by_customer=first if first and first.place > self.cleared else None,
            recent=tuple(check for check in self.recent if check.place > self.cleared),
        )

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
        """The checks to drop to make room for one more; the first ones stay."""
        firsts = (self.first, self.first_by_customer)
        others = [check for check in self.recent if check not in firsts]
        by_customers = [check for check in others if check.by_customer]
        most = KEPT_CHECKS - 1
        of_stores = max(KEPT_STORE_CHECKS - 1, most - len(by_customers))
        by_stores = [check for check in others if not check.by_customer][-of_stores:]
        by_customers = by_customers[-(most - len(by_stores)) :]
        kept = {check.check_id for check in (*by_stores, *by_customers)}
        return tuple(check.check_id for check in others if check.check_id not in kept)

    def find(self, check_ids: tuple[str, ...]) -> Check | None:
        """The check with one of those ids, if it is still kept."""
        return next((check for check in self.recent if check.check_id in check_ids), None)

    def find_by_start(self, start: str) -> Check | None:
        """The check whose id starts like that, if it is still kept."""
        return next((check for check in self.recent if check.check_id.startswith(start)), None)

    def as_of(self, check: Check) -> Self:
        """The history right after that check."""
        return replace(
            self,
            checks=check.place,
            customer_checks=self._customer_checks_until(check),
            first_by_customer=self._first_by_customer_until(check),
            recent=tuple(each for each in self.recent if each.place <= check.place),
            raised={sign: place for sign, place in self.raised.items() if place <= check.place},
        )

    def _first_by_customer_until(self, check: Check) -> Check | None:
        first = self.first_by_customer
        return first if first and first.place <= check.place else None

    def _customer_checks_until(self, check: Check) -> int:
        if check in (self.first, self.first_by_customer):
            return int(check.by_customer)
        later = (each for each in self.recent if each.place > check.place and each.by_customer)
        return self.customer_checks - sum(each.weight for each in later)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a check.

    `code` is the code in groups of four, or the typed text when that cannot be a code; `checks`
    includes this one, and is 0 for what is not recorded; `first_checked_at` is the first check by a
    customer; in an answer to a store, by anybody. `place` is the place (from 1) of a character that
    no code has. `is_forged`: we did not make the code's tag; for alarms, not shown to anybody.
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
    is_estimate: bool = False
    customers_estimated: bool = False
    place: int = 0
    is_forged: bool = False


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """The check behind a reference: for support, not for the one who checked.

    `check` is missing when nothing was recorded: the code is not ours, the check was outside a hot
    code's sample, or it has been dropped since. `history` is then the current one.
    """

    reference: str
    verdict: str
    at: datetime | None
    check: Check | None = None
    batch: Batch | None = None
    history: History | None = None
