"""The demo tickets of `make seed`: a desk at work, and nobody is mailed."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from aftercare.desk.clock import ClockState
from aftercare.desk.model import Channel, Queue
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.ticket import Thread
from aftercare.desk.wiring import service_report
from aftercare.orders.model import email_key_of
from aftercare.staff.model import Role
from infra.seeds import orders, tickets
from tests.fakes.house import SetClock
from tests.fakes.reviews import member
from tests.fakes.service_desk import DESK_WORKER, ServiceDesk, desk_beside, service_desk

pytestmark = pytest.mark.integration
NOW = datetime(2026, 11, 29, 20, tzinfo=UTC)
STAFF = {role: member(f"demo-{role}", role) for role in Role}
S = TicketState


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    service_desk(tables)
    desk = desk_beside(tables, SetClock(NOW))
    orders.seed(tables["OrdersTable"], NOW)
    return desk


def seeded(desk: ServiceDesk, now: datetime = NOW) -> dict[str, Thread]:
    """The demo tickets by their numbers."""
    return {number: desk.thread(number) for number in tickets.seed(desk.tables, STAFF, now)}


def named(desk: ServiceDesk, name: str) -> Thread:
    return desk.thread(tickets.number_of(name))


def test_there_are_tickets_in_every_state_by_several_channels_in_several_languages(
    desk: ServiceDesk,
) -> None:
    found = [thread.ticket for thread in seeded(desk).values()]
    assert {each.state for each in found} == set(S) - {S.REPLIED, S.MERGED}
    assert named(desk, "about the same, second").ticket.number == tickets.number_of(
        "about the same, first"
    )
    assert {each.channel for each in found} >= {Channel.WEB, Channel.MAIL, Channel.PARTNER}
    assert {each.language for each in found} == {"en", "zh-Hans", "fr", "ja"}
    assert all(desk.queue(queue) for queue in Queue)


def test_clocks_say_who_waits_and_who_waited_too_long(desk: ServiceDesk) -> None:
    seeded(desk)
    waits = named(desk, "waits for its first reply").clocks.first_response
    assert (waits.is_open, waits.state_at(NOW)) == (True, ClockState.RUNNING)
    late = named(desk, "breached").clocks.first_response
    assert (late.is_open, late.state_at(NOW)) == (True, ClockState.MISSED)
    handed = named(desk, "handed over")
    assert handed.messages[-1].entry.verb is Verb.HAND_OVER
    assert handed.ticket.is_at_counter_of(STAFF[Role.STORE].actor, NOW)


def test_the_desks_figures_are_there(desk: ServiceDesk) -> None:
    seeded(desk)
    report = service_report(desk.tables["TicketsTable"], clock=lambda: NOW).latest()
    assert report
    tickets_of = {channel: served.tickets for channel, served in report.figures.items()}
    assert tickets_of == {Channel.WEB: 4, Channel.MAIL: 2}


def test_seeding_again_changes_nothing(desk: ServiceDesk) -> None:
    def stored() -> str:
        items = boto3.client("dynamodb").scan(TableName=desk.tables["TicketsTable"])["Items"]
        return json.dumps(sorted(items, key=repr), sort_keys=True)

    seeded(desk)
    before = stored()
    tickets.seed(desk.tables, STAFF, NOW)
    assert stored() == before
    tickets.seed(desk.tables, STAFF, NOW + timedelta(days=1))
    held = [
        each.number for each in desk.tickets.of_customer(email_key_of("tom.okafor@example.com"))
    ]
    assert Counter(held).most_common(1)[0][1] == 1
    assert len(held) == 2


def test_nobody_is_told_until_somebody_acts_on_one(desk: ServiceDesk) -> None:
    seeded(desk)
    assert (desk.entries(), desk.timers()) == ([], [])
    number = tickets.number_of("waits for its first reply")
    desk.act(number, Verb.REPLY)
    [entry] = desk.entries()
    assert (entry.entry_type, entry.subject) == (
        "ticket.answered",
        desk.thread(number).ticket.ticket_id,
    )
    assert [each.subject for each in desk.timers()] == [entry.subject]
    desk.keeping.look(entry.subject, actor=DESK_WORKER)


def test_the_reader_of_the_readme_has_no_messages_yet(desk: ServiceDesk) -> None:
    seeded(desk)
    assert desk.tickets.of_customer(email_key_of("mei.tanaka@example.com")) == ()
