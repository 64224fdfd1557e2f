"""Behind a network such as CloudFront, the check page knows visitors and countries by its word."""

from collections.abc import Iterator

import pytest

from aftercare.authenticity.model import Verdict
from tests.fakes.browser import Browser, deployed_with
from tests.integration.check_page import test_check_page as page
from tests.integration.check_page.test_check_page import checked_page, fresh, verdict_of

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("batches", "portal")]

batches = page.batches
SECRET = "a-secret-of-the-edge-of-thirty-two-characters"
EDGE = "130.176.1.1"  # CloudFront's own address, from which all connections come


@pytest.fixture
def network() -> Iterator[None]:
    with deployed_with(
        edge_secret=SECRET,
        address_header="Viewer-Address",
        country_header="CloudFront-Viewer-Country",
    ):
        yield


def someone(address: str, connected_from: str = EDGE, secret: str = SECRET) -> Browser:
    """Somebody with the page open, whose browser keeps no cookies."""
    browser = Browser(connected_from, headers={"aftercare-edge": secret, "viewer-address": address})
    browser.get(page.PAGE)
    browser.cookie = ""
    return browser


def verdict(browser: Browser, typed: str) -> str:
    found = verdict_of(checked_page(browser, typed))
    browser.cookie = ""
    return found


@pytest.mark.usefixtures("network")
def test_two_visitors_of_one_edge_are_two_people() -> None:
    typed = fresh()
    assert verdict(someone("198.51.100.1"), typed) == Verdict.GENUINE_FIRST_CHECK
    assert verdict(someone("198.51.100.2"), typed) == Verdict.GENUINE_CHECKED_BEFORE


@pytest.mark.usefixtures("network")
def test_one_visitor_is_one_person_at_every_edge() -> None:
    typed = fresh()
    assert verdict(someone("198.51.100.1"), typed) == Verdict.GENUINE_FIRST_CHECK
    assert verdict(someone("198.51.100.1", "130.176.9.9"), typed) == Verdict.GENUINE_FIRST_CHECK


@pytest.mark.usefixtures("network")
def test_whoever_goes_around_the_network_is_known_by_the_connection() -> None:
    typed = fresh()
    for address in ("198.51.100.1", "198.51.100.2"):
        liar = someone(address, "192.0.2.1", secret="guessed")
        assert verdict(liar, typed) == Verdict.GENUINE_FIRST_CHECK


def test_without_a_network_nobody_is_believed_about_an_address() -> None:
    typed = fresh()
    for address in ("198.51.100.1", "198.51.100.2"):
        assert verdict(someone(address, "192.0.2.1"), typed) == Verdict.GENUINE_FIRST_CHECK


def first_check_of(typed: str) -> str:
    """What the page shows another visitor of the first check."""
    return checked_page(Browser(headers={"user-agent": "another phone"}), typed).text


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(
    ("header", "told", "shown_as"),
    [
        ("cloudfront-viewer-country", "FR", "UTC (France)"),
        ("cloudfront-viewer-country", "fr", "UTC. "),
        ("cloudfront-viewer-country", "France", "UTC. "),
        ("cloudfront-viewer-country", "\r\nX: y", "UTC. "),
        ("cloudfront-viewer-country", "ZZ", "UTC. "),
        ("x-country", "FR", "UTC. "),
    ],
)
def test_the_country_is_the_networks_word_or_none(header: str, told: str, shown_as: str) -> None:
    typed = fresh()
    visitor = someone("198.51.100.1")
    visitor.headers[header] = told
    checked_page(visitor, typed)
    assert shown_as in first_check_of(typed)


@pytest.mark.usefixtures("network")
def test_whoever_goes_around_the_network_cannot_name_a_country() -> None:
    typed = fresh()
    liar = someone("198.51.100.1", "192.0.2.1", secret="guessed")
    liar.headers["cloudfront-viewer-country"] = "FR"
    checked_page(liar, typed)
    assert "UTC. " in first_check_of(typed)


def test_without_a_network_that_tells_countries_nobody_tells_them() -> None:
    typed = fresh()
    visitor = someone("198.51.100.1", "192.0.2.1")
    visitor.headers["cloudfront-viewer-country"] = "FR"
    checked_page(visitor, typed)
    assert "UTC. " in first_check_of(typed)
