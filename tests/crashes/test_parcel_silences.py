"""A silence is told of once, whatever breaks off between its timer, its entry and its mail."""

from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.errors import AftercareError
from aftercare.parcels.model import ParcelStatus
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import House
from tests.fakes.orders import EMAIL
from tests.fakes.parcels import scan
from tests.fakes.silences import LEFT, Silences, followed, on_its_way

pytestmark = pytest.mark.integration
S = ParcelStatus
ENDED = (CrashError, PynamoDBException, BotoCoreError, AftercareError)
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
DUE = LEFT + timedelta(days=5)
_NUMBERS = count(1)


@pytest.fixture
def parcel(house: House, tables: dict[str, str]) -> Silences:
    return on_its_way(house, tables, f"1ZCRASH{next(_NUMBERS)}")


@pytest.mark.parametrize("write", range(1, 7))
@pytest.mark.parametrize("fault", FAULTS)
def test_what_breaks_off_is_told_once_in_the_end(
    parcel: Silences, fault: Fault, write: int
) -> None:
    plan = Plan(fault, write, lambda: None)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        parcel.go_on(DUE)
    parcel.go_on(DUE + timedelta(minutes=1))
    # What the sweeper removed before the worker took its event is repeated by the bus.
    parcel.work_again()
    parcel.go_on(DUE + timedelta(hours=1))
    assert len(parcel.told()) == 1
    assert len(parcel.listed()) == 1
    assert len(parcel.mails) <= 1


@pytest.mark.parametrize("fault", FAULTS)
def test_news_that_breaks_off_leaves_its_timer_to_the_next_attempt(
    house: House, tables: dict[str, str], fault: Fault
) -> None:
    parcel = followed(house, tables, f"1ZCRASH{next(_NUMBERS)}", EMAIL)
    moved = scan(S.IN_TRANSIT, at=LEFT)
    plan = Plan(fault, 1, lambda: None)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        parcel.scanned(moved)
    parcel.scanned(moved)
    parcel.go_on(DUE)
    assert len(parcel.mails) == 1


@pytest.mark.parametrize("request_number", range(1, 4))
@pytest.mark.parametrize("status", [S.DELIVERED, S.IN_TRANSIT])
def test_news_at_the_same_moment_comes_before_or_after_and_never_beside(
    parcel: Silences, request_number: int, status: ParcelStatus
) -> None:
    parcel.house.clock.now = DUE
    [entry] = parcel.swept()
    late = scan(status, at=LEFT + timedelta(days=2))
    rival = Plan(Fault.RACED, request_number, lambda: parcel.scanned(late))
    with Saboteur().planted() as saboteur, saboteur.during(rival):
        parcel.work(entry)
    assert rival.struck
    for told in parcel.told():
        parcel.mail(told)
    assert parcel.mails == []
    parcel.go_on(LEFT + timedelta(days=7))
    assert len(parcel.mails) == (status is S.IN_TRANSIT)
