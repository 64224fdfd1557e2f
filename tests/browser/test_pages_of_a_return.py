"""Choosing and returning in a real browser, on pages of this process: looks, keyboard, taps."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from aftercare.access.model import code_for
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order
from portal import rooms
from portal.edge import sessions_of
from tests.fakes.actors import MAILER
from tests.fakes.browser import SIGNING_KEY
from tests.fakes.browser import Browser as Session
from tests.fakes.browser_pages.chromium import DESK, NARROW, NO_JAVASCRIPT, PHONE, Device
from tests.fakes.browser_pages.served import serving_pages
from tests.fakes.house import WORKER, House
from tests.fakes.mails import Mailbox
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE, ORDERS_INGEST, delivered, paid

pytestmark = pytest.mark.browser

type Visit = Callable[[Device], AbstractContextManager[Page]]

TALLEST = 4_000
FOCUSED = """() => {
  const on = document.activeElement;
  const label = on.labels?.[0] ?? on;
  return label.innerText.replace(/\\s+/g, ' ').trim();
}"""


@pytest.fixture
def visit(functions: None, chromium: Browser) -> Iterator[Visit]:  # noqa: ARG001
    """Opens browsers that are signed in."""
    name, _, value = Session().sign_in(EMAIL).cookie.partition("=")
    with serving_pages() as address:

        @contextmanager
        def opened(device: Device) -> Iterator[Page]:
            with chromium.new_context(**device, base_url=address) as context:
                context.add_cookies([{"name": name, "value": value, "url": address}])
                context.set_default_timeout(10_000)
                yield context.new_page()

        yield opened


@pytest.fixture
def now(house: House) -> datetime:
    house.clock.now = datetime.now(UTC)
    return house.clock.now


def choose(page: Page, item: str, reason: str, note: str = "") -> None:
    """Goes from an order's page to the page of the return."""
    page.get_by_role("link", name=item).click()
    page.get_by_label(reason, exact=True).check()
    if note:
        page.get_by_label("Anything else?").fill(note)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Your ticket")).to_be_visible()


def return_of(page: Page) -> str:
    return page.url.partition("/returns/")[2].partition("/")[0].partition("#")[0]


@pytest.mark.usefixtures("now")
def test_the_confetti_lies_still_for_whoever_wants_that(house: House, visit: Visit) -> None:
    ret = house.draft(house.delivered_order(), new_id("ret", house.clock.now))
    house.add_good_photo(ret)
    house.returns.submit(ret.email_key, ret.return_id, actor=CUSTOMER)
    house.returns.approve(ret.return_id, actor=WORKER)
    house.make_label(ret.return_id)
    for device, motion in ((PHONE, "fall"), (PHONE | {"reduced_motion": "reduce"}, "none")):
        with visit(device) as page:
            page.goto(f"/returns/{ret.return_id}")
            expect(page.locator(".joy i").first).to_have_css("animation-name", motion)


# ---------------------------------------------------------------- a long order


@pytest.mark.usefixtures("now")
def test_thirty_lines_stay_short_and_are_searched(house: House, visit: Visit) -> None:
    names = [f"Moon Hare {number} in the night of the long names" for number in range(29)]
    lines = [
        replace(FIGURE, line_id=str(place), name=name)
        for place, name in enumerate([*names, "Étoile"])
    ]
    order = house.delivered_order(*lines)
    with visit(PHONE) as page:
        page.goto(f"/orders/{order.order_number}")
        assert page.evaluate("document.documentElement.scrollHeight") < TALLEST
        page.get_by_label("Find an item").fill("etoile")
        expect(page.locator("[data-item]:visible")).to_have_count(1)
        expect(page.get_by_role("status").get_by_text("Items found: 1")).to_be_visible()
        page.get_by_label("Find an item").fill("hare 28")
        expect(page.locator("[data-item]:visible")).to_have_count(1)


# ---------------------------------------------------------------- asked where it matters


