"""Sign-ins and sessions of staff under crashes, lost answers and rivals."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from aftercare.staff.audit import Act, about
from aftercare.staff.errors import SessionEndedError, SignInFailedError
from aftercare.staff.session import SessionKey
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.staff_desk import BROWSER, Desk, desk_on

pytestmark = pytest.mark.integration

FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
ENDED = (CrashError, PynamoDBException, ReadTimeoutError)


@pytest.fixture
def desk(tables: dict[str, str]) -> Iterator[Desk]:
    with desk_on(tables) as desk:
        yield desk


def traces(desk: Desk, key: SessionKey, act: Act) -> int:
    found = desk.service.store.traces(about(key.staff_id))
    return len([each for each in found if each.act == act])


def opens(desk: Desk, key: SessionKey) -> bool:
    try:
        return bool(desk.service.member(key))
    except SessionEndedError:
        return False


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("write", [1, 2], ids=["attempt used up", "session opened"])
def test_a_sign_in_that_breaks_off_is_never_completed_twice(
    desk: Desk, write: int, fault: Fault
) -> None:
    account = desk.pool.add("agent")
    back = desk.comes_back(account)
    plan = Plan(fault, write, lambda: None)
    completed = 0
    with Saboteur().planted() as saboteur, suppress(*ENDED, SignInFailedError):
        with saboteur.during(plan):
            desk.service.complete_sign_in(BROWSER, *back)
        completed += 1
    assert plan.struck
    with suppress(SignInFailedError):
        desk.service.complete_sign_in(BROWSER, *back)
        completed += 1
    assert completed <= 1
    assert opens(desk, desk.signs_in(account)), "it begins anew"


@pytest.mark.parametrize("request_number", range(1, 4))
def test_of_two_who_come_back_at_once_with_one_state_one_is_signed_in(
    desk: Desk, request_number: int
) -> None:
    back = desk.comes_back(desk.pool.add("agent"))
    signed_in: list[SessionKey] = []

    def come_back() -> None:
        with suppress(SignInFailedError):
            signed_in.append(desk.service.complete_sign_in(BROWSER, *back).key)

    plan = Plan(Fault.RACED, request_number, come_back)
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        come_back()
    assert plan.struck
    assert len(signed_in) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_session_that_is_ended_stays_ended_with_one_trace(desk: Desk, fault: Fault) -> None:
    key = desk.signs_in(desk.pool.add("agent"))
    plan = Plan(fault, 1, lambda: None)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        desk.service.sign_out(key)
    assert plan.struck
    desk.service.sign_out(key)
    assert not opens(desk, key)
    assert traces(desk, key, Act.SIGNED_OUT) == 1


@pytest.mark.parametrize("request_number", range(1, 3))
def test_a_check_does_not_revive_a_session_that_is_signed_out_meanwhile(
    desk: Desk, request_number: int
) -> None:
    key = desk.signs_in(desk.pool.add("agent"))
    desk.clock.forward(minutes=1)
    plan = Plan(Fault.RACED, request_number, lambda: desk.service.sign_out(key))
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        assert not opens(desk, key)
    assert plan.struck
    assert not opens(desk, key)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_check_that_breaks_off_is_made_again(desk: Desk, fault: Fault) -> None:
    account = desk.pool.add("agent", "lead")
    key = desk.signs_in(account)
    account.groups.remove("lead")
    desk.clock.forward(minutes=1)
    plan = Plan(fault, 1, lambda: None)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        assert "lead" not in desk.service.member(key).roles
    assert plan.struck
    assert desk.service.member(key).roles == {"agent"}
