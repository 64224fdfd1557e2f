"""The dock in a browser: a scanner types and presses Enter, and nothing else is touched."""

import pytest
from playwright.sync_api import Page, Route, expect

from aftercare.returns.arrivals import Condition, Grade
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.browser_pages.chromium import NO_JAVASCRIPT
from tests.fakes.browser_pages.desks import Desks
from tests.fakes.browser_pages.staffed import Cases
from tests.fakes.orders import BLIND_BOX, FIGURE
from tests.fakes.several import in_parcels

pytestmark = pytest.mark.browser

BOTH = {"1": 1, "2": 1}


def scans(page: Page, text: str) -> None:
    """What a scanner does: it types into whatever has the focus, then presses Enter."""
    expect(page.get_by_role("textbox", name="Scan")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-result]")).to_contain_text(words)


def sent(morning: Cases) -> Return:
    return morning.dock.sent(morning.dock.house.delivered_order(FIGURE, BLIND_BOX), BOTH)


def sent_in_two(morning: Cases) -> Return:
    return in_parcels(morning.dock.house, sent(morning))


def receives_by_scanner(page: Page, ret: Return) -> None:
    scans(page, ret.ticket)
    expect(page.get_by_role("heading", name=ret.ticket)).to_be_visible()
    scans(page, FIGURE.sku)
    says(page, f"{FIGURE.name}: 1 of 1 here.")
    scans(page, BLIND_BOX.sku)
    says(page, f"{BLIND_BOX.name}: 1 of 1 here.")
    scans(page, ret.ticket)
    says(page, "Received: 2 here.")


@pytest.mark.parametrize("device", [{}, NO_JAVASCRIPT], ids=["script", "no_script"])
def test_three_parcels_are_received_by_scanner_alone(
    desks: Desks, morning: Cases, device: dict[str, object]
) -> None:
    page = desks.of("warehouse", **device)
    page.goto("/dock")
    for ret in (sent(morning), sent(morning), sent(morning)):
        receives_by_scanner(page, ret)
        assert morning.dock.now(ret).status is ReturnStatus.ARRIVED


@pytest.mark.parametrize("device", [{}, NO_JAVASCRIPT], ids=["script", "no_script"])
def test_two_parcels_of_one_return_are_received_by_scanner_and_keyboard(
    desks: Desks, morning: Cases, device: dict[str, object]
) -> None:
    ret, page = sent_in_two(morning), desks.of("warehouse", **device)
    page.goto("/dock")
    scans(page, ret.ticket)
    expect(page.get_by_text("Parcel 1 of 2")).to_be_visible()
    scans(page, FIGURE.sku)
    says(page, f"{FIGURE.name}: 1 of 1 here.")
    page.get_by_role("button", name="The rest is awaited").focus()
    page.keyboard.press("Enter")
    says(page, "What is not here is awaited in another parcel.")
    page.get_by_role("textbox", name="Scan").focus()
    scans(page, ret.ticket)
    says(page, "Received: 1 here, 1 awaited.")
    assert morning.dock.now(ret).status is ReturnStatus.IN_TRANSIT
    scans(page, f"{ret.ticket}#2")
    expect(page.get_by_text("Parcel 2 of 2")).to_be_visible()
    scans(page, BLIND_BOX.sku)
    says(page, f"{BLIND_BOX.name}: 1 of 1 here.")
    scans(page, f"{ret.ticket}#2")
    says(page, "Received: 2 here.")
    assert morning.dock.now(ret).status is ReturnStatus.ARRIVED


def test_a_mistyped_ticket_is_told_and_the_next_scan_takes_its_place(
    desks: Desks, morning: Cases
) -> None:
    ret, page = sent(morning), desks.of("store")
    page.goto("/dock")
    scans(page, "R-1234-1234-1")
    says(page, "one of its characters may be wrong")
    expect(page.get_by_label("Scan a parcel")).to_have_value("R-1234-1234-1")
    expect(page.locator("[data-announcer]")).to_contain_text("one of its characters")
    scans(page, ret.ticket)
    expect(page.get_by_role("heading", name=ret.ticket)).to_be_visible()


@pytest.mark.parametrize("mistyped", ["", "?scan=R-1234-1234-1"])
def test_what_is_scanned_before_the_script_runs_is_whole(
    desks: Desks, morning: Cases, mistyped: str
) -> None:
    ret, page = sent(morning), desks.of("warehouse")
    arrived: list[Route] = []
    page.route("**/dock*.js", lambda route: arrived.append(route))  # noqa: PLW0108 - playwright wants a function
    page.goto(f"/dock{mistyped}", wait_until="commit")
    expect(page.get_by_role("textbox", name="Scan")).to_be_focused()
    page.keyboard.type(ret.ticket[:7])
    arrived[0].continue_()
    page.wait_for_load_state()
    page.keyboard.type(ret.ticket[7:])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=ret.ticket)).to_be_visible()


def test_what_is_scanned_while_another_scan_is_on_its_way_is_counted_too(
    desks: Desks, morning: Cases
) -> None:
    house = morning.dock.house
    ret = morning.dock.sent(house.delivered_order(FIGURE), {"1": 2})
    page = desks.of("warehouse")
    page.goto(f"/dock/{ret.return_id}")
    page.keyboard.type("PMAA-0001\nPMAA-0002\n")
    says(page, f"{FIGURE.name}: 2 of 2 here.")
    expect(page.locator("[data-announcer]")).to_contain_text("2 of 2 here")
    expect(page.locator("#received_1")).to_have_value("2")


def test_a_store_counts_with_buttons_and_inspects_by_keyboard(desks: Desks, morning: Cases) -> None:
    ret, page = morning.dock.sent(), desks.of("store", **NO_JAVASCRIPT)
    page.goto(f"/dock/{ret.return_id}")
    page.get_by_role("button", name="One more damaged on the way").click()
    page.get_by_role("button", name="Receive the parcel").click()
    says(page, "1 of 2 not counted yet")
    page.get_by_role("button", name="Everything is here").click()
    page.get_by_role("button", name="Receive the parcel").click()
    says(page, "Received: 1 here, 1 damaged on the way.")
    page.get_by_role("radio", name="B light marks").focus()
    page.keyboard.press("Space")
    page.get_by_label("Units taken back").fill("1")
    page.get_by_label("What becomes of it").select_option(label="Recycle")
    page.get_by_label("Reason").select_option(label="The fault is not to be seen")
    page.get_by_label("To the customer").fill("One of the two came broken.")
    page.get_by_role("button", name="Save the inspection").click()
    says(page, f"{ret.ticket} is inspected. Scan the next parcel.")
    expect(page.get_by_label("Scan a parcel")).to_be_focused()
    after = morning.dock.now(ret)
    assert after.status is ReturnStatus.INSPECTED
    line = after.lines[0]
    assert line.receipt
    assert line.inspection
    assert line.receipt.units[Condition.DAMAGED_IN_TRANSIT] == 1
    assert (line.inspection.accepted, line.inspection.grade) == (1, Grade.B)
