"""Cases about codes: who opens them, what staff see, what they decide."""

from datetime import timedelta

import pytest

from aftercare.authenticity.cases import (
    MOST_IN_A_DAY,
    MOST_OF_A_KIND,
    CaseState,
    ClaimKind,
    Received,
)
from aftercare.authenticity.errors import (
    ClaimInvalidError,
    CodeCaseNotFoundError,
    ReasonInvalidError,
    ReferenceNotFoundError,
    StaleCodeCaseError,
    TooManyClaimsError,
)
from aftercare.authenticity.model import Signal, Strength, Verdict
from aftercare.kernel.errors import InvalidError
from aftercare.staff.errors import NotPermittedError
from tests.fakes.actors import LI, SALES_INGEST
from tests.fakes.code_cases import WHERE, CodeCases, code_cases_on, key
from tests.fakes.codes import short_reference
from tests.fakes.refusals import refused
from tests.fakes.reviews import AGENT, AUDITOR, LEAD, QA, STORE, WAREHOUSE

pytestmark = pytest.mark.integration


@pytest.fixture
def cases(tables: dict[str, str]) -> CodeCases:
    return code_cases_on(tables["AuthenticityTable"])


def listed(cases: CodeCases) -> list[str]:
    """The keys of all open cases, in their order."""
    found, after = list[str](), ""
    while True:
        page = cases.staff.waiting(LEAD, after)
        found += [each.key for each in page.cases]
        if not page.after:
            return found
        after = page.after


def sold_twice(cases: CodeCases, symbols: str) -> None:
    for days in (3, 1):
        at = cases.desk.clock() - timedelta(days=days)
        cases.desk.service.record_sale(symbols, at, actor=SALES_INGEST)


