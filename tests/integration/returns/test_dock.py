"""Staff's verbs at the dock: who may, what they leave in the trail, and which product is which."""

from dataclasses import dataclass, replace

import pytest

from aftercare.kernel.errors import UnavailableError
from aftercare.labels.model import ScanKind
from aftercare.orders.model import Order, OrderLine
from aftercare.returns.arrivals import Came, Condition
from aftercare.returns.dock_errors import ParcelUnknownError
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.product_scans import ProductScan, product_scan
from aftercare.staff.errors import NotPermittedError
from aftercare.staff.model import Member
from tests.fakes.codes import code
from tests.fakes.dock import Dock
from tests.fakes.orders import BLIND_BOX, FIGURE
from tests.fakes.reviews import AGENT, AUDITOR, NOBODY, STORE, WAREHOUSE
from tests.integration.returns.test_cancelling import scan

pytestmark = pytest.mark.integration
ALL = {"1": Came({Condition.RECEIVED: 2})}
GTIN = "06941848215727"


def order_of(dock: Dock, *lines: OrderLine) -> tuple[Order, Return]:
    order = dock.house.delivered_order(*lines)
    return order, dock.sent(order, {line.line_id: 1 for line in lines})


def test_a_parcel_that_is_seen_is_in_the_trail(dock: Dock) -> None:
    ret = dock.sent()
    assert dock.desk.scan(WAREHOUSE, ret.ticket) == ret
    assert dock.desk.open(STORE, ret.return_id).ret == ret
    assert dock.trail.parcels == [(WAREHOUSE, ret.return_id), (STORE, ret.return_id)]
    with pytest.raises(ParcelUnknownError):
        dock.desk.scan(WAREHOUSE, "R-0000-0000-0")
    assert len(dock.trail.parcels) == 2


@dataclass
class BrokenTrail:
    def record_parcel(self, member: Member, subject: str) -> None:
        raise UnavailableError(f"The trail of {member.staff_id} and {subject} can't be written.")


def test_without_a_trace_no_parcel_is_shown(dock: Dock) -> None:
    ret, desk = dock.sent(), replace(dock.desk, trail=BrokenTrail())
    with pytest.raises(UnavailableError):
        desk.scan(WAREHOUSE, ret.ticket)
    with pytest.raises(UnavailableError):
        desk.open(WAREHOUSE, ret.return_id)


@pytest.mark.parametrize("who", [AGENT, AUDITOR, NOBODY])
def test_the_matrix_is_asked_before_anything_is_read(dock: Dock, who: Member) -> None:
    ret = dock.sent()
    for act in (
        lambda: dock.desk.scan(who, ret.ticket),
        lambda: dock.desk.open(who, ret.return_id),
        lambda: dock.desk.receive(who, ret.return_id, ret.version or 0, ALL, ""),
        lambda: dock.desk.inspect(who, ret.return_id, ret.version or 0, {}),
    ):
        with pytest.raises(NotPermittedError):
            act()
    assert (dock.now(ret), dock.trail.parcels) == (ret, [])


def test_a_carriers_scan_in_between_refuses_nothing(dock: Dock) -> None:
    ret = dock.sent()
    scan(dock.house, ret, ScanKind.IN_TRANSIT)
    after = dock.desk.receive(WAREHOUSE, ret.return_id, ret.version or 0, ALL, "Dock 7")
    assert after.status is ReturnStatus.ARRIVED
    receipt = after.lines[0].receipt
    assert receipt
    assert receipt.by == WAREHOUSE.actor


def test_a_product_is_known_by_sku_gtin_serial_number_or_digital_link(dock: Dock) -> None:
    figure = replace(FIGURE, gtin=GTIN[1:], serials=("PMAA-0001",))
    order, ret = order_of(dock, figure, BLIND_BOX)
    genuine = code(7)
    for text, expected in (
        (" fig-1 ", ProductScan(("1",), "")),
        (GTIN, ProductScan(("1",), "")),
        (GTIN[1:], ProductScan(("1",), "")),
        ("pmaa-0001", ProductScan(("1",), "pmaa-0001")),
        (f"https://id.example/01/{GTIN}/21/{genuine}", ProductScan(("1",), genuine)),
        (genuine, ProductScan((), genuine)),
        ("4006381333931", ProductScan((), "", frozenset({"1"}))),
        ("something else", ProductScan((), "something else")),
    ):
        assert product_scan(text, ret.lines, order) == expected, text
