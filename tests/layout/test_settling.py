"""From the dock to the refund at the console: a warehouse, an agent, a lead."""

import re

import pytest
from playwright.sync_api import Page, expect

from aftercare.orders.model import OrderRefunded, Refund
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.wiring import ReturnNoticesConfig, resolving_service, settling_service
from tests.fakes.browser import Browser
from tests.fakes.browser_pages.chromium import NO_JAVASCRIPT
from tests.fakes.browser_pages.desks import Desks
from tests.fakes.browser_pages.staffed import Cases
from tests.fakes.house import WORKER
from tests.fakes.orders import EMAIL, FIGURE

pytestmark = pytest.mark.browser


def at_case(desks: Desks, role: str, ret: Return, **device: object) -> Page:
    page = desks.of(role, **device)
    page.goto(f"/cases/{ret.return_id}")
    return page


def opens(page: Page, title: str) -> None:
    page.locator("summary", has_text=title).click()


def says(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def test_a_case_that_needs_a_remedy_opens_at_its_form(desks: Desks, morning: Cases) -> None:
    ret = morning.settling["taken back in part"]
    page = desks.of("agent", **NO_JAVASCRIPT)
    page.goto("/queue")
    page.get_by_role("link", name=ret.ticket).click()
    expect(page).to_have_url(re.compile(rf"{ret.return_id}#settling$"))
    page.get_by_label("They get").select_option(label="Refund")
    page.get_by_role("button", name="Ask the shop for it").click()
    says(page, "Asked for.")
    expect(page.get_by_label("Asked of the shop")).to_contain_text("Refund $89.00")
    assert morning.dock.now(ret).status is ReturnStatus.RESOLVING


def test_an_agent_declares_a_parcel_lost_and_a_lead_refunds_it(
    desks: Desks, morning: Cases
) -> None:
    ret = morning.settling["on its way"]
    agent = at_case(desks, "agent", ret)
    opens(agent, "Declare the parcel lost")
    agent.locator("#loss-words").fill("The carrier found nothing.")
    agent.get_by_role("button", name="Declare it lost").click()
    says(agent, "Declared lost.")
    expect(agent.get_by_text("Refund without the parcel")).to_have_count(0)
    lead = at_case(desks, "lead", ret)
    opens(lead, "Refund without the parcel")
    lead.locator("#unreceived-refund-words").fill("A loyal collector.")
    lead.get_by_role("button", name="Ask for the refund").click()
    expect(lead.get_by_label("Asked of the shop")).to_contain_text("Refund $178.00")
    assert morning.dock.now(ret).status is ReturnStatus.RESOLVING


def test_a_lead_takes_a_lost_return_up_again(desks: Desks, morning: Cases) -> None:
    ret = morning.settling["lost"]
    lead = at_case(desks, "lead", ret, **NO_JAVASCRIPT)
    opens(lead, "Take it up again")
    lead.get_by_role("button", name="Take it up again").click()
    expect(lead.get_by_text("Please write something.")).to_be_visible()
    lead.locator("#reopening-words").fill("It was another parcel.")
    lead.get_by_role("button", name="Take it up again").click()
    says(lead, "Taken up again.")
    expect(lead.get_by_role("button", name="Take it", exact=False).first).to_be_visible()
    assert morning.dock.now(ret).status is ReturnStatus.IN_REVIEW


def customer_reads(ret: Return, *sentences: str) -> None:
    """The customer's page of the return, in French."""
    text = Browser().sign_in(EMAIL).get(f"/returns/{ret.return_id}?lang=fr").text
    assert [each for each in sentences if each not in text] == [], text


def test_a_return_goes_from_its_label_to_its_refund_and_its_customer_reads_each_step(
    desks: Desks, morning: Cases, tables: dict[str, str]
) -> None:
    house = morning.dock.house
    ret = morning.dock.sent(house.delivered_order(FIGURE))
    names = ReturnNoticesConfig(tables["ReturnsTable"], tables["OrdersTable"])
    resolving = resolving_service(names, clock=house.clock)
    settling = settling_service(names, clock=house.clock)
    warehouse, store = desks.of("warehouse"), desks.of("store")
    warehouse.goto("/dock")
    warehouse.keyboard.type(f"{ret.ticket}\n")
    warehouse.wait_for_url(f"**/dock/{ret.return_id}")
    warehouse.keyboard.type(f"{FIGURE.sku}\n{FIGURE.sku}\n")
    expect(warehouse.locator("[data-result]")).to_contain_text("2 of 2 here")
    warehouse.keyboard.type(f"{ret.ticket}\n")
    expect(warehouse.locator("[data-result]")).to_contain_text("Received: 2 here")
    customer_reads(ret, "Bien arrivé. Nous sommes en train de le contrôler.", "Entre le")
    store.goto(f"/dock/{ret.return_id}")
    store.get_by_role("radio", name="B light marks").check(force=True)
    store.get_by_label("Units taken back").fill("1")
    store.get_by_label("What becomes of it").select_option(label="Recycle")
    store.get_by_label("Reason").select_option(label="Happened after the delivery")
    store.get_by_label("To the customer").fill("Une oreille a été recollée.")
    store.get_by_role("button", name="Save the inspection").click()
    expect(store.locator("[data-result]")).to_contain_text("is inspected")
    customer_reads(ret, "Une oreille a été recollée.")
    resolving.resolve_next(ret.return_id, actor=WORKER)
    agent = at_case(desks, "agent", ret)
    agent.get_by_label("They get").select_option(label="Refund")
    agent.get_by_role("button", name="Ask the shop for it").click()
    says(agent, "Asked for.")
    customer_reads(ret, "Votre remboursement", "En cours")
    paid = Refund({"1": 1}, ret.ticket, amount=8_900, refunded_at=house.clock())
    fact = OrderRefunded(ret.order_number, house.clock(), "rf-journey", paid)
    house.orders.record(fact, actor=WORKER)
    settling.record_answers(ret.order_number, actor=WORKER)
    customer_reads(ret, "Versé", "89,00")
    agent.reload()
    expect(agent.get_by_label("Asked of the shop")).to_contain_text("Settled")
    assert morning.dock.now(ret).status is ReturnStatus.CLOSED
