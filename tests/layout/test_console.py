"""The console in a browser: by keyboard alone, and on every screen."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from aftercare.returns.model import ReturnStatus
from tests.fakes import photos
from tests.fakes.browser_pages import measures
from tests.fakes.browser_pages.chromium import launched
from tests.fakes.browser_pages.served import serving_console
from tests.fakes.browser_pages.staffed import Cases, cases, scenes
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.fixtures import forget_all
from tests.fakes.house import build_house
from tests.fakes.user_pool import UserPool, answering

pytestmark = pytest.mark.browser

# Width in CSS pixels, and the reader's text size in per cent: phone, tablet, desk, wide desk.
SCREENS = [(320, 100), (390, 200), (820, 100), (1280, 100), (1280, 200), (1600, 100)]
PICTURE = photos.phone_jpeg()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def pool(
    tables: dict[str, str],  # noqa: ARG001 - what the console stands on
    buckets: dict[str, str],  # noqa: ARG001
    secrets_and_queues: None,  # noqa: ARG001
    vault: str,
) -> Iterator[UserPool]:
    pool = UserPool()
    with pytest.MonkeyPatch.context() as patch, answering(pool) as url:
        patch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", vault)
        patch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", url)
        patch.setenv("SIGN_IN_URL", url)
        forget_all()
        yield pool
        forget_all()


@pytest.fixture(scope="module")
def console_url(pool: UserPool) -> Iterator[str]:  # noqa: ARG001 - where staff sign in
    with serving_console() as url:
        yield url


@pytest.fixture(scope="module")
def morning(
    console_url: str,  # noqa: ARG001 - the pages' own rooms
    tables: dict[str, str],
    buckets: dict[str, str],
) -> Cases:
    return cases(build_house(tables, buckets), tables)


class Desks:
    """Browsers of colleagues, each signed in once."""

    def __init__(self, chromium: Browser, pool: UserPool, url: str) -> None:
        self._chromium, self._pool, self._url = chromium, pool, url
        self._contexts: list[BrowserContext] = []

    def of(self, role: str, **device: object) -> Page:
        browser = StaffBrowser().signs_in(self._pool, self._pool.add(role, name="Ada Agent"))
        context = self._chromium.new_context(base_url=self._url, **device)  # type: ignore[arg-type]
        self._contexts.append(context)
        pairs = [cookie.partition("=") for cookie in browser.cookie.split("; ")]
        context.add_cookies([{"name": n, "value": v, "url": self._url} for n, _, v in pairs])
        context.route("**/evidence/**", _shows_a_picture)
        return context.new_page()

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def _shows_a_picture(route: Route) -> None:
    route.fulfill(body=PICTURE, content_type="image/jpeg")


@pytest.fixture
def desks(chromium: Browser, pool: UserPool, console_url: str) -> Iterator[Desks]:
    desks = Desks(chromium, pool, console_url)
    yield desks
    desks.close()


def test_every_page_can_be_read_on_every_screen_and_axe_finds_nothing(
    desks: Desks, morning: Cases
) -> None:
    found: dict[str, object] = {}
    pages = {role: desks.of(role) for role in ("agent", "lead", "qa", "store", "auditor")}
    for scene in scenes(morning):
        page = pages[scene.role]
        answer = page.goto(scene.path, wait_until="load")
        assert answer
        assert answer.status == 200, scene
        for width, per_cent in SCREENS:
            page.set_viewport_size({"width": width, "height": 800})
            measures.set_text_size(page, per_cent)
            if faults := measures.faults(page):
                found[f"{scene.name} {width} {per_cent}"] = faults
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            report = Axe().run(page)
            if report.violations_count:
                found[f"{scene.name} {colours}"] = report.generate_report()
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