def test_whether_a_box_is_sealed_is_asked_with_the_reason_for_which_it_matters(
    house: House, visit: Visit, now: datetime
) -> None:
    number, event = house.new_number(), paid(BLIND_BOX, at=now - timedelta(days=4))
    purchase = replace(event.purchase, market="GB", currency="GBP")
    event = replace(event, order_number=number, purchase=purchase)
    house.orders.record(event, actor=ORDERS_INGEST)
    house.orders.record(delivered(number, now - timedelta(days=2)), actor=ORDERS_INGEST)
    with visit(PHONE) as page:
        page.goto(f"/orders/{number}/item?line={BLIND_BOX.line_id}")
        asked = page.get_by_text("Have you opened it?")
        expect(asked).to_be_hidden()
        page.get_by_label("I changed my mind", exact=True).check()
        expect(asked).to_be_visible()
        page.get_by_label("No, it is still sealed").check()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("Your ticket")).to_be_visible()


# ---------------------------------------------------------------- nothing is lost


@pytest.mark.usefixtures("now")
def test_what_is_typed_is_there_after_the_phone_was_closed(house: House, visit: Visit) -> None:
    order = house.delivered_order()
    item = f"/orders/{order.order_number}/item?line=1"
    with visit(PHONE) as page:
        page.goto(item)
        page.get_by_label("Stains", exact=True).check()
        expect(page.get_by_text("Saved. Your ticket is R-")).to_be_visible()
        page.get_by_label("Anything else?").fill("On its left ear.")
        page.reload()  # before the second is over
        expect(page.get_by_label("Stains", exact=True)).to_be_checked()
    with visit(DESK) as page:
        page.goto(item)
        expect(page.get_by_label("Anything else?")).to_have_value("On its left ear.")


@pytest.mark.usefixtures("now")
def test_what_is_typed_after_the_session_ended_comes_along(house: House, visit: Visit) -> None:
    order = house.delivered_order()
    item = f"/orders/{order.order_number}/item?line=1"
    with visit(PHONE) as page:
        page.goto(item)
        [session] = [each for each in page.context.cookies() if each["name"] == "aftercare"]
        page.context.clear_cookies()
        page.get_by_label("Anything else?").fill("On its left ear.")
        expect(page.get_by_text("what you typed comes along")).to_be_visible()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("nothing you typed is lost")).to_be_visible()
        value = session["value"]
        page.context.add_cookies([{"name": "aftercare", "value": value, "url": page.url}])
        page.goto(item)
        expect(page.get_by_label("Anything else?")).to_have_value("On its left ear.")
        expect(page.get_by_text("Saved. Your ticket is R-")).to_be_visible()


@pytest.mark.usefixtures("now")
def test_back_shows_no_error_and_asks_to_send_nothing_again(house: House, visit: Visit) -> None:
    order = house.delivered_order()
    with visit(PHONE) as page:
        page.goto(f"/orders/{order.order_number}")
        page.get_by_role("link", name="Moon Hare").click()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Stains", exact=True).check()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("Your ticket")).to_be_visible()
        for _ in range(3):
            page.go_back()
            expect(page.get_by_role("alert")).to_have_count(0)
            expect(page.get_by_role("main")).to_be_visible()


# ---------------------------------------------------------------- by keyboard, without JavaScript


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until that is focused."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(name):
            return
    raise AssertionError(f"{name} is not reached by keyboard")


@pytest.mark.parametrize("script", [{}, NO_JAVASCRIPT], ids=["with script", "without"])
@pytest.mark.usefixtures("now")
def test_a_return_is_made_by_keyboard_alone(house: House, visit: Visit, script: Device) -> None:
    order = house.delivered_order()
    with visit(NARROW | script) as page:
        page.goto(f"/orders/{order.order_number}")
        tab_to(page, "Moon Hare")
        page.keyboard.press("Enter")
        page.wait_for_url("**/item?*")
        tab_to(page, "It arrived damaged")  # from there, arrows lead through the reasons
        page.keyboard.press("ArrowDown")
        assert page.evaluate(FOCUSED) == "Parts are missing"
        tab_to(page, "Anything else?")
        page.keyboard.type("An ear.")
        tab_to(page, "Continue")
        page.keyboard.press("Enter")
        page.wait_for_url("**/returns/*")
        draft = house.returns.store.get(return_of(page))
        assert draft
        for _ in range(2):
            house.add_good_photo(draft)
        page.reload()
        moves_a_photo(page)
        tab_to(page, "Check and submit")
        page.keyboard.press("Enter")
        page.wait_for_url("**/check")
        tab_to(page, "Submit my return")
        page.keyboard.press("Enter")
        expect(page.get_by_text("You submitted your return.")).to_be_visible()


