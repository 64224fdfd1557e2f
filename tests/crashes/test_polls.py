"""Asking sellers for parcels under crashes, lost answers and rivals: seldom, and for ever on."""

from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from aftercare.parcels.polling import PollService
from aftercare.parcels.polls import EVERY, Poll
from aftercare.parcels.wiring import ParcelsConfig, parcel_service, poll_service
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import SetClock
from tests.fakes.orders import NOON

pytestmark = pytest.mark.integration
ENDED = (CrashError, PynamoDBException, ReadTimeoutError)


@pytest.fixture
def polls(tables: dict[str, str]) -> PollService:
    clock = SetClock(NOON)
    config = ParcelsConfig(tables["ParcelsTable"], tables["DueTable"])
    return poll_service(config, parcel_service(config, clock=clock), clock=clock)


@pytest.mark.parametrize("step", [1, 2, 3])
@pytest.mark.parametrize("fault", [*Fault])
def test_whatever_breaks_off_the_seller_is_asked_once_and_the_poll_goes_on(
    polls: PollService, fault: Fault, step: int
) -> None:
    number = f"94CRASH{fault.name}{step}".replace("_", "")
    polls.begin(number, "shippo", "USPS")
    asked: list[Poll] = []
    first, second = NOON + EVERY, NOON + 2 * EVERY

    def ask() -> None:
        if poll := polls.claim(number, due_at=first):
            asked.append(poll)

    assert isinstance(polls.clock, SetClock)
    polls.clock.forward(hours=6)
    plan = Plan(fault, step, ask)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        ask()
    ask()  # the message comes again
    assert len(asked) <= 1
    kept = polls.store.get(number)
    assert kept
    assert kept.asked_at == first
    polls.clock.forward(seconds=EVERY / timedelta(seconds=1))
    assert polls.claim(number, due_at=second)
