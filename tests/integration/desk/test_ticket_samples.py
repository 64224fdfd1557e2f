"""Tickets as other versions stored them: today's samples, and a newer version's items."""

import json
from datetime import UTC, date, datetime

import boto3
import pytest

from aftercare.authenticity.naming import NO_CODE
from aftercare.desk.facts import Measured
from aftercare.desk.figure_store import FigureStore
from aftercare.desk.incoming.model import Parked
from aftercare.desk.model import Channel
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.search import Kept, Search
from aftercare.desk.search_store import SearchStore
from aftercare.desk.ticket import Proof
from aftercare.kernel.errors import NewerDataError
from aftercare.orders.model import email_key_of
from aftercare.staff.model import Role
from tests.fakes.codes import code
from tests.fakes.orders import EMAIL
from tests.fakes.reviews import AGENT, STORE, member
from tests.fakes.samples import Item, items
from tests.fakes.service_desk import DESK_WORKER, SOHO, ServiceDesk, service_desk

pytestmark = pytest.mark.integration
SAMPLES = list(items("tickets").values())
NUMBER = "R-7K2M-9QXA-8"
HANDED = "R-969F-C0B0-W"
V = Verb


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    desk = service_desk(tables)
    for item in SAMPLES:
        put(tables, item)
    return desk


def put(tables: dict[str, str], item: Item) -> None:
    boto3.client("dynamodb").put_item(TableName=tables["TicketsTable"], Item=item)


def test_todays_ticket_is_read_and_goes_on(desk: ServiceDesk) -> None:
    thread = desk.thread(NUMBER)
    verbs = [each.entry.verb for each in thread.messages]
    assert verbs == [V.OPEN, V.ACKNOWLEDGE, V.ASK]
    assert thread.clocks.state is TicketState.WAITING_CUSTOMER
    assert thread.ticket.claim
    after = desk.tickets.write(email_key_of(EMAIL), NUMBER, desk.sent("Here it is."))
    assert (after.ticket.ticket_id, after.ticket.state) == (
        thread.ticket.ticket_id,
        TicketState.OPEN,
    )


def test_a_ticket_that_was_handed_over_is_read_and_its_codes_work(desk: ServiceDesk) -> None:
    desk.clock.forward(minutes=5)
    thread = desk.counter.open_ticket(STORE, HANDED)
    assert thread.messages[-1].words == SOHO
    assert [each.proof for each in thread.ticket.proofs] == [
        Proof.ORDER_AND_MAILBOX,
        Proof.HAND_OVER,
    ]
    case = desk.handing.of_ticket(email_key_of(EMAIL), HANDED)
    shown = desk.handing.shown(case)
    assert shown
    colleague = member("sam", Role.STORE)
    assert desk.redeem(shown.digits, colleague).ticket.number == HANDED
    assert desk.thread(NUMBER).ticket.proofs[0].proof is Proof.ORDER_AND_MAILBOX


def test_codes_that_were_named_are_read(desk: ServiceDesk) -> None:
    ticket = desk.thread("R-37HX-G2H4-R").ticket
    assert (ticket.codes, ticket.named_codes) == (("00-0000000012",), (code(13), NO_CODE))
    desk.keeping.follow(ticket.ticket_id, actor=DESK_WORKER)
    ticket = desk.thread(ticket.number).ticket
    assert (ticket.codes, ticket.named_codes) == (("00-0000000012", "00-0000000013", NO_CODE), ())
    assert desk.staff.codes(AGENT, desk.thread(NUMBER)) == ((), False), "a ticket of before"


def test_a_stored_fact_is_read(desk: ServiceDesk) -> None:
    [fact] = FigureStore(desk.tables["TicketsTable"]).facts(date(2026, 6, 24))
    assert (fact.channel, fact.first_response) == (Channel.WEB, Measured(600, met=True))
    assert (fact.responses, fact.reopenings) == ((Measured(600, met=True),), 0)


def test_stored_searches_are_read_without_what_a_newer_version_looks_for(
    desk: ServiceDesk,
) -> None:
    store = SearchStore(desk.tables["TicketsTable"])
    late = Search(language="ja", is_overdue=True)
    assert store.of("usr-ada").kept == (Kept("Late in Japanese", late),)
    [item] = [each for each in SAMPLES if each["sk"]["S"] == "SEARCHES"]
    newer = '[["Soon", {"queue": "nights", "mood": "angry", "days": 3}]]'
    put(desk.tables, item | {"document": {"S": newer}})
    assert store.of("usr-ada").kept == (Kept("Soon", Search(days=3)),)


def test_stored_mails_are_read(desk: ServiceDesk) -> None:
    first, unconfirmed = desk.intake.store.messages("tkt_01KTSEFPW0JGQSYY252Y2MR31H")
    assert first.envelope is not None
    assert unconfirmed.envelope is not None
    assert (first.envelope.is_proved, unconfirmed.envelope.is_proved) == (True, False)
    assert unconfirmed.entry.verb is V.UNCONFIRMED
    [parked] = desk.parked()
    kept = desk.intake.inbox.parked(parked.name)
    assert kept is not None
    assert (kept.words, kept.reason) == ("The blue one.", Parked.UNPROVED)
    assert kept.envelope == unconfirmed.envelope
    hour, sender = kept.at, f"{email_key_of(kept.envelope.sender)} not proved"
    assert desk.intake.inbox.counted(sender, hour) == {kept.name}


def test_a_newer_versions_ticket_keeps_what_we_do_not_know(
    desk: ServiceDesk, tables: dict[str, str]
) -> None:
    for item in SAMPLES:
        put(tables, item | {"mood": {"S": "cross"}})
    assert desk.thread(NUMBER).ticket.number == NUMBER


def test_a_state_of_a_newer_version_is_left_to_it(
    desk: ServiceDesk, tables: dict[str, str]
) -> None:
    ticket = next(item for item in SAMPLES if item["sk"] == {"S": "TICKET"})
    document = json.loads(ticket["document"]["S"]) | {"state": "frozen"}
    put(tables, ticket | {"document": {"S": json.dumps(document)}})
    with pytest.raises(NewerDataError):
        desk.thread(NUMBER)


def test_two_tickets_that_became_one_are_read_and_part_again(desk: ServiceDesk) -> None:
    first, second = "R-48MF-27ZF-2", "R-P2RF-KWKG-0"
    desk.clock.now = datetime(2026, 6, 13, 7, tzinfo=UTC)
    thread = desk.thread(second)
    assert (thread.ticket.number, thread.ticket.state) == (first, TicketState.NEW)
    said = [each.message.words for each in thread.line if each.message.words]
    assert said == ["My order has not come.", "Where is my order?"]
    desk.unmerge(first, second)
    assert desk.thread(second).clocks.state is TicketState.NEW
