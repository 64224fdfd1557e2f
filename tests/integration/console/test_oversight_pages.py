"""Leads at the console: erasures that take two, and the decisions that chance has drawn."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from aftercare.erasure.model import ErasureState
from aftercare.staff.sample_store import SampleStore
from aftercare.staff.samples import Drawn
from aftercare.staff.sampling import week_of
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.erasures import erasing, somebody
from tests.fakes.house import WORKER, House
from tests.fakes.reviews import AGENT
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration

type SignIn = Callable[..., StaffBrowser]


@pytest.fixture
def signed_in(pool: UserPool) -> SignIn:
    """A browser of a colleague with that role."""

    def sign_in(role: str, name: str) -> StaffBrowser:
        return StaffBrowser().signs_in(pool, pool.add(role, name=name))

    return sign_in


@pytest.fixture
def now_house(house: House) -> House:
    house.clock.now = datetime.now(UTC)
    return house


def test_one_lead_asks_and_another_one_confirms(
    now_house: House, tables: dict[str, str], signed_in: SignIn
) -> None:
    person = somebody(now_house, tables)
    person.buys()
    first, second = signed_in("lead", "Lea Lead"), signed_in("lead", "Lin Lead")
    first.get("/erasures")
    assert first.post("/erasures", email=person.email, why="customer").location == "/erasures"
    page = first.get("/erasures").body
    assert "Waits for a second lead" in page
    assert "another lead confirms it" in page
    assert "Erase for good" not in page
    page = second.get("/erasures").body
    assert "Asked by Lea Lead" in page
    desk, erasures = erasing(now_house)
    erasure = desk.store.live_of(person.email_key)
    assert erasure
    second.post(f"/erasures/{erasure.erasure_id}/confirm")
    assert "Confirmed by you" in second.get("/erasures").body.replace("You", "you")
    now_house.clock.forward(minutes=1)
    after = erasures.advance(erasure.erasure_id, actor=WORKER)
    assert after
    assert after.state is ErasureState.SWEPT
    now_house.clock.forward(hours=26)
    erasures.advance(erasure.erasure_id, actor=WORKER)
    page = second.get("/erasures").body
    assert "Somebody, no longer known" in page
    assert person.email not in page.replace("<wbr>", "")


def test_the_page_says_which_returns_an_erasure_would_wait_for(
    now_house: House, tables: dict[str, str], signed_in: SignIn
) -> None:
    person = somebody(now_house, tables)
    ret = person.has_a_label(person.buys())
    lead = signed_in("lead", "Lea Lead")
    lead.get("/erasures")
    lead.post("/erasures", email=person.email, why="shop")
    page = lead.get("/erasures").body
    assert "It would wait for" in page
    assert ret.ticket in page
    assert "Label ready, until" in page


def test_a_lead_who_confirms_their_own_request_is_told_why_not(
    now_house: House, tables: dict[str, str], signed_in: SignIn
) -> None:
    person, lead = somebody(now_house, tables), signed_in("lead", "Lea Lead")
    lead.get("/erasures")
    lead.post("/erasures", email=person.email, why="customer")
    desk, _ = erasing(now_house)
    erasure = desk.store.live_of(person.email_key)
    assert erasure
    answer = lead.post(f"/erasures/{erasure.erasure_id}/confirm")
    assert "You asked for it" in lead.follow(answer).body
    stored = desk.store.get(erasure.erasure_id)
    assert stored
    assert stored.state is ErasureState.ASKED


@pytest.mark.parametrize("email", ["", "no address"])
def test_what_is_no_address_is_marked_in_the_form(signed_in: SignIn, email: str) -> None:
    lead = signed_in("lead", "Lea Lead")
    lead.get("/erasures")
    page = lead.follow(lead.post("/erasures", email=email, why="customer")).body
    assert "That does not look like an e-mail address." in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize("role", ["agent", "qa", "auditor", "warehouse"])
def test_both_pages_are_the_leads(signed_in: SignIn, role: str) -> None:
    browser = signed_in(role, "Ada")
    assert browser.get("/erasures").status == 403
    assert browser.get("/sample").status == 403


def test_a_lead_says_what_they_make_of_a_drawn_decision(
    tables: dict[str, str], signed_in: SignIn
) -> None:
    now = datetime.now(UTC)
    drawn = Drawn(week_of(now), "00ff#ent_1", "ret_1", "return.declined", AGENT.actor, now)
    SampleStore(tables["StaffTable"]).add(drawn)
    lead, other = signed_in("lead", "Lea Lead"), signed_in("lead", "Lin Lead")
    page = lead.get("/sample")
    assert "/cases/ret_1" in page.body
    assert "1 drawn, 1 not looked at yet." in page.body
    form = {"week": drawn.week, "place": drawn.place, "finding": "questioned"}
    refused = lead.follow(lead.post("/sample", **form, words="")).body
    assert "Say what you question" in refused
    lead.get("/sample")
    lead.post("/sample", **form, words="The photo shows it.")
    page = other.get("/sample")
    assert "Looked at by Lea Lead." in page.body
    assert "The photo shows it." in page.body
    assert "I question it" not in page.body
