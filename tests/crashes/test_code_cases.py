"""A claim, a strong sign or a decision with a fault at its write, and rivals at each request."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from aftercare.authenticity.cases import CaseState, ClaimKind, Received
from aftercare.authenticity.model import Signal, Verdict
from aftercare.kernel.errors import AftercareError
from tests.fakes.actors import LI
from tests.fakes.code_cases import CodeCases, code_cases_on, key
from tests.fakes.crashes.faults import Fault, Plan, Saboteur, nobody, struck
from tests.fakes.reviews import LEAD

pytestmark = pytest.mark.integration

FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
DECIDED = {
    CaseState.CLEARED: "authenticity.cleared",
    CaseState.COPIED: "authenticity.copies_confirmed",
    CaseState.DISMISSED: "authenticity.case_dismissed",
}


@pytest.fixture
def cases(tables: dict[str, str]) -> CodeCases:
    return code_cases_on(tables["AuthenticityTable"])


@pytest.fixture
def saboteur(cases: CodeCases) -> Iterator[Saboteur]:  # noqa: ARG001 - whose client it sits in
    with Saboteur().planted() as planted:
        yield planted


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_claim_that_fails_and_is_sent_again_is_one(
    cases: CodeCases, saboteur: Saboteur, fault: Fault
) -> None:
    symbols = cases.desk.fresh_code()
    reference = cases.desk.customer(symbols, "a").reference
    assert struck(saboteur, lambda: cases.say(reference), Plan(fault, 1, nobody))
    assert cases.say(reference) is Received.TAKEN
    file = cases.file(symbols)
    assert (len(file.claims), len(file.case.mine)) == (1, 1)
    assert [kind for kind, _ in cases.entries(symbols)] == ["authenticity.claimed"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("state", DECIDED)
def test_a_decision_that_fails_and_is_sent_again_is_told_once(
    cases: CodeCases, saboteur: Saboteur, state: CaseState, fault: Fault
) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    cases.desk.clock.forward(minutes=1)
    version = cases.file(symbols).case.version

    def decide() -> None:
        cases.staff.decide(LEAD, key(symbols), version, state, "Seen")

    assert struck(saboteur, decide, Plan(fault, 1, nobody))
    with suppress(AftercareError):
        decide()
    assert cases.file(symbols).case.state is state
    assert [kind for kind, _ in cases.entries(symbols)][1:] == [DECIDED[state]]
    is_suspect = cases.desk.customer(symbols, "b").verdict is Verdict.SUSPECT
    assert is_suspect is (state is CaseState.COPIED)


@pytest.mark.parametrize("request_number", range(1, 5))
def test_two_first_claims_at_once_are_in_one_case(
    cases: CodeCases, saboteur: Saboteur, request_number: int
) -> None:
    symbols = cases.desk.fresh_code()
    mine, theirs = (cases.desk.customer(symbols, each).reference for each in "ab")
    rival = Plan(Fault.RACED, request_number, lambda: cases.say(theirs, ClaimKind.FAKE))
    struck(saboteur, lambda: cases.say(mine), rival)
    cases.say(theirs, ClaimKind.FAKE)
    file = cases.file(symbols)
    assert sorted(claim.kind for claim in file.claims) == [ClaimKind.FAKE, ClaimKind.MINE]
    assert len(file.case.places) == 2
    assert len(cases.entries(symbols)) == 2


@pytest.mark.parametrize("request_number", range(1, 6))
@pytest.mark.parametrize("state", DECIDED)
def test_a_claim_during_a_decision_is_seen_before_it_or_opens_the_case_again(
    cases: CodeCases, saboteur: Saboteur, state: CaseState, request_number: int
) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    late = cases.desk.customer(symbols, "b").reference
    version = cases.file(symbols).case.version

    def decide() -> None:
        cases.staff.decide(LEAD, key(symbols), version, state, "Seen")

    struck(saboteur, decide, Plan(Fault.RACED, request_number, lambda: cases.say(late)))
    cases.say(late)
    file = cases.file(symbols)
    # A decision never covers a claim that nobody saw.
    assert file.case.is_open
    assert late in [claim.reference for claim in file.claims]
    decided = [kind for kind, _ in cases.entries(symbols) if kind in DECIDED.values()]
    assert len(file.claims) == (1 if decided else 2)


@pytest.mark.parametrize("request_number", range(1, 6))
def test_a_lead_and_an_operator_at_once_decide_once(
    cases: CodeCases, saboteur: Saboteur, request_number: int
) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    version = cases.file(symbols).case.version

    def clear() -> None:
        cases.desk.service.clear(symbols, actor=LI, why="Seen")

    def confirm() -> None:
        cases.staff.decide(LEAD, key(symbols), version, CaseState.COPIED, "Seen")

    struck(saboteur, confirm, Plan(Fault.RACED, request_number, clear))
    case = cases.file(symbols).case
    decided = [kind for kind, _ in cases.entries(symbols) if kind in DECIDED.values()]
    assert decided[-1] == DECIDED[case.state]
    is_suspect = cases.desk.customer(symbols, "b").verdict is Verdict.SUSPECT
    assert is_suspect is (case.state is CaseState.COPIED)


@pytest.mark.parametrize("write", [1, 2])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_second_sale_opens_its_case_with_the_signal_wherever_it_fails(
    cases: CodeCases, saboteur: Saboteur, fault: Fault, write: int
) -> None:
    symbols, at = cases.desk.fresh_code(), cases.desk.clock()
    cases.desk.service.record_sale(symbols, at, actor=LI)
    cases.desk.clock.forward(days=2)

    def sell() -> None:
        cases.desk.service.record_sale(symbols, cases.desk.clock(), actor=LI)

    assert struck(saboteur, sell, Plan(fault, write, nobody))
    sell()
    case = cases.file(symbols).case
    assert case.is_open
    assert case.signs == {Signal.SOLD_TWICE}
    assert [kind for kind, _ in cases.entries(symbols)] == ["authenticity.suspected"]
