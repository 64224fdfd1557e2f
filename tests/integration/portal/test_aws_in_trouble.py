"""DynamoDB away, silent or throttling: a clean 503 within ten seconds, and nothing else."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from pynamodb.exceptions import TransactWriteError

from aftercare.evidence.model import Evidence
from aftercare.web.problems import problem_of
from portal import rooms
from tests.fakes.browser import Browser, Page
from tests.fakes.logs import logged
from tests.fakes.orders import EMAIL, NOON
from tests.fakes.servers import closed_port, refusing, silence
from tests.fakes.strangers import MEMBERS
from tests.fakes.trouble import Trouble, dynamodb_at, over_its_limits

pytestmark = pytest.mark.integration

SENTENCE = "Something we depend on isn't answering. Nothing is lost. Please try again in a minute."
TYPESET = SENTENCE.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def throttled() -> AbstractContextManager[str]:
    return refusing("ProvisionedThroughputExceededException")


def broken() -> AbstractContextManager[str]:
    return refusing("InternalServerError", status=500)


def throttled_transactions() -> AbstractContextManager[str]:
    reasons = [{"Code": "None"}, {"Code": "ThrottlingError"}]
    return refusing("TransactionCanceledException", CancellationReasons=reasons)


def timed_page(browser: Browser, method: str, path: str) -> tuple[Page, float]:
    """The answer, and how many seconds it took."""
    started = time.monotonic()
    page = browser.get(path) if method == "GET" else browser.post(path, **FORM)
    return page, time.monotonic() - started


RETURN = "ret_01KTSEFPW00HV3EZ2D6HPDAKD4"
PHOTO = "evd_01KTSEFPW0YK07NZCV8HWTE03J"
FORM = {
    "order_number": "PM-2026-10001",
    "email": EMAIL,
    "code": "000000",
    "return_id": RETURN,
    "units": "1",
    "reason": "stained",
}
# Every route that reads or writes a table.
ASKED = [
    ("POST", "/"),
    ("POST", "/code"),
    ("GET", "/orders"),
    ("GET", "/orders/PM-2026-10001"),
    ("POST", "/orders/PM-2026-10001/item?line=1"),
    ("GET", f"/returns/{RETURN}"),
    ("POST", f"/returns/{RETURN}/photos"),
    ("GET", f"/returns/{RETURN}/photos/{PHOTO}"),
    ("GET", f"/returns/{RETURN}/photos/{PHOTO}/thumbnail"),
    ("POST", f"/returns/{RETURN}/submit"),
    ("GET", f"/returns/{RETURN}/label"),
    ("GET", f"/returns/{RETURN}/label/zpl"),
]


def is_a_clean_page(page: Page) -> None:
    assert page.status == 503
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Retry-After"] == "30"
    assert "Back in a moment" in page.body
    assert TYPESET in page.body or SENTENCE in page.body.replace("&#39;", "'")
    assert "Set-Cookie" not in page.headers
    assert EMAIL not in page.body


def is_a_clean_problem(page: Page) -> None:
    assert page.status == 503
    assert page.headers["Retry-After"] == "30"
    assert set(page.problem) == MEMBERS
    assert (page.problem["code"], page.problem["detail"]) == ("unavailable", SENTENCE)


@pytest.fixture(scope="module")
def dynamodb(request: pytest.FixtureRequest, tables: dict[str, str]) -> Iterator[None]:  # noqa: ARG001 - made before the trouble
    """DynamoDB in the trouble that a test asks for; clients are dear, so once for all who ask."""
    with dynamodb_at(request.param):
        yield


def in_trouble(*troubles: Trouble) -> pytest.MarkDecorator:
    names = [trouble.__name__ for trouble in troubles]
    return pytest.mark.parametrize("dynamodb", troubles, indirect=True, ids=names, scope="module")


@in_trouble(closed_port, throttled, broken)
@pytest.mark.usefixtures("dynamodb")
def test_without_dynamodb_a_page_says_so_in_time(portal: Browser) -> None:
    page, seconds = timed_page(portal.sign_in(EMAIL), "GET", "/orders")
    is_a_clean_page(page)
    assert seconds < 10


@in_trouble(closed_port, throttled)
@pytest.mark.usefixtures("dynamodb")
def test_without_dynamodb_a_script_gets_a_problem_in_time(portal: Browser) -> None:
    portal.sign_in(EMAIL).accept = "application/json"
    page, seconds = timed_page(portal, "GET", "/orders")
    is_a_clean_problem(page)
    assert seconds < 10


@in_trouble(over_its_limits)
@pytest.mark.usefixtures("dynamodb")
@pytest.mark.parametrize(("method", "path"), ASKED)
def test_every_route_that_needs_dynamodb_is_clear_about_it(
    portal: Browser, method: str, path: str
) -> None:
    page, _ = timed_page(portal.sign_in(EMAIL), method, path)
    if method == "GET":
        is_a_clean_page(page)
    else:
        assert page.refusal == "unavailable"
        assert SENTENCE not in page.headers["Set-Cookie"]
    portal.sign_in(EMAIL).accept = "application/json"
    page, _ = timed_page(portal, method, path)
    is_a_clean_problem(page)


@in_trouble(closed_port)
@pytest.mark.usefixtures("dynamodb")
def test_what_needs_no_table_is_there_all_the_same(portal: Browser) -> None:
    assert portal.get("/").status == 200
    assert portal.get("/code").location == "/"


@in_trouble(closed_port)
@pytest.mark.usefixtures("dynamodb")
def test_signing_out_empties_the_browser_even_if_it_cannot_be_stored(portal: Browser) -> None:
    with logged() as log:
        assert portal.sign_in(EMAIL).post("/sign-out").location == "/"
    assert "sign-out not stored" in log.getvalue()
    assert portal.get("/orders").location == "/?to=/orders"


@in_trouble(over_its_limits)
@pytest.mark.usefixtures("dynamodb")
def test_the_log_says_what_did_not_answer_and_nothing_of_whom(portal: Browser) -> None:
    with logged() as log:
        timed_page(portal.sign_in(EMAIL), "GET", "/orders")
    [line] = [line for line in log.lines if line["message"] == "unavailable"]
    assert line["code"] == "GetItem: ServiceUnavailable"
    assert EMAIL not in log.getvalue()


@in_trouble(throttled_transactions)
@pytest.mark.usefixtures("dynamodb", "functions")
def test_a_throttled_transaction_is_told_as_any_throttling_is() -> None:
    with pytest.raises(TransactWriteError) as throttling:
        rooms.evidence().store.open(Evidence(RETURN, PHOTO, "image/jpeg", NOON))
    problem = problem_of(throttling.value, "req-1")
    assert (problem.status, problem.code, problem.detail) == (503, "unavailable", SENTENCE)


@pytest.mark.slow
@in_trouble(silence)
@pytest.mark.usefixtures("dynamodb")
def test_a_dynamodb_that_never_answers_costs_a_customer_less_than_ten_seconds(
    portal: Browser,
) -> None:
    page, seconds = timed_page(portal.sign_in(EMAIL), "GET", "/orders")
    is_a_clean_page(page)
    assert 3 < seconds < 10
