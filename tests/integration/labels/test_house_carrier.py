"""The built-in carrier books each parcel once, under a tracking number of its own."""

import pytest

from aftercare.kernel.errors import BusyError
from aftercare.kernel.ids import new_id
from aftercare.kernel.tables import CommitRefusedError
from aftercare.labels import sscc
from aftercare.labels.carriers.carrier import Booking, Shipment
from aftercare.labels.carriers.house import HouseCarrier
from aftercare.labels.model import Offer, VoidAnswer
from tests.fakes.house import House
from tests.fakes.orders import HOME, NOON
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
STALE = "Something changed in the meantime; nothing was written."


def shipment(house: House, reference: str) -> Shipment:
    return Shipment(reference, HOME, house.labels.centres["US"], "US", NOON.date())


def house_carrier(tables: dict[str, str], *drawn: int) -> HouseCarrier:
    """The built-in carrier with given dice."""
    rolls = iter(drawn)
    return HouseCarrier(tables["LabelsTable"], lambda _: next(rolls))


def bought(carrier: HouseCarrier, parcel: Shipment) -> Booking:
    return carrier.buy(parcel, carrier.plan(parcel))


def test_what_the_built_in_carrier_booked_it_finds_again(
    house: House, tables: dict[str, str]
) -> None:
    carrier, reference = house_carrier(tables, 1_234_567), new_id("lbl", NOON)
    assert carrier.find(reference) is None
    booking = bought(carrier, shipment(house, reference))
    assert carrier.find(reference) == booking
    assert sscc.is_valid(booking.tracking_number)
    assert booking.tracking_number.startswith("7061414100012345")


def test_the_built_in_carrier_offers_its_one_service_for_nothing(
    house: House, tables: dict[str, str]
) -> None:
    parcel = shipment(house, "lbl_1")
    offer = house_carrier(tables).plan(parcel)
    assert offer == Offer("lbl_1", "prepaid", "Aftercare Sample Post", "Prepaid return", 0, "")


def test_what_was_never_booked_is_not_taken_back(house: House, tables: dict[str, str]) -> None:
    carrier, reference = house_carrier(tables, 55), new_id("lbl", NOON)
    assert carrier.void(reference) is VoidAnswer.NEVER_SOLD
    bought(carrier, shipment(house, reference))
    assert carrier.void(reference) is carrier.void(reference) is VoidAnswer.TAKEN_BACK


def test_a_reference_is_booked_once(house: House, tables: dict[str, str]) -> None:
    carrier, reference = house_carrier(tables, 21, 22), new_id("lbl", NOON)
    booking = bought(carrier, shipment(house, reference))
    with refused(CommitRefusedError, "stale_write", STALE):
        bought(carrier, shipment(house, reference))
    assert carrier.find(reference) == booking


def test_a_tracking_number_is_given_once(house: House, tables: dict[str, str]) -> None:
    carrier = house_carrier(tables, 33, 33, 34)
    one, other = new_id("lbl", NOON), new_id("lbl", NOON)
    booking = bought(carrier, shipment(house, one))
    assert bought(carrier, shipment(house, other)).tracking_number != booking.tracking_number


def test_three_taken_tracking_numbers_in_a_row_book_nothing(
    house: House, tables: dict[str, str]
) -> None:
    carrier = house_carrier(tables, 44, 44, 44, 44)
    bought(carrier, shipment(house, new_id("lbl", NOON)))
    reference = new_id("lbl", NOON)
    with refused(BusyError, "busy", "No free tracking number was drawn; try again."):
        bought(carrier, shipment(house, reference))
    assert carrier.find(reference) is None
