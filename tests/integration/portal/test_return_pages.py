"""The pages of a return: photos, answers, who pays, the label, and second thoughts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.evidence.model import EvidenceState
from aftercare.kernel.address import Address
from aftercare.kernel.clock import utc_now
from aftercare.orders.model import OrderLine, OrderRefunded, Refund
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.aws import counted
from tests.fakes.browser import Browser
from tests.fakes.house import WORKER, House
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE, ORDERS_INGEST, delivered, paid
from tests.fakes.strangers import EVERY_FORM, Holdings, sent, wrote_at_wechat

pytestmark = pytest.mark.integration

LONDON = Address("Mei Tanaka", "1 Larkspur Road", "London", "", "N1 9GU", "GB")
BROKEN, UNWANTED = FIGURE, replace(FIGURE, line_id="2", name="Sun Hare")


@pytest.fixture
def customer(portal: Browser) -> Browser:
    return portal.sign_in(EMAIL)


def bought(
    house: House, *lines: OrderLine, market: str = "US", channel: str = "online", days: float = 3
) -> str:
    """The number of an order that was delivered so many days ago."""
    house.clock.now = now = utc_now()
    number = house.new_number()
    event = paid(*lines, number=number, at=now - timedelta(days=days + 1))
    purchase = replace(event.purchase, market=market, channel=channel)
    if market == "GB":
        purchase = replace(purchase, ship_to=LONDON, currency="GBP")
    house.orders.record(replace(event, purchase=purchase), actor=ORDERS_INGEST)
    house.orders.record(delivered(number, now - timedelta(days=days)), actor=ORDERS_INGEST)
    return number


def chosen(browser: Browser, number: str, line: OrderLine = FIGURE, **said: str) -> str:
    path = f"/orders/{number}/item?line={line.line_id}"
    form = {"units": "1", "reason": "missing_parts"} | said
    fresh = browser.get(path).hidden("return_id")
    return browser.post(path, return_id=fresh, **form).location


def stored(house: House, path: str) -> Return:
    ret = house.returns.store.get(path.removeprefix("/returns/"))
    assert ret
    return ret


def photographed(house: House, path: str, photos: int = 1) -> Return:
    for _ in range(photos):
        house.add_good_photo(stored(house, path))
    return stored(house, path)


def labelled(house: House, browser: Browser, path: str, photos: int = 1) -> None:
    ret = photographed(house, path, photos)
    assert browser.post(f"{path}/submit").location == path
    house.returns.approve(ret.return_id, actor=WORKER)
    house.make_label(ret.return_id)


def test_a_draft_says_what_is_left_to_do(house: House, customer: Browser) -> None:
    path = chosen(customer, bought(house, FIGURE, channel="store"))
    empty = customer.get(path).text
    assert "First, your photos" in empty
    assert "Almost there" not in empty
    photographed(house, path)
    assert "Almost there" in customer.get(path).text


# ---------------------------------------------------------------- who pays, and why


def test_items_that_share_a_parcel_say_who_pays_and_why(house: House, customer: Browser) -> None:
    number = bought(house, BROKEN, UNWANTED, market="GB")
    path = chosen(customer, number, UNWANTED, reason="changed_mind")
    photographed(house, path)
    assert "You pay for return shipping." in customer.get(f"{path}/check").text
    chosen(customer, number, BROKEN)
    page = customer.get(f"{path}/check").text
    assert "Return shipping is free, also for the items for which you would pay" in page
    assert "You pay for return shipping." not in page


def test_a_label_that_the_buyer_pays_for_says_so(house: House, customer: Browser) -> None:
    path = chosen(customer, bought(house, FIGURE, channel="vending"))
    labelled(house, customer, path, photos=stored(house, path).photos_needed)
    page = customer.get(path).text
    assert "Postage is not paid." in page
    assert "Download your label (PDF)" in page
    assert "hand the parcel to a carrier of your choice by" in page
    assert "Return slip" not in page  # nobody's carrier
    assert "prepaid" not in page.lower()


def test_what_was_bought_in_a_store_may_go_to_any_store(house: House, customer: Browser) -> None:
    path = chosen(customer, bought(house, FIGURE, channel="store"))
    page = customer.get(path).text
    assert "The whole item: 3 photos or more" in page
    assert "The fault, close up and marked" in page
    labelled(house, customer, path, photos=stored(house, path).photos_needed)
    page = customer.get(path).text
    assert "You can also bring the items to any of our stores, with the receipt." in page
    assert "Postage is not paid." in page


def test_what_is_left_out_of_an_approved_return_is_named_with_why(
    house: House, customer: Browser
) -> None:
    number = bought(house, BROKEN, replace(FIGURE, line_id="2", name="Sun Hare"))
    path = chosen(customer, number, BROKEN)
    path = chosen(customer, number, replace(FIGURE, line_id="2"))
    ret = photographed(house, path, 2)
    assert customer.post(f"{path}/submit").location == path
    refund = OrderRefunded(number, house.clock(), "rf-1", Refund({"2": FIGURE.quantity}))
    house.orders.record(refund, actor=ORDERS_INGEST)
    house.returns.approve(ret.return_id, actor=WORKER)
    page = customer.get(path).body
    assert "Please keep these" in page
    assert "Sun Hare: All of these are in a return already, or refunded." in page


def test_whether_a_box_is_sealed_is_asked_where_it_matters(house: House, customer: Browser) -> None:
    number = bought(house, FIGURE, BLIND_BOX, market="GB")
    item = f"/orders/{number}/item?line={BLIND_BOX.line_id}"
    assert "Have you opened it?" in customer.get(item).text
    assert "Have you opened it?" not in customer.get(f"/orders/{number}/item?line=1").text
    form = {"units": "1", "return_id": customer.get(item).hidden("return_id")}
    assert customer.post(item, **form, reason="changed_mind").location == item
    assert "Please tell us whether you have opened it." in customer.get(item).text
    assert customer.post(item, **form, reason="changed_mind", opened="opened").location == item
    assert "Once it’s open, a blind box can’t come back" in customer.get(item).text
    path = customer.post(item, **form, reason="changed_mind", opened="sealed").location
    assert "No, still sealed" in customer.get(f"{path}/check").text


def test_what_somebody_else_sold_says_whom_to_ask_and_is_no_mistake(
    house: House, customer: Browser
) -> None:
    number = bought(house, FIGURE, channel="distributor")
    page = customer.get(f"/orders/{number}")
    assert "A distributor sold you this order." in page.text
    assert "Moon Hare" in page.text
    assert 'role="alert"' not in page.body
    assert f"/orders/{number}/item" not in page.body


# ---------------------------------------------------------------- photos


def order_of(browser: Browser, path: str) -> list[str]:
    return [part.partition('"')[0] for part in browser.get(path).body.split('data-photo="')[1:]]


def test_photos_are_moved_and_removed_by_forms_and_by_script(
    house: House, customer: Browser
) -> None:
    path = chosen(customer, bought(house))
    photographed(house, path, 3)
    first, second, third = order_of(customer, path)
    move = f"{path}/photos/{third}/move"
    assert customer.post(move, to="earlier").location == f"{path}#photos"
    assert order_of(customer, path) == [first, third, second]
    customer.accept = "application/json"
    answer = customer.post(f"{path}/photos/{first}/move", to="later")
    assert (answer.status, "Photo moved." in answer.body) == (200, True)
    customer.accept = "text/html"
    assert order_of(customer, path) == [third, first, second]
    assert customer.post(f"{path}/photos/{third}/remove").location == f"{path}#photos"
    assert order_of(customer, path) == [first, second]


def test_a_photo_is_replaced_without_javascript(house: House, customer: Browser) -> None:
    path = chosen(customer, bought(house))
    photographed(house, path)
    [photo] = order_of(customer, path)
    page = customer.post(f"{path}/photos/{photo}/remove", replace="1")
    assert page.location.startswith(f"{path}/photos/evd_")
    assert "Add a photo" in customer.get(page.location).text
    slots = house.returns.photos(stored(house, path))
    assert [slot.state for slot in slots] == [EvidenceState.WAITING]


# ---------------------------------------------------------------- the answers, and where one is


def test_each_answer_has_its_own_way_to_change_it(house: House, customer: Browser) -> None:
    number = bought(house)
    path = chosen(customer, number, note="The left ear.\nGone.")
    photographed(house, path)
    page = customer.get(f"{path}/check")
    for answer in ("Parts are missing", "The left ear.", "Until the end of", "Return shipping is"):
        assert answer in page.text
    ret_id = path.removeprefix("/returns/")
    assert f'href="/orders/{number}/item?line=1&amp;return={ret_id}"' in page.body
    assert f'href="{path}#photos"' in page.body
    assert 'class="field-error"' not in page.body


def test_the_steps_show_where_one_is(house: House, customer: Browser) -> None:
    number = bought(house)

    def current(path: str) -> str:
        page = customer.get(path).body
        return page.partition('aria-current="step">')[2].partition("<")[0]

    assert current(f"/orders/{number}") == "Choose"
    path = chosen(customer, number)
    assert current(path) == "Photos"
    photographed(house, path)
    assert current(path) == "Check"
    assert current(f"{path}/check") == "Check"
    customer.post(f"{path}/submit")
    assert current(path) == "Label"
    house.returns.approve(path.removeprefix("/returns/"), actor=WORKER)
    house.make_label(path.removeprefix("/returns/"))
    assert current(path) == ""
    assert "(done)" in customer.get(path).text


def test_the_label_page_tells_what_comes_next_and_until_when(
    house: House, customer: Browser
) -> None:
    path = chosen(customer, bought(house))
    labelled(house, customer, path)
    page = customer.get(path)
    expires = stored(house, path).label_expires_at
    assert expires
    assert f"by {expires:%B}" in page.text
    assert "We mail you when the parcel moves" in page.text
    assert 'class="joy"' in page.body


@EVERY_FORM
def test_no_form_is_answered_with_a_page(attacker: Browser, mine: Holdings, route: str) -> None:
    """So that Back, Forward and Reload never ask to send one again, and never show an error."""
    if route.startswith(("/authenticity", "/01/")):
        return
    parameters = mine.parameters(route)
    if route.startswith("/messages/wechat"):
        parameters["token"] = wrote_at_wechat().rpartition("/")[2]
    page = sent(attacker, "POST", route, parameters)
    assert page.status == 303, page.body[:200]
    assert attacker.follow(page).status in {200, 303}


def test_a_page_costs_the_same_with_one_draft_and_with_many(
    house: House, customer: Browser
) -> None:
    def costs(number: str, path: str) -> list[list[str]]:
        pages = [f"/orders/{number}", f"/orders/{number}/item?line=1", path, f"{path}/check"]
        found = []
        for page in pages:
            with counted("dynamodb") as calls:
                assert customer.get(page).status == 200
            found.append(calls)
        return found

    number = bought(house)
    path = chosen(customer, number)
    before = costs(number, path)
    for _ in range(4):
        chosen(customer, bought(house))
    for each in range(3):
        item = f"/orders/{number}/item?line=1&return=ret_01JXD0B7G0000000000000000{each}"
        customer.post(item, units="1", reason="stained")
    assert costs(number, path) == before


# ---------------------------------------------------------------- second thoughts


def test_a_return_is_cancelled_once_it_was_asked_and_its_units_are_free(
    house: House, customer: Browser
) -> None:
    number = bought(house, replace(FIGURE, quantity=1))
    path = chosen(customer, number)
    labelled(house, customer, path)
    assert f'href="{path}/cancel"' in customer.get(path).body
    assert "Cancel this return?" in customer.get(f"{path}/cancel").text
    for _ in range(2):
        assert customer.post(f"{path}/cancel").location == path
    page = customer.get(path)
    assert "You cancelled this return" in page.text
    assert "Its label no longer works." in page.text
    assert "Download" not in page.text
    assert f'href="{path}/cancel"' not in page.body
    assert customer.get(f"{path}/cancel").location == path
    assert chosen(customer, number) != path


def test_what_lapsed_starts_again_with_its_photos(house: House, customer: Browser) -> None:
    path = chosen(customer, bought(house))
    ret = photographed(house, path)
    late = replace(ret, evidence_due_at=utc_now() - timedelta(minutes=1))
    house.returns.store.save_draft(late)
    page = customer.get(path)
    assert "This return has expired" in page.text
    again = customer.post(f"{path}/again").location
    assert again not in {path, ""}
    after = stored(house, again)
    assert after.status is ReturnStatus.DRAFT
    assert len(house.returns.photos(after)) == 1
    assert 'aria-current="step">Check' in customer.get(again).body


def test_a_draft_is_asked_about_before_it_is_discarded(house: House, customer: Browser) -> None:
    path = chosen(customer, bought(house))
    assert f'href="{path}/discard"' in customer.get(path).body
    page = customer.get(f"{path}/discard")
    assert "Discard this return?" in page.text
    assert stored(house, path).is_draft
    customer.post(f"{path}/discard")
    assert customer.get(f"{path}/check").location == path
    assert customer.get(f"{path}/discard").location == path