def test_the_first_claim_opens_the_codes_case_and_others_join_it(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    assert cases.claim(symbols, "a") is Received.TAKEN
    cases.desk.clock.forward(hours=1)
    assert cases.claim(symbols, "b", ClaimKind.FAKE, "The paint smells.") is Received.TAKEN
    file = cases.file(symbols)
    assert [(each.kind, each.words) for each in file.claims] == [
        (ClaimKind.MINE, WHERE),
        (ClaimKind.FAKE, "The paint smells."),
    ]
    assert file.case.opened_at == cases.desk.clock() - timedelta(hours=1)
    assert listed(cases).count(key(symbols)) == 1
    types = [kind for kind, _ in cases.entries(symbols)]
    assert types == ["authenticity.claimed"] * 2


def test_an_entry_of_a_claim_says_nothing_that_was_typed(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a", words="I am Mei.")
    [(_, data)] = cases.entries(symbols)
    [place] = cases.file(symbols).case.mine
    stated = {"kind": "mine", "batch_id": data["batch_id"], "sku": "BB-1"}
    assert data == stated | {"claim": place, "mail": "no"}


def test_a_claim_that_is_pressed_twice_is_one(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    for _ in range(2):
        assert cases.claim(symbols, "a") is Received.TAKEN
    assert len(cases.file(symbols).claims) == 1
    assert len(cases.entries(symbols)) == 1


def test_what_is_sent_later_replaces_it(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    cases.desk.clock.forward(minutes=1)
    assert cases.claim(symbols, "a", ClaimKind.FAKE, "The paint smells.") is Received.TAKEN
    file = cases.file(symbols)
    [claim] = file.claims
    assert (claim.kind, claim.words) == (ClaimKind.FAKE, "The paint smells.")
    assert (len(file.case.mine), len(file.case.fakes)) == (0, 1)


def test_only_who_has_checked_a_code_claims(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    forged = cases.desk.customer("0000-0000-0000-0000", "a").reference
    short = short_reference(symbols, "00000000")
    for reference in ("", "V-0000-0000-0000-0000-0000", forged, short):
        sentence = "There is no check with this reference. Is it complete?"
        with refused(ReferenceNotFoundError, "reference_not_found", sentence):
            cases.say(reference)
    with pytest.raises(CodeCaseNotFoundError):
        cases.file(symbols)


@pytest.mark.parametrize("words", ["", " \n", "x" * 1001])
def test_a_claim_needs_words(cases: CodeCases, words: str) -> None:
    sentence = "Say where and when you got it, in 1,000 characters at most."
    with refused(ClaimInvalidError, "claim_invalid", sentence):
        cases.claim(cases.desk.fresh_code(), "a", words=words)


def test_many_who_call_it_a_fake_keep_no_owner_from_being_heard(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    for number in range(MOST_OF_A_KIND):
        assert cases.claim(symbols, f"f{number}", ClaimKind.FAKE) is Received.TAKEN
    assert cases.claim(symbols, "late", ClaimKind.FAKE) is Received.ENOUGH
    assert cases.claim(symbols, "owner") is Received.TAKEN
    assert cases.claim(symbols, "owner", ClaimKind.FAKE) is Received.ENOUGH
    assert cases.claim(symbols, "f1", ClaimKind.FAKE, "Glue, too.") is Received.TAKEN
    assert len(cases.file(symbols).claims) == MOST_OF_A_KIND + 1


def test_a_network_sends_ten_claims_a_day(cases: CodeCases) -> None:
    for _ in range(MOST_IN_A_DAY):
        cases.claim(cases.desk.fresh_code(), "a", network="203.0.113")
    symbols = cases.desk.fresh_code()
    sentence = "Too many claims came from this network or with this address today."
    with refused(TooManyClaimsError, "too_many_claims", sentence):
        cases.claim(symbols, "a", network="203.0.113")
    assert key(symbols) not in listed(cases)
    assert cases.claim(symbols, "a", network="198.51.100") is Received.TAKEN
    cases.desk.clock.forward(days=1)
    assert cases.claim(cases.desk.fresh_code(), "a", network="203.0.113") is Received.TAKEN


def test_a_second_sale_opens_a_case_once(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    sold_twice(cases, symbols)
    sold_twice(cases, symbols)
    file = cases.file(symbols)
    assert file.case.signs == {Signal.SOLD_TWICE}
    assert file.signals == {Signal.SOLD_TWICE: Strength.STRONG}
    assert listed(cases).count(key(symbols)) == 1


def test_a_weak_sign_opens_none(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    for visitor in "abc":
        answer = cases.desk.customer(symbols, visitor)
    assert answer.strength is Strength.WEAK
    assert key(symbols) not in listed(cases)


def test_a_cleared_code_has_no_signals_and_its_case_is_closed(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    sold_twice(cases, symbols)
    cases.claim(symbols, "a")
    cases.desk.clock.forward(days=1)
    cases.decide(symbols, CaseState.CLEARED)
    assert cases.desk.customer(symbols, "b").verdict is Verdict.GENUINE_CHECKED_BEFORE
    file = cases.file(symbols)
    assert (file.case.state, file.case.decided_by) == (CaseState.CLEARED, LEAD.actor)
    assert (file.signals, file.claims, file.case.signs) == ({}, (), frozenset())
    assert key(symbols) not in listed(cases)
    kind, data = cases.entries(symbols)[-1]
    assert kind == "authenticity.cleared"
    assert (data["signals"], data["why"]) == ("sold_twice", "Seen at S-0412")


def test_confirmed_copies_are_a_strong_sign_until_the_code_is_cleared(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a", ClaimKind.FAKE)
    cases.desk.clock.forward(minutes=1)
    cases.decide(symbols, CaseState.COPIED)
    answer = cases.desk.customer(symbols, "b")
    assert (answer.verdict, answer.strength) == (Verdict.SUSPECT, Strength.STRONG)
    assert answer.reasons == (Signal.COPIES_CONFIRMED,)
    # The decision itself has told of it: no check tells of it again, and opens the case again.
    assert [kind for kind, _ in cases.entries(symbols)][-1] == "authenticity.copies_confirmed"
    assert not cases.file(symbols).case.is_open
    cases.desk.service.clear(symbols, actor=LI, why="It was another one")
    assert cases.desk.customer(symbols, "c").verdict is Verdict.GENUINE_CHECKED_BEFORE


def test_a_dismissed_case_changes_nothing_on_the_code(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    for visitor in "abc":
        cases.claim(symbols, visitor)
    before = cases.desk.customer(symbols, "d").reasons
    cases.decide(symbols, CaseState.DISMISSED)
    assert before
    assert cases.desk.customer(symbols, "e").reasons == before


def test_a_decided_case_is_opened_again_by_others_and_not_by_who_has_claimed(
    cases: CodeCases,
) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    cases.decide(symbols, CaseState.DISMISSED)
    assert cases.claim(symbols, "a", words="Look again.") is Received.DECIDED
    assert not cases.file(symbols).case.is_open
    cases.desk.clock.forward(days=1)
    assert cases.claim(symbols, "b") is Received.TAKEN
    file = cases.file(symbols)
    assert (file.case.is_open, len(file.claims)) == (True, 1)
    assert file.case.opened_at == cases.desk.clock()


def test_who_decides_has_seen_everything(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    version = cases.file(symbols).case.version
    cases.claim(symbols, "b", ClaimKind.FAKE)
    sentence = "Something happened to this case meanwhile. Look at it again, then decide."
    with refused(StaleCodeCaseError, "code_case_stale", sentence):
        cases.staff.decide(LEAD, key(symbols), version, CaseState.CLEARED, "Seen")
    version = cases.file(symbols).case.version
    cases.staff.decide(LEAD, key(symbols), version, CaseState.CLEARED, "Seen")
    with pytest.raises(StaleCodeCaseError):
        cases.staff.decide(LEAD, key(symbols), version, CaseState.COPIED, "Seen")


def test_an_operators_clearing_closes_the_case_too(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    for _ in range(2):
        cases.desk.service.clear(symbols, actor=LI, why="Seen")
    case = cases.file(symbols).case
    assert (case.state, case.decided_by, case.why) == (CaseState.CLEARED, LI, "Seen")
    cleared = [kind for kind, _ in cases.entries(symbols) if kind == "authenticity.cleared"]
    assert len(cleared) == 1


@pytest.mark.parametrize("why", ["", " ", "x" * 201])
def test_a_decision_has_a_reason(cases: CodeCases, why: str) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    with refused(ReasonInvalidError, "reason_invalid", "Say why, in 200 characters at most."):
        cases.decide(symbols, CaseState.CLEARED, why)


def test_the_matrix_says_who_reads_and_who_decides(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    for member in (AGENT, LEAD, QA, AUDITOR):
        cases.staff.waiting(member)
        cases.staff.open_case(member, key(symbols))
    for member in (STORE, WAREHOUSE):
        with pytest.raises(NotPermittedError):
            cases.staff.waiting(member)
        with pytest.raises(NotPermittedError):
            cases.staff.open_case(member, key(symbols))
    for member in (AGENT, AUDITOR, STORE, WAREHOUSE):
        with pytest.raises(NotPermittedError):
            cases.staff.decide(member, key(symbols), 1, CaseState.CLEARED, "Seen")


def test_every_read_of_a_case_leaves_a_trace(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    cases.staff.open_case(AGENT, key(symbols))
    assert cases.trail.reads == [(AGENT, f"code:{key(symbols)}")]


@pytest.mark.parametrize("unknown", ["", "00", "00-1", "99-0000000001", "x" * 13, "00-000000000٣"])
def test_what_is_no_code_with_a_case_is_not_found(cases: CodeCases, unknown: str) -> None:
    with refused(CodeCaseNotFoundError, "code_case_not_found", "There is no case about that code."):
        cases.staff.open_case(LEAD, unknown)


def test_the_list_has_pages_and_the_longest_open_first(cases: CodeCases) -> None:
    opened = list[str]()
    for number in range(23):
        symbols = cases.desk.fresh_code()
        cases.claim(symbols, f"visitor {number}")
        cases.desk.clock.forward(seconds=1)
        opened.append(key(symbols))
    found = listed(cases)
    assert [each for each in found if each in opened] == opened
    with pytest.raises(InvalidError):
        cases.staff.waiting(LEAD, "nowhere")
