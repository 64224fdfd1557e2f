"""The page of a label of Shippo: the file that was bought, read back before it is released."""

from dataclasses import replace
from datetime import date
from typing import cast

import pytest

from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.ids import new_id
from aftercare.labels.carriers.carrier import Shipment, pages_of
from aftercare.labels.carriers.shippo_api import ShippoApi, pool_of
from aftercare.labels.documents import printed as drawn_by_us
from aftercare.labels.errors import LabelUnreadableError
from aftercare.labels.model import (
    Download,
    Label,
    LabelDetails,
    LabelFormat,
    LabelRequest,
    LabelStatus,
    PageForm,
    Printed,
    document_key_of,
)
from infra.local.carrier.books import CarrierBooks
from infra.local.carrier.faults import CarrierFault
from infra.local.carrier.server import serving
from infra.local.carrier.shippo import ShippoBooks
from tests.fakes.house import WORKER, House
from tests.fakes.labels import CUSTOMER, WAREHOUSE, scanned
from tests.fakes.orders import HOME, NOON
from tests.fakes.refusals import refused
from tests.fakes.seller import AT_SHIPPO, Wire, shippo_by

pytestmark = pytest.mark.integration
TICKET = "R-AAAA-BBBB-C"
PARCEL = Shipment("lbl_1", CUSTOMER, WAREHOUSE, "US", date(2026, 11, 28), TICKET)


def test_the_carriers_own_page_is_the_picture_that_was_bought() -> None:
    wire = Wire(ShippoBooks(), draws=True)
    carrier = shippo_by(wire)
    offer = carrier.plan(PARCEL)
    assert wire.sent[0][2]["extra"]["reference_1"] == TICKET
    assert pages_of(carrier, "lbl_1", None) == {}
    with refused(UnavailableError, "unavailable", "The carrier has not drawn this label."):
        carrier.document("lbl_1", offer, PageForm.PNG)
    carrier.buy(PARCEL, offer)
    pages = pages_of(carrier, "lbl_1", offer)
    assert pages.keys() == {PageForm.PNG}
    assert pages[PageForm.PNG].startswith(b"\x89PNG")
    assert pages_of(carrier, "lbl_1", offer) == pages


def test_what_was_bought_as_a_pdf_before_has_our_page() -> None:
    wire = Wire(ShippoBooks(), draws=True)
    carrier = shippo_by(wire)
    offer = carrier.plan(PARCEL)
    earlier = {"rate": offer.rate_id, "label_file_type": "PDF_4x6", "metadata": "lbl_1"}
    cast("ShippoBooks", wire.books).answer("POST", "/transactions", earlier)
    assert carrier.find("lbl_1", offer)
    assert pages_of(carrier, "lbl_1", offer) == {}


@pytest.mark.parametrize("fault", [CarrierFault.TOO_MANY, CarrierFault.BROKEN])
def test_a_page_that_does_not_come_now_comes_later(fault: CarrierFault) -> None:
    wire = Wire(ShippoBooks())
    carrier = shippo_by(wire)
    offer = carrier.plan(PARCEL)
    carrier.buy(PARCEL, offer)
    for at_request in (1, 2):  # the purchase is looked up, and then its file
        wire.fault, wire.fault_at = fault, at_request
        with pytest.raises(UnavailableError):
            carrier.document("lbl_1", offer, PageForm.PNG)
        assert carrier.document("lbl_1", offer, PageForm.PNG)


def test_a_file_is_fetched_from_where_files_are_and_without_our_key() -> None:
    pool = pool_of(5)
    with serving(CarrierBooks()) as server:
        api = ShippoApi(server.shippo_url, lambda: "unused", pool)
        for url in (f"{server.shippo_url}/files/none.png", f"{server.url}/shipments/lbl_1"):
            with refused(UnavailableError, "unavailable", "A label's page does not come."):
                api.file(url)
        for url in ("http://example.com/label.png", "file:///etc/passwd", "ftp://127.0.0.1/label"):
            with pytest.raises(UnavailableError, match="where it should not"):
                api.file(url)
        pool.clear()


# ---------------------------------------------------------------- the room's labels


def sold_by(house: House, wire: Wire) -> House:
    carriers = {**house.labels.carriers, "shippo": shippo_by(wire)}
    return replace(house, labels=replace(house.labels, carriers=carriers, contracts=AT_SHIPPO))


def printed(details: LabelDetails) -> Printed:
    return dict[Download, bytes](drawn_by_us(details).items())


def asked() -> LabelRequest:
    return LabelRequest(new_id("ret", NOON), TICKET, "US", HOME)


def test_a_label_of_shippo_is_released_as_its_carrier_drew_it(house: House) -> None:
    wire = Wire(ShippoBooks(), draws=True)
    at = sold_by(house, wire)
    label = at.labels.issue(asked(), printed, actor=WORKER)
    assert label.status is LabelStatus.RELEASED
    [sold] = cast("ShippoBooks", wire.books).transactions.values()
    drawn = at.labels.bucket.get(document_key_of(label.label_id, LabelFormat.PNG_300))
    assert drawn == wire.books.file(f"{sold['object_id']}.png")
    assert label.tracking_number in "".join(scanned(stored(at, label)))


def stored(house: House, label: Label) -> bytes:
    page = house.labels.bucket.get(label.document_key)
    assert page
    return page


def test_a_page_with_another_parcels_bars_is_not_released(house: House) -> None:
    wire = Wire(ShippoBooks(), draws=True)
    at = sold_by(house, wire)
    at.labels.issue(asked(), printed, actor=WORKER)
    books = cast("ShippoBooks", wire.books)
    [first] = books.transactions.values()

    def misdrawn(details: LabelDetails) -> Printed:
        page = books.file(f"{first['object_id']}.png")
        assert page
        return printed(replace(details, pages={PageForm.PNG: page}))

    with pytest.raises(LabelUnreadableError):
        at.labels.issue(asked(), misdrawn, actor=WORKER)
