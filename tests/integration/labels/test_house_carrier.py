"""The built-in carrier books each parcel once, under a tracking number of its own."""

import pytest

from aftercare.kernel.errors import BusyError
from aftercare.kernel.ids import new_id
from aftercare.kernel.tables import CommitRefusedError
from aftercare.labels import sscc
from aftercare.labels.carriers.carrier import Shipment
from aftercare.labels.carriers.house import HouseCarrier
from tests.fakes.house import House
from tests.fakes.orders import HOME, NOON
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
STALE = "Something changed in the meantime; nothing was written."


def shipment(house: House, reference: str) -> Shipment:
    return Shipment(reference, HOME, house.labels.centres["US"])


def house_carrier(tables: dict[str, str], *drawn: int) -> HouseCarrier:
    """The built-in carrier with given dice."""
    rolls = iter(drawn)
    return HouseCarrier(tables["LabelsTable"], lambda _: next(rolls))


def test_what_the_built_in_carrier_booked_it_finds_again(
    house: House, tables: dict[str, str]
) -> None:
    carrier, reference = house_carrier(tables, 1_234_567), new_id("lbl", NOON)
    assert carrier.find(reference) is None
    booking = carrier.buy(shipment(house, reference))
    assert carrier.find(reference) == booking
    assert sscc.is_valid(booking.tracking_number)
    assert booking.tracking_number.startswith("7061414100012345")


def test_a_reference_is_booked_once(house: House, tables: dict[str, str]) -> None:
    carrier, reference = house_carrier(tables, 21, 22), new_id("lbl", NOON)
    booking = carrier.buy(shipment(house, reference))
    with refused(CommitRefusedError, "stale_write", STALE):
        carrier.buy(shipment(house, reference))
    assert carrier.find(reference) == booking


def test_a_tracking_number_is_given_once(house: House, tables: dict[str, str]) -> None:
    carrier = house_carrier(tables, 33, 33, 34)
    one, other = new_id("lbl", NOON), new_id("lbl", NOON)
    booking = carrier.buy(shipment(house, one))
    assert carrier.buy(shipment(house, other)).tracking_number != booking.tracking_number


def test_three_taken_tracking_numbers_in_a_row_book_nothing(
    house: House, tables: dict[str, str]
) -> None:
    carrier = house_carrier(tables, 44, 44, 44, 44)
    carrier.buy(shipment(house, new_id("lbl", NOON)))
    reference = new_id("lbl", NOON)
    with refused(BusyError, "busy", "No free tracking number was drawn; try again."):
        carrier.buy(shipment(house, reference))
    assert carrier.find(reference) is None
