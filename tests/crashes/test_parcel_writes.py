"""Parcels' writes under crashes, lost answers and rivals: what is told fits what is stored."""

from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from aftercare.parcels.events import ParcelMoved
from aftercare.parcels.model import ParcelStatus
from aftercare.parcels.service import ParcelService
from aftercare.parcels.wiring import ParcelsConfig, parcel_service
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import WORKER, SetClock
from tests.fakes.orders import NOON
from tests.fakes.outbox import committed_entries
from tests.fakes.parcels import news, of_order, scan

pytestmark = pytest.mark.integration
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
ENDED = (CrashError, PynamoDBException, ReadTimeoutError)
S = ParcelStatus


@pytest.fixture
def parcels(tables: dict[str, str]) -> ParcelService:
    clock = SetClock(NOON + timedelta(days=2))
    return parcel_service(ParcelsConfig(tables["ParcelsTable"], tables["DueTable"]), clock=clock)


def told(tables: dict[str, str], number: str) -> list[ParcelStatus]:
    entries = committed_entries(tables["ParcelsTable"])
    return [ParcelMoved.of(entry).status for entry in entries if entry.subject == number]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_write_that_breaks_off_is_done_once_by_the_next_attempt(
    parcels: ParcelService, tables: dict[str, str], fault: Fault
) -> None:
    number = f"1Z{fault.name}".replace("_", "")
    acts = (
        lambda: parcels.record(news(scan(S.ACCEPTED), number=number), actor=WORKER),
        lambda: parcels.follow(of_order(number=number), actor=WORKER),
        lambda: parcels.record(news(scan(S.DELIVERED, 5), number=number), actor=WORKER),
    )
    for act in acts:
        plan = Plan(fault, 1, lambda: None)
        with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
            act()
        assert plan.struck
        act()
    assert told(tables, number) == [S.ACCEPTED, S.DELIVERED]


@pytest.mark.parametrize("request_number", range(1, 3))
def test_news_and_owner_at_once_are_both_noted_and_told_in_the_end(
    parcels: ParcelService, tables: dict[str, str], request_number: int
) -> None:
    number = f"1ZRACE{request_number}"
    plan = Plan(
        Fault.RACED,
        request_number,
        lambda: parcels.record(news(scan(S.DELIVERED, 5), number=number), actor=WORKER),
    )
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        parcels.follow(of_order(number=number), actor=WORKER)
    assert plan.struck
    assert told(tables, number) == [S.DELIVERED]
