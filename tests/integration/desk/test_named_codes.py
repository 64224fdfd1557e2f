"""Codes that are named with a message: the ticket keeps the keys of their histories."""

import json
from dataclasses import replace

import boto3
import pytest

from aftercare.authenticity import references
from aftercare.authenticity.asked import key_of
from aftercare.authenticity.codes import Code, shown
from aftercare.authenticity.naming import NO_CODE, NOT_ISSUED
from aftercare.desk.agents import NamedCodes
from aftercare.desk.moves import Verb
from aftercare.desk.service import About
from aftercare.desk.ticket import MOST_CODES, Thread, Topic
from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.symbols import sealed
from aftercare.orders.model import email_key_of
from aftercare.staff.errors import NotPermittedError
from tests.fakes.codes import KEYS, code
from tests.fakes.orders import EMAIL
from tests.fakes.reviews import AGENT, WAREHOUSE
from tests.fakes.service_desk import DESK_WORKER, ServiceDesk, service_desk

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)
CODE, OTHER = code(12), code(13)
KEY, OTHER_KEY = key_of(Code(0, 12)), key_of(Code(0, 13))
CHECK = references.recorded(Code(0, 13), "ABCDEF", KEYS[0])


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


def asks(desk: ServiceDesk, *codes: str) -> Thread:
    return desk.tickets.ask(MEI, About(Topic.CODE), desk.sent()._replace(codes=codes))


def follows(desk: ServiceDesk, thread: Thread) -> None:
    desk.keeping.follow(thread.ticket.ticket_id, actor=DESK_WORKER)


def seen(desk: ServiceDesk, thread: Thread) -> NamedCodes:
    return desk.staff.codes(AGENT, desk.thread(thread.ticket.number))


def stored(desk: ServiceDesk) -> str:
    items = boto3.client("dynamodb").scan(TableName=desk.tables["TicketsTable"])["Items"]
    return json.dumps([*items, *map(repr, desk.entries())])


def test_a_ticket_keeps_the_key_of_a_code_and_not_the_code(desk: ServiceDesk) -> None:
    thread = asks(desk, CODE)
    assert seen(desk, thread) == NamedCodes((), is_being_read=True)
    for _ in range(3):
        desk.work()
    assert seen(desk, thread) == NamedCodes((KEY,), is_being_read=False)
    assert CODE not in stored(desk)
    verbs = [each.entry.verb for each in desk.thread(thread.ticket.number).messages]
    assert verbs == [Verb.OPEN, Verb.ACKNOWLEDGE], "reading a code is no entry"


def test_a_reference_leads_to_the_code_that_was_checked(desk: ServiceDesk) -> None:
    thread = asks(desk, CODE, CHECK, CODE)
    desk.work()
    assert seen(desk, thread).keys == (KEY, OTHER_KEY)


def test_what_was_never_issued_is_kept_as_that(desk: ServiceDesk) -> None:
    forged, other = sealed(0x123456789ABCDEF), sealed(0x223456789ABCDEF)
    thread = asks(desk, forged, other, NO_CODE)
    desk.work()
    assert seen(desk, thread).keys == (NOT_ISSUED, NO_CODE)


def test_a_code_that_comes_with_a_later_message_is_read_within_the_minute(
    desk: ServiceDesk,
) -> None:
    thread = asks(desk)
    desk.work()
    sent = desk.sent("This is it.")._replace(codes=(CODE,))
    desk.tickets.write(MEI, thread.ticket.number, sent)
    desk.clock.forward(seconds=60)
    desk.work()
    assert seen(desk, thread) == NamedCodes((KEY,), is_being_read=False)


def test_whose_ticket_is_closed_names_the_code_in_the_one_that_follows(desk: ServiceDesk) -> None:
    number = asks(desk, CODE).ticket.number
    desk.work()
    desk.act(number, Verb.RESOLVE)
    desk.clock.forward(days=14, seconds=1)
    desk.work()
    sent = desk.sent("Again.")._replace(codes=(OTHER,))
    following = desk.tickets.write(MEI, number, sent)
    assert following.ticket.number != number
    desk.work()
    assert seen(desk, following).keys == (OTHER_KEY,)


def test_the_same_form_sent_twice_names_it_once(desk: ServiceDesk) -> None:
    sent = desk.sent()._replace(codes=(CODE,))
    first, second = (desk.tickets.ask(MEI, About(Topic.CODE), sent) for _ in range(2))
    assert first.ticket == second.ticket
    desk.work()
    assert seen(desk, first).keys == (KEY,)


def test_no_more_than_five_are_kept(desk: ServiceDesk) -> None:
    thread = asks(desk, *map(code, range(9)))
    desk.work()
    number = thread.ticket.number
    desk.tickets.write(MEI, number, desk.sent("More.")._replace(codes=(code(20),)))
    desk.clock.forward(seconds=60)
    desk.work()
    assert seen(desk, thread).keys == tuple(key_of(Code(0, n)) for n in range(MOST_CODES))


def test_while_the_keys_cannot_be_read_the_customer_is_acknowledged_all_the_same(
    desk: ServiceDesk,
) -> None:
    def key(_: str) -> str:
        raise UnavailableError("Secrets Manager")

    thread, keeping = asks(desk, CODE), replace(desk.keeping, code_key=key)
    for _ in range(2):
        with pytest.raises(UnavailableError):
            keeping.follow(thread.ticket.ticket_id, actor=DESK_WORKER)
    verbs = [each.entry.verb for each in desk.thread(thread.ticket.number).messages]
    assert verbs == [Verb.OPEN, Verb.ACKNOWLEDGE]
    follows(desk, thread)
    assert seen(desk, thread).keys == (KEY,)


def test_the_codes_of_merged_tickets_come_and_go_with_them(desk: ServiceDesk) -> None:
    first = asks(desk, CODE)
    desk.clock.forward(hours=1)
    second = asks(desk, CHECK)
    follows(desk, first)
    one, other = first.ticket.number, second.ticket.number
    desk.merge(one, other)
    follows(desk, second)  # its event came late
    assert seen(desk, first).keys == (KEY, OTHER_KEY)
    desk.unmerge(one, other)
    assert (seen(desk, first).keys, seen(desk, second).keys) == ((KEY,), (OTHER_KEY,))


def test_an_erased_persons_ticket_keeps_no_code(desk: ServiceDesk) -> None:
    thread = asks(desk, CODE)
    desk.work()
    desk.tickets.write(MEI, thread.ticket.number, desk.sent()._replace(codes=(OTHER,)))
    ticket = desk.thread(thread.ticket.number).ticket
    desk.store().forget(ticket, ())
    assert KEY not in stored(desk)
    assert OTHER not in stored(desk)
    assert shown(OTHER) not in stored(desk)


def test_who_may_not_read_tickets_learns_no_code(desk: ServiceDesk) -> None:
    thread = asks(desk, CODE)
    with pytest.raises(NotPermittedError):
        desk.staff.codes(WAREHOUSE, thread)
