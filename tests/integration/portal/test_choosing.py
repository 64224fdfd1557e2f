"""Choosing as a customer lives it: an item, its reason, its ticket, and nothing typed is lost."""

import gzip
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order, OrderLine, email_key_of
from aftercare.returns.model import ChosenLine, Reason
from aftercare.web.customers import anonymous
from portal.site.pages import STATIC
from tests.fakes.browser import Browser, Page
from tests.fakes.crashes.faults import Fault, Plan, Saboteur
from tests.fakes.house import House
from tests.fakes.orders import (
    BLIND_BOX,
    EMAIL,
    FIGURE,
    ORDERS_INGEST,
    POP_NOW,
    delivered,
    paid,
    refunded,
)

pytestmark = pytest.mark.integration

TIMES = "\N{MULTIPLICATION SIGN}"


def bought(house: House, *lines: OrderLine) -> Order:
    house.clock.now = utc_now()
    return house.delivered_order(*lines)


def item_of(order: Order, line: OrderLine = FIGURE, return_id: str = "") -> str:
    query = {"line": line.line_id} | ({"return": return_id} if return_id else {})
    return f"/orders/{order.order_number}/item?{urlencode(query)}"


def chosen(browser: Browser, order: Order, line: OrderLine = FIGURE, **said: str) -> str:
    """Chooses an item and its reason; returns the path of the return."""
    path = item_of(order, line, said.pop("return_id", ""))
    fresh = browser.get(path).hidden("return_id")
    form = {"return_id": fresh, "units": "1", "reason": "missing_parts"} | said
    return browser.post(path, **form).location


def ticket_on(page: Page) -> str:
    return page.text.partition("Your ticket ")[2].split(" ")[0]


@pytest.fixture
def customer(portal: Browser) -> Browser:
    return portal.sign_in(EMAIL)


# ---------------------------------------------------------------- the items


def test_an_orders_items_lead_on_and_the_others_say_why_not(
    house: House, customer: Browser
) -> None:
    order = bought(house, FIGURE, BLIND_BOX, POP_NOW)
    page = customer.get(f"/orders/{order.order_number}")
    for line in (FIGURE, BLIND_BOX):
        assert item_of(order, line).replace("&", "&amp;") in page.body
    assert item_of(order, POP_NOW) not in page.body
    assert "This POP NOW box was opened online" in page.text
    assert "Return until the end of" in page.text
    assert "Pacific time" in page.text


def test_thirty_lines_are_thirty_short_rows_with_a_search(house: House, customer: Browser) -> None:
    lines = [
        replace(FIGURE, line_id=str(number), name=f"Moon Hare {number}") for number in range(30)
    ]
    page = customer.get(f"/orders/{bought(house, *lines).order_number}")
    assert page.body.count("data-item") == 30
    assert page.body.count('type="radio"') == 0
    assert page.text.count("Return until") == 1
    assert "data-search" in page.body
    assert "data-search" not in customer.get(f"/orders/{bought(house).order_number}").body


def test_a_page_of_a_long_order_is_50_kb_on_its_way_with_all_that_it_loads(
    house: House, customer: Browser
) -> None:
    lines = [replace(FIGURE, line_id=str(number), name=f"Hare {number}") for number in range(30)]
    order = bought(house, *lines)
    path = chosen(customer, order, lines[0], note="An ear. " * 60)
    for each in (f"/orders/{order.order_number}", item_of(order, lines[0]), path, f"{path}/check"):
        page = customer.get(each)
        names = set(re.findall(r'/static/([^"]+)', page.body))
        assets = [STATIC.asset(name) for name in names]
        parts = [page.body, *(asset.body for asset in assets if asset)]
        assert len(names) > 3
        assert sum(len(gzip.compress(part.encode())) for part in parts) <= 50 * 1024


def test_an_item_offers_its_own_reasons_and_says_why_others_are_not(
    house: House, customer: Browser
) -> None:
    order = bought(house, FIGURE, BLIND_BOX)
    figure, box = (customer.get(item_of(order, line)) for line in (FIGURE, BLIND_BOX))
    assert 'value="duplicate_in_set"' not in figure.body
    assert 'value="duplicate_in_set"' in box.body
    for page in (figure, box):
        assert 'value="changed_mind"' not in page.body
        assert "Reasons that don’t apply, and why" in page.text
    assert "I don’t like the character: Blind boxes can’t come back" in box.text.replace(
        "I changed my mind and ", ""
    )
    assert 'name="opened"' not in figure.body + box.body


