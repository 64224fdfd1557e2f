"""A night with a fault at each of its writes, or somebody at an account just before each request.

The accounts and the record are the same as without it.
"""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.errors import AftercareError
from aftercare.points.audit import audit
from aftercare.points.night.model import Tally
from aftercare.points.posting import Kind
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.night import BY_NIGHT, DAY, DUE, SCHEDULED, Night, fresh_night, plenty
from tests.fakes.points import book, rules

pytestmark = pytest.mark.integration
ONE_SHARD = book(rules(peak_writes_per_second=1))
LATER = SCHEDULED + 100 * DAY
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
MEMBERS, POINTS = 2, 5
UNDISTURBED = Tally(2 * MEMBERS, MEMBERS * (POINTS + 2), 0)
# More than a run of these members makes, so that each write is struck.
MOST_WRITES = 60


@pytest.fixture
def night(tables: dict[str, str]) -> Night:
    return fresh_night(tables, rule_book=ONE_SHARD)


@pytest.fixture
def saboteur(night: Night) -> Iterator[Saboteur]:  # noqa: ARG001 - whose client it sits in
    with Saboteur().planted() as planted:
        yield planted


def due_yesterday(night: Night) -> list[str]:
    return night.members(MEMBERS, {DUE: POINTS, DUE - DAY: 2, LATER: 1})


def deliver(night: Night) -> None:
    """Plans and works until nothing is left, as queues do: what failed comes again."""
    for _ in range(40):
        with suppress(CrashError, AftercareError, BotoCoreError, PynamoDBException):
            if not night.tasks:
                night.service.run(SCHEDULED, actor=BY_NIGHT)
                if not night.tasks:
                    return
            night.service.work(night.tasks[0], plenty, actor=BY_NIGHT)
            night.tasks.pop(0)
    pytest.fail("the night never ends")


def struck(night: Night, saboteur: Saboteur, plan: Plan) -> bool:
    with saboteur.during(plan):
        deliver(night)
    return plan.struck


def check(night: Night, members: list[str]) -> None:
    run = night.record()
    assert (run.is_complete, run.expired) == (True, UNDISTURBED)
    assert run.audited_at
    assert not run.differences
    for lots, expired, lapsed, debt in night.books(members).values():
        assert (lots, expired) == ({LATER: 1}, {DUE - DAY: 2, DUE: POINTS})
        assert (lapsed, debt) == ({}, 0)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_killed_at_any_write_the_night_ends_the_same(tables: dict[str, str], fault: Fault) -> None:
    for write in range(1, MOST_WRITES):
        night = fresh_night(tables, rule_book=ONE_SHARD)
        members = due_yesterday(night)
        with Saboteur().planted() as saboteur:
            was_struck = struck(night, saboteur, Plan(fault, write, lambda: None))
        check(night, members)
        if not was_struck:
            assert write > 15
            return
    pytest.fail("there are more writes than were tried")


@pytest.mark.parametrize("request_number", range(1, 40, 3))
def test_a_second_night_at_the_same_time_ends_the_same(
    night: Night, saboteur: Saboteur, request_number: int
) -> None:
    members = due_yesterday(night)

    def rival() -> None:
        waiting = list(night.tasks)
        night.run()
        night.tasks[:] = waiting

    struck(night, saboteur, Plan(Fault.RACED, request_number, rival))
    check(night, members)


@pytest.mark.parametrize("late", [False, True])
def test_a_spend_racing_the_sweep_is_before_or_after_it_and_never_both(
    night: Night, saboteur: Saboteur, *, late: bool
) -> None:
    """The till's clock may be before midnight, so the till spends what the night expires."""
    night.service.run(SCHEDULED, actor=BY_NIGHT)
    task = next(task for task in night.tasks if task.part.due == DUE)
    night.drain()
    spent = []
    for request_number in range(1, 8):
        [member_id] = night.members(1, {DUE: POINTS, DUE - DAY: 2, LATER: 1})

        def spend(member_id: str = member_id) -> None:
            night.at(SCHEDULED if late else DUE - DAY)
            with suppress(AftercareError):
                night.spends(member_id, 1 if late else POINTS)
                spent.append(member_id)
            night.at(SCHEDULED)

        with saboteur.during(Plan(Fault.RACED, request_number, spend)):
            night.service.work(task, plenty, actor=BY_NIGHT)
        night.drain()
        account, rows = night.accounts.account(member_id), night.accounts.entries(member_id)
        assert audit(account, rows, SCHEDULED) == ()
        gone = sum(row.points for row in rows if row.kind is Kind.SPEND)
        assert gone + sum(account.lots.values()) + sum(account.expired.values()) == POINTS + 3
        assert not account.past(SCHEDULED)
    assert spent
