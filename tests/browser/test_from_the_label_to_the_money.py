"""From the label to the money as the customer sees it: each step, the promise, what was found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.labels.model import ScanKind
from aftercare.returns.arrivals import Came, Condition, Disposition, Found, Grade
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import Return
from aftercare.returns.policy import Remedy
from aftercare.returns.receiving import ReceivingService
from aftercare.returns.requests import Request
from aftercare.returns.wiring import ReceivingConfig, receiving_service
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from tests.fakes.browser import Browser as Session
from tests.fakes.browser_pages.chromium import NARROW, NO_JAVASCRIPT, Device
from tests.fakes.browser_pages.served import serving_pages
from tests.fakes.house import WORKER, House
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE
from tests.fakes.resolved import AGENT, INSPECTOR, Shop, shop_of

pytestmark = pytest.mark.browser

SCRIPTS = pytest.mark.parametrize("script", [{}, NO_JAVASCRIPT], ids=["with script", "without"])
STEPS = ["Sent in", "Approved", "Label ready", "On its way", "Arrived", "Checked", "Settled"]


@pytest.fixture
def address(functions: None) -> Iterator[str]:  # noqa: ARG001
    with serving_pages() as address:
        yield address


@pytest.fixture
def dock(house: House, tables: dict[str, str]) -> ReceivingService:
    config = ReceivingConfig(
        *(tables[each] for each in ("ReturnsTable", "OrdersTable", "DueTable"))
    )
    return receiving_service(config, clock=house.clock)


@pytest.fixture
def shop(house: House, tables: dict[str, str]) -> Shop:
    house.clock.now = datetime.now(UTC)
    return shop_of(house, tables)


def labelled(house: House) -> Return:
    """A return of two figures and a blind box, for a refund, with its label."""
    order = house.delivered_order(FIGURE, BLIND_BOX)
    units = {FIGURE.line_id: 2, BLIND_BOX.line_id: 1}
    draft = house.draft(order, new_id("ret", house.clock()), units)
    house.add_good_photo(draft)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)
    return house.make_label(draft.return_id)


def opened(page: Page, ret: Return, language: str = "en") -> Page:
    page.goto(f"/returns/{ret.return_id}?lang={language}")
    return page


def reads(page: Page, headline: str, done: int) -> None:
    """The headline, and how many of the steps are done."""
    expect(page.get_by_role("heading", level=1)).to_have_text(headline)
    expect(page.locator(".track .done")).to_have_count(done)
    assert page.locator(".track li").all_inner_texts()
    for name in STEPS:
        expect(page.locator(".track")).to_contain_text(name)


@SCRIPTS
def test_each_step_from_the_label_to_the_refund(
    chromium: Browser,
    address: str,
    shop: Shop,
    dock: ReceivingService,
    script: Device,
) -> None:
    ret = labelled(shop.house)
    name, _, value = Session().sign_in(EMAIL).cookie.partition("=")
    with chromium.new_context(**NARROW | script, base_url=address) as context:
        context.add_cookies([{"name": name, "value": value, "url": address}])
        page = opened(context.new_page(), ret)
        reads(page, "Your label is ready", 3)
        shop.scan(ret, ScanKind.IN_TRANSIT)
        reads(opened(page, ret), "Your parcel is on its way", 4)
        shop.scan(ret, ScanKind.DELIVERED)
        reads(opened(page, ret), "Your parcel has arrived", 5)
        says_the_promise_in_every_language(page, shop.now(ret))
        expect(page.get_by_role("link", name="Download")).to_have_count(0)
        came = {
            "1": Came({Condition.RECEIVED: 2}),
            "2": Came({Condition.RECEIVED: 1}),
        }
        dock.receive(ret.return_id, came, "Dock 7", actor=INSPECTOR)
        expect(opened(page, ret).get_by_text("It’s here. We’re checking it.")).to_have_count(2)
        found = {
            "1": Found(2, Grade.A, Disposition.RESTOCK, JudgementCode.AS_ASKED),
            "2": Found(
                0, Grade.D, Disposition.SEND_BACK, JudgementCode.OTHER_ITEM, "It is <i>ours</i>."
            ),
        }
        dock.inspect(ret.return_id, found, actor=INSPECTOR)
        reads(opened(page, ret), "We’ve checked what came back", 6)
        expect(page.get_by_text("All fine: we take it back.")).to_be_visible()
        expect(page.get_by_text("We send back to you what we don’t keep.")).to_be_visible()
        expect(opened(page, ret, "fr").locator("blockquote[lang=en]")).to_have_text(
            "It is <i>ours</i>."
        )
        is_refunded(page, shop, ret)


def says_the_promise_in_every_language(page: Page, ret: Return) -> None:
    promise = ret.promise
    assert promise
    for language in LANGUAGES:
        w = words(language, typeset=True)
        first, last = w.day(promise.first), w.day(promise.last)
        told = w.text("outcome.promise.between", first=first, last=last)
        expect(opened(page, ret, language).get_by_text(told, exact=True)).to_be_visible()
    opened(page, ret)


def is_refunded(page: Page, shop: Shop, ret: Return) -> None:
    seen = shop.now(ret)
    assert seen.version
    shop.resolving.resolve(AGENT, ret.return_id, seen.version, Request(Remedy.REFUND, {"1": 2}))
    reads(opened(page, ret), "We’re settling your return", 6)
    expect(page.get_by_text("Arranged", exact=True)).to_be_visible()
    expect(page.get_by_text("$178.00").first).to_be_visible()
    shop.refund(ret, f"rf-{ret.ticket}", units={"1": 2})
    reads(opened(page, ret), "$178.00 refunded", 7)
    expect(page.get_by_text("Paid", exact=True)).to_be_visible()
    expect(page.locator(".promise")).to_have_count(0)
    page.goto("/orders")
    card = page.locator("li.order").filter(has_text=ret.order_number)
    expect(card.get_by_text("Refunded", exact=True)).to_be_visible()
    order = page.goto(f"/orders/{ret.order_number}")
    assert order
    expect(page.get_by_role("link", name=FIGURE.name)).to_have_count(0)
    expect(page.get_by_role("link", name=BLIND_BOX.name)).to_be_visible()


def test_a_broken_promise_is_told_as_it_is(
    chromium: Browser, address: str, house: House, shop: Shop
) -> None:
    ret = labelled(house)
    for kind in (ScanKind.IN_TRANSIT, ScanKind.DELIVERED):
        shop.scan(ret, kind)
    here = shop.now(ret)
    assert here.promise
    broken = here.promise._replace(warned=True, broken=True)
    house.returns.store.save_claim(replace(here, promise=broken))
    name, _, value = Session().sign_in(EMAIL).cookie.partition("=")
    with chromium.new_context(**NARROW, base_url=address) as context:
        context.add_cookies([{"name": name, "value": value, "url": address}])
        page = opened(context.new_page(), ret)
        promise = page.locator(".promise")
        expect(promise).to_contain_text("This is taking longer than we said")
        expect(promise).not_to_contain_text(str(here.promise.last.year))
