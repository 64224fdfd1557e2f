"""Labels that EasyPost sells: the official client, driven against the simulated seller."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from easypost.easypost_client import EasyPostClient

from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.ids import new_id
from aftercare.labels.carriers.carrier import Shipment, pages_of
from aftercare.labels.carriers.easypost import EasyPostCarrier, Rate, chosen
from aftercare.labels.carriers.easypost_api import EasyPostApi, client_at
from aftercare.labels.contracts import Contract, published
from aftercare.labels.errors import OfferExpiredError, OfferMissingError
from aftercare.labels.events import LabelReleased
from aftercare.labels.model import (
    Label,
    LabelRequest,
    LabelStatus,
    Offer,
    PageForm,
    VoidAnswer,
)
from aftercare.returns.model import IssuedLabel
from infra.local.carrier.books import CarrierBooks
from infra.local.carrier.faults import CarrierFault
from infra.local.carrier.server import serving
from tests.fakes.house import WORKER, House, plain_page
from tests.fakes.labels import CUSTOMER, WAREHOUSE
from tests.fakes.orders import HOME, NOON
from tests.fakes.refusals import refused
from tests.fakes.seller import Wire, easypost_by

pytestmark = pytest.mark.integration
PARCEL = Shipment("lbl_1", CUSTOMER, WAREHOUSE, "US", date(2026, 11, 28))


def test_a_parcel_is_planned_as_a_return_at_the_contracts_first_service() -> None:
    wire = Wire(CarrierBooks())
    offer = easypost_by(wire).plan(PARCEL)
    assert (offer.carrier_name, offer.service) == ("USPS", "GroundAdvantage")
    assert (offer.amount, offer.currency) == (593, "USD")
    [(method, path, body)] = wire.sent
    assert (method, path) == ("POST", "/shipments")
    asked = body["shipment"]
    assert (asked["is_return"], asked["reference"]) == (True, "lbl_1")
    assert asked["parcel"] == {"length": 11.8, "width": 8.7, "height": 6.3, "weight": 31.8}
    # EasyPost switches the addresses of a return.
    assert (asked["to_address"]["name"], asked["from_address"]["name"]) == (
        CUSTOMER.name,
        WAREHOUSE.name,
    )
    assert asked["to_address"]["street2"] == CUSTOMER.line2
    assert wire.books.sales == []


def test_a_parcel_for_which_no_service_of_the_contract_is_offered_waits_for_an_operator() -> None:
    us, gb = (published().versions[0].by_market[market] for market in ("US", "GB"))
    rates = tuple(Rate(f"rate_{n}", "USPS", "Priority", "6.95", "USD") for n in range(2))
    assert chosen("shp_1", rates, us).rate_id == "rate_0"
    with refused(OfferMissingError, "offer_missing", "No service of the contract is offered."):
        chosen("shp_1", rates, gb)


def test_a_contract_without_services_takes_the_cheapest() -> None:
    contract = Contract(("US",), "easypost", ())
    prices = {"Express": "31.25", "Ground": "5.9", "Yen": "593"}
    currency = {"Yen": "JPY"}
    rates = tuple(
        Rate(name, "USPS", name, price, currency.get(name, "USD")) for name, price in prices.items()
    )
    assert [chosen("shp_1", (rate,), contract).amount for rate in rates] == [3125, 590, 593]
    assert chosen("shp_1", rates[:2], contract).service == "Ground"


def test_what_is_bought_is_found_by_its_offer_and_sold_once() -> None:
    wire = Wire(CarrierBooks())
    carrier = easypost_by(wire)
    offer = carrier.plan(PARCEL)
    assert carrier.find("lbl_1", offer) is None
    booking = carrier.buy(PARCEL, offer)
    assert carrier.find("lbl_1", offer) == carrier.buy(PARCEL, offer) == booking
    assert wire.sent[2] == (
        "POST",
        f"/shipments/{offer.shipment_id}/buy",
        {"rate": {"id": offer.rate_id}},
    )
    [sale] = wire.books.sales
    assert (sale.reference, sale.amount) == ("lbl_1", 593)


def test_an_expired_offer_is_planned_anew_for_the_same_shipment() -> None:
    books = CarrierBooks()
    carrier = easypost_by(Wire(books))
    offer = carrier.plan(PARCEL)
    books.faults.append(CarrierFault.RATE_EXPIRED)
    with pytest.raises(OfferExpiredError):
        carrier.buy(PARCEL, offer)
    anew = carrier.plan(PARCEL, offer)
    assert (anew.shipment_id, anew.rate_id == offer.rate_id) == (offer.shipment_id, False)
    assert carrier.buy(PARCEL, anew)


def test_the_carriers_own_page_is_the_one_that_was_bought() -> None:
    wire = Wire(CarrierBooks(), draws=True)
    carrier = easypost_by(wire)
    offer = carrier.plan(replace(PARCEL, ticket="R-AAAA-BBBB-C"))
    options = wire.sent[0][2]["shipment"]["options"]
    assert (options["label_format"], options["print_custom_1"]) == ("PNG", "R-AAAA-BBBB-C")
    assert carrier.document("lbl_1", None, PageForm.PNG) is None
    with refused(UnavailableError, "unavailable", "The carrier has not drawn this label."):
        carrier.document("lbl_1", offer, PageForm.PNG)
    assert carrier.document("lbl_1", offer, PageForm.ZPL) is None
    carrier.buy(PARCEL, offer)
    pages = pages_of(carrier, "lbl_1", offer)
    assert pages[PageForm.PNG].startswith(b"\x89PNG")
    assert pages[PageForm.ZPL].startswith(b"^XA")
    assert pages_of(carrier, "lbl_1", offer) == pages
    method, path, asked = wire.sent[-1]
    assert (method, path) == ("GET", f"/shipments/{offer.shipment_id}/label")
    assert asked == {"file_format": "ZPL"}


@pytest.mark.parametrize("fault", [CarrierFault.TOO_MANY, CarrierFault.BROKEN])
def test_a_page_that_does_not_come_now_comes_later(fault: CarrierFault) -> None:
    books = CarrierBooks()
    carrier = easypost_by(Wire(books))
    offer = carrier.plan(PARCEL)
    carrier.buy(PARCEL, offer)
    for form in PageForm:
        books.faults.append(fault)
        with pytest.raises(UnavailableError):
            carrier.document("lbl_1", offer, form)
        assert carrier.document("lbl_1", offer, form)


# ---------------------------------------------------------------- over HTTP


@contextmanager
def connected(books: CarrierBooks, seconds: float = 5) -> Iterator[EasyPostClient]:
    with serving(books) as server:
        client = client_at(server.url, "EZTK", seconds=seconds)
        yield client
        client._requests_session.close()


def test_the_official_client_reads_the_simulators_answers_over_http() -> None:
    books = CarrierBooks()
    with connected(books) as client:
        carrier = EasyPostCarrier(EasyPostApi(lambda: client), published())
        offer = carrier.plan(PARCEL)
        booking = carrier.buy(PARCEL, offer)
        shipment = client.shipment.retrieve("lbl_1")  # by our reference
        assert shipment.tracking_code == booking.tracking_number
        assert shipment.from_address.name == CUSTOMER.name
        assert shipment.lowest_rate(["USPS"]).service == "GroundAdvantage"
        assert client.shipment.label(offer.shipment_id, file_format="ZPL").postage_label
        assert carrier.document("lbl_1", offer, PageForm.PNG)
        books.scan(booking.tracking_number, "in_transit", "2026-11-29T10:00:00Z")
        books.scan(booking.tracking_number, "pre_transit", "2026-11-28T10:00:00Z")
        tracker = client.tracker.retrieve(shipment.tracker.id)
        assert tracker.status == "in_transit"
        books.faults.append(CarrierFault.TRACKING_SHUFFLED)
        shuffled = client.tracker.retrieve(shipment.tracker.id).tracking_details
        assert [scan.status for scan in shuffled] == ["pre_transit", "in_transit"]
        assert carrier.void("lbl_1", offer) is VoidAnswer.UNDER_WAY


@pytest.mark.parametrize("fault", [CarrierFault.SILENT, CarrierFault.ANSWER_LOST])
def test_over_http_an_unanswered_purchase_is_sent_once_and_found(fault: CarrierFault) -> None:
    books = CarrierBooks()
    with connected(books, seconds=1) as client:
        carrier = EasyPostCarrier(EasyPostApi(lambda: client), published())
        offer = carrier.plan(PARCEL)
        books.faults.append(fault)
        with refused(UnavailableError, "unavailable", "The seller of labels does not answer."):
            carrier.buy(PARCEL, offer)
        assert carrier.find("lbl_1", offer)
    assert books.requests == ["create", "buy", "retrieve"]


def test_a_file_is_fetched_from_where_files_are_and_without_our_key() -> None:
    books = CarrierBooks()
    with connected(books) as client:
        api = EasyPostApi(lambda: client)
        for url in (f"{books.origin}/files/shp_none.png", f"{books.origin}/v2/shipments/lbl_1"):
            with refused(UnavailableError, "unavailable", "A label's page does not come."):
                api.file(url)
        for url in ("http://example.com/label.png", "file:///etc/passwd", "ftp://127.0.0.1/label"):
            with pytest.raises(UnavailableError, match="where it should not"):
                api.file(url)


def test_a_request_that_only_reads_is_not_repeated_by_the_client_either() -> None:
    books = CarrierBooks(faults=[CarrierFault.SILENT])
    with connected(books, seconds=1) as client:
        carrier = EasyPostCarrier(EasyPostApi(lambda: client), published())
        with pytest.raises(UnavailableError):
            carrier.find("lbl_1", Offer("lbl_1", "", "", ""))
    assert books.requests == ["retrieve"]


# ---------------------------------------------------------------- the room's labels


def sold_by(house: House, wire: Wire) -> House:
    carriers = {**house.labels.carriers, "easypost": easypost_by(wire)}
    return replace(house, labels=replace(house.labels, carriers=carriers, contracts=published()))


def issued(house: House, market: str) -> Label:
    request = LabelRequest(new_id("ret", NOON), "R-AAAA-BBBB-C", market, HOME)
    return house.labels.issue(request, plain_page, actor=WORKER)


def test_a_markets_contract_says_who_sells_its_labels(house: House) -> None:
    at = sold_by(house, Wire(CarrierBooks()))
    ours, samples = issued(at, "US"), issued(at, "JP")
    assert (ours.carrier, samples.carrier) == ("easypost", "house")
    assert ours.status is LabelStatus.RELEASED
    assert ours.offer
    assert (ours.offer.carrier_name, ours.offer.amount) == ("USPS", 593)


def test_a_label_of_easypost_is_found_by_its_number_where_nothing_is_sold(house: House) -> None:
    label = issued(sold_by(house, Wire(CarrierBooks())), "US")
    assert house.labels.return_with(label.tracking_number) == label.return_id


def test_what_a_label_costs_is_told_with_it(house: House) -> None:
    at = sold_by(house, Wire(CarrierBooks()))
    prices = []
    for market in ("US", "JP"):
        [entry] = house.label_entries(issued(at, market).return_id)
        told = LabelReleased.of(entry)
        prices.append((told.amount, told.currency))
        attached = IssuedLabel.of(told)
        assert (attached.amount, attached.currency) == prices[-1]
    assert prices == [(593, "USD"), (0, "")]