def test_of_250_units_all_is_said_of_250(house: House, customer: Browser) -> None:
    many, some = replace(FIGURE, quantity=250), replace(FIGURE, quantity=3)
    page = customer.get(item_of(bought(house, many)))
    assert "(all)" not in page.body
    assert 'max="250"' in page.body
    order = bought(house, some)
    assert "3 (all)" in customer.get(item_of(order)).body
    path = chosen(customer, bought(house, many), units="250")
    assert f"Moon Hare {TIMES} 250" in customer.get(path).text
    sent = chosen(customer, order, units="1")
    house.returns.submit(*_with_photo(house, sent), actor=CUSTOMER)
    assert "(all)" not in customer.get(item_of(order)).body


def _with_photo(house: House, path: str) -> tuple[str, str]:
    ret = house.returns.store.get(path.removeprefix("/returns/"))
    assert ret
    house.add_good_photo(ret)
    return ret.email_key, ret.return_id


# ---------------------------------------------------------------- the ticket, from the first save


def test_the_first_save_gives_the_ticket_and_the_time_for_photos(
    house: House, customer: Browser
) -> None:
    page = customer.get(chosen(customer, bought(house)))
    assert page.text.count("R-") >= 1
    assert ticket_on(page).startswith("R-")
    assert "Photos by" in page.text
    assert "Pacific time" in page.text
    assert 'aria-current="step">Photos' in page.body


def test_the_draft_is_offered_with_its_ticket_and_there_is_one_of_an_order(
    house: House, customer: Browser
) -> None:
    order = bought(house, FIGURE, BLIND_BOX)
    path = chosen(customer, order)
    ticket = ticket_on(customer.get(path))
    page = customer.get(f"/orders/{order.order_number}")
    assert f"Your ticket is {ticket}." in page.text
    assert f'href="{path}"' in page.body
    assert chosen(customer, order, BLIND_BOX) == path
    assert f"Tiny Tide {TIMES} 1" in customer.get(path).text


def test_another_return_of_the_order_is_another_draft_however_often_its_page_is_loaded(
    house: House, customer: Browser
) -> None:
    order = bought(house)
    first = chosen(customer, order)
    page = customer.get(f"/orders/{order.order_number}")
    other = page.body.partition("?return=")[2].partition('"')[0]
    seconds = {chosen(customer, order, return_id=other) for _ in range(2)}
    assert seconds == {f"/returns/{other}"}
    assert first not in seconds


def test_a_page_left_and_loaded_on_another_device_has_what_was_said(
    house: House, customer: Browser
) -> None:
    order = bought(house)
    customer.accept = "application/json"
    path = item_of(order)
    said = {"units": "2", "reason": "stained", "note": "On its left ear.", "autosave": "1"}
    fresh = "ret_01JXD0B7G00000000000000000"
    answer = customer.post(path, return_id=fresh, **said)
    assert (answer.status, '"ticket":"R-' in answer.body.replace(" ", "")) == (200, True)
    elsewhere = Browser(source="198.51.100.9").sign_in(EMAIL)
    page = elsewhere.get(path)
    assert 'value="stained" checked' in page.body
    assert 'value="2" selected' in page.body
    assert "On its left ear." in page.text


def test_photos_are_due_on_the_customers_clock_before_any_reason_is_given(
    house: House, customer: Browser
) -> None:
    order = bought(house)
    customer.accept = "application/json"
    customer.post(
        item_of(order), return_id=new_id("ret", utc_now()), units="1", note="Hm.", autosave="1"
    )
    customer.accept = "text/html"
    page = customer.get(f"/orders/{order.order_number}")
    due = page.text.partition("We need your photos by ")[2].partition(".")[0]
    assert due.endswith("Pacific time")


def test_what_was_only_looked_at_is_not_saved(house: House, customer: Browser) -> None:
    order = bought(house)
    customer.accept = "application/json"
    answer = customer.post(item_of(order), units="2", return_id="x", autosave="1")
    assert answer.body.replace(" ", "") == '{"ticket":""}'
    customer.accept = "text/html"
    assert "Your ticket is" not in customer.get(f"/orders/{order.order_number}").text


def test_a_form_sent_after_the_session_ended_comes_back_after_signing_in(
    house: House, customer: Browser
) -> None:
    order = bought(house)
    path = item_of(order)
    customer.get(path)
    note = "左耳" * 240  # as long as a note may be, nearly
    customer.take(anonymous())
    said = {"line": "1", "units": "2", "reason": "stained", "note": note, "return_id": "ret_x"}
    answer = customer.post(path, **said)
    assert answer.location == "/?" + urlencode({"to": path}, safe="/")
    assert "nothing you typed is lost" in customer.get(answer.location).text
    kept = customer.cookie
    customer.sign_in(EMAIL).cookie += f"; {kept}"
    for _ in range(2):  # it is kept until it is sent again
        page = customer.get(path)
        assert note in page.text
        assert 'value="stained" checked' in page.body
        assert "You were signed out, but nothing you typed is lost." in page.text
        assert 'data-autosave="now"' in page.body
    customer.post(path, **(said | {"return_id": page.hidden("return_id")}))
    assert "You were signed out" not in customer.get(path).text
    assert note in customer.get(path).text


