"""One parcel for each tracking number: its news and its owners meet there, in any order."""

from datetime import timedelta
from itertools import permutations

import pytest

from aftercare.kernel.timeline import Entry
from aftercare.parcels.events import MOVED, ParcelMoved
from aftercare.parcels.model import Owner, ParcelStatus
from aftercare.parcels.service import News, ParcelService
from aftercare.parcels.wiring import ParcelsConfig, parcel_service
from tests.fakes.house import WORKER, SetClock
from tests.fakes.orders import NOON
from tests.fakes.outbox import committed_entries
from tests.fakes.parcels import news, of_order, of_return, scan

pytestmark = pytest.mark.integration
S = ParcelStatus


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON + timedelta(days=2))


@pytest.fixture
def parcels(tables: dict[str, str], clock: SetClock) -> ParcelService:
    return parcel_service(ParcelsConfig(tables["ParcelsTable"], tables["DueTable"]), clock=clock)


def told(tables: dict[str, str], number: str) -> list[ParcelMoved]:
    entries: list[Entry] = committed_entries(tables["ParcelsTable"])
    mine = [entry for entry in entries if entry.subject == number]
    assert {entry.entry_type for entry in mine} <= {MOVED}
    return [ParcelMoved.of(entry) for entry in mine]


def test_a_move_is_told_once_with_its_time(parcels: ParcelService, tables: dict[str, str]) -> None:
    owner = of_order(number="1Z0001")
    parcels.follow(owner, actor=WORKER)
    for said in (scan(S.ACCEPTED, 1), scan(S.IN_TRANSIT, 2), scan(S.IN_TRANSIT, 3)):
        parcels.record(news(said, number="1Z0001"), actor=WORKER)
    assert [(each.status, each.since, each.owner) for each in told(tables, "1Z0001")] == [
        (S.ACCEPTED, NOON + timedelta(hours=1), owner),
        (S.IN_TRANSIT, NOON + timedelta(hours=2), owner),
    ]


def test_fifty_times_the_same_news_is_once(parcels: ParcelService, tables: dict[str, str]) -> None:
    parcels.follow(of_order(number="1Z0002"), actor=WORKER)
    outcomes = [
        parcels.record(news(scan(S.DELIVERED), number="1Z0002"), actor=WORKER).outcome
        for _ in range(50)
    ]
    assert outcomes == ["moved", *["repeated"] * 49]
    assert len(told(tables, "1Z0002")) == 1


def test_whether_the_news_or_the_owner_comes_first_is_all_one(
    parcels: ParcelService, tables: dict[str, str]
) -> None:
    for place, order in enumerate(permutations(["follow", "accepted", "delivered"])):
        number = f"1Z10{place}"
        for act in order:
            if act == "follow":
                parcels.follow(of_order(number=number), actor=WORKER)
            else:
                said = scan(S(act), 1 if act == "accepted" else 5)
                parcels.record(news(said, number=number), actor=WORKER)
        parcel = parcels.of_number(number)
        assert parcel
        assert parcel.standing == (S.DELIVERED, NOON + timedelta(hours=5))
        last = told(tables, number)[-1]
        assert (last.status, last.since) == parcel.standing


def test_news_of_an_unknown_number_is_kept_for_sixty_days(
    parcels: ParcelService, tables: dict[str, str]
) -> None:
    noted = parcels.record(news(scan(S.IN_TRANSIT), number="1Z0003"), actor=WORKER)
    assert (noted.outcome, told(tables, "1Z0003")) == ("unknown", [])
    row = parcels.store._parcels.get("PARCEL#1Z0003")
    assert row.expires_at == NOON + timedelta(days=62)
    parcels.follow(of_order(number="1Z0003"), actor=WORKER)
    row = parcels.store._parcels.get("PARCEL#1Z0003")
    assert row.expires_at == NOON + timedelta(days=402)


def test_an_earlier_delivery_that_is_told_late_is_told_again(
    parcels: ParcelService, tables: dict[str, str]
) -> None:
    parcels.follow(of_order(number="1Z0004"), actor=WORKER)
    for hours in (5, 3, 7):
        parcels.record(news(scan(S.DELIVERED, hours), number="1Z0004"), actor=WORKER)
    assert [each.since for each in told(tables, "1Z0004")] == [
        NOON + timedelta(hours=5),
        NOON + timedelta(hours=3),
    ]


def test_two_orders_in_one_parcel_are_both_told(
    parcels: ParcelService, tables: dict[str, str]
) -> None:
    owners = [of_order("T-1", "1Z0005"), of_order("T-2", "1z 0005")]
    for owner in owners:
        parcels.follow(owner, actor=WORKER)
    parcels.record(news(scan(S.DELIVERED), number="1Z0005"), actor=WORKER)
    assert sorted(each.owner for each in told(tables, "1Z0005")) == owners


def test_more_orders_than_one_parcel_can_have_are_not_followed(parcels: ParcelService) -> None:
    for place in range(25):
        parcels.follow(of_order(f"T-{place}", "TBD"), actor=WORKER)
    parcel = parcels.of_number("TBD")
    assert parcel
    assert len(parcel.owners) == 20


def test_a_time_that_cannot_be_true_is_left_out(parcels: ParcelService) -> None:
    ahead, ancient = scan(S.DELIVERED, 24 * 9), scan(S.DELIVERED, -24 * 365 * 30)
    noted = parcels.record(news(ahead, ancient, number="1Z0006"), actor=WORKER)
    assert (noted.implausible, noted.added, noted.outcome) == (2, 0, "repeated")
    assert parcels.of_number("1Z0006") is None


def test_a_return_is_told_by_the_carrier_and_number_of_its_label(
    parcels: ParcelService, tables: dict[str, str]
) -> None:
    owner: Owner = of_return("ret_01KTYK94W0ZQYZ4CQWPQ7KPAYD", "806141416939939283")
    parcels.record(news(scan(S.ACCEPTED), number="(00) 806141416939939283"), actor=WORKER)
    parcels.follow(owner, actor=WORKER)
    parcels.follow(owner, actor=WORKER)
    assert [each.owner for each in told(tables, "806141416939939283")] == [owner]


def test_a_number_without_any_letter_or_digit_is_nobodys(parcels: ParcelService) -> None:
    assert parcels.of_number(" - ") is None
    noted = parcels.record(News(" - ", (scan(S.DELIVERED),)), actor=WORKER)
    assert noted.outcome == "repeated"
