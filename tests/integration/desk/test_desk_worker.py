"""What `desk_worker` does with the events that it gets."""

from datetime import timedelta

import pytest

import desk_worker.app
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from aftercare.desk.wiring import service_report
from aftercare.kernel.clock import utc_now
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import email_key_of
from tests.fakes.codes import code
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.logs import logged
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import ServiceDesk, service_desk

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    desk = service_desk(tables)
    desk.clock.now = utc_now()
    return desk


def take(entry: Entry) -> None:
    answer = desk_worker.app.handler(queue_event(bus_event(entry)), CONTEXT)
    assert answer == {"batchItemFailures": []}


def test_a_new_ticket_is_acknowledged_however_often_it_is_told(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    [opened] = desk.entries()
    for _ in range(3):
        take(opened)
    verbs = [each.entry.verb for each in desk.thread(number).messages]
    assert verbs == [Verb.OPEN, Verb.ACKNOWLEDGE]


def test_a_code_that_was_named_is_read_with_the_keys_of_the_deployment(desk: ServiceDesk) -> None:
    sent = desk.sent()._replace(codes=(code(12),))
    number = desk.tickets.ask(email_key_of(EMAIL), About(Topic.CODE), sent).ticket.number
    with logged() as log:
        take(desk.entries()[0])
    assert desk.thread(number).ticket.codes == ("00-0000000012",)
    assert code(12) not in log.getvalue()


def test_every_night_the_figures_are_folded(desk: ServiceDesk) -> None:
    told = desk_worker.app.handler({"scheduled": "2026-11-30T12:00:00Z"}, CONTEXT)
    report = service_report(desk.tables["TicketsTable"]).latest()
    assert report is not None
    assert told == {"until": f"{report.until}", "tickets": {}}
    assert report.until == utc_now().date() - timedelta(days=1)


def test_whose_time_is_over_is_logged_by_id_and_measure(desk: ServiceDesk) -> None:
    desk.clock.now = utc_now() - timedelta(days=30)
    ticket = desk.ask(words="Mei Tanaka, 1 Larkspur Avenue").ticket
    desk.clock.now = utc_now()
    with logged() as log:
        while desk.thread(ticket.number).clocks.state is TicketState.NEW:
            timer = max(desk.timers(), key=lambda each: each.due_at)
            take(timer.entry())
    said = [(line["message"], line["measure"]) for line in log.lines if "measure" in line]
    assert said == [("missed", "acknowledgement")]
    assert "Larkspur" not in log.getvalue()
    assert desk.thread(ticket.number).clocks.state is TicketState.TIER2_QA
