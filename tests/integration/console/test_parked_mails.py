"""Parked mails at the console: who sees them, what is shown, and what becomes of one."""

from collections.abc import Callable

import pytest

from aftercare.desk.incoming.model import Parked
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.ticket import Proof
from aftercare.orders.model import email_key_of
from aftercare.staff.audit import Act
from aftercare.staff.store import StaffStore
from console.tickets.mails import WHY
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.incoming import raw_mail
from tests.fakes.service_desk import DESK_WORKER, ServiceDesk
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration
PATH = "/queue/tickets/mails"
KIM = email_key_of("kim@example.net")

type SignIn = Callable[..., StaffBrowser]


@pytest.fixture
def signed_in(tickets: ServiceDesk, pool: UserPool) -> SignIn:  # noqa: ARG001 - it empties tables
    """A browser of a colleague with that role."""

    def sign_in(role: str, name: str = "Ada Agent") -> StaffBrowser:
        return StaffBrowser().signs_in(pool, pool.add(role, name=name))

    return sign_in


def parked(tickets: ServiceDesk, words: str = "Where is <b>it</b>?", **more: str) -> str:
    """The path of a mail that nobody proved."""
    sender = {"from": "kim@example.net", "subject": "My parcel"} | more
    tickets.mail(raw_mail(words, **sender), passes_dmarc=False)
    return f"{PATH}/{tickets.parked()[-1].name}"


def test_every_reason_has_words() -> None:
    assert set(WHY) == set(Parked)


def test_the_list_says_who_what_why_and_the_page_what_it_says(
    tickets: ServiceDesk, signed_in: SignIn, tables: dict[str, str]
) -> None:
    path = parked(tickets)
    agent = signed_in("agent")
    listed = agent.get(PATH).body
    for shown in ("kim@example.net", "My parcel", "Sender not proved", path):
        assert shown in listed
    assert "Where is" not in listed
    page = agent.get(path).body
    assert page.index("<details>") < page.index("Where is &lt;b&gt;it&lt;/b&gt;?")
    assert "Open a ticket for it" in page
    trail = StaffStore(tables["StaffTable"]).traces(f"mail_{path.rpartition('/')[2]}")
    assert [each.act for each in trail] == [Act.READ]


def test_a_mail_is_taken_in_once_and_nobody_is_acknowledged(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    path, agent = parked(tickets), signed_in("agent")
    agent.get(path)
    first, again = (agent.post(path, what="take_in") for _ in range(2))
    assert first.status == 303
    assert first.location == again.location
    number = first.location.split("/")[-1].partition("?")[0]
    thread = tickets.thread(number)
    assert (thread.ticket.proof, thread.ticket.email) == (Proof.UNCONFIRMED, "kim@example.net")
    assert thread.clocks.state is TicketState.OPEN
    assert [each.entry.verb for each in thread.messages] == [Verb.OPEN, Verb.TAKE]
    assert tickets.parked() == []
    tickets.keeping.follow(thread.ticket.ticket_id, actor=DESK_WORKER)
    assert "Nothing: unconfirmed" in agent.get(f"/tickets/{number}").body


def test_a_mail_to_which_nothing_is_to_be_done_leaves_the_list(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    path, agent = parked(tickets), signed_in("agent")
    agent.get(path)
    for _ in range(2):
        assert agent.post(path, what="leave").location.endswith(f"{PATH}?done=left")
    assert "No mail waits here" in agent.get(PATH).body
    assert agent.get(path).status == 200


def test_what_is_in_a_ticket_opens_no_other(tickets: ServiceDesk, signed_in: SignIn) -> None:
    number = tickets.ask().ticket.number
    path, agent = parked(tickets, to=tickets.address(number)), signed_in("agent")
    page = agent.get(path).body
    assert f"/tickets/{number}" in page
    assert "Open a ticket for it" not in page
    agent.post(path, what="take_in")
    assert tickets.tickets.of_customer(KIM) == ()


def test_who_only_reads_decides_nothing_and_who_has_no_role_sees_nothing(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    path = parked(tickets)
    auditor, warehouse = signed_in("auditor"), signed_in("warehouse", "Wu")
    assert "What becomes of it" not in auditor.get(path).body
    auditor.post(path, what="take_in")
    assert tickets.tickets.of_customer(KIM) == ()
    assert len(tickets.parked()) == 1
    assert [warehouse.get(each).status for each in (PATH, path)] == [403, 403]
    assert signed_in("agent").get(f"{PATH}/none").status == 404
