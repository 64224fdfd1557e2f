"""Every row of every published policy, on its last day and the day after, wherever the customer is.

The rows are written down here a second time, from docs/rules.md: the data is right if both agree.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from aftercare.returns.policies import published
from aftercare.returns.policy import (
    Grant,
    GrantWindow,
    Policy,
    RefundDays,
    Remedy,
    Rule,
    Start,
    decide,
)
from aftercare.returns.reasons import Cause, Opened, Reason
from tests.fakes.policies import broken_rules, facts, policy_of
from tests.fakes.policy_rows import (
    BEGINS,
    BOXES,
    CASES,
    DELIVERY,
    LAST_MICROSECOND,
    PERSONAL,
    SELLER,
    ZONES,
    Row,
    fits_a_figure,
    of,
)


@pytest.mark.parametrize(
    ("row", "reason"), CASES, ids=[f"{row.policy_id}-{row.version}-{why}" for row, why in CASES]
)
@pytest.mark.parametrize("zone_name", ZONES)
def test_each_row_counts_its_last_day_in_full_and_the_next_one_not_at_all(
    row: Row, reason: Reason, zone_name: str
) -> None:
    policy, zone = policy_of(row.policy_id, row.version), ZoneInfo(zone_name)
    for begins, at in product(BEGINS, [time.min, time(12), LAST_MICROSECOND]):
        began_at = datetime.combine(begins, at, zone)
        last_day = begins + timedelta(days=row.days)
        over = datetime.combine(last_day + timedelta(days=1), time.min, zone)
        in_time = datetime.combine(last_day, LAST_MICROSECOND, zone)
        unfit = [] if fits_a_figure(reason) else [Rule.REASON_FITS]
        decision = decide(policy, of(row, reason, began_at, zone, as_of=in_time))
        assert broken_rules(decision) == unfit
        assert decision.passed is not bool(unfit)
        assert (decision.last_day, decision.zone) == (last_day, zone_name)
        assert decision.deadline == over.astimezone(UTC)
        late = decide(policy, of(row, reason, began_at, zone, as_of=over))
        assert broken_rules(late) == [*unfit, Rule.WITHIN_WINDOW]


@pytest.mark.parametrize(
    ("row", "reason"), CASES, ids=[f"{row.policy_id}-{row.version}-{why}" for row, why in CASES]
)
def test_each_row_says_who_pays_and_what_must_be_shown(row: Row, reason: Reason) -> None:
    policy, zone = policy_of(row.policy_id, row.version), ZoneInfo("UTC")
    case = of(
        row, reason, datetime(2026, 6, 1, tzinfo=UTC), zone, as_of=datetime(2026, 6, 2, tzinfo=UTC)
    )
    decision = decide(policy, case)
    assert (decision.payer, decision.evidence) == (row.payer, row.evidence)


def test_a_refund_is_promised_within_five_to_ten_business_days_where_a_policy_says_so() -> None:
    promised = {
        (policy.policy_id, grant.refund_days)
        for policy in published().policies
        for grant in policy.grants
        if grant.refund_days
    }
    assert promised == {("global_60_day", RefundDays(5, 10))}


def test_the_rows_are_all_that_any_published_policy_grants() -> None:
    written = {(row.policy_id, row.version, reason) for row, reason in CASES}
    granted = {
        (policy.policy_id, policy.version, reason)
        for policy in published().policies
        for grant in policy.grants
        for reason in grant.reasons
        if reason is not Reason.RECALLED
    }
    assert written == granted
    assert len(written) == len(CASES)


POLICIES = pytest.mark.parametrize(
    "policy", published().policies, ids=lambda policy: f"{policy.policy_id}-{policy.version}"
)


@POLICIES
def test_in_every_policy_a_recall_overrides_all(policy: Policy) -> None:
    case = facts(
        reason=Reason.RECALLED,
        kind="pop_now",
        opened_online=True,
        opened=Opened.OPENED,
        recalled=True,
        as_of=datetime(2036, 1, 1, tzinfo=UTC),
        evidence={},
    )
    decision = decide(policy, case)
    assert decision.passed
    assert (decision.payer, decision.rule) == (SELLER, "R-RET-30")
    assert decision.remedies == (Remedy.REPLACEMENT,)


@POLICIES
@pytest.mark.parametrize("reason", PERSONAL)
@pytest.mark.parametrize("kind", sorted(BOXES))
def test_in_every_policy_an_opened_blind_box_never_comes_back_for_personal_reasons(
    policy: Policy, reason: Reason, kind: str
) -> None:
    decision = decide(policy, facts(reason=reason, kind=kind, opened=Opened.OPENED))
    assert {Rule.NOT_PERSONAL_FOR_BLIND_BOX, Rule.SEALED} & {*broken_rules(decision)}


@POLICIES
@pytest.mark.parametrize("reason", [*Reason])
def test_in_every_policy_a_pop_now_box_opened_online_comes_back_for_a_recall_alone(
    policy: Policy, reason: Reason
) -> None:
    decision = decide(policy, facts(reason=reason, kind="pop_now", opened_online=True))
    if reason.cause is not Cause.RECALL:
        assert Rule.POP_NOW_UNOPENED in broken_rules(decision)


@pytest.mark.parametrize("policy_id", ["collectibles_standard", "global_60_day"])
@pytest.mark.parametrize("kind", sorted(BOXES))
def test_a_box_comes_back_for_personal_reasons_while_it_is_sealed(
    policy_id: str, kind: str
) -> None:
    policy = policy_of(policy_id)
    case = {"reason": Reason.CHANGED_MIND, "kind": kind}
    sealed = decide(policy, facts(**case, opened=Opened.SEALED))
    unknown = decide(policy, facts(**case))
    assert (sealed.passed, sealed.asks_opened) == (True, False)
    assert (unknown.passed, unknown.asks_opened, unknown.refusals) == (False, True, ())
    # Nobody who knows the character has a sealed box.
    drawn = decide(policy, facts(reason=Reason.UNWANTED_CHARACTER, kind=kind, opened=Opened.SEALED))
    assert broken_rules(drawn) == [Rule.SEALED]


@pytest.mark.parametrize("reason", [*Reason])
@pytest.mark.parametrize("kind", ["figure", "blind_box"])
def test_nobody_is_asked_about_the_seal_where_it_does_not_matter(reason: Reason, kind: str) -> None:
    matters = reason is Reason.CHANGED_MIND and kind == "blind_box"
    for policy_id in ("na_online", "na_store", "collectibles_standard"):
        decision = decide(policy_of(policy_id), facts(reason=reason, kind=kind))
        assert decision.asks_opened is (matters and policy_id == "collectibles_standard")


@pytest.mark.parametrize(
    ("market", "channel", "policy_id"),
    [
        ("US", "online", "na_online"),
        ("CA", "online", "na_online"),
        ("US", "verified_marketplace", "na_online"),
        ("US", "store", "na_store"),
        ("CA", "vending", "na_store"),
        ("JP", "online", "collectibles_standard"),
        ("GB", "store", "collectibles_standard"),
        ("CN", "vending", "collectibles_standard"),
        ("FR", "verified_marketplace", "collectibles_standard"),
        ("US", "distributor", "distributor"),
        ("JP", "distributor", "distributor"),
        ("US", "marketplace", "marketplace"),
        ("FR", "marketplace", "marketplace"),
        ("AQ", "online", None),
        ("US", "pigeon", None),
        ("us", "online", None),
        ("", "", None),
    ],
)
def test_an_order_has_the_policy_of_its_market_and_channel(
    market: str, channel: str, policy_id: str | None
) -> None:
    policy = published().in_force(market, channel, date(2026, 12, 1))
    assert (policy and policy.policy_id) == policy_id


def test_a_store_purchase_may_be_handed_in_at_any_store_and_no_other() -> None:
    def grants(policy_id: str) -> list[Grant]:
        return [grant for grant in policy_of(policy_id).grants if grant.in_store]

    assert len(grants("na_store")) == len(policy_of("na_store").grants)
    assert not grants("na_online")


@pytest.mark.parametrize(
    ("market", "zone_name", "delivered_on", "days", "last_day"),
    [
        ("US", "America/New_York", date(2026, 7, 2), 5, date(2026, 7, 10)),  # the 3rd is off
        ("CN", "Asia/Shanghai", date(2026, 9, 30), 3, date(2026, 10, 10)),  # a worked Saturday
        ("AQ", "UTC", date(2026, 7, 3), 1, date(2026, 7, 6)),  # only its weekends are known
    ],
)
def test_a_window_of_business_days_counts_those_of_the_market(
    market: str, zone_name: str, delivered_on: date, days: int, last_day: date
) -> None:
    zone, na_online = ZoneInfo(zone_name), policy_of("na_online")
    grant = replace(na_online.grants[0], window=GrantWindow(DELIVERY, days, business=True))
    policy = replace(na_online, grants=(grant,))
    over = datetime.combine(last_day + timedelta(days=1), time.min, zone)
    case = facts(
        market=market,
        zone=zone,
        delivered_at=datetime.combine(delivered_on, time(12), zone),
        as_of=over - timedelta(microseconds=1),
    )
    decision = decide(policy, case)
    assert (decision.last_day, decision.deadline) == (last_day, over.astimezone(UTC))
    assert decision.passed
    assert broken_rules(decide(policy, replace(case, as_of=over))) == [Rule.WITHIN_WINDOW]


@pytest.mark.parametrize("start", [*Start])
def test_a_window_begins_where_the_policy_says_and_not_before(start: Start) -> None:
    na_online, noon = policy_of("na_online"), datetime(2026, 6, 1, 19, tzinfo=UTC)
    grant = replace(na_online.grants[0], window=GrantWindow(start, 15))
    policy = replace(na_online, grants=(grant,))
    moments = {
        Start.PURCHASE: noon - timedelta(days=9),
        Start.DISPATCH: noon - timedelta(days=7),
        Start.DELIVERY: noon,
    }
    told = facts(
        as_of=noon,
        purchased_at=moments[Start.PURCHASE],
        dispatched_at=moments[Start.DISPATCH],
        delivered_at=noon,
    )
    assert decide(policy, told).last_day == (moments[start] + timedelta(days=15)).date()
    # What nobody told of can't have been after the delivery.
    untold = decide(policy, facts(as_of=noon, delivered_at=noon))
    assert untold.last_day == (noon + timedelta(days=15)).date()
    assert decide(policy, facts(as_of=noon, delivered_at=None)).last_day is None
