"""Interruptions in the middle of a return: nothing may be lost or doubled."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from aftercare.kernel.ids import new_id
from tests.browser.conftest import Visit
from tests.fakes.browser_pages.chromium import NO_JAVASCRIPT, Console, Device, Network
from tests.fakes.browser_pages.customer import Customer
from tests.fakes.browser_pages.files import A_DOCUMENT, PHONE_PHOTO, SMALL_PHOTO
from tests.fakes.browser_pages.shop import FIGURES, Mailbox, Order, Shop

pytestmark = pytest.mark.browser

SIGNED_OUT = "You’ve been signed out to keep your order safe."


def ready_to_submit(customer: Customer, order: Order) -> None:
    customer.starts_a_return(order)
    customer.sends_a_photo(SMALL_PHOTO)


def returns_of(customer: Customer, order: Order) -> list[str]:
    customer.opens("/orders")
    card = customer.page.get_by_role("listitem").filter(
        has=customer.page.get_by_role("heading", name=order.number)
    )
    return card.get_by_role("link", name=re.compile("^(Return R-|Unfinished)")).all_inner_texts()


@pytest.mark.parametrize("script", [{}, NO_JAVASCRIPT], ids=["with script", "without"])
def test_a_double_tap_on_submit_makes_one_return(
    visit: Visit, order: Order, script: Device
) -> None:
    first = visit(signed_in=True)
    ready_to_submit(first, order)
    customer = visit(script, signed_in=True)
    customer.opens(f"/returns/{first.return_id}/check")
    customer.submit_button.dblclick(no_wait_after=True)
    customer.sees("You submitted your return.")
    assert returns_of(customer, order) == [f"Return {ticket_of(first)}"]


def ticket_of(customer: Customer) -> str:
    customer.page.reload()
    return customer.ticket


def test_the_back_button_after_submitting_shows_the_ticket_again(
    visit: Visit, order: Order
) -> None:
    customer = visit(signed_in=True)
    ready_to_submit(customer, order)
    customer.submits()
    ticket = customer.ticket
    customer.page.go_back()
    expect(customer.page.locator(".ticket-number")).to_have_text(ticket)
    expect(customer.submit_button).to_have_count(0)


def test_two_tabs_on_one_return_get_the_same_ticket(visit: Visit, order: Order) -> None:
    customer = visit(signed_in=True)
    ready_to_submit(customer, order)
    other = customer.opens_another_tab()
    other.opens(f"/returns/{customer.return_id}")
    other.checks_answers()
    customer.submits()
    other.submit_button.click()
    other.sees("You submitted your return.")
    assert other.ticket == customer.ticket


def test_one_of_two_tabs_gets_the_last_unit_and_the_other_shows_why_not(
    visit: Visit, shop: Shop, regular: Order, test_id: str
) -> None:
    order = Order(f"PM-LAST-{test_id}", regular.email, lines=[FIGURES | {"quantity": 1}])
    shop.sells(order)
    customer = visit(signed_in=True)
    other = customer.opens_another_tab()
    for tab in (customer, other):  # each with a return of its own
        tab.opens(f"/orders/{order.number}?return={new_id('ret', datetime.now(UTC))}")
        tab.chooses("Moon Hare 400% Figure", "", "It arrived damaged")
        tab.sends_a_photo(SMALL_PHOTO)
    other.checks_answers()
    customer.submits()
    other.submit_button.click()
    alert = other.page.get_by_role("alert")
    expect(alert).to_contain_text(f"in your return {customer.ticket} already")
    expect(alert).to_be_focused()


def test_a_session_that_ends_before_submitting_loses_nothing(
    visit: Visit, newcomers_order: Order, mailbox: Mailbox
) -> None:
    customer = visit()
    customer.signs_in(newcomers_order)
    ready_to_submit(customer, newcomers_order)
    draft = customer.page.url
    customer.checks_answers()
    customer.page.context.clear_cookies()
    customer.submit_button.click()
    customer.sees("You’re signed out")
    customer.asks_for_a_code(newcomers_order.number, newcomers_order.email)
    customer.types_the_code(mailbox.next_code(newcomers_order.email, 1))
    expect(customer.page).to_have_url(draft)
    assert len(customer.photos("accepted")) == 1
    customer.submits()


def test_a_session_that_ends_before_an_upload_says_so(
    visit: Visit, order: Order, console: Console
) -> None:
    customer = visit(signed_in=True)
    customer.starts_a_return(order)
    customer.page.context.clear_cookies()
    customer.picks(SMALL_PHOTO)
    customer.sees(SIGNED_OUT)
    customer.page.reload()
    customer.sees("You’re signed out")
    console.forgive("status of 403")


def test_a_session_that_ends_while_waiting_says_so(visit: Visit, order: Order) -> None:
    customer = visit(signed_in=True)
    customer.starts_a_return(order)
    with customer.page.expect_response(lambda response: "uploadsbucket" in response.url):
        customer.picks(PHONE_PHOTO)
    customer.page.context.clear_cookies()
    expect(customer.page.get_by_text(SIGNED_OUT)).to_be_visible()


def test_an_upload_without_network_waits_and_continues(
    visit: Visit, order: Order, console: Console
) -> None:
    customer = visit(signed_in=True)
    customer.starts_a_return(order)
    network = Network(customer.page)
    network.slows_to(20_000)  # minutes, for this photo
    customer.picks(PHONE_PHOTO)
    customer.sees("Sending…")
    network.goes_away()
    customer.sees("The connection dropped. Your photo is still here, ready to try again.")
    customer.sees("You’re offline. We’ll carry on as soon as you’re back.")
    network.comes_back()
    customer.page.get_by_role("button", name="Try again").click()
    customer.sees("Photo 1 looks good. Thank you!")
    expect(customer.is_ready).to_be_visible()
    expect(customer.page.locator("[data-notice]")).to_be_hidden()
    console.forgive("net::ERR_INTERNET_DISCONNECTED")


def test_a_file_that_is_not_a_photo_is_refused_before_the_upload(
    visit: Visit, order: Order
) -> None:
    customer = visit(signed_in=True)
    customer.starts_a_return(order)
    customer.picks(A_DOCUMENT)
    customer.sees("We can’t open this kind of file.")
    customer.page.get_by_role("button", name="Leave it out").click()
    expect(customer.page.locator(".upload")).to_have_count(0)
    expect(customer.page.get_by_label("Take or choose photos")).to_be_focused()


def test_another_customers_return_is_not_found(visit: Visit, newcomers_order: Order) -> None:
    customer = visit(signed_in=True)
    customer.opens(f"/orders/{newcomers_order.number}")
    customer.sees_heading("Not found")
    customer.page.get_by_role("link", name="Back to my orders").click()
    customer.sees_heading("My orders")
