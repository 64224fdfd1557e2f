"""View models of the return policy's page, made from the policies' data (R-RET-41)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from aftercare.returns.policy import Grant, GrantWindow, Policy, RefundDays, Remedy, Seller
from aftercare.returns.promise_rules import rules_on
from aftercare.returns.reasons import Cause, EvidenceKind, Reason, Wanted
from aftercare.words.service import Words


class GrantRow(NamedTuple):
    """What a policy grants for some causes."""

    causes: list[str]
    reasons: list[str]
    window: str
    payer: str
    evidence: list[str]
    remedies: str
    refund: str
    in_store: str


class PolicyCard(NamedTuple):
    """One policy: whom it is for, what it grants, and what never comes back.

    `is_readers` says that it is for our customers of the reader's country.
    """

    channels: list[str]
    markets: str
    since: str
    sold_by: str
    grants: list[GrantRow]
    never: list[str]
    is_readers: bool


def policy_cards(
    w: Words, policies: Iterable[Policy], today: date, country: str = ""
) -> list[PolicyCard]:
    """The versions in force on that day, and those that begin later.

    The reader's country comes first, if it is known; then what we sold ourselves.
    """
    versions = sorted(policies, key=lambda policy: policy.valid_from)
    in_force = {policy.policy_id: policy for policy in versions if policy.valid_from <= today}
    shown = [*in_force.values(), *(policy for policy in versions if policy.valid_from > today)]
    covering = [policy for policy in shown if policy.markets]
    places = _places(w, covering, country)
    cards = [_card(w, policy, today, places, country) for policy in sorted(covering, key=_rank)]
    return sorted(cards, key=lambda card: not card.is_readers)


def _places(w: Words, covering: Iterable[Policy], country: str) -> dict[frozenset[str], str]:
    """The names of the policies' countries, the reader's first.

    Those of all have one name beside those of some.
    """

    def rank(market: str) -> tuple[bool, str]:
        return market != country, w.country(market)

    named = {
        policy.markets: w.list([w.country(market) for market in sorted(policy.markets, key=rank)])
        for policy in covering
    }
    everywhere = frozenset[str]().union(*named)
    return named | {everywhere: w.text("policy.everywhere")} if len(named) > 1 else named


def _rank(policy: Policy) -> tuple[bool, int, str, date]:
    is_others = policy.seller is not Seller.OURSELVES
    return is_others, len(policy.markets), policy.policy_id, policy.valid_from


def _card(
    w: Words, policy: Policy, today: date, places: dict[frozenset[str], str], country: str
) -> PolicyCard:
    channels = [w.text(f"policy.channel.{channel}") for channel in sorted(policy.channels)]
    is_ours = policy.seller is Seller.OURSELVES
    is_later = policy.valid_from > today
    return PolicyCard(
        channels=channels,
        markets=places[policy.markets],
        since=w.text("policy.from", day=w.day(policy.valid_from)) if is_later else "",
        sold_by="" if is_ours else w.text(f"policy.seller.{policy.seller}"),
        grants=[_grant(w, grant, _promised(policy, grant, today)) for grant in policy.grants],
        never=[*_never(w, policy)] if is_ours else [],
        is_readers=is_ours and country in policy.markets,
    )


def _never(w: Words, policy: Policy) -> Iterable[str]:
    groups = {
        "opened_online": policy.never_opened_online,
        "personal": policy.never_personal,
        "personal_opened": policy.never_personal_opened,
    }
    for group, kinds in groups.items():
        if kinds:
            named = [w.text(f"policy.kind.{kind}") for kind in sorted(kinds)]
            yield w.text(f"policy.never.{group}", kinds=w.list(named, "or"))


def _promised(policy: Policy, grant: Grant, today: date) -> RefundDays | None:
    """The grant's own days, or those of the rules where we pay back ourselves (R-REF-01)."""
    may_refund = not grant.remedies or Remedy.REFUND in grant.remedies
    if grant.refund_days or not may_refund or policy.seller is not Seller.OURSELVES:
        return grant.refund_days
    rules = rules_on(max(today, policy.valid_from))
    return RefundDays(rules.at_least, rules.at_most)


def _grant(w: Words, grant: Grant, promised: RefundDays | None) -> GrantRow:
    whole = [cause for cause in Cause if _of(cause) <= grant.reasons]
    single = [reason for reason in Reason if reason in grant.reasons and reason.cause not in whole]
    remedies = [w.text(f"policy.remedy.{remedy}") for remedy in grant.remedies]
    return GrantRow(
        causes=[w.text(f"policy.cause.{cause}") for cause in whole],
        reasons=[w.text(f"returns.reason.{reason}") for reason in single],
        window=_window(w, grant.window),
        payer=w.text(f"policy.payer.{grant.payer}"),
        evidence=[_evidence(w, wanted) for wanted in grant.evidence],
        remedies=w.list(remedies, "or"),
        refund=w.text(
            "policy.refund_days",
            least=w.number(promised.at_least),
            most=w.number(promised.at_most),
        )
        if promised
        else "",
        in_store=w.text("policy.in_store") if grant.in_store else "",
    )


def _of(cause: Cause) -> set[Reason]:
    return {reason for reason in Reason if reason.cause is cause}


def _window(w: Words, window: GrantWindow | None) -> str:
    if window is None:
        return w.text("policy.any_time")
    if window.business:
        return w.count(f"policy.business_window.{window.start}", window.days)
    return w.count(f"policy.window.{window.start}", window.days)


def _evidence(w: Words, wanted: Wanted) -> str:
    """The kind that is wanted, or what does as well."""
    ways = [_pieces(w, wanted.kind, wanted.at_least)]
    return w.list([*ways, *(_pieces(w, kind, 1) for kind in wanted.instead)], "or")


def _pieces(w: Words, kind: EvidenceKind, count: int) -> str:
    return w.count(f"policy.evidence.{kind}", count)
