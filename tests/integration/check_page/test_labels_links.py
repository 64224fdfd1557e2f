"""A label's link names a product beside the code, and leads to our page or to a look-alike."""

import html
import re
from urllib.parse import quote

import pytest

from aftercare.words.model import LANGUAGES
from tests.fakes.browser import Browser, Page, deployed_with
from tests.integration.check_page import test_check_page as page
from tests.integration.check_page.test_check_page import PAGE, fresh

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("batches")]

batches = page.batches
visitor = page.visitor
OURS, OTHER = "06941234567898", "04006381333931"
WARNING = "The link names another product"


def checked_by_link(browser: Browser, gtin: str, code: str, typed: str = "") -> Page:
    """Opens the label's link, and presses the button, perhaps with another code typed."""
    form = browser.get(f"/01/{gtin}/21/{code.replace('-', '')}")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.body))
    fields = {name: html.unescape(value) for name, value in hidden.items()}
    return browser.follow(browser.post(PAGE, **fields, code=typed or code))


def test_a_link_that_names_another_product_than_the_codes_is_told_of(visitor: Browser) -> None:
    answer = checked_by_link(visitor, OTHER, fresh())
    assert WARNING in answer.text
    assert f"{OTHER}. We issued this code for Tiny Tide." in answer.text
    assert 'data-verdict="genuine_first_check"' in answer.body


@pytest.mark.parametrize("gtin", [OURS, OURS.lstrip("0")])
def test_a_link_that_names_the_codes_product_is_not(visitor: Browser, gtin: str) -> None:
    assert WARNING not in checked_by_link(visitor, gtin, fresh()).text


@pytest.mark.parametrize("form", ["https://a.example/01/{0}/21/{1}", "(01){0}(21){1}"])
def test_a_link_that_was_pasted_is_compared_alike(visitor: Browser, form: str) -> None:
    for gtin, is_told in [(OTHER, True), (OURS, False)]:
        typed = form.format(gtin, fresh().replace("-", ""))
        answer = visitor.follow(visitor.post(PAGE, code=typed))
        assert (WARNING in answer.text) is is_told


def test_who_types_another_code_after_a_scan_is_not_warned_of_the_scans_product(
    visitor: Browser,
) -> None:
    assert WARNING not in checked_by_link(visitor, OTHER, fresh(), fresh()).text


def test_a_code_that_was_typed_has_no_product_to_compare(visitor: Browser) -> None:
    answer = visitor.follow(visitor.post(PAGE, code=fresh()))
    assert WARNING not in answer.text
    assert "gtin" not in answer.body


@pytest.mark.parametrize("gtin", ["1", "x" * 14, "0" * 15, '"><script>', "\u0660" * 14, ""])
def test_what_is_no_products_number_is_not_compared(visitor: Browser, gtin: str) -> None:
    code = fresh()
    visitor.post(PAGE, code=code)
    answer = visitor.ask("GET", PAGE, query=f"code={code}&state=checked&gtin={quote(gtin)}")
    assert WARNING not in answer.text
    assert "<script" not in answer.body


def test_another_language_keeps_the_warning(visitor: Browser) -> None:
    answer = checked_by_link(visitor, OTHER, fresh())
    links = re.findall(r'<a href="(/authenticity[^"]*)" lang="\w+', answer.body)
    assert len(links) >= len(LANGUAGES) - 1
    for link in links:
        assert OTHER in visitor.get(html.unescape(link)).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_where_our_checks_are(visitor: Browser, language: str) -> None:
    with deployed_with(portal_url="https://returns.example.com"):
        form = visitor.get(f"{PAGE}?lang={language}")
        answer = visitor.follow(visitor.post(PAGE, code=fresh(), lang=language))
    for body in (form.text, answer.text):
        assert "returns.example.com" in body


def test_without_a_domain_of_its_own_the_apis_is_named(visitor: Browser) -> None:
    with deployed_with(portal_url=""):
        assert "portal.example.com" in visitor.get(PAGE).text
