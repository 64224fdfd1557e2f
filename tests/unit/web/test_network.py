"""Whose word counts for where a request comes from, and what an address looks like."""

import pytest
from chalice.app import Request

from aftercare.web.config import WebConfig
from aftercare.web.network import Sender, Way, sender_of
from tests.fakes.browser import Browser

SECRET = "a-secret-of-the-edge-of-thirty-two-characters"
BEFORE = "the-secret-that-the-edge-had-until-now-0123456789"
DIRECT = WebConfig()
BEHIND = WebConfig(edge_secret=SECRET, address_header="Viewer-Address", country_header="Country")
REPLACING = BEHIND._replace(previous_edge_secret=BEFORE)
WITHOUT_COUNTRIES = BEHIND._replace(country_header="")
CONNECTED = "203.0.113.7"
TOLD = {"viewer-address": "198.51.100.7", "country": "FR"}


def sender(config: WebConfig, headers: dict[str, str]) -> Sender:
    return sender_of(Request(Browser(CONNECTED).event("GET", "/", headers=headers), None), config)


def proved(
    config: WebConfig = BEHIND, secret: str = SECRET, headers: dict[str, str] = TOLD
) -> Sender:
    return sender(config, {"aftercare-edge": secret} | headers)


def test_without_a_network_the_connection_is_the_visitor() -> None:
    assert sender(DIRECT, TOLD) == Sender(CONNECTED, "", Way.DIRECT)
    assert proved(DIRECT, "") == Sender(CONNECTED, "", Way.DIRECT)


def test_a_network_that_proves_itself_names_the_visitor() -> None:
    assert proved() == Sender("198.51.100.7", "FR", Way.THROUGH_NETWORK)


@pytest.mark.parametrize("secret", ["", "x", SECRET[1:], SECRET + "x", SECRET.upper(), "é" * 40])
def test_whoever_does_not_is_the_connection(secret: str) -> None:
    assert proved(secret=secret) == Sender(CONNECTED, "", Way.AROUND_NETWORK)
    assert sender(BEHIND, TOLD) == Sender(CONNECTED, "", Way.AROUND_NETWORK)


def test_no_secret_proves_nothing() -> None:
    """The previous one is empty except while a secret is replaced."""
    assert proved(BEHIND, "").way is Way.AROUND_NETWORK


def test_while_a_secret_is_replaced_both_prove_it_and_afterwards_one() -> None:
    for secret in (SECRET, BEFORE):
        assert proved(REPLACING, secret).address == "198.51.100.7"
    assert proved(BEHIND, BEFORE).address == CONNECTED


def test_a_network_may_know_addresses_without_countries() -> None:
    assert proved(WITHOUT_COUNTRIES) == Sender("198.51.100.7", "", Way.THROUGH_NETWORK)


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:46532", "198.51.100.7"),
        (" 198.51.100.7 ", "198.51.100.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:DB8:0:0:0:0:0:7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:46532", "2001:db8::7"),
        ("2001:db8:1:2:3:4:5:6:46532", "2001:db8:1:2:3:4:5:6"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        # Not one address: the connection's counts, which is the edge's own.
        ("198.51.100.7, 203.0.113.9", CONNECTED),
        ("unknown", CONNECTED),
        ("", CONNECTED),
        ("1" * 5000, CONNECTED),
    ],
)
def test_an_address_is_read_in_every_form_that_networks_write(told: str, address: str) -> None:
    assert proved(headers={"viewer-address": told}).address == address
