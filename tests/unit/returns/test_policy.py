"""Every rule of the first policy, at its edges (R-RET-01 to R-RET-09)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.returns.policy import Cause, Facts, Outcome, Payer, Rule, decide
from tests.fakes.policies import DELIVERED, broken_rules, facts, line, na_online, outcomes

ZONES = {"US": ZoneInfo("America/Los_Angeles"), "CA": ZoneInfo("America/Vancouver")}
LAST_MICROSECOND = time(23, 59, 59, 999999)
MARKETS = pytest.mark.parametrize("market", ["US", "CA"])


def within(market: str, delivered_at: datetime, as_of: datetime) -> bool:
    case = facts(market=market, delivered_at=delivered_at, as_of=as_of)
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
    decision = decide(na_online(), facts(market=market, delivered_at=delivered_at, as_of=over))
    assert broken_rules(decision) == [Rule.WITHIN_WINDOW]
    assert (decision.last_day, decision.deadline) == (last_day, over.astimezone(UTC))


@MARKETS
def test_days_are_the_markets_days_wherever_the_parcel_was_told_of(market: str) -> None:
    late_evening = datetime(2026, 6, 2, 6, 30, tzinfo=UTC)  # June 1st, 23:30 on the market's clock
    assert decide(na_online(), facts(market=market, delivered_at=late_evening)).last_day == date(
        2026, 6, 16
    )


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
    decision = decide(na_online(), facts(market=market, delivered_at=delivered_at, as_of=as_of))
    days = as_of.astimezone(ZONES[market]).date() - delivered_at.astimezone(ZONES[market]).date()
    assert decision.deadline
    assert decision.passed == (as_of < decision.deadline) == (days <= timedelta(days=15))
    assert timedelta(days=15) - timedelta(hours=1) < decision.deadline - delivered_at
    assert decision.deadline - delivered_at <= timedelta(days=16, hours=1)


LINES = st.builds(
    line,
    line_id=st.sampled_from("123"),
    kind=st.sampled_from(["figure", "blind_box", "pop_now", "unheard_of"]),
    opened_online=st.booleans(),
    requested=st.integers(-1, 3),
    available=st.integers(-1, 3),
)
FACTS = st.builds(
    lambda lines, **rest: facts(*lines, **rest),
    st.lists(LINES, min_size=1, max_size=3),
    market=st.sampled_from(["US", "CA"]),
    cause=st.sampled_from(Cause),
    as_of=MOMENTS,
    delivered_at=st.none() | MOMENTS,
    photos=st.integers(0, 3),
)


@given(FACTS)
def test_no_decision_ever_passes_against_any_rule(case: Facts) -> None:
    decision = decide(na_online(), case)
    forbidden = (
        case.cause is Cause.PERSONAL
        or case.delivered_at is None
        or case.photos < 1
        or (decision.deadline is not None and case.as_of >= decision.deadline)
        or any(item.opened_online and item.kind == "pop_now" for item in case.lines)
        or any(not 1 <= item.requested <= item.available for item in case.lines)
    )
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
    decision = decide(na_online(), facts(line(kind="blind_box"), cause=Cause.PERSONAL))
    assert broken_rules(decision) == [Rule.NOT_PERSONAL_FOR_BLIND_BOX, Rule.CAUSE_COVERED]


def test_a_defective_blind_box_comes_back() -> None:
    assert decide(na_online(), facts(line(kind="blind_box"))).passed


@pytest.mark.parametrize("cause", Cause)
def test_a_pop_now_box_that_was_opened_online_never_comes_back(cause: Cause) -> None:
    opened = line(kind="pop_now", opened_online=True)
    decision = decide(na_online(), facts(opened, cause=cause))
    assert broken_rules(decision)[0] is Rule.POP_NOW_UNOPENED


def test_an_unopened_defective_pop_now_box_comes_back() -> None:
    assert decide(na_online(), facts(line(kind="pop_now"))).passed


def test_an_unopened_pop_now_box_is_a_blind_box_to_personal_reasons() -> None:
    decision = decide(na_online(), facts(line(kind="pop_now"), cause=Cause.PERSONAL))
    assert broken_rules(decision)[0] is Rule.NOT_PERSONAL_FOR_BLIND_BOX


def test_only_pop_now_boxes_can_be_opened_online() -> None:
    assert decide(na_online(), facts(line(kind="figure", opened_online=True))).passed


def test_a_figure_does_not_come_back_for_personal_reasons() -> None:
    decision = decide(na_online(), facts(cause=Cause.PERSONAL))
    assert broken_rules(decision) == [Rule.CAUSE_COVERED]
    assert (decision.payer, decision.photos_needed, decision.deadline) == (None, 0, None)


@pytest.mark.parametrize(("requested", "available"), [(0, 1), (-1, 1), (2, 1), (1, 0), (1, -1)])
def test_units_that_are_not_there_are_refused(requested: int, available: int) -> None:
    decision = decide(na_online(), facts(line(requested=requested, available=available)))
    assert broken_rules(decision) == [Rule.UNITS_AVAILABLE]


@pytest.mark.parametrize("requested", [1, 2, 3])
def test_any_number_of_the_available_units_may_come_back(requested: int) -> None:
    assert decide(na_online(), facts(line(requested=requested, available=3))).passed


@pytest.mark.parametrize(
    ("photos", "outcome"), [(0, Outcome.PENDING), (1, Outcome.PASSED), (2, Outcome.PASSED)]
)
def test_evidence_is_pending_until_a_photo_was_accepted(photos: int, outcome: Outcome) -> None:
    decision = decide(na_online(), facts(photos=photos))
    assert outcomes(decision)[Rule.EVIDENCE_GIVEN] is outcome
    assert decision.passed is (outcome is Outcome.PASSED)
    assert decision.refusals == ()


def test_one_line_that_may_not_come_back_keeps_the_others_from_passing() -> None:
    fine, opened = line(), line(line_id="2", kind="pop_now", opened_online=True)
    decision = decide(na_online(), facts(fine, opened))
    assert not decision.passed
    assert [(verdict.line_id, verdict.rule) for verdict in decision.refusals] == [
        ("2", Rule.POP_NOW_UNOPENED)
    ]


def test_a_decision_tells_policy_version_payer_photos_and_deadline() -> None:
    decision = decide(na_online(), facts())
    assert (decision.policy_id, decision.policy_version) == ("na_online", "2025-01-06")
    assert (decision.payer, decision.photos_needed) == (Payer.SELLER, 1)
    assert decision.as_of == DELIVERED + timedelta(days=2)
    assert decision.deadline == datetime(2026, 6, 17, 7, tzinfo=UTC)
    assert set(outcomes(decision)) == set(Rule)
