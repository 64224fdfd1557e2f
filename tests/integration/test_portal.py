"""The pages, asked as API Gateway asks them."""

import pytest

from tests.integration.browser import Browser

pytestmark = pytest.mark.integration


def test_the_first_page_asks_for_an_order(portal: Browser) -> None:
    page = portal.get("/")
    assert page.status == 200
    assert "Find your order" in page.body
