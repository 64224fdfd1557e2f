"""A check or a sale with a fault at each of its writes, and races for a code's first check."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import boto3
import pytest
from botocore.exceptions import BotoCoreError
from hypothesis import given, settings
from hypothesis import strategies as st
from pynamodb.exceptions import PynamoDBException

from aftercare.authenticity.model import Answer, Signal, Verdict
from aftercare.kernel.errors import AftercareError
from tests.fakes.actors import LI, SALES_INGEST
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.desk import Desk, desk_on

pytestmark = pytest.mark.integration

FAULTS = [fault for fault in Fault if fault is not Fault.RACED]


@pytest.fixture
def desk(tables: dict[str, str]) -> Desk:
    return desk_on(tables["AuthenticityTable"])


def struck(
    saboteur: Saboteur,
    act: Callable[[], object],
    fault: Fault,
    write: int,
    rival: Callable[[], object] = lambda: None,
) -> bool:
    """The act with its fault, and whether the fault found a write to strike."""
    plan = Plan(fault, write, rival)
    not_survived = (CrashError, AftercareError, BotoCoreError, PynamoDBException)
    with suppress(*not_survived), saboteur.during(plan):
        act()
    return plan.struck


def suspicions(tables: dict[str, str]) -> list[str]:
    items = boto3.client("dynamodb").scan(TableName=tables["AuthenticityTable"])["Items"]
    return [item["pk"]["S"] for item in items if "entry_type" in item]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_first_check_that_fails_anywhere_is_still_told_once(
    desk: Desk, saboteur: Saboteur, fault: Fault
) -> None:
    symbols = desk.fresh_code()
    assert struck(saboteur, lambda: desk.customer(symbols, "a"), fault, 1)
    again = desk.customer(symbols, "a")
    assert (again.verdict, again.checks) == (Verdict.GENUINE_FIRST_CHECK, 1)
    assert desk.customer(symbols, "b").checks == 2


@pytest.mark.parametrize("write", [1, 2])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_suspicion_is_told_once_wherever_its_check_fails(
    desk: Desk, tables: dict[str, str], saboteur: Saboteur, fault: Fault, write: int
) -> None:
    symbols = desk.fresh_code()
    before = set(suspicions(tables))
    for visitor in "ab":
        desk.customer(symbols, visitor)
    assert struck(saboteur, lambda: desk.customer(symbols, "c"), fault, write)
    again = desk.customer(symbols, "c")
    assert (again.verdict, again.reasons, again.checks) == (
        Verdict.SUSPECT,
        (Signal.SESSIONS_24H,),
        3,
    )
    (told,) = set(suspicions(tables)) - before
    assert told.endswith("#sessions_24h")
    assert not struck(saboteur, lambda: desk.customer(symbols, "c"), fault, 1)


@pytest.mark.parametrize("write", [1, 2])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_sale_told_again_after_a_fault_is_one_sale(
    desk: Desk, tables: dict[str, str], saboteur: Saboteur, fault: Fault, write: int
) -> None:
    symbols = desk.fresh_code()
    desk.customer(symbols, "a")
    desk.clock.forward(days=2)
    at, before = desk.clock(), set(suspicions(tables))
    assert struck(
        saboteur, lambda: desk.service.record_sale(symbols, at, actor=SALES_INGEST), fault, write
    )
    desk.service.record_sale(symbols, at, actor=SALES_INGEST)
    assert desk.customer(symbols, "b").reasons == (Signal.CHECKED_BEFORE_SOLD,)
    assert len(set(suspicions(tables)) - before) == 1


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_clearing_that_fails_and_is_asked_again_clears_and_is_told_once(
    desk: Desk, tables: dict[str, str], saboteur: Saboteur, fault: Fault
) -> None:
    symbols = desk.fresh_code()
    for visitor in "abc":
        desk.customer(symbols, visitor)
    before = set(suspicions(tables))

    def clear() -> None:
        desk.service.clear(symbols, actor=LI, why="Seen")

    assert struck(saboteur, clear, fault, 1)
    clear()
    assert desk.customer(symbols, "d").verdict is Verdict.GENUINE_CHECKED_BEFORE
    (told,) = set(suspicions(tables)) - before
    assert told.endswith("#cleared")


@pytest.mark.parametrize("request_number", [1, 2, 3])
def test_a_rival_at_any_request_leaves_one_first_check(
    desk: Desk, saboteur: Saboteur, request_number: int
) -> None:
    symbols = desk.fresh_code()
    answers: list[Answer] = []
    struck(
        saboteur,
        lambda: answers.append(desk.customer(symbols, "a")),
        Fault.RACED,
        request_number,
        lambda: answers.append(desk.customer(symbols, "b")),
    )
    answers.append(desk.customer(symbols, "c"))
    assert sorted(answer.checks for answer in answers) == list(range(1, len(answers) + 1))
    first = [answer for answer in answers if answer.checks == 1]
    assert [answer.verdict for answer in first] == [Verdict.GENUINE_FIRST_CHECK]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from([None, *Fault]), st.integers(1, 3)),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_fails_each_visitor_is_counted_once(
    tables: dict[str, str], schedule: list[tuple[str, Fault | None, int]]
) -> None:
    desk = desk_on(tables["AuthenticityTable"])
    symbols = desk.fresh_code()
    told: dict[str, Answer] = {}

    def check(visitor: str) -> None:
        told.setdefault(visitor, desk.customer(symbols, visitor))

    with Saboteur().planted() as saboteur:
        for visitor, fault, write in schedule:
            act = partial(check, visitor)
            if fault is None:
                act()
            else:
                struck(saboteur, act, fault, write, lambda: desk.customer(symbols, "rival"))
    for visitor in {visitor for visitor, _, _ in schedule}:
        answer = desk.customer(symbols, visitor)
        first = told.setdefault(visitor, answer)
        assert (first.checks, first.reference) == (answer.checks, answer.reference)
    places = [answer.checks for answer in told.values()]
    assert len(set(places)) == len(places)
    firsts = [a for a in told.values() if a.verdict is Verdict.GENUINE_FIRST_CHECK]
    assert len(firsts) <= 1
    everybody = desk.customer(symbols, "last").checks
    assert everybody in {len(told) + 1, len(told) + 2}
