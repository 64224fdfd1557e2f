"""Parcels at the dock's pages: scanned, counted, received and inspected, without JavaScript."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.returns.arrivals import Condition, Disposition, Grade
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.browser import Page
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.dock import Dock
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration

type SignIn = Callable[..., StaffBrowser]
GOOD = {"grade_1": "a", "accepted_1": "2", "disposition_1": "restock", "code_1": "as_asked"}


@pytest.fixture
def signed_in(pool: UserPool) -> SignIn:
    def sign_in(role: str = "warehouse", name: str = "Wanda") -> StaffBrowser:
        return StaffBrowser().signs_in(pool, pool.add(role, name=name))

    return sign_in


def scans(browser: StaffBrowser, text: str) -> Page:
    return browser.get(f"/dock?{urlencode({'scan': text})}")


def form_of(browser: StaffBrowser, ret: Return, **typed: str) -> dict[str, str]:
    """The form of the parcel's page, as a browser would send it."""
    page = browser.get(f"/dock/{ret.return_id}")
    lines = {f"line_{place}": line.line_id for place, line in enumerate(ret.lines, 1)}
    return {"version": page.hidden("version"), **lines, **typed}


def posts(browser: StaffBrowser, ret: Return, verb: str, **typed: str) -> Page:
    return browser.post(f"/dock/{ret.return_id}/{verb}", **form_of(browser, ret, **typed))


def receives(browser: StaffBrowser, ret: Return, **typed: str) -> Page:
    return posts(browser, ret, "receipt", **(typed or {"received_1": "2"}))


def inspects(browser: StaffBrowser, ret: Return, **typed: str) -> Page:
    return posts(browser, ret, "inspection", found_1=ret.lines[0].line_id, **(typed or GOOD))


