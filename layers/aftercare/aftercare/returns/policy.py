"""The rules of returning: pure functions of a policy and the facts.

A policy is dated data (`policies/`). Each rule gives one verdict on one order line; a decision is
all verdicts on that line with the facts that they come from, so that it can be stored, shown,
explained and made again later exactly as it was made.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftercare.kernel.clock import local_day
from aftercare.returns.reasons import Cause, Given, Opened, Reason, Wanted, missing


class Payer(StrEnum):
    """Who pays the return shipping."""

    SELLER = "seller"
    BUYER = "buyer"


class Seller(StrEnum):
    """Who sold it. What others sold comes back for a recall only; else they are to be asked."""

    OURSELVES = "ourselves"
    DISTRIBUTOR = "distributor"
    MARKETPLACE = "marketplace"
    UNKNOWN = "unknown"


class Recall(StrEnum):
    """Whether a line is recalled. Affected: some batch of its product is, perhaps not its own."""

    NONE = "none"
    AFFECTED = "affected"
    RECALLED = "recalled"


class Remedy(StrEnum):
    """What the customer gets for what comes back, where the policy says so."""

    REPLACEMENT = "replacement"
    EXCHANGE = "exchange"
    REFUND = "refund"
    REPAIR = "repair"
    STORE_CREDIT = "store_credit"


class Rule(StrEnum):
    """What each line is checked for."""

    RECALLED = "recalled"
    REASON_FITS = "reason_fits"
    POP_NOW_UNOPENED = "pop_now_unopened"
    NOT_PERSONAL_FOR_BLIND_BOX = "not_personal_for_blind_box"
    SEALED = "sealed"
    CAUSE_COVERED = "cause_covered"
    DELIVERED = "delivered"
    WITHIN_WINDOW = "within_window"
    UNITS_AVAILABLE = "units_available"
    EVIDENCE_GIVEN = "evidence_given"


class UnknownRule(str):
    """A rule that a newer version applied and this one does not have; a stored verdict names it."""

    __slots__ = ()


class Outcome(StrEnum):
    """Whether a line passes a rule. Pending: the customer has not shown or said enough yet."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"


class Start(StrEnum):
    """What a return window is counted from."""

    DELIVERY = "delivery"
    PURCHASE = "purchase"
    DISPATCH = "dispatch"


class GrantWindow(NamedTuple):
    """So many local days, or business days of the market, after its start (R-RET-02).

    The last one counts in full.
    """

    start: Start
    days: int
    business: bool = False


class RefundDays(NamedTuple):
    """Within how many business days a refund is paid, where the policy promises it."""

    at_least: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What a policy grants for some reasons, under the id of the rule that says so.

    Without a window it never ends. `remedies` are none where the shop decides. `in_store` says that
    the items may also be handed in at any of our stores, with what `evidence` names as the receipt.
    """

    rule: str
    reasons: frozenset[Reason]
    payer: Payer
    window: GrantWindow | None = None
    evidence: tuple[Wanted, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    refund_days: RefundDays | None = None
    in_store: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """One published version of the rules for one set of markets and channels.

    It is in force from the first moment of `valid_from`, where the customer is, until the next
    version begins. Products of the `never_` kinds don't come back once they were opened online, for
    personal reasons, or for personal reasons once they were opened.
    """

    policy_id: str
    version: str
    valid_from: date
    source: str
    channels: frozenset[str]
    markets: frozenset[str]
    grants: tuple[Grant, ...]
    never_opened_online: frozenset[str]
    never_personal: frozenset[str]
    never_personal_opened: frozenset[str]
    seller: Seller = Seller.OURSELVES

    def grant(self, reason: Reason) -> Grant | None:
        """The first grant for that reason, if there is one."""
        return next((grant for grant in self.grants if reason in grant.reasons), None)

    def applies_to(self, market: str, channel: str) -> bool:
        return market in self.markets and channel in self.channels


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision on one line is based on.

    `as_of` is the moment that counts: when the customer asked. `zone` is where days are counted.
    `requested` units come back of `bought`; `available` are those in no other live return and not
    refunded (R-RET-09). `delivered_at` is when the last of the requested units was handed over;
    none if they have not all been. `evidence` was accepted for the whole return. `seen_in_store`
    says that our own staff have the item in their hands: nothing has to be shown, nothing sent.
    """

    market: str
    reason: Reason
    as_of: datetime
    zone: ZoneInfo
    kind: str
    requested: int
    available: int
    bought: int = 1
    set_size: int | None = None
    opened_online: bool = False
    opened: Opened = Opened.UNKNOWN
    recalled: bool = False
    delivered_at: datetime | None = None
    purchased_at: datetime | None = None
    dispatched_at: datetime | None = None
    evidence: Given = field(default_factory=dict)
    seen_in_store: bool = False

    def began(self, start: Start) -> datetime | None:
        """When a window from there began; none if it has not.

        A purchase or dispatch that nobody told of was at the delivery, at the latest.
        """
        moments = {Start.PURCHASE: self.purchased_at, Start.DISPATCH: self.dispatched_at}
        return moments.get(start) or self.delivered_at


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rule for one line."""

    rule: Rule | UnknownRule
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class LineDecision:
    """Every verdict on one line, the policy they come from, and what it grants (R-RET-14).

    `rule` is the id of the granting rule, empty if none grants. `last_day` is the last local day in
    the zone of that name, `deadline` the instant at which it ends; none before the window begins.
    `in_store`: see `Grant`. `facts` are none in a decision of an earlier version.
    """

    policy_id: str
    policy_version: str
    as_of: datetime
    verdicts: tuple[Verdict, ...]
    rule: str = ""
    last_day: date | None = None
    zone: str = ""
    deadline: datetime | None = None
    payer: Payer | None = None
    evidence: tuple[Wanted, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    in_store: bool = False
    facts: Facts | None = None

    @property
    def passed(self) -> bool:
        """Whether the line passed every rule; a decision without verdicts passes none."""
        kept = [verdict.outcome is Outcome.PASSED for verdict in self.verdicts]
        return bool(kept) and all(kept)

    @property
    def refusals(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.outcome is Outcome.FAILED)

    @property
    def asks_opened(self) -> bool:
        """Whether it depends on the customer's word that the item is still sealed."""
        return Verdict(Rule.SEALED, Outcome.PENDING) in self.verdicts


