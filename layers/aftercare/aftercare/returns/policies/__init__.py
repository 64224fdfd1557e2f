"""The published policies: data beside this file, a folder per policy, a document per version."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

from msgspec import Struct, field

from aftercare.kernel.reading import FieldError
from aftercare.kernel.rulebook import (
    Count,
    Day,
    Name,
    Names,
    Positive,
    RuleBook,
    read,
    read_documents,
)
from aftercare.returns.policy import (
    Grant,
    GrantWindow,
    Payer,
    Policy,
    RefundDays,
    Remedy,
    Seller,
    Start,
)
from aftercare.returns.reasons import Cause, EvidenceKind, Reason, Wanted


class _Window(Struct, forbid_unknown_fields=True):
    start: Start = field(name="from")
    days: Count
    business: bool = False


class _Wanted(Struct, forbid_unknown_fields=True):
    kind: EvidenceKind
    at_least: Positive
    instead: tuple[EvidenceKind, ...] = ()


class _RefundDays(Struct, forbid_unknown_fields=True):
    at_least: Positive
    at_most: Positive


class _Grant(Struct, forbid_unknown_fields=True):
    rule: Name
    payer: Payer
    causes: tuple[Cause, ...] = ()
    reasons: tuple[Reason, ...] = ()
    window: _Window | None = None
    evidence: tuple[_Wanted, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    refund_days: _RefundDays | None = None
    in_store: bool = False

    def __post_init__(self) -> None:
        if not self.causes and not self.reasons:
            raise FieldError("reasons", "there, or causes")

    def grant(self) -> Grant:
        window, refund = self.window, self.refund_days
        return Grant(
            rule=self.rule,
            reasons=frozenset(
                {*self.reasons, *(reason for reason in Reason if reason.cause in self.causes)}
            ),
            payer=self.payer,
            window=GrantWindow(window.start, window.days, window.business) if window else None,
            evidence=tuple(
                Wanted(each.kind, each.at_least, each.instead) for each in self.evidence
            ),
            remedies=self.remedies,
            refund_days=RefundDays(refund.at_least, refund.at_most) if refund else None,
            in_store=self.in_store,
        )


class _Never(Struct, forbid_unknown_fields=True):
    opened_online: Names
    personal_reasons: Names = frozenset()
    personal_reasons_opened: Names = frozenset()


class _Document(Struct, forbid_unknown_fields=True):
    id: Name
    version: Name
    valid_from: Day
    source: Name
    channels: Names
    markets: Names
    grants: tuple[_Grant, ...]
    never: _Never
    seller: Seller = Seller.OURSELVES


class PolicyBook:
    """Every policy in all of its versions; a decision uses that of its day (R-RET-10)."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        """Sorts the versions by policy and day.

        Raises:
            ValueError: Two versions of a policy share a day, or two policies cover an order.
        """
        versions: dict[str, list[Policy]] = defaultdict(list)
        for policy in policies:
            versions[policy.policy_id].append(policy)
        self._books = {policy_id: RuleBook(dated) for policy_id, dated in versions.items()}
        for day in {policy.valid_from for policy in self.policies}:
            _refuse_overlaps(filter(None, (book.on(day) for book in self._books.values())))

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every version of every policy, oldest first."""
        return tuple(policy for book in self._books.values() for policy in book.versions)

    def version(self, policy_id: str, version: str) -> Policy:
        """That version of that policy, in force or not.

        Raises:
            LookupError: There is none.
        """
        return self._books[policy_id].version(version)

    def granted(self, policy_id: str, version: str, rule: str) -> Grant | None:
        """What that rule of that version grants; none if this book has no such version or rule."""
        found = (
            grant
            for policy in self.policies
            if (policy.policy_id, policy.version) == (policy_id, version)
            for grant in policy.grants
            if grant.rule == rule
        )
        return next(found, None)

    def in_force(self, market: str, channel: str, day: date) -> Policy | None:
        """The version that covers that market and channel on that day, if any does.

        The day is that of the customer, on whose clock a version begins.
        """
        begun = (book.on(day) for book in self._books.values())
        covering = (policy for policy in begun if policy and policy.applies_to(market, channel))
        return next(covering, None)


def _refuse_overlaps(policies: Iterable[Policy]) -> None:
    covered: dict[tuple[str, str], str] = {}
    for policy in policies:
        for order in product(policy.markets, policy.channels):
            other = covered.setdefault(order, policy.policy_id)
            if other != policy.policy_id:
                market, channel = order
                raise ValueError(
                    f"{other} and {policy.policy_id} both cover {channel} orders of {market} "
                    f"from {policy.valid_from}."
                )


@cache
def published() -> PolicyBook:
    """Every policy beside this file, read once per process."""
    return PolicyBook(read_documents(Path(__file__).parent, read_policy))


def read_policy(text: str) -> Policy:
    """The version of a policy in a TOML document.

    Raises:
        RulesInvalidError: A field is missing, unknown or not what it must be.
        ValueError: The text is not TOML.
    """
    document = read(text, _Document)
    return Policy(
        policy_id=document.id,
        version=document.version,
        valid_from=document.valid_from,
        source=document.source,
        channels=document.channels,
        markets=document.markets,
        grants=tuple(each.grant() for each in document.grants),
        never_opened_online=document.never.opened_online,
        never_personal=document.never.personal_reasons,
        never_personal_opened=document.never.personal_reasons_opened,
        seller=document.seller,
    )
