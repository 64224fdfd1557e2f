"""A customer writes to the desk of the deployed stack, and is acknowledged, answered and solved."""

import re

import pytest

from tests.fakes.browser_pages.shop import FIGURES, Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.operator import new_key
from tests.fakes.stack.staff_member import StaffMember
from tests.fakes.stack.till import Till
from tests.fakes.stack.visitor import Page, Visitor

pytestmark = pytest.mark.stack
NUMBER = r"(R-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z])"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def hidden(page: Page, action: str) -> dict[str, str]:
    """The hidden fields of the page's form that goes there, but for the session's own."""
    form = page.find(rf'(?s)(<form[^>]*action="[^"]*{re.escape(action)}".*?</form>)')
    return {name: value for name, value in _HIDDEN.findall(form) if name != "csrf"}


def test_from_the_question_to_the_solution(stack: LocalStack) -> None:
    box = Mailbox(str(stack.facts["mailbox_url"]))
    order = Shop(stack).sells(Order("PM-DESK-1", "desk@example.com", lines=[FIGURES]))
    customer = Visitor(stack.portal_url)
    customer.signs_in(order, box)

    form = hidden(customer.get("/messages/new"), "/messages/new")
    asked = form | {"topic": "product", "order": order.number, "words": "An ear is loose."}
    first, again = (customer.post("/messages/new", **asked) for _ in range(2))
    assert first.location == again.location
    path = first.location.partition("#")[0]
    number = Page(200, "", path).find(NUMBER)

    def mails() -> list[str]:
        return [mail["BodyText"] for mail in box.mails_to(order.email) if number in str(mail)]

    await_true(lambda: len(mails()) == 1, what="the acknowledgement")
    assert "An ear is loose." in mails()[0]

    agent = StaffMember.at(stack)
    agent.enters("agent", "/queue/tickets")
    assert number in agent.queued()
    shown = agent.get(f"/tickets/{number}")
    told = hidden(shown, f"/tickets/{number}/act") | {"verb": "resolve", "words": "Glue it & see."}
    for _ in range(2):  # a double click
        assert agent.post(f"/tickets/{number}/act", **told).status == 303
    await_true(lambda: len(mails()) == 2, what="the answer")
    assert "Glue it & see." in mails()[1]
    assert "Glue it &amp; see." in customer.get(path).body

    more = hidden(customer.get(path), path) | {"words": "It fell off again."}
    assert customer.post(path, **more).location.startswith(path)
    assert "It fell off again." in agent.get(f"/tickets/{number}").body
    assert number in agent.queued()
    assert Visitor(stack.portal_url).get(path).status == 303


def test_a_seller_asks_for_its_customer_and_reads_the_answer(stack: LocalStack) -> None:
    box = Mailbox(str(stack.facts["mailbox_url"]))
    seller = Till(stack.portal_url, new_key(stack, scopes="tickets:write"))
    email = "sellers.customer@example.com"
    body = {"email": email, "topic": "product", "words": "The stand is missing."}
    first, again = (
        seller.ask("POST", "/tickets", body, {"Idempotency-Key": "msg-1"}) for _ in range(2)
    )
    assert first.status == again.status == 201, first.data
    assert first.json() == again.json()
    number = first.json()["ticket"]
    agent = StaffMember.at(stack)
    agent.enters("agent", "/queue/tickets")
    shown = agent.get(f"/tickets/{number}")
    told = hidden(shown, f"/tickets/{number}/act") | {"verb": "ask", "words": "Which colour?"}
    assert agent.post(f"/tickets/{number}/act", **told).status == 303
    await_true(lambda: len(box.mails_to(email)) == 1, what="the answer")
    assert "Which colour?" in box.mails_to(email)[0]["BodyText"]
    ticket = seller.ask("GET", f"/tickets/{number}").json()
    assert ticket["state"] == "waiting_customer"
    assert [each["words"] for each in ticket["messages"]] == [body["words"], "Which colour?"]
    stranger = Till(stack.portal_url, new_key(stack, scopes="tickets:write"))
    assert stranger.ask("GET", f"/tickets/{number}").status == 404
    assert seller.ask("GET", "/tickets/R-7K2M-9QXA-8").status == 404
