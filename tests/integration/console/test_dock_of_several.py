"""Several parcels of one return at the dock's pages, without JavaScript."""

import pytest

from aftercare.labels.model import ScanKind
from aftercare.returns.arrivals import Condition
from aftercare.returns.model import ParcelWay, Return, ReturnStatus
from aftercare.returns.parcel_labels import labels_of
from tests.fakes.dock import Dock
from tests.fakes.house import WORKER
from tests.fakes.orders import BLIND_BOX, FIGURE
from tests.fakes.several import in_parcels, scan
from tests.integration.console.test_dock import SignIn, inspects, posts, receives, scans, signed_in

pytestmark = pytest.mark.integration
__all__ = ["signed_in"]
PART = {"received_1": "2", "awaited_2": "1"}


def sent(dock: Dock, parcels: int = 2) -> Return:
    order = dock.house.delivered_order(FIGURE, BLIND_BOX)
    return in_parcels(dock.house, dock.sent(order, {"1": 2, "2": 1}), parcels)


def test_a_label_opens_its_own_parcel_and_says_which_of_how_many(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = sent(dock), signed_in()
    numbers = {each: label.tracking_number for each, label in labels_of(ret).items()}
    for text, parcel in (
        (ret.ticket, 1),
        (f"{ret.ticket}#2", 2),
        (f"{ret.ticket} · 2", 2),
        (numbers[1], 1),
        (numbers[2], 2),
    ):
        assert scans(browser, text).location == f"/dock/{ret.return_id}?parcel={parcel}", text
        page = browser.get(f"/dock/{ret.return_id}?parcel={parcel}")
        assert f"Parcel {parcel} of 2" in page.text
        assert page.body.count(" checked") == 1
        assert f'name="parcel_{parcel}" value="here" checked' in page.body


def test_a_single_parcel_shows_nothing_of_others(dock: Dock, signed_in: SignIn) -> None:
    ret, browser = dock.sent(), signed_in()
    assert scans(browser, ret.ticket).location == f"/dock/{ret.return_id}"
    page = browser.get(f"/dock/{ret.return_id}?parcel=2")
    for word in ("Parcel 1", "awaited", "Awaited", "Which parcels"):
        assert word not in page.text, word


def test_what_is_not_here_is_awaited_and_counted_with_the_other_parcel(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = sent(dock), signed_in()
    page = posts(browser, ret, "count", parcel_1="here", do="rest", received_1="2")
    assert 'name="awaited_2" value="1"' in page.body
    page = receives(browser, ret, parcel_1="here", **PART)
    assert page.location == f"/dock/{ret.return_id}?done=received"
    assert dock.now(ret).status is ReturnStatus.IN_TRANSIT
    page = browser.get(page.location)
    assert "Inspect" in page.text
    assert f'name="found_1" value="{ret.lines[0].line_id}"' in page.body
    assert 'name="found_2"' not in page.body
    assert "1 awaited" in page.text
    assert inspects(browser, ret).status == 303
    page = browser.get(f"/dock/{ret.return_id}?parcel=2")
    assert "1 of 1 not counted yet" in page.text
    assert "Parcel 1: counted" in page.text
    rest = {"line_1": ret.lines[1].line_id, "line_2": "", "parcel_2": "here"}
    assert receives(browser, ret, **rest, received_1="1").status == 303
    now = dock.now(ret)
    assert now.status is ReturnStatus.ARRIVED
    assert now.lines[1].receipt
    assert now.lines[1].receipt.units == {Condition.RECEIVED: 1}


def test_two_parcels_that_are_scanned_one_after_the_other_are_counted_together(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = sent(dock), signed_in()
    page = posts(browser, ret, "count", parcel_1="here", scan=f"{ret.ticket}#2", received_1="2")
    assert "That is another parcel of this return: count them together." in page.text
    assert "Parcels 1 and 2 of 2" in page.text
    both = {"parcel_1": "here", "parcel_2": "here"}
    page = receives(browser, ret, **both, **PART)
    assert page.status == 422
    assert "No other parcel is awaited" in page.text
    page = posts(
        browser, ret, "count", **both, scan=f"{ret.ticket}#2", received_1="2", received_2="1"
    )
    assert page.status == 303
    assert dock.now(ret).ways == dict.fromkeys((1, 2), ParcelWay.OPENED)


def test_nobody_receives_a_parcel_without_saying_which(dock: Dock, signed_in: SignIn) -> None:
    ret, browser = sent(dock), signed_in()
    page = receives(browser, ret, **PART)
    assert page.status == 422
    assert "Say which parcel is before you." in page.text
    assert dock.now(ret).ways == {}


def test_once_no_parcel_is_awaited_what_was_is_counted_again(dock: Dock, signed_in: SignIn) -> None:
    ret, browser = sent(dock), signed_in()
    receives(browser, ret, parcel_1="here", **PART)
    dock.house.clock.forward(days=28)
    dock.house.returns.expire(ret.return_id, actor=WORKER)
    dock.house.returns.arrive_if_all(ret.return_id, actor=WORKER)
    page = browser.get(f"/dock/{ret.return_id}")
    assert "Parcel 2 (its label is void)" in page.text
    assert "The rest is awaited" not in page.text
    assert "1 of 1 not counted yet" in page.text
    assert receives(browser, ret, received_1="2", short_2="1").status == 303
    assert dock.now(ret).status is ReturnStatus.ARRIVED


def test_a_parcel_with_a_void_label_is_received_when_it_comes(
    dock: Dock, signed_in: SignIn
) -> None:
    ret, browser = sent(dock), signed_in()
    scan(dock.house, ret, 1, ScanKind.DELIVERED)
    dock.house.clock.forward(days=28)
    dock.house.returns.expire(ret.return_id, actor=WORKER)
    page = browser.get(f"/dock/{ret.return_id}?parcel=2")
    assert 'name="parcel_2" value="here" checked' in page.body
    assert receives(browser, ret, parcel_2="here", received_1="2", awaited_2="1").status == 303
    assert dock.now(ret).ways == {1: ParcelWay.ARRIVED, 2: ParcelWay.OPENED}
