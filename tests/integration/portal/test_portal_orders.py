"""The order's page: its parcels, what each line cost, and until when how many may come back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from aftercare.kernel.address import Address
from aftercare.kernel.clock import local_day, utc_now
from aftercare.orders.facts import Parcel
from aftercare.orders.model import OrderDelivered, OrderShipped
from tests.fakes.browser import Browser
from tests.fakes.house import House
from tests.fakes.orders import FIGURE, ORDERS_INGEST, paid
from tests.fakes.strangers import ATTACKER

pytestmark = pytest.mark.integration


def ago(days: float) -> datetime:
    """So many days before the page is read."""
    return utc_now() - timedelta(days=days)


def send(house: House, number: str, parcel_id: str, at: datetime) -> None:
    """A parcel with one figure leaves."""
    sent = Parcel(
        parcel_id, "UPS", lines={FIGURE.line_id: 1}, named_at={"lines": at}, shipped_at=at
    )
    house.orders.record(OrderShipped(number, at, sent), actor=ORDERS_INGEST)


def hand_over(house: House, number: str, parcel_id: str, at: datetime) -> None:
    event = OrderDelivered(number, at, Parcel(parcel_id, delivered_at=at))
    house.orders.record(event, actor=ORDERS_INGEST)


def last_day(delivered_at: datetime) -> str:
    day = local_day(delivered_at, ZoneInfo("America/Los_Angeles")) + timedelta(days=15)
    return f"the end of {day:%B} {day.day}, {day.year}, Pacific time"


def test_parcels_are_shown_with_their_dates_and_each_unit_has_its_own_last_day(
    house: House, attacker: Browser
) -> None:
    house.clock.now = utc_now()
    number = house.new_number()
    house.orders.record(paid(number=number, at=ago(20), email=ATTACKER), actor=ORDERS_INGEST)
    send(house, number, "A", ago(12))
    send(house, number, "B", ago(11))
    hand_over(house, number, "A", ago(9))
    page = attacker.get(f"/orders/{number}").text
    assert "Parcel 1" in page
    assert "Parcel 2" in page
    assert "Not delivered yet" in page
    assert "2 ordered, 1 to return now" in page
    item = f"/orders/{number}/item?line={FIGURE.line_id}"
    assert "$178.00 paid" in attacker.get(item).text
    hand_over(house, number, "B", ago(2))
    assert "Not delivered yet" not in attacker.get(f"/orders/{number}").text
    page = attacker.get(item).text
    assert f"Return 1 until {last_day(ago(2))} and 1 until {last_day(ago(9))}." in page


def test_an_order_in_one_parcel_tells_its_dates_in_the_head(
    house: House, attacker: Browser
) -> None:
    order = house.delivered_order(email=ATTACKER)
    page = attacker.get(f"/orders/{order.order_number}").text
    assert "Parcel 1" not in page
    assert "Delivered" in page


def test_an_edited_order_was_placed_when_it_was_first_paid(house: House, attacker: Browser) -> None:
    house.clock.now = utc_now()
    number = house.new_number()
    for days in (20, 3):
        house.orders.record(paid(number=number, at=ago(days), email=ATTACKER), actor=ORDERS_INGEST)
    day = local_day(ago(20), ZoneInfo("America/Los_Angeles"))
    for path in (f"/orders/{number}", "/orders"):
        assert f"{day:%B} {day.day}, {day.year}" in attacker.get(path).text


HONOLULU = Address("Mei Tanaka", "1 Kalakaua Avenue", "Honolulu", "HI", "96815", "US")
MORNING_IN_UTC = datetime(2026, 6, 16, 5, 30, tzinfo=UTC)


def test_days_of_an_order_are_the_customer_s_days(house: House, attacker: Browser) -> None:
    """Half past five in the morning in UTC is half past seven of the evening before in Hawaii."""
    house.clock.now = utc_now()
    number, at = house.new_number(), MORNING_IN_UTC
    bought = paid(number=number, at=at, email=ATTACKER)
    there = replace(bought, purchase=replace(bought.purchase, ship_to=HONOLULU))
    house.orders.record(there, actor=ORDERS_INGEST)
    send(house, number, "A", at + timedelta(days=2))
    hand_over(house, number, "A", at + timedelta(days=4))
    page = attacker.get(f"/orders/{number}").text
    for day in (15, 17, 19):
        assert f"June {day}, 2026" in page
        assert f"June {day + 1}, 2026" not in page
    assert "June 15, 2026" in attacker.get("/orders").text
