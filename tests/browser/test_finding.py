"""Sign-in with typing errors, guesses, expired forms and unknown orders."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.fakes.browser_pages.customer import Customer
from tests.fakes.browser_pages.shop import Mailbox, Order

pytestmark = pytest.mark.browser

TOKEN = re.compile(r'name="csrf" value="[^"]+"')


def test_an_unknown_order_looks_the_same_and_gets_no_mail(
    visit: Visit, newcomers_order: Order, mailbox: Mailbox
) -> None:
    pages = []
    for number in (newcomers_order.number, "PM-2026-99999"):
        customer = visit()
        customer.opens()
        customer.asks_for_a_code(number, newcomers_order.email)
        customer.sees_heading("Check your mail")
        pages.append(TOKEN.sub("", customer.page.content()))
    mailbox.next_code(newcomers_order.email, 0)
    assert pages[0] == pages[1]
    assert len(mailbox.codes_for(newcomers_order.email)) == 1


@pytest.mark.parametrize(
    ("number", "email", "complaint"),
    [
        ("??", "sam@example.com", "That doesn’t look like an order number."),
        ("PM-2026-10001", "sam@example", "That doesn’t look like an e-mail address."),
    ],
    ids=["order number", "email"],
)
def test_invalid_input_is_reported_immediately_and_stays_in_the_form(
    visit: Visit, number: str, email: str, complaint: str
) -> None:
    customer = visit()
    customer.opens()
    customer.asks_for_a_code(number, email)
    expect(customer.page.get_by_role("alert")).to_contain_text(complaint)
    expect(customer.page.get_by_role("alert")).to_be_focused()
    expect(customer.page.get_by_label("Order number")).to_have_value(number)
    expect(customer.page.get_by_label("Email address")).to_have_value(email)
    customer.page.get_by_role("link", name=complaint).click()
    expect(customer.page.locator("[aria-invalid=true]")).to_be_focused()


def test_case_and_surrounding_spaces_do_not_matter(
    visit: Visit, newcomers_order: Order, mailbox: Mailbox
) -> None:
    customer = visit()
    customer.opens()
    customer.asks_for_a_code(f" {newcomers_order.number.lower()} ", newcomers_order.email.upper())
    code = mailbox.next_code(newcomers_order.email, 0)
    customer.types_the_code(f"{code[:3]} {code[3:]}")
    customer.sees_heading("What’s coming back?")


def test_five_wrong_codes_end_a_request_and_a_new_code_works(
    visit: Visit, newcomers_order: Order, mailbox: Mailbox
) -> None:
    customer = visit()
    customer.opens()
    customer.asks_for_a_code(newcomers_order.number, newcomers_order.email)
    right = mailbox.next_code(newcomers_order.email, 0)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1):
        customer.types_the_code(wrong)
        says(customer, f"That’s not the code we sent. Tries left: {left}.")
    customer.types_the_code(wrong)
    says(customer, "That was the last of 5 tries for this code. Send another code to go on.")
    customer.page.get_by_role("button", name="Send another code").click()
    customer.sees("another code is on its way")
    customer.types_the_code(mailbox.next_code(newcomers_order.email, 1))
    customer.sees_heading("What’s coming back?")


def test_a_form_left_open_too_long_keeps_what_was_typed(visit: Visit) -> None:
    customer = visit()
    customer.opens()
    customer.page.context.clear_cookies()
    customer.asks_for_a_code("PM-2026-77777", "nobody@example.com")
    says(customer, "This page was open for a long time. Please press the button once more.")
    customer.page.get_by_role("button", name="Send me a code").click()
    customer.sees_heading("Check your mail")


def test_signing_out_closes_the_orders(visit: Visit, newcomers_order: Order) -> None:
    customer = visit()
    customer.signs_in(newcomers_order)  # in a session of its own, which ends for good
    customer.page.get_by_role("button", name="Sign out").click()
    customer.sees_heading("Return something")
    customer.opens("/orders")
    customer.sees("You’re signed out")


def says(customer: Customer, words: str) -> None:
    expect(customer.page.get_by_role("alert")).to_contain_text(words)