def moves_a_photo(page: Page) -> None:
    first, second = photos_on(page)
    tab_to(page, "Move photo 2 forward")
    page.keyboard.press("Enter")
    expect(page.locator("[data-photo]").first).to_have_attribute("data-photo", second)
    assert photos_on(page) == [second, first]


def photos_on(page: Page) -> list[str | None]:
    photos: list[Locator] = page.locator("[data-photo]").all()
    return [photo.get_attribute("data-photo") for photo in photos]


@pytest.mark.usefixtures("now")
def test_a_photo_that_is_moved_keeps_the_focus(house: House, visit: Visit) -> None:
    ret = house.draft(house.delivered_order(), new_id("ret", house.clock.now))
    for _ in range(3):
        house.add_good_photo(ret)
    with visit(DESK) as page:
        page.goto(f"/returns/{ret.return_id}")
        third = photos_on(page)[2]
        page.get_by_role("button", name="Move photo 3 forward").press("Enter")
        expect(page.locator("[data-photo]").nth(1)).to_have_attribute("data-photo", str(third))
        expect(page.locator(f"#earlier-{third}")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("[data-photo]").first).to_have_attribute("data-photo", str(third))
        expect(page.locator(f"#photo-{third}")).to_be_focused()
        page.get_by_role("button", name="Remove photo 1").press("Enter")
        expect(page.locator("[data-photo]")).to_have_count(2)


# ---------------------------------------------------------------- few steps


@dataclass
class Thumb:
    """Counts what a customer taps and types."""

    page: Page
    taps: int = 0
    typed: int = 0

    def tap(self, what: Locator) -> None:
        what.tap()
        self.taps += 1

    def type(self, what: Locator, text: str) -> None:
        self.tap(what)
        self.page.keyboard.type(text)
        self.typed += 1


def code_on_its_way(page: Page) -> str:
    """Sends the code that this browser asked for; returns it."""
    [cookie] = [each for each in page.context.cookies() if each["name"] == "aftercare"]
    session = sessions_of(SIGNING_KEY.encode(), secure=False).read(f"aftercare={cookie['value']}")
    assert session
    rooms.access().send_code(session.request_ids[0], Mailbox(), actor=MAILER)
    return code_for(SIGNING_KEY.encode(), session.request_ids[0])


def ticket_from_the_first_page(page: Page, order: Order, query: str = "") -> Thumb:
    page.context.clear_cookies()
    page.goto(f"/{query}")
    thumb = Thumb(page)
    if not query:
        thumb.type(page.get_by_label("Order number"), order.order_number)
        thumb.type(page.get_by_label("Email address"), EMAIL)
    thumb.tap(page.get_by_role("button", name="Send me a code"))
    page.wait_for_url("**/code")
    thumb.type(page.get_by_label("Your 6-digit code"), code_on_its_way(page))
    thumb.tap(page.get_by_role("button", name="Sign in"))
    page.wait_for_url("**/orders/*")
    thumb.tap(page.get_by_role("link", name="Moon Hare"))
    thumb.tap(page.get_by_text("Parts are missing"))
    thumb.tap(page.get_by_role("button", name="Continue"))
    expect(page.locator(".ticket-number")).to_contain_text("R-")
    return thumb


@pytest.mark.usefixtures("now")
def test_a_ticket_takes_three_typed_fields_and_ten_taps_at_most(house: House, visit: Visit) -> None:
    order = house.delivered_order(replace(FIGURE, quantity=1))
    with visit(PHONE) as page:
        thumb = ticket_from_the_first_page(page, order)
        assert (thumb.typed, thumb.taps) == (3, 8)


@pytest.mark.usefixtures("now")
def test_from_a_link_in_a_mail_only_the_code_is_typed(house: House, visit: Visit) -> None:
    order = house.delivered_order(replace(FIGURE, quantity=1))
    with visit(PHONE) as page:
        query = f"?order={order.order_number}&email={EMAIL}"
        thumb = ticket_from_the_first_page(page, order, query)
        assert (thumb.typed, thumb.taps) == (1, 6)
