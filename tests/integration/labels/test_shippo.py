"""Labels that Shippo sells: our client, driven against the simulated seller."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from msgspec import Struct

from aftercare.kernel.address import Address
from aftercare.kernel.errors import BusyError, UnavailableError
from aftercare.kernel.ids import new_id
from aftercare.kernel.rulebook import RuleBook
from aftercare.labels.carriers.carrier import Shipment
from aftercare.labels.carriers.shippo import ShippoCarrier
from aftercare.labels.carriers.shippo_api import Pool, ShippoApi, pool_of
from aftercare.labels.carriers.shippo_shipments import request_of
from aftercare.labels.contracts import BilledTo, Contracts, ParcelSize
from aftercare.labels.errors import (
    ApiRefusedError,
    CarrierUnknownError,
    OfferExpiredError,
    OfferMissingError,
)
from aftercare.labels.model import Label, LabelRequest, LabelStatus, Offer, PageForm, VoidAnswer
from aftercare.parcels.model import ParcelStatus
from aftercare.parcels.shippo import news_of
from infra.local.carrier.books import CarrierBooks
from infra.local.carrier.faults import CarrierFault
from infra.local.carrier.server import serving
from infra.local.carrier.shippo import ShippoBooks
from tests.fakes.house import WORKER, House, plain_page
from tests.fakes.labels import CHINESE, CUSTOMER, WAREHOUSE
from tests.fakes.orders import HOME, NOON
from tests.fakes.refusals import refused
from tests.fakes.seller import AT_SHIPPO, Wire, easypost_by, shippo_by

pytestmark = pytest.mark.integration
PARCEL = Shipment("lbl_1", CUSTOMER, WAREHOUSE, "US", date(2026, 11, 28))
BOX = ParcelSize(300, 220, 160, 900)


def test_a_parcel_is_planned_as_a_return_at_the_contracts_first_service() -> None:
    wire = Wire(ShippoBooks())
    offer = shippo_by(wire).plan(PARCEL)
    assert (offer.carrier_name, offer.service) == ("USPS", "Ground Advantage")
    assert (offer.amount, offer.currency) == (593, "USD")
    [(method, target, asked)] = wire.sent
    assert (method, target) == ("POST", "/shipments")
    assert (asked["extra"], asked["metadata"]) == ({"is_return": True}, "lbl_1")
    assert asked["async"] is False
    # Shippo turns the addresses of a return round.
    assert (asked["address_to"]["name"], asked["address_from"]["name"]) == (
        CUSTOMER.name,
        WAREHOUSE.name,
    )
    assert asked["address_to"]["street2"] == CUSTOMER.line2
    [parcel] = asked["parcels"]
    assert parcel == {
        "length": "300",
        "width": "220",
        "height": "160",
        "distance_unit": "mm",
        "weight": "900",
        "mass_unit": "g",
    }
    assert wire.books.sales == []


@pytest.mark.parametrize("country", ["CN", "CA"])
def test_outside_the_us_it_is_a_parcel_from_the_customer_to_us(country: str) -> None:
    home = replace(CHINESE, country=country)
    asked = request_of(replace(PARCEL, ship_from=home), None, BOX)
    assert (asked["address_from"]["name"], asked["address_to"]["name"]) == (
        home.name,
        WAREHOUSE.name,
    )
    assert asked["extra"] == {"is_return": False}


def test_the_contracts_account_is_billed() -> None:
    payer = BilledTo("THIRD_PARTY", "A1", "US", "94107")
    billing = {"type": "THIRD_PARTY", "account": "A1", "country": "US", "zip": "94107"}
    assert request_of(PARCEL, payer, BOX)["extra"] == {"is_return": True, "billing": billing}


def test_a_parcel_that_no_contract_or_no_service_fits_waits_for_an_operator() -> None:
    carrier = shippo_by(Wire(ShippoBooks()))
    with refused(OfferMissingError, "offer_missing", "No service of the contract is offered."):
        carrier.plan(replace(PARCEL, market="FR"))
    sentence = "This label's carrier is not configured."
    with refused(CarrierUnknownError, "carrier_unknown", sentence):
        carrier.plan(replace(PARCEL, market="DE"))


def test_what_is_bought_is_found_by_its_rate_and_bears_our_label() -> None:
    wire = Wire(ShippoBooks())
    carrier = shippo_by(wire)
    offer = carrier.plan(PARCEL)
    assert carrier.find("lbl_1", offer) is carrier.find("lbl_1", None) is None
    booking = carrier.buy(PARCEL, offer)
    assert carrier.find("lbl_1", offer) == booking
    assert carrier.find("lbl_2", offer) is None
    method, target, asked = wire.sent[2]
    assert (method, target) == ("POST", "/transactions")
    assert asked == {
        "rate": offer.rate_id,
        "async": False,
        "label_file_type": "PNG",
        "metadata": "lbl_1",
    }
    [sale] = wire.books.sales
    assert (sale.reference, sale.amount) == ("lbl_1", 593)


@pytest.mark.parametrize("status", ["QUEUED", "WAITING", "SOMETHING_NEW", "SUCCESS"])
def test_a_purchase_that_is_not_over_is_neither_made_again_nor_given_back(status: str) -> None:
    books = ShippoBooks()
    carrier = shippo_by(Wire(books))
    offer = carrier.plan(PARCEL)
    carrier.buy(PARCEL, offer)
    [transaction] = books.transactions.values()
    transaction |= {"status": status, "tracking_number": ""}
    with pytest.raises(BusyError):
        carrier.find("lbl_1", offer)
    if status != "SUCCESS":
        with pytest.raises(BusyError):
            carrier.void("lbl_1", offer)
    assert "refund" not in books.requests or status == "SUCCESS"


def answered(**transaction: object) -> ShippoCarrier:
    """The adapter at a seller that answers each purchase so."""

    class Refusing(ShippoBooks):
        def _bought(self, asked: Any) -> dict[str, Any]:
            bought = super()._bought(asked)
            bought |= {"tracking_number": "", **transaction}
            return bought

    return shippo_by(Wire(Refusing()))


@pytest.mark.parametrize(
    ("messages", "error"),
    [
        ([{"source": "Shippo", "code": "", "text": "The rate has expired."}], OfferExpiredError),
        ([{"source": "UPS", "code": "carrier_timeout", "text": "UPS is slow."}], ApiRefusedError),
        ([{"source": "UPS", "code": None, "text": "Bad address: separate."}], ApiRefusedError),
        (None, ApiRefusedError),
    ],
)
def test_a_failed_purchase_sold_nothing_and_says_why(messages: object, error: type) -> None:
    carrier = answered(status="ERROR", messages=messages)
    offer = carrier.plan(PARCEL)
    with pytest.raises(error) as caught:
        carrier.buy(PARCEL, offer)
    assert "slow" not in repr(caught.value.__dict__)  # sentences may name a person


def test_a_rate_that_is_refused_because_it_is_sold_to_us_is_no_expired_one() -> None:
    books = ShippoBooks()
    carrier = shippo_by(Wire(books))
    offer = carrier.plan(PARCEL)
    booking = carrier.buy(PARCEL, offer)
    books.faults.append(CarrierFault.RATE_EXPIRED)
    assert carrier.buy(PARCEL, offer) == booking
    assert len(books.sales) == 1


def test_an_expired_offer_is_planned_anew() -> None:
    books = ShippoBooks()
    carrier = shippo_by(Wire(books))
    offer = carrier.plan(PARCEL)
    books.faults.append(CarrierFault.RATE_EXPIRED)
    with pytest.raises(OfferExpiredError):
        carrier.buy(PARCEL, offer)
    anew = carrier.plan(PARCEL, offer)
    assert anew.rate_id != offer.rate_id
    assert carrier.buy(PARCEL, anew)


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("USPS", "usps"),
        ("Canada Post", "canada_post"),
        ("Evri UK", "hermes_uk"),
        ("É/?", "%C3%A9__"),
    ],
)
def test_a_parcel_is_tracked_by_its_number_and_carrier(name: str, token: str) -> None:
    wire = Wire(ShippoBooks())
    assert shippo_by(wire).track("94 0/1", name)
    assert wire.sent == [("GET", f"/tracks/{token}/94%200%2F1", {})]


def test_scans_in_any_order_are_the_same_news() -> None:
    books = ShippoBooks()
    carrier = shippo_by(Wire(books))
    number = carrier.buy(PARCEL, carrier.plan(PARCEL)).tracking_number
    books.scan(number, "TRANSIT", "2026-11-28T10:00:00Z", "package_accepted")
    books.scan(number, "DELIVERED", "2026-11-29T10:00:00Z", "delivered")
    books.faults.append(CarrierFault.TRACKING_SHUFFLED)
    shuffled, news = (news_of(carrier.track(number, "USPS")) for _ in "ab")
    assert shuffled.tracking_number == news.tracking_number == number
    assert {scan.status for scan in news.scans} == {ParcelStatus.ACCEPTED, ParcelStatus.DELIVERED}
    assert set(shuffled.scans) == set(news.scans)


# ---------------------------------------------------------------- over HTTP


@contextmanager
def connected(books: ShippoBooks, seconds: float = 5) -> Iterator[ShippoCarrier]:
    keys = iter(["shippo_test_1", "shippo_test_2"])
    pool = pool_of(seconds)
    with serving(CarrierBooks(), books) as server:
        yield ShippoCarrier(ShippoApi(server.shippo_url, lambda: next(keys), pool), AT_SHIPPO)
        pool.clear()


def test_over_http_a_label_is_sold_found_and_given_back() -> None:
    with connected(ShippoBooks()) as carrier:
        offer = carrier.plan(PARCEL)
        booking = carrier.buy(PARCEL, offer)
        assert carrier.find("lbl_1", offer) == booking
        page = carrier.document("lbl_1", offer, PageForm.PNG)
        assert page
        assert page.startswith(b"\x89PNG")
        assert carrier.void("lbl_1", offer) is VoidAnswer.UNDER_WAY


@pytest.mark.parametrize("fault", [CarrierFault.SILENT, CarrierFault.ANSWER_LOST])
def test_over_http_an_unanswered_purchase_is_sent_once_and_found(fault: CarrierFault) -> None:
    books = ShippoBooks()
    with connected(books, seconds=1) as carrier:
        offer = carrier.plan(PARCEL)
        books.faults.append(fault)
        with refused(UnavailableError, "unavailable", "The seller of labels does not answer."):
            carrier.buy(PARCEL, offer)
        assert carrier.find("lbl_1", offer)
    assert books.requests == ["create", "buy", "retrieve"]


class Saying(Pool):
    """A seller that answers with those bytes."""

    def __init__(self, status: int, content: bytes) -> None:
        self.status, self.content, self.keys = status, content, list[str]()

    def request(self, method: str, url: str, body: bytes | None, **said: Any) -> Any:  # noqa: ARG002
        self.keys.append(said["headers"]["Authorization"])
        return type("Answer", (), {"status": self.status, "data": self.content})

    def clear(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"[" * 100_000),
        (200, b'{"results": [{"status": "SUCCESS"}]}'),
        (200, b'{"results": 7}'),
        (302, b""),
        (409, b'{"detail": "busy"}'),
        (429, b""),
        (503, b"{}"),
    ],
)
def test_an_answer_that_says_nothing_leaves_the_sale_open(status: int, content: bytes) -> None:
    carrier = ShippoCarrier(ShippoApi("https://s", str, Saying(status, content)), AT_SHIPPO)
    with pytest.raises(UnavailableError):
        carrier.find("lbl_1", Offer("s", "r", "", ""))


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_is_read_again(status: int) -> None:
    keys, said = iter(["old", "new"]), Saying(status, b"{}")
    api = ShippoApi("https://s", lambda: next(keys), said)
    for _ in "ab":
        sentence = "The seller of labels does not take our key."
        with refused(UnavailableError, "unavailable", sentence):
            api.ask("GET", "/transactions", Struct)
    assert said.keys == ["ShippoToken old", "ShippoToken new"]


# ---------------------------------------------------------------- the room's labels


def sold_by(
    house: House,
    at_easypost: Wire,
    at_shippo: Wire,
    contracts: RuleBook[Contracts] | None,
) -> House:
    """A house that buys by those contracts; without them, of EasyPost."""
    carriers = {
        **house.labels.carriers,
        "easypost": easypost_by(at_easypost),
        "shippo": shippo_by(at_shippo),
    }
    labels = replace(house.labels, carriers=carriers, carrier="easypost", contracts=contracts)
    return replace(house, labels=labels)


def issued(house: House, market: str, home: Address = HOME, return_id: str = "") -> Label:
    request = LabelRequest(return_id or new_id("ret", NOON), "R-AAAA-BBBB-C", market, home)
    return house.labels.issue(request, plain_page, actor=WORKER)


def test_a_market_whose_contract_is_shippos_buys_there(house: House) -> None:
    at = sold_by(house, Wire(CarrierBooks()), Wire(ShippoBooks()), AT_SHIPPO)
    label = issued(at, "US")
    assert (label.carrier, label.status) == ("shippo", LabelStatus.RELEASED)
    assert label.offer
    assert (label.offer.carrier_name, label.offer.amount) == ("USPS", 593)
    assert at.labels.return_with(label.tracking_number) == label.return_id


def test_a_label_keeps_its_seller_when_the_contract_changes(house: House) -> None:
    at_easypost, at_shippo = Wire(CarrierBooks()), Wire(ShippoBooks())
    before = sold_by(house, at_easypost, at_shippo, AT_SHIPPO)
    label = issued(before, "US")
    after = sold_by(house, at_easypost, at_shippo, None)
    assert issued(after, "US", return_id=label.return_id) == label
    voided = after.labels.void(label.return_id, label.ticket, actor=WORKER)
    assert voided.status is LabelStatus.VOIDED
    [sale] = at_shippo.books.sales
    assert (sale.is_taken_back, at_easypost.books.requests) == (True, [])


def test_a_label_that_was_opened_at_shippo_is_bought_there(house: House) -> None:
    at_easypost, at_shippo = Wire(CarrierBooks()), Wire(ShippoBooks())
    before = sold_by(house, at_easypost, at_shippo, AT_SHIPPO)
    return_id = new_id("ret", NOON)
    at_shippo.books.faults.append(CarrierFault.ANSWER_LOST)
    with pytest.raises(UnavailableError):
        issued(before, "US", return_id=return_id)
    house.clock.forward(seconds=61)
    after = sold_by(house, at_easypost, at_shippo, None)
    assert issued(after, "US", return_id=return_id).carrier == "shippo"
    assert len(at_shippo.books.sales) == 1
    assert at_easypost.books.sales == []
