"""A customer whom staff asked for more: what the page asks, and the answer that this is all."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from aftercare.evidence.model import EvidenceKind
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.browser import Browser as Session
from tests.fakes.browser_pages.chromium import DESK, NO_JAVASCRIPT, PHONE
from tests.fakes.browser_pages.served import serving_pages
from tests.fakes.house import House
from tests.fakes.orders import EMAIL
from tests.fakes.reviews import AGENT, Desk, build_desk

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(house: House, tables: dict[str, str], functions: None) -> Desk:  # noqa: ARG001
    house.clock.now = datetime.now(UTC)
    return build_desk(house, tables)


@pytest.fixture
def asked(desk: Desk) -> Return:
    ret = desk.waiting()
    kinds = [EvidenceKind.CLOSE_UP, EvidenceKind.UNPACKING_VIDEO]
    version = desk.version(ret.return_id)
    return desk.reviews.ask_for_evidence(AGENT, ret.return_id, version, kinds, "The left ear.")


@pytest.fixture(params=[PHONE, DESK, PHONE | NO_JAVASCRIPT], ids=["phone", "desk", "no script"])
def page(chromium: Browser, asked: Return, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The return's page on some device."""
    name, _, value = Session().sign_in(EMAIL).cookie.partition("=")
    with serving_pages() as address, chromium.new_context(**request.param) as context:
        context.add_cookies([{"name": name, "value": value, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/returns/{asked.return_id}")
        yield page


def test_the_page_says_what_is_wanted_and_takes_the_answer_that_this_is_all(
    page: Page, desk: Desk, asked: Return
) -> None:
    expect(page.get_by_role("heading", name="What we would like to see")).to_be_visible()
    expect(page.get_by_text("The left ear.")).to_be_visible()
    expect(page.get_by_role("heading", name="The fault, close up")).to_be_visible()
    expect(page.get_by_role("heading", name="Unpacking video")).to_be_visible()
    page.get_by_role("button", name="I have shown what I can").click()
    expect(page.get_by_role("heading", name="We’re taking a closer look")).to_be_visible()
    assert desk.now(asked.return_id).status is ReturnStatus.IN_REVIEW
