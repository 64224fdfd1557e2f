"""What operators are told of a policy's answer: every verdict, and where its rule is from."""

import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from aftercare.orders.model import OrderEvent
from aftercare.returns.errors import NoPolicyError
from aftercare.returns.explaining import explained
from aftercare.returns.policies import published
from aftercare.returns.policy import Outcome, Rule, UnknownRule, Verdict, decide
from aftercare.returns.reasons import Reason
from infra.local.settings import StackError
from infra.operator.commands import parser
from infra.operator.policy import explain, lines_named
from infra.operator.verdicts import IDS, answer, asked_at, explanation, rule_ids, sources
from tests.fakes.cases import LATER, case_of
from tests.fakes.documents import rules
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE, NOON, NUMBER, POP_NOW, delivered, paid
from tests.fakes.policies import facts, na_online

SOURCES = sources()


def told(*events: OrderEvent, at: datetime = LATER, **only: list[str]) -> list[str]:
    case = case_of(*events)
    reasons = [Reason(reason) for reason in only.get("reasons", ())]
    decided = explained(case, at, lines=only.get("lines", ()), reasons=reasons)
    return explanation(case.order, decided, SOURCES).splitlines()


def test_every_verdict_is_told_with_its_rule_and_where_that_is_from() -> None:
    text = told(paid(FIGURE), delivered(), reasons=["arrived_damaged"])
    assert text[0] == f"Order        {NUMBER}  US online"
    assert text[1] == "Asked        June 15, 2026 at 12:00 PM, Pacific time (America/Los_Angeles)"
    assert text[2] == (
        "Policy       na_online 2025-01-06, FAQ §2, §5"
        "  (returns/policies/na_online/2025-01-06.toml)"
    )
    assert text[3] == "Line 1       2 x FIG-1  Moon Hare  figure"
    assert text[4].startswith("  facts      2 of 2 available, paid Jun 10, 12:00 PM Pacific time, ")
    assert text[5].startswith("  arrived_damaged: allowed until the end of 2026-06-25, the seller")
    assert [line.split()[:3] for line in text[6:]] == [
        ["passed", "reason_fits", "R-RET-31"],
        ["passed", "pop_now_unopened", "R-RET-04"],
        ["passed", "not_personal_for_blind_box", "R-RET-03"],
        ["passed", "cause_covered", "R-RET-01"],
        ["passed", "delivered", "R-RET-07"],
        ["passed", "within_window", "R-RET-01"],
        ["passed", "units_available", "R-RET-09"],
        ["pending", "evidence_given", "R-RET-01"],
    ]
    assert text[11].endswith(
        f"R-RET-01 ({SOURCES['R-RET-01'].document}); R-RET-02 ({SOURCES['R-RET-02'].document})"
    )


def test_every_line_is_told_for_every_reason_unless_one_is_named() -> None:
    both = told(paid(FIGURE, BLIND_BOX), delivered())
    headings = [line.partition(":")[0].strip() for line in both if re.match(r"  \w+: ", line)]
    assert headings == [*Reason, *Reason]
    one = told(paid(FIGURE, BLIND_BOX), delivered(), lines=["2"], reasons=["changed_mind"])
    assert [line for line in one if line.startswith("Line")] == [
        "Line 2       6 x BB-1  Tiny Tide  blind_box"
    ]
    assert one[5].startswith("  changed_mind: refused, not_personal_for_blind_box")


def test_a_refusal_names_each_rule_that_it_broke() -> None:
    text = told(paid(POP_NOW), reasons=["stained"])
    assert "  stained: refused, pop_now_unopened, delivered" in text
    assert any("not delivered yet, opened online" in line for line in text)


def test_a_day_is_asked_about_at_noon_of_the_customer_s_clock() -> None:
    honolulu = ZoneInfo("Pacific/Honolulu")
    assert asked_at(None, honolulu, NOON) == NOON
    assert asked_at(date(2026, 6, 30), honolulu, NOON) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    last, after = date(2026, 6, 25), date(2026, 6, 26)
    case = case_of(paid(FIGURE), delivered())
    answers = [
        told(paid(FIGURE), delivered(), at=asked_at(day, case.zone, NOON), reasons=["stained"])[5]
        for day in (last, after)
    ]
    assert answers[0].startswith("  stained: allowed until the end of 2026-06-25")
    assert answers[1] == "  stained: refused, within_window"


def test_nothing_personal_is_told() -> None:
    text = "\n".join(told(paid(FIGURE), delivered()))
    for personal in (EMAIL, "Tanaka", "Larkspur", "94110"):
        assert personal not in text


def test_control_characters_of_the_shop_do_not_reach_the_terminal() -> None:
    line = replace(FIGURE, name="Moon\x1b[31m Hare")
    assert "\x1b" not in "\n".join(told(paid(line), delivered()))


def test_every_check_stands_for_a_rule_that_is_written_down() -> None:
    assert IDS.keys() == set(Rule)
    assert set(IDS.values()) <= SOURCES.keys()
    assert {rule.rule_id for rule in rules()} == SOURCES.keys()
    granting = {grant.rule for policy in published().policies for grant in policy.grants}
    assert granting <= SOURCES.keys()


def test_a_rule_of_a_newer_version_is_told_by_its_name_alone() -> None:
    assert rule_ids(UnknownRule("on_a_monday"), decide(na_online(), facts())) == ()


def test_an_answer_says_what_is_still_open() -> None:
    decision = decide(na_online(), facts(evidence={}))
    assert Verdict(Rule.EVIDENCE_GIVEN, Outcome.PENDING) in decision.verdicts
    assert answer(decision).endswith("; still open: evidence_given")


def test_an_order_that_no_policy_covers_is_not_explained() -> None:
    bought = paid(FIGURE)
    elsewhere = replace(bought, purchase=replace(bought.purchase, channel="street"))
    with pytest.raises(NoPolicyError):
        told(elsewhere)


def test_an_order_whose_purchase_is_not_known_has_nothing_to_explain() -> None:
    assert told(delivered()) == [f"Order        {NUMBER}  nothing known of its purchase"]


@pytest.mark.parametrize("number", ["", "hello", "12"])
def test_what_is_no_order_number_is_refused(number: str) -> None:
    with pytest.raises(StackError, match="is not an order number"):
        explain(parser().parse_args(["policy", "explain", number]))


def test_a_line_that_the_order_lacks_is_refused_with_those_that_it_has() -> None:
    order = case_of(paid(FIGURE, BLIND_BOX)).order
    assert lines_named(order, "2") == ("2",)
    assert lines_named(order, "") == ()
    with pytest.raises(StackError, match="no line 9, but 1, 2"):
        lines_named(order, "9")


def test_an_explanation_takes_no_longer_than_50_ms() -> None:
    """docs/figures.md has the usual time; `make bench BENCH_ARGS=policy` prints it."""
    events = paid(FIGURE, BLIND_BOX, POP_NOW), delivered()
    told(*events)

    def seconds() -> float:
        begun = time.perf_counter()
        told(*events)
        return time.perf_counter() - begun

    assert min(seconds() for _ in range(5)) < 0.05
