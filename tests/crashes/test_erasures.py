"""Erasures under crashes at every write, lost answers, two workers and two leads at once."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from aftercare.erasure.errors import ErasureEndedError
from aftercare.erasure.model import Erasure, ErasureState, Why
from aftercare.erasure.service import ErasureService
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.objects import purge
from aftercare.staff.model import Role
from tests.fakes.actors import LI
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.erasures import Person, erasing, somebody
from tests.fakes.house import WORKER, House
from tests.fakes.reviews import LEAD, member
from tests.fakes.traces import remains

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]

ENDED = (CrashError, PynamoDBException, ReadTimeoutError, StaleWriteError)
OTHER_LEAD = member("lin", Role.LEAD)
MOST = 120


@pytest.fixture
def saboteur(buckets: dict[str, str]) -> Iterator[Saboteur]:
    for name in ("DocumentsBucket", "UploadsBucket"):
        purge(buckets[name], "")
    with Saboteur().planted() as planted:
        yield planted


def living(house: House, tables: dict[str, str]) -> tuple[Person, ErasureService, Erasure]:
    """A person who left something in most rooms, and whose erasure was confirmed."""
    person = somebody(house, tables)
    person.joins()
    number = person.buys()
    person.signs_in(number)
    person.is_looked_at(person.is_declined(number))
    person.bounces()
    desk, erasures = erasing(house)
    return person, erasures, desk.begin(person.email, Why.CUSTOMER, actor=LI)


def ended(house: House, erasures: ErasureService, erasure: Erasure) -> None:
    """Both sweeps to their end, without faults."""
    for _ in range(2):
        erasures.advance(erasure.erasure_id, actor=WORKER)
        house.clock.forward(hours=26)
    after = erasures.advance(erasure.erasure_id, actor=WORKER)
    assert after
    assert (after.state, after.email, after.email_key) == (ErasureState.DONE, "", "")


@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.RACED])
def test_a_fault_at_every_write_in_turn_ends_where_none_would(
    house: House,
    tables: dict[str, str],
    buckets: dict[str, str],
    saboteur: Saboteur,
    fault: Fault,
) -> None:
    person, erasures, erasure = living(house, tables)
    struck = 0
    for write in range(1, MOST):
        plan = Plan(fault, write, lambda: None)
        with suppress(*ENDED), saboteur.during(plan):
            erasures.advance(erasure.erasure_id, actor=WORKER)
        struck += plan.struck
        house.clock.forward(minutes=1)
        if not plan.struck:
            break
    # What is sent again, or fails and is retried, stops nothing: the first run comes to its end.
    assert struck >= (1 if fault is Fault.RESENT else 3)
    ended(house, erasures, erasure)
    assert remains(person.canaries, tables, buckets) == []


@pytest.mark.parametrize("request_number", range(2, 60, 12))
def test_two_workers_at_once_end_where_one_would(
    house: House,
    tables: dict[str, str],
    buckets: dict[str, str],
    saboteur: Saboteur,
    request_number: int,
) -> None:
    person, erasures, erasure = living(house, tables)

    def rival() -> None:
        with suppress(StaleWriteError):
            erasures.advance(erasure.erasure_id, actor=WORKER)

    with suppress(StaleWriteError), saboteur.during(Plan(Fault.RACED, request_number, rival)):
        erasures.advance(erasure.erasure_id, actor=WORKER)
    ended(house, erasures, erasure)
    assert remains(person.canaries, tables, buckets) == []


@pytest.mark.parametrize("request_number", range(1, 5))
def test_two_leads_who_ask_at_once_share_one_erasure(
    house: House, tables: dict[str, str], saboteur: Saboteur, request_number: int
) -> None:
    person, (desk, _) = somebody(house, tables), erasing(house)
    rivals: list[Erasure] = []

    def rival() -> None:
        rivals.append(desk.ask(OTHER_LEAD, person.email, Why.SHOP))

    with saboteur.during(Plan(Fault.RACED, request_number, rival)):
        mine = desk.ask(LEAD, person.email, Why.CUSTOMER)
    rival()
    assert {each.erasure_id for each in rivals} == {mine.erasure_id}


@pytest.mark.parametrize("request_number", range(1, 4))
def test_of_confirming_and_declining_at_once_one_wins_and_the_other_is_told(
    house: House, tables: dict[str, str], saboteur: Saboteur, request_number: int
) -> None:
    person, (desk, _) = somebody(house, tables), erasing(house)
    erasure = desk.ask(LEAD, person.email, Why.CUSTOMER)
    plan = Plan(Fault.RACED, request_number, lambda: desk.decline(LEAD, erasure.erasure_id))
    confirmed = False
    with suppress(ErasureEndedError), saboteur.during(plan):
        desk.confirm(OTHER_LEAD, erasure.erasure_id)
        confirmed = True
    state = desk.get(erasure.erasure_id).state
    assert state is (ErasureState.CONFIRMED if confirmed else ErasureState.DECLINED)
