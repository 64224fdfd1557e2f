"""Staff see a case's parcels of both directions, and the list of those that are silent."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from aftercare.orders.facts import Parcel
from aftercare.orders.model import OrderShipped
from aftercare.parcels.model import ParcelStatus
from aftercare.returns.model import Return
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.dock import Dock
from tests.fakes.house import WORKER, House
from tests.fakes.orders import ORDERS_INGEST
from tests.fakes.parcels import news, of_order, of_return, scan
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration
S = ParcelStatus
NUMBER, ANOTHER = "9400136897846022215007", "9400136897846022215014"

type SignIn = Callable[[str], StaffBrowser]


@pytest.fixture
def signed_in(pool: UserPool) -> SignIn:
    """A browser of a colleague with that role."""
    return lambda role: StaffBrowser().signs_in(pool, pool.add(role, name="Ada Agent"))


def sent(
    house: House, ret: Return, number: str, *statuses: ParcelStatus, days_ago: float = 2
) -> None:
    """The order's parcel, and what its carrier said, an hour apart."""
    at = house.clock() - timedelta(days=days_ago)
    named = dict.fromkeys(("carrier", "tracking_number"), at)
    parcel = Parcel("P-1", "USPS", number, named_at=named, shipped_at=at)
    house.orders.record(OrderShipped(ret.order_number, at, parcel), actor=ORDERS_INGEST)
    house.parcels.follow(of_order(ret.order_number, number), actor=WORKER)
    scans = [
        scan(status, at=at + timedelta(hours=place), place=f"Town {place}, US")
        for place, status in enumerate(statuses)
    ]
    house.parcels.record(news(*scans, number=number), actor=WORKER)


def test_a_case_shows_its_parcels_of_both_directions(
    dock: Dock, house: House, signed_in: SignIn
) -> None:
    ret = dock.sent()
    assert ret.label
    house.parcels.follow(of_return(ret.return_id, ret.label.tracking_number), actor=WORKER)
    house.parcels.record(
        news(scan(S.OUT_FOR_DELIVERY, at=house.clock()), number=ret.label.tracking_number),
        actor=WORKER,
    )
    moves = [S.IN_TRANSIT] * 5
    sent(house, ret, NUMBER, S.ACCEPTED, *moves, S.PICKUP_READY)
    page = signed_in("agent").get(f"/cases/{ret.return_id}")
    for shown in ("To the customer", "To us", NUMBER, ret.label.tracking_number):
        assert shown in page.text
    assert f"tLabels={NUMBER}" in page.body
    assert "Ready for pickup" in page.text
    assert "Out for delivery" in page.text
    assert "Town 6, US" in page.text
    assert "Town 1, US" not in page.text
    assert "And 2 earlier scans" in page.text


def test_a_parcel_of_which_nobody_has_told_says_so(dock: Dock, signed_in: SignIn) -> None:
    ret = dock.sent()
    page = signed_in("agent").get(f"/cases/{ret.return_id}")
    assert "No scan yet" in page.text


@pytest.mark.parametrize("parcel", ["", "two", "0", "1", "-2", "\u00b2", "9" * 5000])
def test_a_label_for_no_parcel_is_not_asked_for_and_the_page_says_so(
    dock: Dock, signed_in: SignIn, parcel: str
) -> None:
    ret, agent = dock.sent(), signed_in("agent")
    agent.get(f"/cases/{ret.return_id}")
    answer = agent.post(f"/cases/{ret.return_id}/parcels", parcel=parcel)
    assert answer.refusal_of("console") == "parcel_refused"
    assert "No label was asked for: the form doesn" in agent.follow(answer).text
    assert dock.now(ret) == ret


def test_a_label_for_the_next_parcel_is_asked_for(dock: Dock, signed_in: SignIn) -> None:
    ret, agent = dock.sent(), signed_in("agent")
    agent.get(f"/cases/{ret.return_id}")
    answer = agent.post(f"/cases/{ret.return_id}/parcels", parcel="\uff12")
    assert "Asked for. The customer is told" in agent.follow(answer).text
    assert dock.now(ret).parcels == 2


def test_a_silent_parcel_is_listed_until_it_moves(
    dock: Dock, house: House, signed_in: SignIn
) -> None:
    ret, agent = dock.sent(), signed_in("agent")
    assert "Nothing is silent" in agent.get("/queue/parcels").text
    sent(house, ret, ANOTHER, S.IN_TRANSIT, days_ago=6)
    house.parcels.tell_silence(ANOTHER, lambda _: True, actor=WORKER)
    page = agent.get("/queue/parcels")
    assert ANOTHER in page.text
    assert f"/search?q={ret.order_number}" in page.body
    assert "Silent" in agent.get(f"/cases/{ret.return_id}").text
    moved = scan(S.IN_TRANSIT, at=house.clock())
    house.parcels.record(news(moved, number=ANOTHER), actor=WORKER)
    assert "Nothing is silent" in agent.get("/queue/parcels").text


def test_a_place_that_is_none_in_the_list_is_refused(signed_in: SignIn) -> None:
    assert signed_in("agent").get("/queue/parcels?after=nowhere").status == 400


def test_who_has_no_queue_has_no_list(signed_in: SignIn) -> None:
    assert signed_in("store").get("/queue/parcels").status == 403
