"""A parcel that does not move for five days: one mail and one item in the list, per silence."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from aftercare.kernel.timeline import Entry
from aftercare.mail.rendering import Renderer
from aftercare.orders.facts import Cancellation
from aftercare.orders.model import OrderCancelled
from aftercare.parcels.desk import ParcelDesk
from aftercare.parcels.model import ParcelStatus
from aftercare.parcels.wiring import parcel_desk
from aftercare.staff.errors import NotPermittedError
from aftercare.words.model import LANGUAGES
from parcel_worker.app import handler as parcel_worker
from tests.fakes import points_desk
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import House
from tests.fakes.orders import EMAIL, ORDERS_INGEST
from tests.fakes.parcels import scan
from tests.fakes.reviews import AGENT, WAREHOUSE
from tests.fakes.silences import LEFT, Silences, followed, on_its_way

pytestmark = pytest.mark.integration
S = ParcelStatus

FIVE = timedelta(days=5)
_NUMBERS = count(1)


@pytest.fixture
def parcel(house: House, tables: dict[str, str]) -> Silences:
    return on_its_way(house, tables, f"1ZSILENT{next(_NUMBERS)}")


def test_five_days_to_the_second_are_told_once(parcel: Silences) -> None:
    parcel.go_on(LEFT + FIVE - timedelta(seconds=1))
    assert (parcel.mails, parcel.listed()) == ([], [])
    parcel.go_on(LEFT + FIVE)
    parcel.go_on(LEFT + timedelta(days=9))
    [mail], [item] = parcel.mails, parcel.listed()
    assert mail.to == EMAIL
    assert mail.values["order_number"] == parcel.order
    assert item.silent_at == LEFT + FIVE
    assert [owner.subject for owner in item.owners] == [parcel.order]


def test_a_movement_ends_the_silence_and_a_later_silence_is_told_again(parcel: Silences) -> None:
    parcel.go_on(LEFT + FIVE)
    parcel.house.clock.now = LEFT + timedelta(days=6, hours=1)
    parcel.scanned(scan(S.IN_TRANSIT, at=LEFT + timedelta(days=6)))
    assert parcel.listed() == []
    parcel.go_on(LEFT + timedelta(days=10.9))
    assert len(parcel.mails) == 1
    parcel.go_on(LEFT + timedelta(days=11))
    assert len(parcel.mails) == 2
    assert len(parcel.listed()) == 1


def test_a_scan_from_before_the_silence_that_comes_late_begins_no_other(parcel: Silences) -> None:
    parcel.go_on(LEFT + FIVE)
    parcel.scanned(scan(S.IN_TRANSIT, at=LEFT + timedelta(days=3)))
    parcel.go_on(LEFT + timedelta(days=8))
    parcel.go_on(LEFT + timedelta(days=30))
    assert len(parcel.mails) == 1
    assert len(parcel.listed()) == 1


def test_news_that_is_already_old_waits_an_hour_for_what_comes_with_it(
    house: House, tables: dict[str, str]
) -> None:
    parcel = followed(house, tables, f"1ZSILENT{next(_NUMBERS)}", EMAIL)
    now = house.clock.now = LEFT + timedelta(days=9)
    parcel.scanned(scan(S.IN_TRANSIT, at=LEFT))
    parcel.go_on(now + timedelta(minutes=59))
    assert parcel.mails == []
    parcel.go_on(now + timedelta(hours=1))
    assert len(parcel.mails) == 1


@pytest.mark.parametrize("status", [S.DELIVERED, S.PICKUP_READY, S.RETURNING, S.LOST])
def test_nothing_is_told_of_what_has_arrived_or_waits(
    parcel: Silences, status: ParcelStatus
) -> None:
    parcel.scanned(scan(status, at=LEFT + timedelta(hours=1)))
    parcel.go_on(LEFT + timedelta(days=20))
    assert (parcel.mails, parcel.listed()) == ([], [])


def test_a_delivery_between_the_silence_and_its_mail_stops_the_mail(parcel: Silences) -> None:
    parcel.house.clock.now = LEFT + FIVE
    for entry in parcel.swept():
        parcel.work(entry)
    parcel.scanned(scan(S.DELIVERED, at=LEFT + timedelta(days=2)))
    [told] = parcel.told()
    parcel.mail(told)
    assert (parcel.mails, parcel.listed()) == ([], [])


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_the_shop_delivered_or_cancelled_is_not_silent(parcel: Silences, when: str) -> None:
    parcel.house.clock.now = LEFT + FIVE
    swept = parcel.swept()
    for entry in swept if when == "after" else ():
        parcel.work(entry)
    parcel.deliver_by_shop(LEFT + timedelta(days=2))
    for entry in swept if when == "before" else ():
        parcel.work(entry)
    for told in parcel.told():
        parcel.mail(told)
    assert len(parcel.told()) == (when == "after")
    assert parcel.mails == []


def test_a_cancelled_order_waits_for_nothing(parcel: Silences) -> None:
    cancelled = OrderCancelled(parcel.order, LEFT, Cancellation())
    parcel.house.orders.record(cancelled, actor=ORDERS_INGEST)
    parcel.go_on(LEFT + FIVE)
    assert (parcel.mails, parcel.listed()) == ([], [])


def test_both_orders_in_one_parcel_are_told(
    parcel: Silences, house: House, tables: dict[str, str]
) -> None:
    other = followed(house, tables, parcel.number, "kim@example.com")
    parcel.go_on(LEFT + FIVE)
    assert sorted(mail.to for mail in parcel.mails) == sorted([EMAIL, "kim@example.com"])
    [item] = parcel.listed()
    assert {owner.subject for owner in item.owners} == {parcel.order, other.order}


def test_whose_parcel_it_is_may_become_known_last(house: House, tables: dict[str, str]) -> None:
    number = f"1ZSILENT{next(_NUMBERS)}"
    nobodys = Silences(house, tables, "", number)
    house.clock.now = LEFT
    nobodys.scanned(scan(S.IN_TRANSIT, at=LEFT))
    nobodys.go_on(LEFT + FIVE)
    assert nobodys.told() == []
    parcel = followed(house, tables, number, EMAIL)
    parcel.go_on(LEFT + timedelta(days=7))
    assert len(parcel.mails) == 1


def test_the_worker_tells_of_it_by_the_bus(parcel: Silences, functions: None) -> None:  # noqa: ARG001
    [entry] = _at(parcel, 5)
    messages = [bus_event(entry)] * 2
    assert parcel_worker(queue_event(*messages), CONTEXT) == {"batchItemFailures": []}
    assert len(parcel.told()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_says_whom_to_ask_and_what_to_have_ready(parcel: Silences, language: str) -> None:
    parcel.go_on(LEFT + FIVE)
    [mail] = parcel.mails
    letter = Renderer("https://aftercare.example")(replace(mail, language=language))
    for body in (letter.text, letter.html):
        for needed in (parcel.order, parcel.number, "+1-800-275-8777", "tools.usps.com"):
            assert needed in body


def test_a_member_reads_their_own_language_and_others_that_of_where_it_goes(
    house: House, tables: dict[str, str]
) -> None:
    joined = points_desk.joined(language="es")
    languages = []
    for email, country in ((joined.email, "US"), (EMAIL, "JP"), (EMAIL, "CA")):
        parcel = followed(house, tables, f"1ZSILENT{next(_NUMBERS)}", email, country)
        parcel.scanned(scan(S.IN_TRANSIT, at=LEFT))
        parcel.go_on(LEFT + FIVE)
        languages.append(parcel.mails[0].language)
    assert languages == ["es", "ja", "en"]


def test_the_list_is_for_who_may_see_the_queue(parcel: Silences, tables: dict[str, str]) -> None:
    parcel.go_on(LEFT + FIVE)
    desk = parcel_desk(tables["ParcelsTable"])
    assert isinstance(desk, ParcelDesk)
    assert parcel.number in {each.number for each in desk.silent(AGENT).parcels}
    with pytest.raises(NotPermittedError):
        desk.silent(WAREHOUSE)


def _at(parcel: Silences, days: float) -> list[Entry]:
    parcel.house.clock.now = LEFT + timedelta(days=days)
    return parcel.swept()
