"""What customers see of two tickets that became one, and two again (R-DSK-84)."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import NamedTuple

import pytest

from aftercare.desk.merging import Seen, TicketMerging
from aftercare.desk.wiring import TicketsConfig, ticket_merging
from aftercare.words.model import LANGUAGES
from tests.fakes.browser import Browser, Page
from tests.fakes.house import House
from tests.fakes.orders import FIGURE
from tests.fakes.points_desk import fresh
from tests.fakes.reviews import AGENT

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
FIRST, SECOND = "The left ear is missing.", "And the box was torn."


class Pair(NamedTuple):
    """Two tickets of a customer, by their numbers, and who merges them."""

    customer: Browser
    first: str
    second: str
    merging: TicketMerging

    def seen(self, number: str) -> Seen:
        ticket = self.merging._found(number)
        assert ticket
        return Seen(number, ticket.entries)

    def merge(self) -> None:
        self.merging.merge(AGENT, self.seen(self.first), self.seen(self.second), fresh("m"))

    def unmerge(self) -> None:
        self.merging.unmerge(AGENT, self.seen(self.first), self.second, fresh("m"))


@pytest.fixture
def pair(house: House, portal: Browser, tables: dict[str, str]) -> Pair:
    house.clock.now = datetime.now(UTC)
    order = house.delivered_order(FIGURE, email=f"{fresh('mei')}@example.com")
    assert order.purchase
    customer = portal.sign_in(order.purchase.email)
    numbers = []
    for words in (FIRST, SECOND):
        form = {"topic": "product", "words": words, "sent_as": fresh("f")}
        numbers.append(customer.post("/messages/new", **form).location)
    first, second = (each.rpartition("/")[2].partition("#")[0] for each in numbers)
    config = TicketsConfig(tables["TicketsTable"], tables["DueTable"])
    return Pair(customer, first, second, ticket_merging(config))


def said(page: Page) -> list[str]:
    return [unescape(each) for each in re.findall(r'<p class="words"[^>]*>([^<]*)</p>', page.body)]


def news(pair: Pair, number: str, page: Page) -> Page:
    """What the script of that page gets."""
    talk = re.search(r'data-talk="(\d+)" data-mark="([^"]*)"', page.body)
    assert talk
    path = f"/messages/{number}/since/{talk[1]}?state=new&mark={talk[2]}"
    asks = replace(pair.customer, accept="application/json")
    return replace(page, body=json.loads(asks.get(path).body)["html"])


def test_either_number_shows_one_conversation_with_everything(pair: Pair) -> None:
    pair.merge()
    pages = [pair.customer.get(f"/messages/{number}") for number in (pair.first, pair.second)]
    told = (
        f"Two of your messages were about the same. We go on here, with ticket {pair.first}; "
        f"ticket {pair.second} leads here, too."
    )
    for page in pages:
        assert said(page) == [FIRST, SECOND, told]
        assert f'action="/messages/{pair.first}"' in page.body
    goes_on = f"Ticket {pair.second} goes on here, as ticket {pair.first}."
    assert [goes_on in page.text for page in pages] == [False, True]


def test_the_list_shows_one(pair: Pair) -> None:
    body = pair.customer.get("/messages").body
    assert (pair.first in body, pair.second in body) == (True, True)
    pair.merge()
    body = pair.customer.get("/messages").body
    assert (pair.first in body, pair.second in body) == (True, False)


def test_whoever_writes_on_a_page_of_before_is_heard(pair: Pair) -> None:
    form = {"words": "Hello?", "sent_as": fresh("f")}
    pair.merge()
    page = pair.customer.post(f"/messages/{pair.second}", **form)
    assert page.location == f"/messages/{pair.first}#latest"
    assert pair.customer.post(f"/messages/{pair.second}", **form).location == page.location
    assert said(pair.customer.get(f"/messages/{pair.first}")).count("Hello?") == 1


@pytest.mark.parametrize("which", [0, 1])
def test_an_open_page_gets_all_of_it_once_two_are_one_and_once_they_part(
    pair: Pair, which: int
) -> None:
    number, before = ((pair.first, FIRST), (pair.second, SECOND))[which]
    page = pair.customer.get(f"/messages/{number}")
    assert said(page) == [before]
    assert news(pair, number, page).body == ""
    pair.merge()
    page = news(pair, number, page)
    assert "data-whole" in page.body
    assert said(page)[:2] == [FIRST, SECOND]
    merged = pair.customer.get(f"/messages/{number}")
    assert "data-whole" not in news(pair, number, merged).body
    pair.unmerge()
    page = news(pair, number, merged)
    assert "data-whole" in page.body
    assert said(page)[0] == before


def test_whoever_reads_one_that_parted_is_told_where_the_rest_is(pair: Pair) -> None:
    pair.merge()
    form = {"words": "Meanwhile.", "sent_as": fresh("f")}
    pair.customer.post(f"/messages/{pair.second}", **form)
    pair.unmerge()
    second = said(pair.customer.get(f"/messages/{pair.second}"))
    assert second == [
        SECOND,
        "This is a conversation of its own again. "
        f"What was written meanwhile is in ticket {pair.first}.",
    ]
    first = said(pair.customer.get(f"/messages/{pair.first}"))
    assert (first[0], first[2]) == (FIRST, "Meanwhile.")
    assert SECOND not in first


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_it_is_told_in_every_language(pair: Pair, language: str) -> None:
    pair.merge()
    pair.customer.get(f"/?lang={language}")
    page = pair.customer.get(f"/messages/{pair.second}?lang={language}")
    assert page.text.count(pair.second) > 1
    assert pair.first in said(page)[2]
