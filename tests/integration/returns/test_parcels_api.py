"""A warehouse's system receives several parcels of one return, one after the other."""

import pytest

from aftercare.labels.model import ScanKind
from aftercare.returns.model import ParcelWay, Return
from tests.fakes.house import House
from tests.fakes.several import in_parcels, now, scan
from tests.fakes.till import Till
from tests.integration.returns.test_cancelling import labelled
from tests.integration.returns.test_returns_api import INSPECTIONS, RECEIPTS, dock, send

pytestmark = pytest.mark.integration
__all__ = ["dock"]
PART = {"lines": [{"line_id": "1", "received": 1, "awaited": 1}]}
ALL = {"lines": [{"line_id": "1", "received": 2}]}
FOUND = {"line_id": "1", "accepted": 2, "grade": "a", "disposition": "restock", "code": "as_asked"}


@pytest.fixture
def ret(house: House) -> Return:
    return in_parcels(house, labelled(house))


def test_a_ticket_alone_is_the_first_parcels_and_the_square_code_names_the_other(
    house: House, dock: Till, ret: Return
) -> None:
    came = send(dock, RECEIPTS, ret.ticket, PART)
    assert came.body == {"ticket": ret.ticket, "status": "in_transit"}
    scan(house, ret, 2, ScanKind.DELIVERED)
    expected = dock.ask("GET", RECEIPTS, {"return_id": f"{ret.ticket}%232"}).body
    assert (expected["parcel"], expected["parcels"]) == (
        2,
        [{"parcel": 1, "state": "opened"}, {"parcel": 2, "state": "arrived"}],
    )
    assert expected["lines"][0]["receipt"]["awaited"] == 1
    early = send(dock, INSPECTIONS, ret.ticket, {"lines": [FOUND]}, "k-2")
    assert (early.status, early.body["code"]) == (400, "inspection_invalid")
    again = send(dock, RECEIPTS, f"{ret.ticket}#2", PART, "k-3")
    assert (again.status, again.body["code"]) == (400, "receipt_invalid")
    here = send(dock, RECEIPTS, f"{ret.ticket}#2", ALL, "k-4")
    assert here.body == {"ticket": ret.ticket, "status": "arrived"}
    assert send(dock, INSPECTIONS, ret.ticket, {"lines": [FOUND]}, "k-5").status == 200
    assert set(now(house, ret).ways.values()) == {ParcelWay.OPENED}


def test_of_a_single_parcel_nothing_says_that_there_may_be_several(
    house: House, dock: Till
) -> None:
    ret = labelled(house)
    send(dock, RECEIPTS, ret.ticket, ALL)
    expected = dock.ask("GET", RECEIPTS, {"return_id": ret.ticket}).body
    assert expected.keys() == {"ticket", "status", "lines"}
    assert "awaited" not in expected["lines"][0]["receipt"]
    assert send(dock, RECEIPTS, ret.ticket, PART, "k-2").status == 400


def test_a_number_that_the_return_has_no_parcel_of_is_the_first(
    house: House, dock: Till, ret: Return
) -> None:
    send(dock, RECEIPTS, f"{ret.ticket}#7", PART)
    assert now(house, ret).ways == {1: ParcelWay.OPENED}
