"""The points page in a browser, with a screen reader, without JavaScript, on a small phone."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.fakes.browser_pages.chromium import DARK, DESK, NO_JAVASCRIPT, PHONE, Device
from tests.fakes.browser_pages.looks import assert_fits, looks_right
from tests.fakes.browser_pages.shop import Order, Shop

pytestmark = pytest.mark.browser

SMALL: Device = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}
SCREENS = pytest.mark.parametrize(
    "device", [PHONE, DESK | DARK, SMALL], ids=["phone", "desk in dark", "smallest phone"]
)
EARNED = "292"


@pytest.fixture(scope="module")
def points(shop: Shop, regular: Order) -> None:
    """The regular customer is a member, and their old order earned 292 points."""
    shop.awaits_points(shop.enrols(regular.email))


@SCREENS
@pytest.mark.usefixtures("points")
def test_the_page_and_the_history_look_right(visit: Visit, device: Device) -> None:
    customer = visit(device, signed_in=True)
    customer.opens("/orders")
    looks_right(customer)
    customer.page.get_by_role("link", name="My points").click()
    customer.sees_heading("My points")
    looks_right(customer)
    customer.opens("/points/history")
    customer.sees_heading("History of my points")
    looks_right(customer)


def test_a_screen_reader_hears_the_total_the_chart_and_the_table(
    visit: Visit, shop: Shop, newcomers_order: Order
) -> None:
    shop.awaits_points(shop.enrols(newcomers_order.email))
    page = (customer := visit()).page
    customer.signs_in(newcomers_order)
    customer.opens("/points")
    purse = page.get_by_role("region", name="My points")
    expect(purse).to_contain_text(f"{EARNED} points to spend")
    expect(page.get_by_role("img", name=re.compile("Bar chart: how many points"))).to_be_visible()
    table = page.get_by_role("table", name="Points by their last valid day")
    expect(table.get_by_role("columnheader", name="Good through the end of")).to_be_visible()
    expect(table.get_by_role("cell", name=EARNED, exact=True)).to_be_visible()
    moves = page.get_by_role("region", name=re.compile("Latest|History")).get_by_role("listitem")
    expect(moves.filter(has_text=f"+{EARNED} points").first).to_be_visible()


@pytest.mark.usefixtures("points")
def test_everything_is_there_without_javascript(visit: Visit) -> None:
    customer = visit(PHONE, NO_JAVASCRIPT, signed_in=True)
    customer.opens("/points")
    expect(customer.page.locator("svg.chart rect").last).to_be_visible()
    customer.sees("Points for your purchase")
    assert_fits(customer)


@pytest.mark.usefixtures("points")
def test_the_history_is_downloaded_as_a_table(visit: Visit) -> None:
    customer = visit(DESK, signed_in=True)
    customer.opens("/points")
    with customer.page.expect_download() as started:
        customer.page.get_by_role("link", name="Download as a table (CSV)").click()
    assert started.value.suggested_filename == "my-points.csv"
    text = Path(started.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert ("Points for your purchase", EARNED) in {
        (row["What happened"], row["Points"].lstrip("+")) for row in rows
    }


@pytest.mark.usefixtures("points")
def test_an_earlier_page_of_the_history_is_one_click_away(visit: Visit) -> None:
    customer = visit(signed_in=True)
    customer.opens("/points/history")
    customer.page.get_by_role("link", name="My points").last.click()
    customer.sees_heading("My points")


@SCREENS
def test_a_customer_who_is_not_a_member_sees_a_friendly_page(
    visit: Visit, newcomers_order: Order, device: Device
) -> None:
    customer = visit(device)
    customer.signs_in(newcomers_order)
    customer.opens("/points")
    customer.sees("No points under this address")
    looks_right(customer)
