"""The console's list of cases about codes, a case's page, and what is decided there."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from aftercare.authenticity.cases import MOST_OF_A_KIND, CaseState, ClaimKind
from aftercare.batches.wiring import BatchesConfig, batch_book, batch_service
from aftercare.staff.audit import Act
from aftercare.staff.store import StaffStore
from tests.fakes.actors import LI, SALES_INGEST
from tests.fakes.code_cases import CodeCases, code_cases_on, key
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration

WORDS = "Bought <b>new</b> at the Lyon store in May."

type SignIn = Callable[[str], StaffBrowser]


@pytest.fixture
def signed_in(pool: UserPool) -> SignIn:
    """A browser of a colleague with that role."""
    return lambda role: StaffBrowser().signs_in(pool, pool.add(role, name="Ada Agent"))


@pytest.fixture
def cases(tables: dict[str, str]) -> CodeCases:
    """Claims about codes of a batch that the console knows, too."""
    found = code_cases_on(tables["AuthenticityTable"])
    found.desk.clock.now = datetime.now(UTC)
    config = BatchesConfig(tables["BatchesTable"])
    if batch_book(config).find(0, 0) is None:
        batches = batch_service(config)
        drafted = batches.draft(sku="BB-1", product="Tiny Tide", key_id=0, count=5000, actor=LI)
        batches.activate(drafted.batch_id, actor=LI)
    return found


def test_a_claim_is_listed_read_and_decided(cases: CodeCases, signed_in: SignIn) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a", ClaimKind.FAKE, WORDS)
    lead = signed_in("lead")
    assert f"/codes/{key(symbols)}" in lead.get("/queue/codes").body
    page = lead.get(f"/codes/{key(symbols)}")
    assert "&lt;b&gt;new&lt;/b&gt;" in page.body
    for shown in ("This is a fake", "Checked in United States", "None."):
        assert shown in page.text
    assert symbols not in page.body.replace("-", "")
    sent = lead.post(
        f"/codes/{key(symbols)}/decision",
        version=page.hidden("version"),
        decision="copied",
        why="Two of them at S-0412",
    )
    assert sent.location == f"/codes/{key(symbols)}"
    page = lead.get(f"/codes/{key(symbols)}")
    assert "Copies confirmed by staff (strong)" in page.text
    assert "The decision: You, " in page.text
    assert "Two of them at S-0412" in page.text
    assert "Save the decision" not in page.text
    assert f"/codes/{key(symbols)}" not in lead.get("/queue/codes").body
    assert cases.file(symbols).case.state is CaseState.COPIED


def test_a_code_sold_twice_is_listed(cases: CodeCases, signed_in: SignIn) -> None:
    symbols = cases.desk.fresh_code()
    for _ in range(2):
        cases.desk.service.record_sale(symbols, cases.desk.clock(), actor=SALES_INGEST)
        cases.desk.clock.forward(days=1)
    page = signed_in("agent").get("/queue/codes")
    assert f"/codes/{key(symbols)}" in page.body
    assert "Sold twice without a return between" in page.text


def test_a_sale_of_one_order_that_was_told_twice_is_one_fact(
    cases: CodeCases, signed_in: SignIn
) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a", ClaimKind.FAKE, WORDS)
    for _ in range(2):
        cases.desk.service.record_sale(
            symbols, cases.desk.clock(), actor=SALES_INGEST, order_number="PM-2026-10001"
        )
        cases.desk.clock.forward(days=1)
    page = signed_in("agent").get(f"/codes/{key(symbols)}")
    assert page.text.count("Store or shop") == 1


def test_a_decision_on_an_older_page_says_so_and_keeps_the_words(
    cases: CodeCases, signed_in: SignIn
) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    lead, path = signed_in("lead"), f"/codes/{key(symbols)}"
    version = lead.get(path).hidden("version")
    cases.claim(symbols, "b")
    lead.post(f"{path}/decision", version=version, decision="cleared", why="Seen at S-0412")
    page = lead.get(path)
    assert "Something happened to this case meanwhile." in page.text
    assert "Seen at S-0412" in page.body
    assert cases.file(symbols).case.is_open


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"decision": "", "why": "Seen"}, "Choose what you decide."),
        ({"decision": "open", "why": "Seen"}, "Choose what you decide."),
        ({"decision": "cleared", "why": " "}, "Say why, in 200 characters at most."),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    cases: CodeCases, signed_in: SignIn, form: dict[str, str], said: str
) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    lead, path = signed_in("lead"), f"/codes/{key(symbols)}"
    version = lead.get(path).hidden("version")
    lead.post(f"{path}/decision", version=version, **form)
    assert said in lead.get(path).text
    assert cases.file(symbols).case.is_open


def test_an_agent_reads_and_does_not_decide(cases: CodeCases, signed_in: SignIn) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    agent, path = signed_in("agent"), f"/codes/{key(symbols)}"
    page = agent.get(path)
    assert "Save the decision" not in page.text
    agent.post(f"{path}/decision", version="1", decision="cleared", why="Seen")
    assert cases.file(symbols).case.is_open


def test_a_case_that_takes_no_more_claims_says_that_there_may_be_more(
    cases: CodeCases, signed_in: SignIn
) -> None:
    symbols = cases.desk.fresh_code()
    for number in range(MOST_OF_A_KIND + 2):
        cases.claim(symbols, f"buyer {number}", ClaimKind.FAKE)
    page = signed_in("agent").get("/queue/codes")
    assert page.body.count(f"/codes/{key(symbols)}") == 1
    assert f"Fake: {MOST_OF_A_KIND} or more" in page.text


def test_a_store_sees_no_case(cases: CodeCases, signed_in: SignIn) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    store = signed_in("store")
    assert store.get("/queue/codes").status == 403
    assert store.get(f"/codes/{key(symbols)}").status == 403


def test_what_is_no_case_is_not_found(signed_in: SignIn) -> None:
    assert signed_in("agent").get("/codes/00-9999999999").status == 404
    assert signed_in("agent").get("/queue/codes?after=nowhere").status == 400


def test_every_read_leaves_a_trace_that_an_auditor_finds(
    cases: CodeCases, signed_in: SignIn, tables: dict[str, str]
) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    signed_in("agent").get(f"/codes/{key(symbols)}")
    traces = StaffStore(tables["StaffTable"]).traces(f"code:{key(symbols)}")
    assert [trace.act for trace in traces] == [Act.READ]
    page = signed_in("auditor").get(f"/audit?return={key(symbols)}")
    assert "read the case" in page.text