def test_another_sites_form_is_not_kept(house: House, customer: Browser) -> None:
    path = item_of(bought(house))
    customer.take(anonymous())
    customer.headers = {"sec-fetch-site": "cross-site"}
    customer.post(path, line="1", units="1", reason="stained", note="planted")
    customer.headers = {}
    kept = customer.cookie
    customer.sign_in(EMAIL).cookie += f"; {kept}"
    assert "planted" not in customer.get(path).body


# ---------------------------------------------------------------- changed, refused, taken


def test_an_item_is_changed_and_taken_out_and_with_the_last_one_the_return_is_discarded(
    house: House, customer: Browser
) -> None:
    order = bought(house, FIGURE, BLIND_BOX)
    path = chosen(customer, order)
    chosen(customer, order, BLIND_BOX)
    chosen(customer, order, reason="excess_glue")
    assert "Too much glue" in customer.get(path).text
    page = customer.get(item_of(order, BLIND_BOX))
    assert "Take this item out of my return" in page.text
    assert customer.post(item_of(order, BLIND_BOX), take_out="1").location == path
    assert "Tiny Tide" not in customer.get(path).text
    assert customer.post(item_of(order), take_out="1").location == f"{path}/discard"
    assert "Discard this return?" in customer.get(f"{path}/discard").text
    assert customer.post(f"{path}/discard").location == path
    assert "You discarded this return" in customer.get(path).text
    assert "Your ticket is" not in customer.get(f"/orders/{order.order_number}").text


def test_a_reason_that_is_refused_is_saved_with_the_note_and_says_why(
    house: House, customer: Browser
) -> None:
    order = bought(house)
    path = item_of(order)
    form = {"return_id": customer.get(path).hidden("return_id"), "units": "1"}
    answer = customer.post(path, **form, reason="changed_mind", note="It was a gift.")
    assert answer.location == path
    page = customer.get(path)
    assert 'href="#reason"' in page.body
    assert "Our return policy doesn’t cover that reason for this purchase." in page.text
    assert "It was a gift." in page.text
    assert 'value="changed_mind" checked' in page.body


def test_when_another_return_took_the_units_the_page_says_which_and_offers_to_change(
    house: House, customer: Browser
) -> None:
    order = bought(house, replace(FIGURE, quantity=1))
    first = chosen(customer, order)
    other = chosen(customer, order, return_id="ret_01JXD0B7G00000000000000001")
    ticket = ticket_on(customer.get(first))
    for path in (first, other):
        _with_photo(house, path)
    assert customer.post(f"{first}/submit").location == first
    assert customer.post(f"{other}/submit").location == f"{other}/check"
    page = customer.get(f"{other}/check")
    assert f"1 of these are in your return {ticket} already." in page.text
    assert 'href="#item-0"' in page.body
    change = item_of(order, return_id=other.removeprefix("/returns/"))
    assert change.replace("&", "&amp;") in page.body
    assert "Take this item out" in customer.get(change).text


def test_another_orders_return_has_taken_nothing_of_this_one(
    house: House, customer: Browser
) -> None:
    order = bought(house, replace(FIGURE, quantity=1))
    path = chosen(customer, order)
    elsewhere = chosen(customer, bought(house))
    _with_photo(house, elsewhere)
    assert customer.post(f"{elsewhere}/submit").location == elsewhere
    refund = refunded(number=order.order_number, at=utc_now(), line_1=1)
    house.orders.record(refund, actor=ORDERS_INGEST)
    page = customer.get(f"{path}/check")
    assert f"{FIGURE.name}: All of these are in a return already, or refunded." in page.text
    assert "are in your return" not in page.text


def test_what_another_return_gave_back_is_no_error_any_more(
    house: House, customer: Browser
) -> None:
    order = bought(house, replace(FIGURE, quantity=1))
    first = chosen(customer, order)
    _with_photo(house, first)
    other = chosen(customer, order, return_id="ret_01JXD0B7G00000000000000002")
    customer.post(f"{first}/submit")
    draft_id, said = other.removeprefix("/returns/"), ChosenLine(1, Reason.STAINED)
    key = email_key_of(EMAIL)
    house.returns.save_draft(key, draft_id, order.order_number, {"1": said}, actor=CUSTOMER)
    assert "are in your return" in customer.get(f"{other}/check").text
    customer.post(f"{first}/cancel")
    page = customer.get(f"{other}/check")
    assert page.body.count('class="field-error"') == 1, "photos alone are missing"


