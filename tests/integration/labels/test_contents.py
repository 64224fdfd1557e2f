"""Sellers are told what is in a parcel that crosses a border, in their own terms (R-BRD-07)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from aftercare.kernel.address import Address
from aftercare.kernel.ids import new_id
from aftercare.labels.carriers.carrier import Shipment
from aftercare.labels.consignment import Consignment
from aftercare.labels.contracts import published
from aftercare.labels.errors import ContentsUnknownError, OfferMissingError
from aftercare.labels.model import LabelRequest, LabelStatus
from infra.local.carrier.books import CarrierBooks
from tests.fakes.house import WORKER, House, plain_page
from tests.fakes.labels import CUSTOMER, WAREHOUSE
from tests.fakes.orders import NOON
from tests.fakes.papers import HARE, TIDE, consignment
from tests.fakes.refusals import refused
from tests.fakes.seller import EASYPOST, SELLERS, SHIPPO, Seller, Wire

pytestmark = pytest.mark.integration
VANCOUVER = Address("Returns Centre", "200 Sample Street", "Vancouver", "BC", "V5K 0A1", "CA")
TORONTO = Address("Ana Lee", "12 King St", "Toronto", "ON", "M5H 1A1", "CA")
ISLAND = replace(CUSTOMER, city="Christiansted", region="VI", postal_code="00820")
BASE = replace(CUSTOMER, line1="PSC 3 Box 4120", city="APO", region="AE", postal_code="09012")
TICKET = "R-AAAA-BBBB-C"
HOME = Shipment("lbl_1", CUSTOMER, WAREHOUSE, "US", date(2026, 11, 28), TICKET, consignment())
NORTHWARDS = replace(HOME, ship_to=VANCOUVER, market="CA")
SOUTHWARDS = replace(HOME, ship_from=TORONTO)
BY_WHOM = "Returned goods of order PM-2026-0001; 2026-02-03 YunExpress YT1234567890123456"
FIGURE = "Collectible toy figure"

# What the official client sent when its own test of creating a shipment was recorded (the cassette
# test_shipment_create of easypost-python).
RECORDED: dict[str, Any] = {
    "eel_pfc": "NOEEI 30.37(a)",
    "customs_certify": True,
    "customs_signer": "Steve Brule",
    "contents_type": "merchandise",
    "contents_explanation": "",
    "restriction_type": "none",
    "non_delivery_option": "return",
    "customs_items": [
        {
            "description": "Sweet shirts",
            "quantity": 2,
            "weight": 11,
            "value": 23.25,
            "hs_tariff_number": "654321",
            "origin_country": "US",
        }
    ],
}


def asked_of(seller: Seller, shipment: Shipment) -> dict[str, Any]:
    """What the seller is asked for, when that parcel is planned."""
    wire = Wire(seller.books())
    seller.by(wire).plan(shipment)
    body: dict[str, Any] = wire.sent[0][2]
    asked: dict[str, Any] = body.get("shipment", body)
    return asked


def without(whole: dict[str, Any], part: str) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name != part}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


# ---------------------------------------------------------------- each seller's terms


def test_easypost_is_told_in_its_own_terms() -> None:
    assert asked_of(EASYPOST, NORTHWARDS)["customs_info"] == {
        "contents_type": "returned_goods",
        "contents_explanation": BY_WHOM,
        "customs_certify": True,
        "customs_signer": "Jordan Ellis",
        "non_delivery_option": "return",
        "restriction_type": "none",
        "eel_pfc": "NOEEI 30.36",
        "customs_items": [
            {
                "description": f"{FIGURE}: Moon Hare",
                "quantity": 1,
                "value": 89.0,
                "currency": "USD",
                "weight": 12.34,
                "hs_tariff_number": "9503.00",
                "origin_country": "CN",
                "code": "FIG-1",
            },
            {
                "description": FIGURE,
                "quantity": 2,
                "value": 32.0,
                "currency": "USD",
                "weight": 24.69,
                "hs_tariff_number": "9503.00",
                "origin_country": "CN",
                "code": "BB-1",
            },
        ],
    }


def test_what_easypost_is_told_has_the_fields_and_types_of_a_recorded_request() -> None:
    told = asked_of(EASYPOST, NORTHWARDS)["customs_info"]
    [like], items = RECORDED["customs_items"], told["customs_items"]
    assert told.keys() == RECORDED.keys()
    assert all(isinstance(told[name], type(RECORDED[name])) for name in RECORDED)
    for item in items:
        assert item.keys() - like.keys() == {"currency", "code"}
        assert all(_is_number(item[name]) is _is_number(like[name]) for name in like)


def test_shippo_is_told_in_its_own_terms() -> None:
    asked = asked_of(SHIPPO, NORTHWARDS)
    item = {"mass_unit": "g", "value_currency": "USD", "tariff_number": "9503.00"}
    item["origin_country"] = "CN"
    assert asked["customs_declaration"] == {
        "contents_type": "RETURN_MERCHANDISE",
        "contents_explanation": BY_WHOM,
        "certify": True,
        "certify_signer": "Jordan Ellis",
        "non_delivery_option": "RETURN",
        "incoterm": "DDU",
        "invoice": TICKET,
        "eel_pfc": "NOEEI_30_36",
        "items": [
            {
                **item,
                "description": f"{FIGURE}: Moon Hare",
                "quantity": 1,
                "net_weight": "350",
                "value_amount": "89.00",
                "sku_code": "FIG-1",
            },
            {
                **item,
                "description": FIGURE,
                "quantity": 2,
                "net_weight": "700",
                "value_amount": "32.00",
                "sku_code": "BB-1",
            },
        ],
    }


def test_a_parcel_is_not_lighter_than_what_is_declared_to_be_in_it() -> None:
    full = consignment(replace(HARE, units=3))
    told = asked_of(EASYPOST, replace(NORTHWARDS, consignment=full))
    assert told["parcel"]["weight"] == 37.1
    assert told["customs_info"]["customs_items"][0]["weight"] == 37.03
    [parcel] = asked_of(SHIPPO, replace(NORTHWARDS, consignment=full))["parcels"]
    assert parcel["weight"] == "1050"


@pytest.mark.parametrize("seller", SELLERS, ids=str)
def test_carriers_may_call_us_about_either_end_of_a_parcel(seller: Seller) -> None:
    asked = asked_of(seller, NORTHWARDS)
    ends = [end for name, end in asked.items() if name.startswith(("to_", "from_", "address_"))]
    assert [end["phone"] for end in ends] == ["+12025550100"] * 2


# ---------------------------------------------------------------- which parcels, and which codes


@pytest.mark.parametrize("seller", SELLERS, ids=str)
def test_a_parcel_within_a_country_needs_no_declaration(seller: Seller) -> None:
    asked = asked_of(seller, HOME)
    assert not asked.keys() & {"customs_info", "customs_declaration"}


@pytest.mark.parametrize("home", [ISLAND, BASE], ids=["territory", "base"])
@pytest.mark.parametrize("seller", SELLERS, ids=str)
def test_a_territory_with_its_own_customs_needs_one_and_a_base(
    seller: Seller, home: Address
) -> None:
    asked = asked_of(seller, replace(HOME, ship_from=home))
    assert asked.keys() & {"customs_info", "customs_declaration"}


def test_provisions_of_other_countries_stay_on_paper() -> None:
    canadian = consignment(HARE, currency="CAD")
    told = asked_of(EASYPOST, replace(SOUTHWARDS, consignment=canadian))["customs_info"]
    assert "eel_pfc" not in told
    told = asked_of(SHIPPO, replace(SOUTHWARDS, consignment=canadian))["customs_declaration"]
    assert "eel_pfc" not in told
    assert told["items"][0]["value_currency"] == "CAD"


def test_a_currency_without_cents_is_told_without_them() -> None:
    yen = replace(SOUTHWARDS, consignment=consignment(HARE, currency="JPY"))
    assert asked_of(EASYPOST, yen)["customs_info"]["customs_items"][0]["value"] == 8900.0
    assert asked_of(SHIPPO, yen)["customs_declaration"]["items"][0]["value_amount"] == "8900"


# ---------------------------------------------------------------- what is missing


@pytest.mark.parametrize("seller", SELLERS, ids=str)
def test_without_the_contents_nothing_is_offered_across_a_border(seller: Seller) -> None:
    with refused(OfferMissingError, "offer_missing", "No service of the contract is offered."):
        seller.by(Wire(seller.books())).plan(replace(NORTHWARDS, consignment=None))
    assert seller.by(Wire(seller.books())).plan(replace(HOME, consignment=None))


@pytest.mark.parametrize("seller", SELLERS, ids=str)
@pytest.mark.parametrize(
    "unknown",
    [consignment(replace(HARE, value=None)), consignment(TIDE, currency="")],
    ids=["value", "currency"],
)
def test_a_value_that_nobody_knows_is_not_made_up(seller: Seller, unknown: Consignment) -> None:
    wire = Wire(seller.books())
    sentence = "Nobody knows what this parcel's goods are worth."
    with refused(ContentsUnknownError, "contents_unknown", sentence):
        seller.by(wire).plan(replace(NORTHWARDS, consignment=unknown))
    assert wire.sent == []
    assert seller.by(wire).plan(replace(HOME, consignment=unknown))


@pytest.mark.parametrize("seller", SELLERS, ids=str)
def test_a_seller_offers_nothing_for_contents_that_say_too_little(seller: Seller) -> None:
    """The simulator asks for what the real ones ask for: it is no proof if it takes anything."""
    wire = Wire(seller.books())
    seller.by(wire).plan(NORTHWARDS)
    _, path, whole = wire.sent[0]
    told = whole.get("shipment", whole)
    name = "customs_info" if "customs_info" in told else "customs_declaration"
    needed = {"contents_type", "customs_signer", "certify_signer", "eel_pfc", "customs_items"}
    lackings = [{**told, name: without(told[name], part)} for part in needed & told[name].keys()]
    ends = {"to_address", "from_address", "address_to", "address_from"}
    lackings += [{**told, end: without(told[end], "phone")} for end in ends & told.keys()]
    for lacking in lackings:
        body = {"shipment": lacking} if "shipment" in whole else lacking
        books = seller.books()
        answer = (
            books.answer(path, body)
            if isinstance(books, CarrierBooks)
            else books.answer("POST", path, body)
        )
        assert (answer.body["rates"], bool(answer.body["messages"])) == ([], True)


# ---------------------------------------------------------------- the room's labels


def test_a_label_across_a_border_is_bought_with_its_contents(house: House) -> None:
    wire = Wire(CarrierBooks())
    carriers = {**house.labels.carriers, "easypost": EASYPOST.by(wire)}
    labels = replace(house.labels, carriers=carriers, contracts=published())
    request = LabelRequest(new_id("ret", NOON), TICKET, "US", ISLAND, consignment=consignment(HARE))
    label = labels.issue(request, plain_page, actor=WORKER)
    assert label.status is LabelStatus.RELEASED
    [item] = wire.sent[0][2]["shipment"]["customs_info"]["customs_items"]
    assert (item["code"], item["value"]) == ("FIG-1", 89.0)
