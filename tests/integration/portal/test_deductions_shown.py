"""What return shipping takes off a refund, on the pages before and after the submission."""

import re
from dataclasses import replace

import pytest
from jinja2 import Undefined

from aftercare.returns.model import AgreedDeduction
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from portal.returns.answers import payer_sentence
from portal.returns.forms import shown_deduction
from portal.site.pages import PAGES
from tests.fakes.browser import Browser
from tests.fakes.house import House
from tests.fakes.orders import EMAIL, FIGURE
from tests.integration.portal.test_return_pages import bought, chosen, labelled, stored

pytestmark = pytest.mark.integration
LENIENT = PAGES.environment.overlay(undefined=Undefined)
DUE = AgreedDeduction(399, "GBP")


@pytest.fixture
def customer(portal: Browser) -> Browser:
    return portal.sign_in(EMAIL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_show_the_deduction_and_their_form_says_that_they_did(
    house: House, customer: Browser, language: str
) -> None:
    path = chosen(customer, bought(house, FIGURE, market="GB"), reason="changed_mind")
    ret, w = replace(stored(house, path), agreed_deduction=DUE), words(language)
    # No rule that is in force takes anything off, so the page is rendered as it would be.
    page = LENIENT.get_template("check.html").render(
        w=w,
        base="",
        path=path,
        lang=language,
        payer=payer_sentence(w, ret),
        ticket="",
        shown=DUE,
        errors={},
    )
    assert w.money(399, "GBP") in page
    [value] = re.findall(r'name="shown" value="([^"]*)"', page)
    assert shown_deduction({"shown": value}) == DUE


@pytest.mark.parametrize("value", ["", "399", "x GBP", "-1 GBP", "9999999999 GBP"])
def test_a_form_that_shows_no_amount_agrees_to_none(value: str) -> None:
    shown = shown_deduction({"shown": value})
    assert not (shown and shown.covers(DUE))


def test_the_return_says_what_its_label_takes_off_and_that_the_label_is_prepaid(
    house: House, customer: Browser
) -> None:
    path = chosen(customer, bought(house, FIGURE, market="GB"), reason="changed_mind")
    labelled(house, customer, path)
    assert "Postage is not paid." in customer.get(path).text
    ret = replace(stored(house, path), agreed_deduction=DUE)
    house.returns.store.save_claim(ret)
    page = customer.get(path).text
    assert "the label is prepaid, and £3.99 is taken off your refund" in page
    assert "We never take off more than that" in page
    assert "Download your prepaid label (PDF)" in page
    assert "Postage is not paid." not in page


def test_the_answers_say_nothing_of_a_deduction_that_there_is_not(
    house: House, customer: Browser
) -> None:
    path = chosen(customer, bought(house, FIGURE, market="GB"), reason="changed_mind")
    page = customer.get(f"{path}/check")
    assert 'name="shown"' not in page.body
    assert "You pay for return shipping." in page.text
