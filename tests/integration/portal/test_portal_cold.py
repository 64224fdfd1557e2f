"""The first page, and the way to sign in, need no table and load no SDK."""

import pytest

from tests.fakes import cold
from tests.fakes.browser import Browser
from tests.fakes.servers import closed_port

pytestmark = pytest.mark.integration


def test_a_page_that_needs_no_table_loads_no_sdk(vault: str) -> None:
    browser = Browser()
    orders = Browser().sign_in("sam@example.com").event("GET", "/orders")
    events = [browser.event("GET", "/"), browser.event("GET", "/orders"), orders]
    with closed_port() as dynamodb:
        answers = cold.answers("portal.app", cold.settings(vault, dynamodb), *events)
    imported, first, signed_out, signed_in = answers
    assert not imported.sdk
    assert (first.what, first.sdk) == ("200", frozenset())
    assert (signed_out.what, signed_out.sdk) == ("303", frozenset())
    # It needs the orders, which cannot be reached.
    assert (signed_in.what, signed_in.sdk) == ("503", cold.SDK)