def test_lines_without_an_answer_and_missing_photos_are_all_named_at_once(
    house: House, customer: Browser
) -> None:
    order = bought(house, FIGURE, BLIND_BOX)
    path = chosen(customer, order)
    customer.accept = "application/json"
    customer.post(item_of(order, BLIND_BOX), units="1", note="Hm.", autosave="1")
    customer.accept = "text/html"
    page = customer.get(f"{path}/check")
    assert "Tiny Tide: please tell us why it’s coming back." in page.text
    assert "We still need more photos." in page.text
    assert page.body.count('class="field-error"') == 2
    assert customer.post(f"{path}/submit").location == f"{path}/check"


def test_parcels_of_different_days_have_windows_of_their_own(
    house: House, customer: Browser
) -> None:
    house.clock.now = now = utc_now()
    number = house.new_number()
    house.orders.record(paid(number=number, at=now - timedelta(days=9)), actor=ORDERS_INGEST)
    house.orders.record(delivered(number, now - timedelta(days=4)), actor=ORDERS_INGEST)
    page = customer.get(f"/orders/{number}/item?line=1")
    assert "Return it until the end of" in page.text


def test_an_item_that_an_edit_took_out_of_the_order_can_be_taken_out_of_the_return(
    house: House, customer: Browser
) -> None:
    order = bought(house, FIGURE, BLIND_BOX)
    path = chosen(customer, order)
    chosen(customer, order, BLIND_BOX)
    event = paid(FIGURE, number=order.order_number, at=utc_now())
    house.orders.record(event, actor=ORDERS_INGEST)
    page = customer.get(f"{path}/check")
    assert f"{BLIND_BOX.name}: All of these are in a return already, or refunded." in page.text
    assert chosen(customer, order, reason="excess_glue") == path
    gone = item_of(order, BLIND_BOX, path.removeprefix("/returns/"))
    assert "Take this item out of my return" in customer.get(gone).text
    assert customer.post(gone, take_out="1").location == path
    assert BLIND_BOX.name not in customer.get(path).text
    assert "Too much glue" in customer.get(path).text


def test_another_phones_item_stays_when_this_ones_form_is_sent(
    house: House, customer: Browser
) -> None:
    order = bought(house, FIGURE, BLIND_BOX)
    path = chosen(customer, order)
    here = item_of(order)
    form = {"return_id": customer.get(here).hidden("return_id"), "units": "1"}
    there = Browser(source="198.51.100.9").sign_in(EMAIL)

    def from_the_other_phone() -> None:
        chosen(there, order, BLIND_BOX)

    for request in range(1, 8):
        plan = Plan(Fault.RACED, request, from_the_other_phone)
        with Saboteur().planted() as saboteur, saboteur.during(plan):
            customer.post(here, **form, reason="stained")
        assert f"{BLIND_BOX.name} {TIMES} 1" in customer.get(path).text, request
        customer.post(item_of(order, BLIND_BOX), take_out="1")


@pytest.mark.parametrize("end", ["discard", "lapse"])
def test_a_form_that_is_older_than_the_end_of_its_return_begins_another(
    house: House, customer: Browser, end: str
) -> None:
    order = bought(house)
    path = chosen(customer, order)
    return_id = path.removeprefix("/returns/")
    draft = house.returns.store.get(return_id)
    assert draft
    if end == "discard":
        customer.post(f"{path}/discard")
    else:
        house.returns.store.save_draft(replace(draft, evidence_due_at=utc_now()))
    form = {"units": "1", "reason": "stained", "note": "Typed on the other phone."}
    other = customer.post(item_of(order), return_id=return_id, **form).location
    assert other.startswith("/returns/ret_")
    assert other != path
    assert "Typed on the other phone." in customer.get(other).text


def test_a_line_that_is_refused_is_named_once_and_the_others_may_be_sent(
    house: House, customer: Browser
) -> None:
    order = bought(house, FIGURE, BLIND_BOX)
    path = chosen(customer, order)
    chosen(customer, order, BLIND_BOX, reason="changed_mind")
    _with_photo(house, path)
    refused = customer.post(f"{path}/submit").location
    page = customer.get(refused)
    assert "One thing to fix" in page.text
    assert "Tiny Tide: Blind boxes can’t come back for personal reasons." in page.text
    customer.post(item_of(order, BLIND_BOX), take_out="1")
    assert customer.post(f"{path}/submit").location == path
    assert "We’ve got it" in customer.get(path).text
