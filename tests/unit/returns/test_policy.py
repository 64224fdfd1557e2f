"""Every rule of the first policy, at its edges (R-RET-01 to R-RET-09)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.returns.policy import Facts, Outcome, Payer, Remedy, Rule, decide
from aftercare.returns.reasons import Cause, EvidenceKind, Reason, photos_of
from tests.fakes.policies import DELIVERED, broken_rules, facts, na_online, outcomes

ZONES = {"US": ZoneInfo("America/Los_Angeles"), "CA": ZoneInfo("America/Vancouver")}
LAST_MICROSECOND = time(23, 59, 59, 999999)
MARKETS = pytest.mark.parametrize("market", ["US", "CA"])


def within(market: str, delivered_at: datetime, as_of: datetime) -> bool:
    case = facts(delivered_at=delivered_at, zone=ZONES[market], as_of=as_of)
    return decide(na_online(), case).passed


# ---------------------------------------------------------------- 15 days, the last one in full


@MARKETS
@pytest.mark.parametrize(
    ("delivered_on", "last_day"),
    [
        (date(2026, 6, 1), date(2026, 6, 16)),
        (date(2026, 2, 21), date(2026, 3, 8)),  # the last day has 23 hours
        (date(2026, 3, 8), date(2026, 3, 23)),  # the day of delivery has 23 hours
        (date(2026, 3, 1), date(2026, 3, 16)),  # summer time begins in between
        (date(2026, 10, 17), date(2026, 11, 1)),  # the last day has 25 hours
        (date(2026, 11, 1), date(2026, 11, 16)),  # the day of delivery has 25 hours
        (date(2026, 10, 25), date(2026, 11, 9)),  # summer time ends in between
        (date(2028, 2, 14), date(2028, 2, 29)),  # ends on the leap day
        (date(2028, 2, 29), date(2028, 3, 15)),  # begins on the leap day
        (date(2027, 2, 14), date(2027, 3, 1)),  # no leap day
        (date(2026, 12, 20), date(2027, 1, 4)),  # over the year's end
        (date(2026, 12, 31), date(2027, 1, 15)),
    ],
)
@pytest.mark.parametrize("delivered_at_time", [time.min, time(12), LAST_MICROSECOND])
def test_the_fifteenth_day_after_delivery_counts_in_full_and_the_next_one_not_at_all(
    market: str, delivered_on: date, last_day: date, delivered_at_time: time
) -> None:
    zone = ZONES[market]
    delivered_at = datetime.combine(delivered_on, delivered_at_time, zone)
    over = datetime.combine(last_day + timedelta(days=1), time.min, zone)
    assert within(market, delivered_at, datetime.combine(last_day, LAST_MICROSECOND, zone))
    assert not within(market, delivered_at, over)
    decision = decide(na_online(), facts(delivered_at=delivered_at, zone=ZONES[market], as_of=over))
    assert broken_rules(decision) == [Rule.WITHIN_WINDOW]
    assert (decision.last_day, decision.deadline) == (last_day, over.astimezone(UTC))


@MARKETS
def test_days_are_the_markets_days_wherever_the_parcel_was_told_of(market: str) -> None:
    late_evening = datetime(2026, 6, 2, 6, 30, tzinfo=UTC)  # June 1st, 23:30 on the market's clock
    assert decide(
        na_online(), facts(delivered_at=late_evening, zone=ZONES[market])
    ).last_day == date(2026, 6, 16)


def test_the_hour_that_comes_twice_on_the_last_day_counts_twice() -> None:
    delivered_at = datetime(2026, 10, 17, 12, tzinfo=ZONES["US"])
    for fold in (0, 1):
        assert within(
            "US", delivered_at, datetime(2026, 11, 1, 1, 30, fold=fold, tzinfo=ZONES["US"])
        )


def test_asking_on_the_very_minute_of_delivery_is_in_time() -> None:
    assert within("US", DELIVERED, DELIVERED)


MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.sampled_from(["US", "CA"]), MOMENTS, st.timedeltas(timedelta(), timedelta(days=20)))
def test_all_else_passing_a_decision_passes_exactly_until_its_deadline(
    market: str, delivered_at: datetime, later: timedelta
) -> None:
    as_of = delivered_at + later
    decision = decide(
        na_online(), facts(delivered_at=delivered_at, zone=ZONES[market], as_of=as_of)
    )
    days = as_of.astimezone(ZONES[market]).date() - delivered_at.astimezone(ZONES[market]).date()
    assert decision.deadline
    assert decision.passed == (as_of < decision.deadline) == (days <= timedelta(days=15))
    assert timedelta(days=15) - timedelta(hours=1) < decision.deadline - delivered_at
    assert decision.deadline - delivered_at <= timedelta(days=16, hours=1)


FACTS = st.builds(
    facts,
    kind=st.sampled_from(["figure", "blind_box", "pop_now", "unheard_of"]),
    opened_online=st.booleans(),
    requested=st.integers(-1, 3),
    available=st.integers(-1, 3),
    delivered_at=st.none() | MOMENTS,
    recalled=st.booleans(),
    zone=st.sampled_from(sorted(ZONES.values(), key=str)),
    reason=st.sampled_from(Reason),
    as_of=MOMENTS,
    evidence=st.builds(lambda count: {EvidenceKind.PHOTO: count}, st.integers(0, 3)),
)


@given(FACTS)
def test_no_decision_ever_passes_against_any_rule(case: Facts) -> None:
    decision = decide(na_online(), case)
    boxes = {"blind_box", "pop_now"}
    forbidden = (
        not case.recalled
        if case.reason is Reason.RECALLED
        else case.reason.cause in {Cause.PERSONAL, Cause.DISPUTE, Cause.WRONG_ITEM}
        or case.evidence[EvidenceKind.PHOTO] < 1
        or (decision.deadline is not None and case.as_of >= decision.deadline)
        or (case.opened_online and case.kind == "pop_now")
        or (case.reason is Reason.DUPLICATE_IN_SET and case.kind not in boxes)
    )
    forbidden = forbidden or case.delivered_at is None or not 1 <= case.requested <= case.available
    assert decision.passed is not forbidden


@given(FACTS)
def test_the_same_facts_give_the_same_decision(case: Facts) -> None:
    assert decide(na_online(), case) == decide(na_online(), case)


# ---------------------------------------------------------------- one rule at a time


def test_what_was_not_delivered_can_not_come_back_yet() -> None:
    decision = decide(na_online(), facts(delivered_at=None))
    assert broken_rules(decision) == [Rule.DELIVERED]
    assert Rule.WITHIN_WINDOW not in outcomes(decision)
    assert (decision.last_day, decision.deadline) == (None, None)


def test_a_blind_box_never_comes_back_for_personal_reasons() -> None:
    decision = decide(na_online(), facts(kind="blind_box", reason=Reason.UNWANTED_CHARACTER))
    assert broken_rules(decision) == [Rule.NOT_PERSONAL_FOR_BLIND_BOX, Rule.CAUSE_COVERED]


def test_a_defective_blind_box_comes_back() -> None:
    assert decide(na_online(), facts(kind="blind_box")).passed


@pytest.mark.parametrize("reason", [Reason.MISSING_PARTS, Reason.CHANGED_MIND])
def test_a_pop_now_box_that_was_opened_online_never_comes_back(reason: Reason) -> None:
    decision = decide(na_online(), facts(kind="pop_now", opened_online=True, reason=reason))
    assert broken_rules(decision)[0] is Rule.POP_NOW_UNOPENED


def test_a_recalled_item_of_any_kind_comes_back_at_any_time_without_photos() -> None:
    opened = facts(
        kind="pop_now",
        opened_online=True,
        recalled=True,
        reason=Reason.RECALLED,
        as_of=DELIVERED + timedelta(days=900),
        evidence={},
    )
    decision = decide(na_online(), opened)
    assert decision.passed
    assert (decision.payer, decision.remedies) == (Payer.SELLER, (Remedy.REPLACEMENT,))
    assert (decision.last_day, decision.evidence) == (None, ())


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"recalled": False}, Rule.RECALLED),
        ({"recalled": True, "delivered_at": None}, Rule.DELIVERED),
        ({"recalled": True, "available": 0}, Rule.UNITS_AVAILABLE),
    ],
    ids=["not recalled", "not delivered", "in another return"],
)
def test_a_recall_takes_back_only_recalled_units_that_are_there(
    changes: dict[str, Any], rule: Rule
) -> None:
    assert broken_rules(decide(na_online(), facts(reason=Reason.RECALLED, **changes))) == [rule]


def test_an_unopened_defective_pop_now_box_comes_back() -> None:
    assert decide(na_online(), facts(kind="pop_now")).passed


def test_an_unopened_pop_now_box_is_a_blind_box_to_personal_reasons() -> None:
    decision = decide(na_online(), facts(kind="pop_now", reason=Reason.CHANGED_MIND))
    assert broken_rules(decision)[0] is Rule.NOT_PERSONAL_FOR_BLIND_BOX


def test_only_pop_now_boxes_can_be_opened_online() -> None:
    assert decide(na_online(), facts(kind="figure", opened_online=True)).passed


def test_a_figure_does_not_come_back_for_personal_reasons() -> None:
    decision = decide(na_online(), facts(reason=Reason.CHANGED_MIND))
    assert broken_rules(decision) == [Rule.CAUSE_COVERED]
    assert (decision.payer, decision.evidence, decision.deadline) == (None, (), None)


@pytest.mark.parametrize(("requested", "available"), [(0, 1), (-1, 1), (2, 1), (1, 0), (1, -1)])
def test_units_that_are_not_there_are_refused(requested: int, available: int) -> None:
    decision = decide(na_online(), facts(requested=requested, available=available))
    assert broken_rules(decision) == [Rule.UNITS_AVAILABLE]


@pytest.mark.parametrize("requested", [1, 2, 3])
def test_any_number_of_the_available_units_may_come_back(requested: int) -> None:
    assert decide(na_online(), facts(requested=requested, available=3)).passed


@pytest.mark.parametrize(
    ("photos", "outcome"), [(0, Outcome.PENDING), (1, Outcome.PASSED), (2, Outcome.PASSED)]
)
def test_evidence_is_pending_until_a_photo_was_accepted(photos: int, outcome: Outcome) -> None:
    decision = decide(na_online(), facts(evidence={EvidenceKind.PHOTO: photos}))
    assert outcomes(decision)[Rule.EVIDENCE_GIVEN] is outcome
    assert decision.passed is (outcome is Outcome.PASSED)
    assert decision.refusals == ()


@pytest.mark.parametrize(
    ("kind", "bought", "set_size", "fits"),
    [
        ("figure", 12, None, False),
        ("figure", 12, 12, False),
        ("blind_box", 1, None, True),  # nobody says how large a set is
        ("blind_box", 11, 12, False),
        ("blind_box", 12, 12, True),
        ("pop_now", 13, 12, True),
    ],
)
def test_a_duplicate_in_a_set_needs_a_set_of_boxes(
    kind: str, bought: int, set_size: int | None, *, fits: bool
) -> None:
    case = facts(kind=kind, bought=bought, set_size=set_size, reason=Reason.DUPLICATE_IN_SET)
    assert broken_rules(decide(na_online(), case)) == ([] if fits else [Rule.REASON_FITS])


@pytest.mark.parametrize(
    "reason", [Reason.UNWANTED_CHARACTER, Reason.RARITY_DISPUTE, Reason.LIMITED_REDRAW]
)
def test_only_what_was_drawn_can_be_the_wrong_draw(reason: Reason) -> None:
    assert Rule.REASON_FITS in broken_rules(decide(na_online(), facts(reason=reason)))
    drawn = facts(kind="blind_box", reason=reason)
    assert Rule.REASON_FITS not in broken_rules(decide(na_online(), drawn))


def test_a_decision_tells_policy_version_payer_photos_and_deadline() -> None:
    decision = decide(na_online(), facts())
    assert (decision.policy_id, decision.policy_version) == ("na_online", "2025-01-06")
    assert (decision.payer, photos_of(decision.evidence)) == (Payer.SELLER, 1)
    assert decision.as_of == DELIVERED + timedelta(days=2)
    assert decision.deadline == datetime(2026, 6, 17, 7, tzinfo=UTC)
    assert (decision.rule, decision.zone) == ("R-RET-01", "America/Los_Angeles")
    assert set(outcomes(decision)) == set(Rule) - {Rule.RECALLED, Rule.SEALED}
