"""Where is my order: what anybody may know, what only its owner, and how often may be asked."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import urlencode

import pytest

from aftercare.access.model import LOOKS_PER_SOURCE
from aftercare.orders.facts import Parcel
from aftercare.orders.model import OrderDelivered, OrderShipped
from aftercare.parcels.model import ParcelStatus
from aftercare.words.model import LANGUAGES
from tests.bench.meter import Meter
from tests.fakes.browser import Browser, Page
from tests.fakes.browser_pages.tracked import (
    DAYS,
    PLACE,
    SCANNED,
    TRACKING,
    order_of,
    tracking_of,
)
from tests.fakes.house import WORKER, House
from tests.fakes.orders import FIGURE, ORDERS_INGEST
from tests.fakes.parcels import news, of_return, scan
from tests.fakes.strangers import ATTACKER, VICTIM

pytestmark = pytest.mark.integration

S = ParcelStatus
TITLES = {
    "waiting": "Your order hasn’t left us yet",
    "overdue": "Your order should have left us by now",
    "moving": "On its way",
    "quiet": "No news for more than 5 days",
    "delivered": "Delivered",
}
TITLES_BY_NEWS = {
    "announced": "On its way to the carrier",
    "unhanded": "The carrier doesn’t have it yet",
    "in_transit": "On its way",
    "silent": "No news for more than 5 days",
    "held": "Held on its way",
    "out_for_delivery": "Out for delivery",
    "pickup_ready": "Ready for pickup",
    "attempt_failed": "The carrier couldn’t hand it over",
    "exception": "Your parcel is held up",
    "returning": "On its way back to us",
    "returned": "Back with us",
    "lost": "Lost on the way",
    "expired": "No more news from the carrier",
    "handed_over": "Delivered",
}
_ADDRESSES = count(100)
SENT = [name for name, (_, sent, _) in DAYS.items() if sent is not None]


@pytest.fixture(autouse=True)
def _now(house: House, portal: Browser) -> None:  # noqa: ARG001 - what the page stands on
    house.clock.now = datetime.now(UTC)


def asked(number: str, browser: Browser | None = None) -> Page:
    """The page for that browser, or for one at an address that has not asked yet."""
    nobody = Browser(source=f"198.51.100.{next(_ADDRESSES)}")
    return (browser or nobody).get(f"/track?{urlencode({'number': number})}")


def answer(number: str) -> str:
    """The page without what differs in any case: the number that was typed."""
    return asked(number).body.replace(number, "NUMBER")


@pytest.mark.parametrize("name", SENT)
def test_anybody_learns_how_the_orders_parcel_stands_and_whom_to_ask(
    house: House, name: str
) -> None:
    page = asked(order_of(house, VICTIM, name))
    assert TITLES[name] in page.text
    assert "Ask UPS" in page.text
    assert "tel:+1-800-742-5877" in page.body


@pytest.mark.parametrize("name", DAYS)
def test_nobody_else_learns_who_bought_what_where_it_goes_or_its_tracking_number(
    house: House, name: str, attacker: Browser
) -> None:
    number = order_of(house, VICTIM, name)
    order = house.orders.get(number)
    assert order.purchase
    assert order.purchase.ship_to
    to = order.purchase.ship_to
    for browser in (Browser(), attacker):
        body = asked(number, browser).body
        for secret in (VICTIM, to.name, to.line1, to.city, FIGURE.name, TRACKING, TRACKING[:-4]):
            assert secret not in body


@pytest.mark.parametrize("name", DAYS)
def test_the_owner_has_all_details_ready_to_copy(
    house: House, name: str, attacker: Browser
) -> None:
    number = order_of(house, ATTACKER, name)
    page = asked(number, attacker)
    assert TITLES[name] in page.text
    if name in SENT:
        order = house.orders.get(number)
        assert order.purchase
        assert order.purchase.ship_to
        assert f"Tracking number: {TRACKING}" in page.text
        assert f"Order number: {number}" in page.text
        assert order.purchase.ship_to.line1 in page.text
        assert f"tracknum={TRACKING}" in page.body


@pytest.mark.parametrize("name", SCANNED)
def test_what_the_carrier_says_counts_more_than_when_the_parcel_left(
    house: House, name: str
) -> None:
    page = asked(order_of(house, VICTIM, name))
    assert TITLES_BY_NEWS[name] in page.text
    assert "Last scan" in page.text
    assert "Ask USPS" in page.text


@pytest.mark.parametrize("name", SCANNED)
def test_where_a_parcel_was_scanned_is_for_its_owner_alone(
    house: House, name: str, attacker: Browser
) -> None:
    number = order_of(house, VICTIM, name)
    for page in (asked(number), asked(number, attacker), asked(tracking_of(number))):
        assert PLACE not in page.body
        assert VICTIM not in page.body
    mine = asked(order_of(house, ATTACKER, name), attacker)
    assert PLACE in mine.body


@pytest.mark.parametrize("name", SCANNED)
def test_a_tracking_number_of_ours_tells_how_the_parcel_stands_but_not_whose_it_is(
    house: House, name: str
) -> None:
    number = order_of(house, VICTIM, name)
    page = asked(tracking_of(number))
    assert TITLES_BY_NEWS[name] in page.text
    assert number not in page.body


def test_news_of_a_number_that_the_order_has_by_mistake_is_not_its_own(house: House) -> None:
    number = order_of(house, VICTIM, "moving")
    others, at = tracking_of(order_of(house, ATTACKER, "lost")), house.clock()
    wrong = Parcel("A", tracking_number=others, named_at={"tracking_number": at}, shipped_at=at)
    house.orders.record(OrderShipped(number, at, wrong), actor=ORDERS_INGEST)
    assert TITLES["moving"] in asked(number).text


def test_a_parcel_on_its_way_to_us_is_told_by_its_carrier(house: House) -> None:
    tracking = tracking_of(house.new_number())
    house.parcels.follow(of_return("ret_01KTYK94W0ZQYZ4CQWPQ7KPAYD", tracking), actor=WORKER)
    house.parcels.record(news(scan(S.DELIVERED, at=house.clock()), number=tracking), actor=WORKER)
    assert "A number of USPS" in asked(tracking).text


def test_what_the_shop_says_of_an_arrival_counts_though_the_carrier_is_behind(
    house: House,
) -> None:
    number = order_of(house, VICTIM, "silent")
    arrived = Parcel("A", delivered_at=house.clock() - timedelta(days=1))
    assert arrived.delivered_at
    house.orders.record(OrderDelivered(number, arrived.delivered_at, arrived), actor=ORDERS_INGEST)
    assert TITLES["delivered"] in asked(number).text


def test_an_unknown_order_looks_like_one_that_has_not_left(house: House) -> None:
    unknown = re.sub(r'name="csrf" value="[^"]*"', "", answer("PM-2000-1"))
    for name in ("waiting", "overdue"):
        assert answer(order_of(house, VICTIM, name)) == unknown
    assert "within 3 business days" in unknown


def test_a_session_that_was_signed_out_is_nobodys(house: House) -> None:
    number = order_of(house, VICTIM, "quiet")
    browser = Browser().sign_in(VICTIM)
    copied = browser.cookie
    browser.get("/orders")
    browser.post("/sign-out")
    assert TRACKING not in asked(number, Browser(cookie=copied)).body


def test_a_tracking_number_alone_leads_to_its_carrier() -> None:
    page = asked("Tracking no. 1z 999 aa1 01 2345 6784")
    assert "A number of UPS" in page.text
    assert f"Tracking number: {TRACKING}" in page.text
    assert f"tracknum={TRACKING}" in page.body
    ambiguous = asked("420112139261290983497923666238").text
    assert "A number of USPS" in ambiguous
    assert "DHL eCommerce" in ambiguous


@pytest.mark.parametrize("typed", ["hello", "🎁", "<script>", "%", "x" * 3_000])
def test_what_is_no_number_is_said_to_be_none(typed: str) -> None:
    page = asked(typed)
    assert page.status == 200
    assert "We can’t read a number in this" in page.text
    assert "<script>&" not in page.body


def test_orders_cannot_be_tried_out_one_after_the_other(house: House) -> None:
    number = order_of(house, VICTIM, "moving")
    browser = Browser(source="198.51.100.77")
    pages = [asked(number, browser) for _ in range(LOOKS_PER_SOURCE.most + 1)]
    assert {page.status for page in pages[:-1]} == {200}
    assert pages[-1].status == 429
    assert asked(number, Browser(source="198.51.100.78")).status == 200


def test_a_look_costs_two_reads_and_a_write_and_the_form_alone_nothing(
    house: House, tables: dict[str, str]
) -> None:
    number = order_of(house, VICTIM, "in_transit")
    meter = Meter(tables)
    with meter.attached():
        with meter.step("form"):
            Browser().get("/track")
        with meter.step("look"):
            asked(number)
    form, look = meter.steps["form"], meter.steps["look"]
    assert not form.calls
    # The order, and what the carrier says of its parcel.
    assert (look.read_units, look.write_units) == (2, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_to_other_languages_keep_the_number(language: str) -> None:
    hrefs = re.findall(r'hreflang="[^"]+"|href="/track[^"]*"', asked(TRACKING).body)
    assert any(f"lang={language}" in each and f"number={TRACKING}" in each for each in hrefs), hrefs
