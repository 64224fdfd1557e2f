"""The rules of returning: pure functions of a policy and the facts.

A policy is dated data (`policies/`). Each rule gives one verdict per order line; a decision is all
verdicts together, so that it can be stored, shown and explained later exactly as it was made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from aftercare.kernel.clock import local_day


class Cause(StrEnum):
    """What kind of reason the customer has: a defective product, or a personal one."""

    DEFECT = "defect"
    PERSONAL = "personal"


class Payer(StrEnum):
    """Who pays the return shipping."""

    SELLER = "seller"
    BUYER = "buyer"


class Rule(StrEnum):
    """What each line is checked for."""

    POP_NOW_UNOPENED = "pop_now_unopened"
    NOT_PERSONAL_FOR_BLIND_BOX = "not_personal_for_blind_box"
    CAUSE_COVERED = "cause_covered"
    DELIVERED = "delivered"
    WITHIN_WINDOW = "within_window"
    UNITS_AVAILABLE = "units_available"
    EVIDENCE_GIVEN = "evidence_given"


class UnknownRule(str):
    """A rule that a newer version applied and this one does not have; a stored verdict names it."""

    __slots__ = ()


class Outcome(StrEnum):
    """Whether a line passes a rule. Pending: the evidence has not been accepted yet."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a policy grants for one cause. The window is in local days after delivery (R-RET-02)."""

    window_days: int
    payer: Payer
    photos: int


@dataclass(frozen=True, slots=True)
class Policy:
    """One published version of the rules for one set of markets and channels.

    It is in force from the first moment of `valid_from` until the next version begins.
    """

    policy_id: str
    version: str
    valid_from: date
    source: str
    channels: frozenset[str]
    zones: Mapping[str, ZoneInfo]
    coverage: Mapping[Cause, Coverage]
    never_opened_online: frozenset[str]
    never_personal: frozenset[str]

    def applies_to(self, market: str, channel: str) -> bool:
        return market in self.zones and channel in self.channels


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line of the return. `available`: units in no live return and not refunded (R-RET-09)."""

    line_id: str
    kind: str
    opened_online: bool
    requested: int
    available: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision is based on. `as_of` is the submission, or now."""

    market: str
    cause: Cause
    as_of: datetime
    delivered_at: datetime | None
    photos: int
    lines: tuple[LineFacts, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rule for one line."""

    line_id: str
    rule: Rule | UnknownRule
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Decision:
    """Every verdict, the policy they come from, and what it grants.

    `last_day` is the last local day that counts, `deadline` the instant at which it ends; none
    before delivery.
    """

    policy_id: str
    policy_version: str
    as_of: datetime
    verdicts: tuple[Verdict, ...]
    last_day: date | None
    deadline: datetime | None
    payer: Payer | None
    photos_needed: int

    @property
    def passed(self) -> bool:
        """Whether every line passed every rule; a decision without lines passes none."""
        kept = [verdict.outcome is Outcome.PASSED for verdict in self.verdicts]
        return bool(kept) and all(kept)

    @property
    def refusals(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.outcome is Outcome.FAILED)


def decide(policy: Policy, facts: Facts) -> Decision:
    """Checks every line against every rule. Never raises if the policy applies to the market."""
    coverage = policy.coverage.get(facts.cause)
    zone = policy.zones[facts.market]
    last_day = _last_day(coverage, facts.delivered_at, zone)
    return Decision(
        policy_id=policy.policy_id,
        policy_version=policy.version,
        as_of=facts.as_of,
        verdicts=tuple(
            Verdict(line.line_id, rule, outcome)
            for line in facts.lines
            for rule, outcome in _verdicts(policy, coverage, facts, line, last_day)
        ),
        last_day=last_day,
        deadline=_end_of(last_day, zone) if last_day else None,
        payer=coverage.payer if coverage else None,
        photos_needed=coverage.photos if coverage else 0,
    )


def _verdicts(
    policy: Policy, coverage: Coverage | None, facts: Facts, line: LineFacts, last_day: date | None
) -> Iterator[tuple[Rule, Outcome]]:
    """The rules, in the order in which a person would give them as the reason."""
    # R-RET-04: once opened online, a box is consumed, like a digital product.
    opened = line.opened_online and line.kind in policy.never_opened_online
    yield Rule.POP_NOW_UNOPENED, _passed(not opened)
    # R-RET-03: no return or refund of blind boxes for personal reasons.
    personal = facts.cause is Cause.PERSONAL and line.kind in policy.never_personal
    yield Rule.NOT_PERSONAL_FOR_BLIND_BOX, _passed(not personal)
    yield Rule.CAUSE_COVERED, _passed(coverage is not None)
    yield Rule.DELIVERED, _passed(facts.delivered_at is not None)
    if last_day:
        day = local_day(facts.as_of, policy.zones[facts.market])
        yield Rule.WITHIN_WINDOW, _passed(day <= last_day)
    yield Rule.UNITS_AVAILABLE, _passed(1 <= line.requested <= line.available)
    if coverage:
        enough = facts.photos >= coverage.photos
        yield Rule.EVIDENCE_GIVEN, Outcome.PASSED if enough else Outcome.PENDING


def _passed(condition: bool) -> Outcome:
    return Outcome.PASSED if condition else Outcome.FAILED


def _last_day(
    coverage: Coverage | None, delivered_at: datetime | None, zone: ZoneInfo
) -> date | None:
    if coverage is None or delivered_at is None:
        return None
    return local_day(delivered_at, zone) + timedelta(days=coverage.window_days)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day is over: the next midnight, whatever clocks do."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
