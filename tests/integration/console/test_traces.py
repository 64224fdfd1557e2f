"""Which trace each page of the console leaves: whoever sees something of a customer leaves one."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from aftercare.kernel.actor import staff
from aftercare.returns.model import Return
from aftercare.staff.audit import Act, about
from aftercare.staff.store import StaffStore
from console.app import app
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.crashes.world import empty_tables
from tests.fakes.orders import EMAIL
from tests.fakes.reviews import AGENT, Desk
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration
NONE = frozenset[Act]()
READ = frozenset({Act.READ})
PARCEL = frozenset({Act.SAW_PARCEL})


class Page(NamedTuple):
    """What is asked for, as whom, and the traces it leaves: on the return, and on the reader."""

    on_return: frozenset[Act] = NONE
    role: str = "agent"
    query: str = ""
    on_reader: frozenset[Act] = NONE
    form: tuple[tuple[str, str], ...] = ()


PAGES = {
    "GET /": Page(),
    "GET /queue": Page(),
    "GET /queue/next": Page(),
    "GET /queue/parcels": Page(),
    "GET /queue/codes": Page(),
    "GET /search": Page(frozenset({Act.FOUND}), query="?q={ticket}"),
    "GET /dock": Page(PARCEL, "warehouse", "?scan={ticket}"),
    "GET /dock/{return_id}": Page(PARCEL, "store"),
    "POST /dock/{return_id}/count": Page(PARCEL, "lead"),
    "POST /dock/{return_id}/receipt": Page(PARCEL, "warehouse"),
    "POST /dock/{return_id}/inspection": Page(PARCEL, "qa"),
    "GET /cases/{return_id}": Page(READ),
    "GET /cases/{return_id}/evidence/{evidence_id}": Page(frozenset({Act.SAW_EVIDENCE})),
    # Forms lead back to the case, which leaves a trace when it is opened; these read it themselves.
    "POST /cases/{return_id}/preview": Page(READ),
    "POST /cases/{return_id}/decision": Page(READ),
    "POST /cases/{return_id}/claim": Page(),
    "POST /cases/{return_id}/release": Page(),
    "POST /cases/{return_id}/notes": Page(form=(("text", "Seen."),)),
    "POST /cases/{return_id}/confirmation": Page(READ, "lead"),
    "POST /cases/{return_id}/hand-back": Page(READ, "lead", form=(("words", "Look again."),)),
    "POST /cases/{return_id}/evidence-request": Page(READ, form=(("kind_receipt", "1"),)),
    "POST /cases/{return_id}/request-withdrawal": Page(READ),
    "POST /cases/{return_id}/resolution": Page(READ),
    "POST /cases/{return_id}/unreceived-refund": Page(role="lead"),
    "POST /cases/{return_id}/closure": Page(),
    "POST /cases/{return_id}/loss": Page(),
    "POST /cases/{return_id}/parcels": Page(),
    "POST /cases/{return_id}/reopening": Page(role="lead"),
    # A code has traces of its own: test_codes.py.
    "GET /codes/{key}": Page(),
    "POST /codes/{key}/decision": Page(
        role="lead", form=(("decision", "cleared"), ("why", "Seen"))
    ),
    # A ticket has traces of its own: test_tickets.py.
    "GET /queue/tickets": Page(),
    "GET /queue/tickets/next": Page(),
    # A parked mail has one, too: test_parked_mails.py.
    "GET /queue/tickets/mails": Page(),
    "GET /queue/tickets/mails/{name}": Page(),
    "POST /queue/tickets/mails/{name}": Page(form=(("what", "leave"),)),
    "GET /queue/tickets/searches": Page(),
    "POST /queue/tickets/searches": Page(form=(("name", "Late"), ("overdue", "yes"))),
    "POST /queue/tickets/searches/forget": Page(form=(("name", "Late"),)),
    "GET /tickets/{number}": Page(),
    "POST /tickets/{number}/act": Page(form=(("verb", "note"), ("words", "Seen."))),
    "GET /tickets/{number}/pictures/{evidence_id}": Page(),
    "POST /tickets/{number}/macro": Page(form=(("macro", "closing"),)),
    "POST /tickets/{number}/claim": Page(form=(("wanted", "yes"),)),
    "POST /tickets/{number}/merge": Page(form=(("other", "R-0000-0000-0"),)),
    "POST /tickets/{number}/unmerge": Page(form=(("loser", "R-0000-0000-0"),)),
    # So has a case that was handed over: test_counter.py.
    "GET /counter": Page(role="store"),
    "POST /counter": Page(role="store", form=(("code", "482913"), ("store", "London Soho"))),
    "GET /counter/new": Page(role="store"),
    "POST /counter/new": Page(role="store", form=(("words", "Seen."), ("topic", "other"))),
    "GET /counter/{number}/paper": Page(role="store"),
    "POST /counter/{number}/paper": Page(role="store"),
    "GET /counter/{number}": Page(role="store"),
    "POST /counter/{number}/act": Page(role="store", form=(("verb", "note"), ("words", "Seen."))),
    "GET /counter/{number}/evidence/{evidence_id}": Page(role="store"),
    "GET /counter/{number}/pictures/{evidence_id}": Page(role="store"),
    "GET /audit": Page(frozenset({Act.READ_AUDIT}), "auditor", "?return={return_id}"),
    "GET /erasures": Page(role="lead"),
    "POST /erasures": Page(role="lead", form=(("email", "new@example.com"), ("why", "customer"))),
    "POST /erasures/{erasure_id}/confirm": Page(role="lead"),
    "POST /erasures/{erasure_id}/decline": Page(role="lead"),
    "GET /sample": Page(role="lead"),
    "POST /sample": Page(role="lead"),
    "GET /sessions": Page(),
    "POST /sessions/{session_id}/end": Page(),
    "GET /members": Page(role="lead"),
    "POST /members/{staff_id}/end": Page(role="lead"),
}
# Nobody is signed in there, or no longer; a sign-in and its end leave a trace on the reader.
OF_NOBODY = {
    "GET /sign-in",
    "POST /sign-in",
    "GET /signed-in",
    "POST /sign-out",
    "GET /signed-out",
    "GET /static/{name}",
}

type SignIn = Callable[[str], tuple[StaffBrowser, str]]


@pytest.fixture(autouse=True)
def fresh_day(tables: dict[str, str]) -> None:
    """Nothing of the tests before: a customer begins 100 returns a day, and each test one."""
    empty_tables(tables)


@pytest.fixture
def signed_in(pool: UserPool) -> SignIn:
    def sign_in(role: str) -> tuple[StaffBrowser, str]:
        account = pool.add(role, name="Ada")
        return StaffBrowser().signs_in(pool, account), account.staff_id

    return sign_in


@pytest.fixture
def store(tables: dict[str, str]) -> StaffStore:
    return StaffStore(tables["StaffTable"])


def acts(store: StaffStore, subject: str, staff_id: str) -> list[str]:
    """What that person did to the subject, oldest first; signing in is how they came here."""
    found = [trace.act for trace in store.traces(subject) if trace.by == staff(staff_id)]
    return [act for act in reversed(found) if act != Act.SIGNED_IN]


def shown(desk: Desk, ret: Return) -> str:
    return desk.opened(AGENT, ret.return_id).evidence[0].evidence_id


def routes() -> Iterator[str]:
    for route, methods in app.whole().routes.items():
        if "{proxy+}" not in route:
            yield from (f"{method} {route}" for method in methods if method != "HEAD")


def test_the_table_has_every_page() -> None:
    assert set(routes()) == set(PAGES) | OF_NOBODY


@pytest.mark.parametrize("name", PAGES)
def test_every_page_leaves_the_trace_that_it_should_and_no_other(
    desk: Desk, signed_in: SignIn, store: StaffStore, name: str
) -> None:
    page, ret = PAGES[name], desk.waiting()
    browser, staff_id = signed_in(page.role)
    ids = {
        "return_id": ret.return_id,
        "evidence_id": shown(desk, ret),
        "ticket": ret.ticket,
        "session_id": "0" * 64,
        "staff_id": "nobody",
        "erasure_id": "era_none",
        "key": "00-0000000000",
        "number": "R-0000-0000-0",
        "name": "none",
    }
    method, _, route = name.partition(" ")
    path = re.sub(r"\{(\w+)\}", lambda part: ids[part[1]], route + page.query)
    if method == "GET":
        answer = browser.get(path)
    else:
        browser.get("/sessions")
        answer = browser.post(path, **dict(page.form))
    assert answer.status < 500
    assert set(acts(store, ret.return_id, staff_id)) == page.on_return
    assert set(acts(store, about(staff_id), staff_id)) == page.on_reader


@pytest.mark.parametrize("name", [name for name in PAGES if "/cases" not in name])
def test_a_page_without_a_trace_says_nothing_of_who_a_customer_is(
    desk: Desk, signed_in: SignIn, name: str
) -> None:
    desk.waiting()
    method, _, route = name.partition(" ")
    if method == "GET" and not PAGES[name].on_return:
        text = signed_in(PAGES[name].role)[0].get(route).body
        for personal in (EMAIL, "Mei", "The left ear is missing."):
            assert personal not in text


def test_turning_pictures_leaves_one_trace_in_half_an_hour(
    desk: Desk, signed_in: SignIn, store: StaffStore
) -> None:
    ret = desk.waiting()
    picture = f"/cases/{ret.return_id}/evidence/{shown(desk, ret)}"
    people = [signed_in("agent"), signed_in("qa")]
    for browser, _ in people:
        for size in ("photo", "thumbnail", "photo"):
            assert browser.get(f"{picture}?size={size}").status == 302
    for _, staff_id in people:
        assert acts(store, ret.return_id, staff_id) == [Act.SAW_EVIDENCE]


def test_who_may_not_see_it_or_asks_for_what_is_not_there_leaves_no_trace_and_gets_nothing(
    desk: Desk, signed_in: SignIn, store: StaffStore
) -> None:
    ret = desk.waiting()
    for role, evidence_id in (("store", shown(desk, ret)), ("agent", "evd_none")):
        browser, staff_id = signed_in(role)
        answer = browser.get(f"/cases/{ret.return_id}/evidence/{evidence_id}")
        assert answer.status in {403, 404}
        assert acts(store, ret.return_id, staff_id) == []


def test_a_note_that_is_sent_twice_is_left_once(desk: Desk, signed_in: SignIn) -> None:
    ret, (agent, _) = desk.waiting(), signed_in("agent")
    path = f"/cases/{ret.return_id}"
    name = agent.get(path).hidden("name")
    for text in ("Called the store.", "Called\r\nthe store.", "Called the store.", "Sent a mail."):
        agent.post(f"{path}/notes", text=text, name=name)
    assert agent.get(path).hidden("name") != name
    agent.post(f"{path}/notes", text="Called the store.", name=agent.get(path).hidden("name"))
    notes = [note.text for note in desk.opened(AGENT, ret.return_id).notes]
    assert notes == ["Called the store.", "Called\nthe store.", "Sent a mail.", "Called the store."]
