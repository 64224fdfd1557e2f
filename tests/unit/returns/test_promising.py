"""Between which days the money is there: what the policy says, or else the rules (R-REF-01)."""

from dataclasses import replace
from datetime import UTC, date, datetime

from aftercare.orders.model import Order
from aftercare.returns.model import Return, ReturnLine
from aftercare.returns.policies import PolicyBook
from aftercare.returns.policy import RefundDays, decide
from aftercare.returns.promising import arrived
from aftercare.returns.settlement import Promise
from tests.fakes.orders import purchase
from tests.fakes.policies import facts, na_online

# A Monday; until Christmas no weekday is a holiday in the US.
ARRIVED = datetime(2026, 11, 30, 18, tzinfo=UTC)
USUAL = (date(2026, 12, 7), date(2026, 12, 14), "2026-11-28")


def line(line_id: str = "1", version: str = "2025-01-06") -> ReturnLine:
    decision = replace(decide(na_online(), facts()), policy_version=version)
    return ReturnLine(line_id, "FIG-1", "Moon Hare", 1, decision=decision)


def promised(days: RefundDays | None, *lines: ReturnLine) -> tuple[date, date, str]:
    policy = na_online()
    grants = tuple(replace(grant, refund_days=days) for grant in policy.grants)
    book = PolicyBook([replace(policy, grants=grants)])
    ret = Return("ret_1", "key", "PM-1", lines, ARRIVED)
    promise = arrived(ret, Order("PM-1", purchase=purchase()), ARRIVED, book).promise
    assert isinstance(promise, Promise)
    return promise.first, promise.last, promise.rule


def test_a_policy_that_says_its_days_has_its_own() -> None:
    sooner = (date(2026, 12, 2), date(2026, 12, 3), "na_online 2025-01-06")
    assert promised(RefundDays(2, 3), line()) == sooner


def test_a_policy_that_says_nothing_has_those_of_the_rules() -> None:
    assert promised(None, line()) == USUAL


def test_a_parcel_is_promised_what_its_slowest_line_is() -> None:
    of_tomorrow = line("2", version="2099-01-01")
    assert promised(RefundDays(2, 3), line(), of_tomorrow) == USUAL
    last = date(2026, 12, 15)
    assert promised(RefundDays(2, 11), line(), of_tomorrow)[:2] == (date(2026, 12, 2), last)


def test_a_line_without_a_decision_is_promised_what_the_rules_say() -> None:
    assert promised(RefundDays(2, 3), ReturnLine("1", "FIG-1", "Moon Hare", 1)) == USUAL
