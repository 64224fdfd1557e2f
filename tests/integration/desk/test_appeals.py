"""Customers who want another pair of eyes, and claims for much: both go to the second tier."""

import pytest

from aftercare.desk.agents import Done
from aftercare.desk.appeals import next_appeal
from aftercare.desk.errors import AppealRefusedError, StaleTicketError, TicketNotFoundError
from aftercare.desk.escalations import escalations_on
from aftercare.desk.model import Queue
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import About
from aftercare.desk.targets import Measure
from aftercare.desk.ticket import Topic, Worth
from aftercare.orders.model import OrderLine, ProductKind
from tests.fakes.orders import NUMBER, ORDERS_INGEST, paid
from tests.fakes.reviews import LEAD, QA
from tests.fakes.service_desk import DESK_WORKER, ServiceDesk, service_desk

pytestmark = pytest.mark.integration
V, S = Verb, TicketState


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


def verbs(desk: ServiceDesk, number: str) -> list[str]:
    return [each.entry.verb for each in desk.thread(number).messages]


def answered(desk: ServiceDesk) -> str:
    number = desk.ask().ticket.number
    desk.act(number, V.REPLY)
    return number


def test_an_answer_may_be_reviewed_by_one_tier_after_the_other(desk: ServiceDesk) -> None:
    number = answered(desk)
    assert desk.appeal(number, words="The ear is still missing.").clocks.state is S.TIER2_QA
    assert [card.number for card in desk.queue(Queue.QA)] == [number]
    desk.act(number, V.HAND_BACK, member=QA)
    assert next_appeal(desk.thread(number)) is None, "nobody has said what came of it"
    desk.act(number, V.REPLY)
    assert desk.appeal(number, V.APPEAL_FURTHER).clocks.state is S.LEGAL
    desk.act(number, V.HAND_BACK, member=LEAD)
    desk.act(number, V.RESOLVE)
    assert next_appeal(desk.thread(number)) is None, "both tiers have reviewed it"
    for wish in (V.APPEAL, V.APPEAL_FURTHER):
        with pytest.raises(AppealRefusedError, match="A review can't be asked for here"):
            desk.appeal(number, wish)


def test_each_review_has_its_published_time_and_a_wish_is_answered(desk: ServiceDesk) -> None:
    number = answered(desk)
    clocks = desk.appeal(number).clocks
    [review] = clocks.reviews
    assert (review.measure, review.is_open) == (Measure.TIER2_QA, True)
    assert clocks.next_response
    assert clocks.next_response.is_open
    clocks = desk.act(number, V.RESOLVE, member=QA).clocks
    assert not clocks.open_clocks
    assert next_appeal(desk.thread(number)) is V.APPEAL_FURTHER


def test_nothing_is_reviewed_before_a_person_answered(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.work()
    desk.act(number, V.TAKE)
    with pytest.raises(AppealRefusedError):
        desk.appeal(number)
    assert desk.thread(number).clocks.state is S.OPEN


def test_a_wish_sent_twice_or_during_the_review_is_one(desk: ServiceDesk) -> None:
    number = answered(desk)
    for sent_as in ("once", "once", "of another page"):
        key = desk.thread(number).ticket.email_key
        desk.tickets.appeal(key, number, V.APPEAL, desk.sent("", sent_as))
    assert verbs(desk, number) == [V.OPEN, V.REPLY, V.APPEAL]


def test_an_old_page_asks_for_no_more_than_it_offered(desk: ServiceDesk) -> None:
    number = answered(desk)
    desk.appeal(number)
    desk.act(number, V.RESOLVE, member=QA)
    with pytest.raises(AppealRefusedError):
        desk.appeal(number, V.APPEAL)
    assert desk.thread(number).clocks.state is S.RESOLVED


def test_what_was_resolved_meanwhile_is_reviewed_all_the_same(desk: ServiceDesk) -> None:
    """Whoever comes first, the wish counts: the agent sees it, or the resolution is reopened."""
    number = answered(desk)
    desk.act(number, V.RESOLVE)
    clocks = desk.appeal(number).clocks
    assert (clocks.state, clocks.reopenings) == (S.TIER2_QA, 1)
    number = answered(desk)
    seen = desk.thread(number).ticket.entries
    desk.appeal(number)
    with pytest.raises(StaleTicketError):
        desk.staff.act(LEAD, number, Done(V.RESOLVE, seen, "It is solved.", "form"))


def test_nobody_asks_for_a_review_of_what_is_not_theirs(desk: ServiceDesk) -> None:
    number = answered(desk)
    with pytest.raises(TicketNotFoundError):
        desk.appeal(number, email="li@example.com")


def test_a_claim_for_much_is_reviewed_once(desk: ServiceDesk) -> None:
    line = OrderLine("l-1", "SKU-1", "Big Hare", ProductKind.FIGURE, 1, 150_000)
    desk_order = paid(line, number="PM-BIG-1", at=desk.clock())
    desk.tickets.people.orders.record(desk_order, actor=ORDERS_INGEST)
    number = desk.ask(About(Topic.PRODUCT, "PM-BIG-1")).ticket.number
    assert desk.thread(number).ticket.worth == Worth(150_000, "USD")
    for _ in range(2):
        desk.work()
    assert verbs(desk, number) == [V.OPEN, V.ACKNOWLEDGE, V.ESCALATE]
    desk.act(number, V.HAND_BACK, member=QA)
    desk.work()
    assert desk.thread(number).clocks.state is S.OPEN


@pytest.mark.parametrize(
    ("topic", "worth", "state"),
    [
        (Topic.RETURN, Worth(100_000, "USD"), S.NEW),
        (Topic.RETURN, Worth(100_001, "USD"), S.TIER2_QA),
        (Topic.DELIVERY, Worth(100_001, "USD"), S.NEW),
        (Topic.PRODUCT, Worth(1, "XTS"), S.TIER2_QA),
    ],
    ids=str,
)
def test_the_amount_counts_in_its_currency(
    desk: ServiceDesk, topic: Topic, worth: Worth, state: TicketState
) -> None:
    thread = desk.ask(About(topic, NUMBER, worth=worth))
    desk.keeping.follow(thread.ticket.ticket_id, actor=DESK_WORKER)
    assert desk.thread(thread.ticket.number).clocks.state is state


def test_a_ticket_of_before_has_no_amount(desk: ServiceDesk) -> None:
    ticket = desk.ask(About(Topic.PRODUCT)).ticket
    assert ticket.worth is None
    assert not escalations_on(ticket.opened_at.date()).is_over(ticket)
