"""Deciding at the console in a browser without JavaScript: every verb is a form."""

import pytest
from playwright.sync_api import Locator, Page, expect

from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.browser_pages.chromium import NO_JAVASCRIPT
from tests.fakes.browser_pages.desks import Desks
from tests.fakes.browser_pages.staffed import HIGH, Cases
from tests.fakes.orders import BLIND_BOX, FIGURE

pytestmark = pytest.mark.browser


def at_case(desks: Desks, role: str, ret: Return) -> Page:
    page = desks.of(role, **NO_JAVASCRIPT)
    page.goto(f"/cases/{ret.return_id}")
    return page


def item(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def chooses(line: Locator, verdict: str, reason: str, words: str = "") -> None:
    """The radio buttons lie under what they look like, which is what people press."""
    line.get_by_text(verdict, exact=False).first.click()
    line.get_by_label("Reason for").select_option(label=reason)
    line.get_by_label("Own words").fill(words)


def says(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def test_a_case_is_taken_decided_item_by_item_and_leads_on(desks: Desks, morning: Cases) -> None:
    order = morning.desk.house.delivered_order(FIGURE, BLIND_BOX)
    ret = morning.desk.waiting(order, {"1": 1, "2": 1})
    page = at_case(desks, "agent", ret)
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("Yours for")).to_be_visible()
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_text("Accept it or decline it.")).to_have_count(2)
    chooses(item(page, FIGURE.name), "Accept", "As the customer asked")
    chooses(item(page, BLIND_BOX.name), "Decline", "The fault is not to be seen", "See the base.")
    page.get_by_role("button", name="Preview").click()
    told = item(page, BLIND_BOX.name)
    expect(told.get_by_text("Your photos don’t show the problem")).to_be_visible()
    expect(told.get_by_label("Own words")).to_have_value("See the base.")
    assert morning.desk.now(ret.return_id).status is ReturnStatus.IN_REVIEW
    page.get_by_role("button", name="Save the decision").click()
    says(page, "Approved.")
    after = morning.desk.now(ret.return_id)
    assert ([line.name for line in after.lines], [line.name for line in after.left_out]) == (
        [FIGURE.name],
        [BLIND_BOX.name],
    )
    page.get_by_role("link", name="Next case").click()
    expect(page.get_by_role("button", name="Take it")).to_be_visible()
    assert ret.return_id not in page.url


def test_above_the_amount_one_proposes_and_a_lead_confirms(desks: Desks, morning: Cases) -> None:
    desk = morning.desk
    ret = desk.into_review(desk.waiting().return_id, HIGH, "USD", "US")
    agent = at_case(desks, "agent", ret)
    chooses(item(agent, FIGURE.name), "Accept", "As the customer asked")
    agent.get_by_role("button", name="Propose the decision").click()
    expect(agent.get_by_role("heading", name="Proposed by You")).to_be_visible()
    expect(agent.get_by_role("button", name="Confirm it")).to_have_count(0)
    assert desk.now(ret.return_id).status is ReturnStatus.IN_REVIEW
    lead = at_case(desks, "lead", ret)
    expect(lead.get_by_role("heading", name="Proposed by Ada Agent")).to_be_visible()
    lead.get_by_role("button", name="Confirm it").click()
    says(lead, "Approved.")
    assert desk.now(ret.return_id).status is ReturnStatus.APPROVED


def test_a_lead_hands_a_proposal_back(desks: Desks, morning: Cases) -> None:
    desk = morning.desk
    ret = desk.into_review(desk.waiting().return_id, HIGH, "USD", "US")
    agent = at_case(desks, "agent", ret)
    chooses(item(agent, FIGURE.name), "Decline", "Within normal variation")
    agent.get_by_role("button", name="Propose the decision").click()
    lead = at_case(desks, "lead", ret)
    lead.locator("summary", has_text="Hand it back").click()
    lead.get_by_label("look at again").fill("Look at the second photo.")
    lead.get_by_role("button", name="Hand it back").click()
    agent.reload()
    expect(agent.get_by_text("Look at the second photo.")).to_be_visible()
    expect(agent.get_by_role("heading", name="Proposed by")).to_have_count(0)


def test_the_customer_is_asked_for_more(desks: Desks, morning: Cases) -> None:
    ret = morning.desk.waiting()
    page = at_case(desks, "qa", ret)
    page.locator("summary", has_text="Ask for more evidence").click()
    page.get_by_label("Close-up").check()
    page.get_by_label("To the customer, in English").fill("The left ear, please.")
    page.get_by_role("button", name="Ask the customer").click()
    expect(page.get_by_role("heading", name="Asked the customer for more")).to_be_visible()
    after = morning.desk.now(ret.return_id)
    assert after.status is ReturnStatus.NEEDS_EVIDENCE
    assert after.review
    assert after.review.wanted
    assert after.review.wanted.words == "The left ear, please."


def test_who_comes_second_keeps_what_they_typed(desks: Desks, morning: Cases) -> None:
    ret = morning.desk.waiting()
    first, second = at_case(desks, "agent", ret), at_case(desks, "qa", ret)
    chooses(item(second, FIGURE.name), "Decline", "The fault is not to be seen", "Half a page.")
    chooses(item(first, FIGURE.name), "Accept", "Goodwill")
    first.get_by_role("button", name="Save the decision").click()
    says(first, "Approved.")
    second.get_by_role("button", name="Save the decision").click()
    news = second.get_by_role("alert")
    expect(news).to_contain_text("This return changed while you were at it")
    expect(news).to_contain_text("Half a page.")
    assert morning.desk.now(ret.return_id).status is ReturnStatus.APPROVED
