"""What happened to a code, beside the ticket whose customer named it (R-DSK-43)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from aftercare.authenticity.asked import key_of
from aftercare.authenticity.codes import Code, key_id_of, normalise, read
from aftercare.authenticity.naming import NO_CODE
from aftercare.batches.model import BatchStatus
from aftercare.desk.service import About
from aftercare.desk.ticket import Thread, Topic
from aftercare.orders.model import email_key_of
from aftercare.staff.audit import Act
from aftercare.staff.store import StaffStore
from tests.fakes import counter
from tests.fakes.codes import KEYS
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.house import SetClock
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import ServiceDesk, service_desk
from tests.fakes.ticket_pages import at
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration

type SignIn = Callable[[str], StaffBrowser]


@pytest.fixture
def tickets(tables: dict[str, str], functions: None) -> ServiceDesk:  # noqa: ARG001
    desk = service_desk(tables, SetClock(datetime.now(UTC)))
    counter.stock(tables["BatchesTable"])
    return desk


@pytest.fixture
def signed_in(tickets: ServiceDesk, pool: UserPool) -> SignIn:  # noqa: ARG001 - it empties tables
    """A browser of a colleague with that role."""
    return lambda role: StaffBrowser().signs_in(pool, pool.add(role, name="Ada Agent"))


def about(tickets: ServiceDesk, *codes: str) -> Thread:
    """A ticket of that customer, which names those codes."""
    named = tuple(code if code == NO_CODE else normalise(code) for code in codes)
    sent = tickets.sent()._replace(codes=named)
    thread = tickets.tickets.ask(email_key_of(EMAIL), About(Topic.CODE), sent)
    tickets.work()
    return thread


def key(code: str) -> str:
    symbols = normalise(code)
    found = read(symbols, KEYS[key_id_of(symbols)])
    assert isinstance(found, Code)
    return key_of(found)


def test_checks_sales_and_signals_stand_beside_the_ticket(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    code = counter.sold_twice(counter.fresh_code())
    for visitor in ("her", "him"):
        counter.customer_checks(code, visitor, "CA")
    thread = about(tickets, code)
    page = signed_in("agent").get(at(thread))
    for shown in (
        key(code),
        "Issued for Tiny Tide",
        "Checks 2, of customers 2",
        "Sold twice without a return between (strong)",
        "Checked in Canada Customer",
        "Sold Store or shop",
    ):
        assert shown in page.text, shown
    assert page.text.count("Checked in Canada") == 2
    assert code not in page.body
    assert normalise(code) not in page.body
    assert f'href="/codes/{key(code)}"' in page.body, "its case"
    assert len(page.body.encode()) <= 60 * 1024


def test_looking_counts_no_check_and_leaves_a_trace_each_time(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    code = counter.fresh_code()
    thread, agent = about(tickets, code), signed_in("agent")
    for _ in range(2):
        page = agent.get(at(thread))
    assert "Nothing has happened to it yet." in page.text
    assert f"/codes/{key(code)}" not in page.body, "nobody opened a case"
    seen = StaffStore(tickets.tables["StaffTable"]).traces(f"code:{key(code)}")
    assert [each.act for each in seen] == [Act.READ, Act.READ]


def test_a_code_that_was_never_issued_is_called_that(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    never = "The customer named a code that was never issued."
    agent = signed_in("agent")
    codes = (counter.FORGED, counter.unissued_code(), counter.fresh_code(BatchStatus.DRAFT))
    for code in codes:
        page = agent.get(at(about(tickets, code)))
        assert never in page.text
        assert code not in page.body
        tickets.clock.forward(days=2)  # a day's messages
    page = agent.get(at(about(tickets, NO_CODE)))
    assert never not in page.text
    assert "can be none" in page.text


def test_a_code_that_was_just_named_is_still_to_come(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    sent = tickets.sent()._replace(codes=(normalise(counter.fresh_code()),))
    thread = tickets.tickets.ask(email_key_of(EMAIL), About(Topic.CODE), sent)
    page = signed_in("qa").get(at(thread))
    assert "A code was just named." in page.text
    assert sent.codes[0] not in page.body


@pytest.mark.parametrize("role", ["agent", "lead", "qa", "auditor"])
def test_whoever_may_read_cases_of_codes_sees_it(
    tickets: ServiceDesk, signed_in: SignIn, role: str
) -> None:
    code = counter.fresh_code()
    assert key(code) in signed_in(role).get(at(about(tickets, code))).text


def test_a_ticket_of_before_is_read_as_ever(tickets: ServiceDesk, signed_in: SignIn) -> None:
    page = signed_in("agent").get(at(tickets.ask()))
    assert page.status == 200
    assert 'id="codes"' not in page.body


def test_five_busy_codes_fit_on_the_page(tickets: ServiceDesk, signed_in: SignIn) -> None:
    codes = [counter.fresh_code() for _ in range(5)]
    for code in codes:
        counter.sold_twice(code)
        for visitor in range(20):
            counter.customer_checks(code, f"{visitor}", "CA")
    thread = about(tickets, *codes)
    body = signed_in("agent").get(at(thread)).body
    assert len(body.encode()) <= 60 * 1024
