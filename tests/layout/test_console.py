"""The console in a browser: by keyboard alone, and on every screen."""

import pytest
from playwright.sync_api import Page, expect

from aftercare.returns.model import ReturnStatus
from tests.fakes.browser_pages import axe, measures
from tests.fakes.browser_pages.desks import Desks
from tests.fakes.browser_pages.staffed import Cases, scenes

pytestmark = pytest.mark.browser

# Width in CSS pixels, and the reader's text size in per cent: phone, tablet, desk, wide desk.
SCREENS = [(320, 100), (320, 200), (390, 200), (820, 100), (1280, 100), (1280, 200), (1600, 100)]


def test_every_page_can_be_read_on_every_screen_and_axe_finds_nothing(
    desks: Desks, morning: Cases
) -> None:
    found: dict[str, object] = {}
    every = list(scenes(morning))
    pages = {role: desks.of(role) for role in dict.fromkeys(scene.role for scene in every)}
    for page in pages.values():
        axe.awaits(page.context)
    for scene in every:
        page = pages[scene.role]
        answer = page.goto(scene.path, wait_until="load")
        assert answer
        assert answer.status == scene.status, scene
        for width, per_cent in SCREENS:
            if faults := measures.faults(page, width, per_cent):
                found[f"{scene.name} {width} {per_cent}"] = faults
        for colours, rules in axe.RULES.items():
            page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            if report := axe.violations(page, *rules):
                found[f"{scene.name} {colours}"] = report
    assert not found, "\n".join(f"{where}: {what}" for where, what in found.items())


def test_an_agent_works_through_ten_cases_by_keyboard_alone(desks: Desks, morning: Cases) -> None:
    page = desks.of("agent")
    page.goto("/queue")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    decided = []
    for number in range(10):
        page.wait_for_url(lambda url: "/cases/" in url and "done=" not in url)
        lines = page.locator("[data-line]").count()
        decided.append(page.url.rpartition("/")[2])
        for _ in range(lines):
            page.keyboard.press("j")
            page.keyboard.press("d" if number % 2 else "a")
            if number % 2:
                page.keyboard.press("Escape")
                page.keyboard.press("Tab")
                focused = page.evaluate("document.activeElement.tagName")
                assert focused == "TEXTAREA"
                page.keyboard.type("Please look at the back.")
                page.keyboard.press("Shift+Tab")
                page.keyboard.type("The fault")
                page.keyboard.press("Escape")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/cases/ret_*done=*")
        expect(page.get_by_role("link", name="Next case")).to_be_focused()
        page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "done=" not in url)
    after = {return_id: morning.desk.now(return_id).status for return_id in decided}
    assert len(after) == 10
    # One is worth more than one person may decide.
    assert after.pop(morning.named["proposed"].return_id) is ReturnStatus.IN_REVIEW
    assert set(after.values()) == {ReturnStatus.APPROVED, ReturnStatus.DECLINED}


def test_whoever_turned_single_keys_off_decides_by_tab_and_space(
    desks: Desks, morning: Cases
) -> None:
    ret, page = morning.desk.waiting(), desks.of("agent")
    page.goto(f"/cases/{ret.return_id}")
    page.keyboard.press("?")
    _tabs_to(page, "[data-keys-on]")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert page.locator("[data-yes]:checked").count() == 0
    _tabs_to(page, "[data-yes]")
    page.keyboard.press("Space")
    _tabs_to(page, "[data-words]")
    page.keyboard.type("Sorry.")
    _tabs_to(page, "[data-decide]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/ret_*done=approved")
    [judgement] = [line.judgement for line in morning.desk.now(ret.return_id).lines]
    assert judgement
    assert judgement.words == "Sorry."


def _tabs_to(page: Page, selector: str) -> None:
    """Presses Tab until that has the focus."""
    for _ in range(40):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            break
        page.keyboard.press("Tab")
    expect(page.locator(selector).first).to_be_focused()


def test_what_the_customer_will_read_is_shown_while_it_is_chosen(
    desks: Desks, morning: Cases
) -> None:
    page = desks.of("qa")
    page.goto(f"/cases/{morning.waiting[-1].return_id}")
    first = page.locator("[data-line]").first
    first.get_by_text("Decline").click()
    first.get_by_label("Reason for").select_option(label="The fault is not to be seen")
    preview = first.locator("[data-preview]")
    expect(preview).to_contain_text("Your photos don’t show the problem that you describe.")
    first.get_by_label("Own words").fill("Sorry.")
    expect(preview).to_contain_text("Sorry.")
    page.reload()
    expect(first.get_by_label("Own words")).to_have_value("Sorry.")
    expect(first.locator("[data-no]")).to_be_checked()


def test_single_keys_can_be_turned_off_and_do_nothing_while_somebody_types(
    desks: Desks, morning: Cases
) -> None:
    page = desks.of("lead")
    path = f"/cases/{morning.named['rich'].return_id}"
    page.goto(path)
    page.keyboard.press("m")
    page.keyboard.type("an aqua dot")
    expect(page.get_by_label("New note")).to_have_value("an aqua dot")
    assert page.locator("[data-yes]:checked").count() == 0
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use single keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("a")
    assert page.locator("[data-yes]:checked").count() == 0