def test_a_parcel_is_opened_by_its_ticket_in_any_spelling_or_by_its_tracking_number(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = dock.sent(), signed_in()
    assert ret.label
    for text in (ret.ticket, ret.ticket.lower().replace("-", " "), ret.label.tracking_number):
        assert scans(browser, text).location == f"/dock/{ret.return_id}"
    page = browser.get(f"/dock/{ret.return_id}")
    assert FIGURE.name in page.text
    assert "2 expected" in page.text


def test_what_cannot_be_opened_says_why_and_is_still_in_the_field(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = dock.sent(), signed_in()
    dock.house.returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER)
    other = dock.sent()
    receives(browser, other)
    inspects(browser, other)
    mistyped = ret.ticket[:-1] + ("0" if ret.ticket[-1] != "0" else "1")
    for text, said in (
        (mistyped, "That is no ticket of ours: one of its characters may be wrong."),
        ("hello", "That is no ticket of ours"),
        ("R-0000-0000-0", "is spelled right, but no return has it."),
        (other.ticket, "was received and inspected already; it is “inspected”."),
    ):
        page = scans(browser, text)
        assert page.status == 422, text
        assert said in page.text, text
        assert f'value="{text}"' in page.body
    assert scans(browser, ret.ticket).status == 303, "its parcel may come all the same"


def test_a_draft_expects_nothing(dock: Dock, signed_in: SignIn) -> None:
    house = dock.house
    draft = house.draft(house.delivered_order(), new_id("ret", house.clock.now), {})
    page = scans(signed_in(), draft.ticket)
    assert f"Nothing is expected for {draft.ticket}: it is “draft”." in page.text


def test_a_scanner_that_types_behind_a_mistyped_ticket_opens_the_parcel(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = dock.sent(), signed_in()
    query = urlencode({"before": "R-0000-0000-0", "scan": f"R-0000-0000-0{ret.ticket}"})
    assert browser.get(f"/dock?{query}").location == f"/dock/{ret.return_id}"


def test_scanned_products_are_counted_on_their_lines_and_nothing_is_saved_yet(
    dock: Dock, signed_in: SignIn
) -> None:
    order = dock.house.delivered_order(FIGURE, BLIND_BOX)
    ret, browser = dock.sent(order, {"1": 1, "2": 1}), signed_in()
    page = posts(browser, ret, "count", scan=BLIND_BOX.sku)
    assert f"{BLIND_BOX.name}: 1 of 1 here." in page.text
    assert 'name="received_2" value="1"' in page.body
    assert 'name="received_1" value="0"' in page.body
    page = posts(browser, ret, "count", scan="PMAA-77", received_2="1")
    assert "PMAA-77 is on none of these lines. Choose the line it belongs to" in page.text
    page = posts(browser, ret, "count", scan="PMAA-77", received_2="1", chosen="1")
    assert f"{FIGURE.name}: 1 of 1 here." in page.text
    assert "PMAA-77</textarea>" in page.body
    again = {"serials_1": "PMAA-77", "received_1": "1", "chosen": "1"}
    page = posts(browser, ret, "count", scan="PMAA-77", **again)
    assert "was scanned already: not counted again." in page.text
    assert dock.now(ret) == ret


def test_a_mistyped_ticket_is_no_product(dock: Dock, signed_in: SignIn) -> None:
    ret = dock.sent()
    page = posts(signed_in(), ret, "count", scan="R-1234-1234-0")
    assert "looks like a ticket, but has a typo" in page.text
    assert 'name="received_1" value="0"' in page.body


def test_three_scans_receive_a_parcel_of_one_item(dock: Dock, signed_in: SignIn) -> None:
    ret, browser = dock.sent(units={"1": 1}), signed_in()
    assert scans(browser, ret.ticket).location == f"/dock/{ret.return_id}"
    page = posts(browser, ret, "count", scan=FIGURE.sku)
    assert 'name="received_1" value="1"' in page.body
    page = posts(browser, ret, "count", scan=ret.ticket, received_1="1")
    assert page.location == f"/dock/{ret.return_id}?done=received"
    assert dock.now(ret).status is ReturnStatus.ARRIVED


def test_another_ticket_is_not_opened_over_what_is_counted(dock: Dock, signed_in: SignIn) -> None:
    ret, other, browser = dock.sent(), dock.sent(), signed_in()
    page = posts(browser, ret, "count", scan=other.ticket, received_1="1")
    assert f"{other.ticket} is another parcel. Receive this one first" in page.text
    assert 'name="received_1" value="1"' in page.body
    page = posts(browser, ret, "count", scan=other.ticket)
    assert page.location == f"/dock?{urlencode({'scan': other.ticket})}"


def test_a_receipt_that_does_not_add_up_says_what_is_missing_and_keeps_what_was_typed(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = dock.sent(), signed_in()
    for typed, said in (
        ({"received_1": "1"}, "1 of 2 not counted yet"),
        ({"received_1": "3"}, "3 counted, but 2 expected. Take 1 off."),
        ({"received_1": "two"}, "Use whole numbers from 0."),
    ):
        page = receives(browser, ret, **typed, place="Dock 7")
        assert page.status == 422
        assert said in page.text
        assert f'value="{typed["received_1"]}"' in page.body
        assert 'value="Dock 7"' in page.body
    assert dock.now(ret) == ret


def test_buttons_count_and_everything_is_here_with_one(dock: Dock, signed_in: SignIn) -> None:
    ret, browser = dock.sent(), signed_in()
    page = posts(browser, ret, "count", do="1:damaged_in_transit:1")
    assert 'name="damaged_in_transit_1" value="1"' in page.body
    page = posts(browser, ret, "count", do="all", damaged_in_transit_1="1")
    assert 'name="received_1" value="1"' in page.body
    page = posts(browser, ret, "count", do="-1:short:1")
    assert 'name="short_1" value="0"' in page.body
    page = posts(browser, ret, "count", do="nonsense:1")
    assert page.status == 200


def test_a_parcel_is_received_and_inspected_and_leads_back_to_the_scan(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = dock.sent(), signed_in()
    answer = receives(browser, ret, received_1="1", damaged_in_transit_1="1", place="Dock 7")
    page = browser.follow(answer)
    assert "Received: 1 here, 1 damaged on the way." in page.text
    here = dock.now(ret)
    assert here.lines[0].receipt
    assert here.lines[0].receipt.units == {Condition.RECEIVED: 1, Condition.DAMAGED_IN_TRANSIT: 1}
    assert here.lines[0].receipt.place == "Dock 7"
    assert here.lines[0].receipt.by.startswith("staff:")
    answer = inspects(browser, ret)
    assert answer.location == f"/dock?{urlencode({'done': 'inspected', 'of': ret.ticket})}"
    assert f"{ret.ticket} is inspected. Scan the next parcel." in browser.follow(answer).text
    found = dock.now(ret).lines[0].inspection
    assert found
    assert found[:4] == (2, Grade.A, Disposition.RESTOCK, "as_asked")


def test_everything_wrong_with_an_inspection_is_said_and_nothing_typed_is_lost(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = dock.sent(), signed_in()
    receives(browser, ret)
    page = inspects(
        browser, ret, grade_1="a", accepted_1="1", code_1="as_asked", words_1="写" * 900
    )
    assert page.status == 422
    assert "Only 1 of 2 are taken back: choose why not the others." in page.text
    assert "Choose what becomes of it." in page.text
    assert "写" * 900 in page.body
    page = inspects(browser, ret, accepted_1="2")
    assert "Say what was found of at least one item." in page.text
    assert dock.now(ret).status is ReturnStatus.ARRIVED


def test_who_comes_second_overwrites_nothing_and_keeps_what_was_typed(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, first, second = dock.sent(), signed_in(), signed_in("store", "Stu")
    late = form_of(second, ret, received_1="1", short_1="1")
    receives(first, ret)
    page = second.post(f"/dock/{ret.return_id}/receipt", **late)
    assert page.status == 409
    assert "A colleague was faster" in page.text
    assert 'name="short_1" value="1"' in page.body
    receipt = dock.now(ret).lines[0].receipt
    assert receipt
    assert receipt.units == {Condition.RECEIVED: 2}


def test_the_same_form_twice_is_one_receipt(dock: Dock, signed_in: SignIn) -> None:
    ret, browser = dock.sent(), signed_in()
    form = form_of(browser, ret, received_1="2")
    first = browser.post(f"/dock/{ret.return_id}/receipt", **form)
    again = browser.post(f"/dock/{ret.return_id}/receipt", **form)
    assert first.location == again.location
    steps = [entry.entry_type for entry in dock.house.returns.timeline(ret)]
    assert steps.count("return.received") == 1


def test_a_receipt_is_corrected_until_the_inspection(dock: Dock, signed_in: SignIn) -> None:
    ret, browser = dock.sent(), signed_in()
    receives(browser, ret)
    receives(browser, ret, received_1="1", short_1="1")
    receipt = dock.now(ret).lines[0].receipt
    assert receipt
    assert receipt.units == {Condition.RECEIVED: 1, Condition.SHORT: 1}


def test_the_dock_shows_nothing_of_the_customer(dock: Dock, signed_in: SignIn) -> None:
    ret, browser = dock.sent(), signed_in("store", "Stu")
    receives(browser, ret)
    body = browser.get(f"/dock/{ret.return_id}").body
    assert EMAIL not in body
    assert ret.order_number not in body
    assert all(line.note not in body for line in ret.lines if line.note)


@pytest.mark.parametrize("role", ["agent", "auditor"])
def test_the_dock_is_closed_to_who_may_neither_receive_nor_inspect(
    dock: Dock, signed_in: SignIn, role: str
) -> None:
    ret, browser = dock.sent(), signed_in(role, "Ana")
    assert browser.get("/dock").status == 403
    assert browser.get(f"/dock/{ret.return_id}").status == 403
    assert scans(browser, ret.ticket).status == 403


def test_qa_inspects_what_the_warehouse_received_and_receives_nothing(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, qa = dock.sent(), signed_in("qa", "Quin")
    assert "Receive the parcel" not in qa.get(f"/dock/{ret.return_id}").text
    answer = qa.post(f"/dock/{ret.return_id}/receipt", version="9", line_1="1", received_1="2")
    assert "Your role does not allow this." in qa.follow(answer).text
    receives(signed_in(), ret)
    inspects(qa, ret)
    assert dock.now(ret).status is ReturnStatus.INSPECTED


def test_another_product_is_not_counted_as_the_one_that_is_expected(
    dock: Dock, signed_in: SignIn
) -> None:
    order = dock.house.delivered_order(replace(FIGURE, gtin="6941848215727"))
    ret, browser = dock.sent(order), signed_in()
    page = posts(browser, ret, "count", scan="4006381333931")
    assert "is on none of these lines" in page.text
    assert 'name="received_1" value="0"' in page.body
    page = posts(browser, ret, "count", scan="6941848215727")
    assert 'name="received_1" value="1"' in page.body
