"""Drawn schedules over tickets: crashes and races lose nothing and say nothing twice."""

import random
from collections import Counter
from itertools import batched
from typing import Any, cast

import pytest

from aftercare.desk.appeals import APPEALS
from aftercare.desk.clocks import fold
from aftercare.desk.moves import TicketState as S
from aftercare.desk.moves import Verb
from aftercare.desk.queues import queue_of
from aftercare.desk.steps import next_look, terms_of
from aftercare.desk.ticket import Message, Thread
from aftercare.kernel.aws import client
from aftercare.kernel.clock import to_text
from aftercare.kernel.errors import AftercareError
from tests.fakes.crashes.faults import Fault, Saboteur
from tests.fakes.crashes.planting import Mutant, planted
from tests.fakes.crashes.ticket_mutants import MUTANTS
from tests.fakes.crashes.ticket_world import TicketWorld, new_ticket_world
from tests.fakes.service_desk import ServiceDesk

pytestmark = [pytest.mark.integration, pytest.mark.slow]
SCHEDULES, PARTS = 250, 4
MOST_UNTIL_FOUND = 60


@pytest.mark.parametrize("part", range(PARTS))
def test_no_schedule_loses_a_message_or_forgets_a_ticket(
    desk: ServiceDesk, saboteur: Saboteur, crash_seed: int, part: int
) -> None:
    dice = random.Random(f"{crash_seed} tickets {part}")  # noqa: S311 - the seed is printed
    met = Counter[str]()
    for number in range(SCHEDULES):
        world = new_ticket_world(desk, saboteur, f"{part}{number}")
        world.play(dice)
        check_stored(world)
        world.recover()
        check(world)
        said = (each.entry for one in world.threads for each in one.messages)
        met += world.met + Counter(f"{entry.verb}" for entry in said)
        clear(desk)
    drawn = {f"{fault.name} struck" for fault in Fault} | {verb.value for verb in Verb}
    assert drawn - met.keys() == set()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_bug_is_found(desk: ServiceDesk, saboteur: Saboteur, mutant: Mutant) -> None:
    dice = random.Random(1)  # noqa: S311 - the same schedules each time
    with planted(mutant):
        for number in range(MOST_UNTIL_FOUND):
            world = new_ticket_world(desk, saboteur, f"bug{number}")
            try:
                world.play(dice)
                check_stored(world)
                world.recover()
                check(world)
            except (AssertionError, AftercareError):
                return
            finally:
                clear(desk)
    raise AssertionError(f"{mutant.name} was not found")


def check(world: TicketWorld) -> None:
    """What holds of every schedule, once it is over."""
    desk, threads = world.desk, world.threads
    words = Counter(each.words for one in threads for each in one.messages if each.words)
    assert all(words[form] == 1 for form in world.sent)
    once = (*world.answered, *world.wished, *world.forged, *world.walked, *world.stores)
    assert all(words[form] <= 1 for form in once)
    assert not any(words[store] for store in world.shut)
    for one in threads:
        check_ticket(one)
        assert next_look(one, desk.clock()) is None
    assert len(world.entries()) == sum(len(one.messages) for one in threads)
    check_stored(world)
    closed = [one.ticket.ticket_id for one in threads if one.clocks.state is S.CLOSED]
    assert facts(desk) == sorted(closed)


def check_ticket(one: Thread) -> None:
    """What holds of each ticket once nothing is left to do."""
    ticket, entries = one.ticket, [each.entry for each in one.messages]
    assert [entry.number for entry in entries] == list(range(1, ticket.entries + 1))
    verbs = Counter(entry.verb for entry in entries)
    opened = verbs[Verb.OPEN] + (entries[0].verb is Verb.HAND_OVER)
    assert (opened, verbs[Verb.ACKNOWLEDGE] <= 1) == (1, True)
    assert all(verbs[wish] <= 1 for wish in APPEALS)
    # Nobody who was promised something waits for ever, and what is over is closed.
    assert one.clocks.state not in {S.RESOLVED, S.NEW, S.OPEN, S.WAITING_THIRD}


def check_stored(world: TicketWorld) -> None:
    """The stored queues and due times are those of the folds, whatever happened.

    Of two tickets that are one, both say so, and either number leads to the one that goes on.
    """
    threads = world.threads
    for one in threads:
        ticket, clocks = (
            one.ticket,
            fold((each.entry for each in one.messages), terms_of(one.ticket)),
        )
        assert (ticket.state, one.clocks) == (clocks.state, clocks)
        assert (clocks.state is S.MERGED) is bool(ticket.merged_into)
        row, queue = stored(world.desk, ticket.ticket_id), queue_of(clocks.state)
        assert row.get("queue", {}).get("S") == queue
        due = to_text(clocks.due) if clocks.due else "9999"
        assert not queue or row["urgency"]["S"].startswith(f"{due}#")
        by_number = world.desk.tickets.thread
        led = by_number(ticket.email_key, ticket.number) if ticket.merged_into else one
        assert not led.ticket.merged_into
        said = Counter(words for each in led.line if (words := said_in(each.message)))
        assert not said or max(said.values()) == 1
        assert all(said[each] == 1 for each in map(said_in, one.messages) if each)
    merged = {each.joint.ticket_id: one.ticket.ticket_id for one in threads for each in one.merges}
    goes_on = {each.ticket.ticket_id: each.ticket.merged_into for each in threads}
    assert merged == {loser: winner for loser, winner in goes_on.items() if winner}


def said_in(message: Message) -> str:
    """What somebody said; of a hand-over there is the store's name, as often as it happens."""
    return "" if message.entry.verb is Verb.HAND_OVER else message.words


def facts(desk: ServiceDesk) -> list[str]:
    """The tickets of which there are facts, each as often as there are."""
    items = client("dynamodb").scan(TableName=desk.tables["TicketsTable"])["Items"]
    return sorted(i["sk"]["S"] for i in items if i["pk"]["S"].startswith("FACTS#"))


def stored(desk: ServiceDesk, ticket_id: str) -> dict[str, dict[str, str]]:
    key = {"pk": {"S": ticket_id}, "sk": {"S": "TICKET"}}
    row: Any = client("dynamodb").get_item(TableName=desk.tables["TicketsTable"], Key=key)["Item"]
    return cast("dict[str, dict[str, str]]", row)


def clear(desk: ServiceDesk) -> None:
    """An empty table of tickets for the next schedule."""
    table, dynamodb = desk.tables["TicketsTable"], client("dynamodb")
    keys: list[Any] = [
        {"DeleteRequest": {"Key": {name: item[name] for name in ("pk", "sk")}}}
        for item in dynamodb.scan(TableName=table)["Items"]
    ]
    for few in batched(keys, 25, strict=False):
        dynamodb.batch_write_item(RequestItems={table: list(few)})