def decide(policy: Policy, facts: Facts) -> LineDecision:
    """Checks a line against every rule. Never raises."""
    grant = policy.grant(facts.reason)
    last_day = last_day_of(grant, facts)
    return LineDecision(
        policy_id=policy.policy_id,
        policy_version=policy.version,
        as_of=facts.as_of,
        verdicts=tuple(Verdict(*each) for each in _verdicts(policy, grant, facts, last_day)),
        rule=grant.rule if grant else "",
        last_day=last_day,
        zone=facts.zone.key,
        deadline=_end_of(last_day, facts.zone) if last_day else None,
        payer=grant.payer if grant and not facts.seen_in_store else None,
        evidence=_wanted(grant, facts),
        remedies=grant.remedies if grant else (),
        in_store=grant is not None and grant.in_store,
        facts=facts,
    )


def _wanted(grant: Grant | None, facts: Facts) -> tuple[Wanted, ...]:
    # R-RET-24: what our own staff have before them, nobody has to photograph.
    return grant.evidence if grant and not facts.seen_in_store else ()


def last_day_of(grant: Grant | None, facts: Facts) -> date | None:
    """The last local day on which the units may come back (R-RET-02).

    None if the policy grants nothing, or without an end, or while the window has not begun.
    """
    if grant is None or grant.window is None:
        return None
    began = facts.began(grant.window.start)
    if began is None:
        return None
    day = local_day(began, facts.zone)
    if grant.window.business:
        from aftercare.calendars.service import add_business_days  # noqa: PLC0415 - few windows

        return add_business_days(facts.market, day, grant.window.days)
    return day + timedelta(days=grant.window.days)


def _verdicts(
    policy: Policy, grant: Grant | None, facts: Facts, last_day: date | None
) -> Iterator[tuple[Rule, Outcome]]:
    """The rules, in the order in which a person would give them as the reason."""
    if facts.reason.cause is Cause.RECALL:  # R-RET-30: it overrides what the kind forbids
        yield Rule.RECALLED, _passed(facts.recalled)
    else:
        yield Rule.REASON_FITS, _passed(fits(facts))
        yield from _verdicts_on_kind(policy, facts)
    yield Rule.CAUSE_COVERED, _passed(grant is not None)
    yield Rule.DELIVERED, _passed(facts.delivered_at is not None)
    if last_day:
        yield Rule.WITHIN_WINDOW, _passed(local_day(facts.as_of, facts.zone) <= last_day)
    yield Rule.UNITS_AVAILABLE, _passed(1 <= facts.requested <= facts.available)
    if grant:
        enough = missing(_wanted(grant, facts), facts.evidence) == 0
        yield Rule.EVIDENCE_GIVEN, Outcome.PASSED if enough else Outcome.PENDING


_BOXES = frozenset({"blind_box", "pop_now"})
_OF_BOXES = frozenset(
    {
        Reason.DUPLICATE_IN_SET,
        Reason.RARITY_DISPUTE,
        Reason.LIMITED_REDRAW,
        Reason.UNWANTED_CHARACTER,
    }
)


def fits(facts: Facts) -> bool:
    """Whether the reason makes sense for such a line (R-RET-31).

    Only what was drawn can be a duplicate or the wrong draw; a duplicate needs a whole set.
    """
    if facts.reason in _OF_BOXES and facts.kind not in _BOXES:
        return False
    in_set = facts.set_size is None or facts.bought >= facts.set_size
    return facts.reason is not Reason.DUPLICATE_IN_SET or in_set


def _verdicts_on_kind(policy: Policy, facts: Facts) -> Iterator[tuple[Rule, Outcome]]:
    # R-RET-04: once opened online, a box is consumed, like a digital product.
    opened = facts.opened_online and facts.kind in policy.never_opened_online
    yield Rule.POP_NOW_UNOPENED, _passed(not opened)
    # R-RET-03: a blind box does not come back for personal reasons; where it does, only sealed.
    personal = facts.reason.cause is Cause.PERSONAL
    never = personal and facts.kind in policy.never_personal
    yield Rule.NOT_PERSONAL_FOR_BLIND_BOX, _passed(not never)
    if personal and facts.kind in policy.never_personal_opened:
        yield Rule.SEALED, _sealed(facts)


def _sealed(facts: Facts) -> Outcome:
    # Nobody knows a character before the box is open.
    if facts.opened is Opened.OPENED or facts.reason is Reason.UNWANTED_CHARACTER:
        return Outcome.FAILED
    return Outcome.PASSED if facts.opened is Opened.SEALED else Outcome.PENDING


def _passed(condition: bool) -> Outcome:
    return Outcome.PASSED if condition else Outcome.FAILED


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day is over: the next midnight, whatever clocks do."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
