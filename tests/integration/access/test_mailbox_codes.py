"""A code for whoever has a mailbox: anybody gets one, few a day, and it proves nothing else."""

from dataclasses import replace

import pytest

from aftercare.access.model import Proved
from aftercare.kernel.actor import CUSTOMER
from aftercare.mail.model import Mail, Outcome
from aftercare.members.model import MemberEvent
from aftercare.orders.model import email_key_of
from tests.fakes.actors import MAILER
from tests.fakes.callers import order_of, person, sent, source
from tests.fakes.house import House
from tests.fakes.mails import Mailbox

pytestmark = pytest.mark.integration


def asked(house: House, email: str, where: str = "") -> str:
    return house.access.request_messages_code(email, where or source(), actor=CUSTOMER)


def outcome(house: House, request: str) -> Outcome | None:
    return house.access.send_code(request, Mailbox(), actor=MAILER)


def proof_of(house: House, request: str) -> Proved:
    code = sent(house, request)
    return house.access.prove([request], code, source(), actor=CUSTOMER)


def test_the_code_proves_the_mailbox_and_keeps_how(house: House) -> None:
    request = asked(house, email := person())
    assert house.access.mailbox(request) == "", "nothing is proved yet"
    assert proof_of(house, request) == Proved(email_key_of(email), "", request)
    assert house.access.mailbox(request) == email
    assert house.access.mailbox("") == ""


def test_who_bought_something_proves_the_mailbox_alone_too(house: House) -> None:
    order_of(house, email := person())
    request = asked(house, email)
    assert proof_of(house, request).mailbox_by == request


def test_a_members_code_opens_what_a_member_opens(house: House) -> None:
    email = person()
    joined = MemberEvent(
        "mem_01JXD0B7G00000000000000000", house.clock(), email, "en", reminders=False
    )
    house.access.members.record(joined, actor=MAILER)
    assert proof_of(house, asked(house, email)) == Proved(email_key_of(email), "")


def test_its_mail_says_what_it_is_for(house: House) -> None:
    kinds: list[str] = []

    def send(mail: Mail) -> Outcome:
        kinds.append(mail.kind.name)
        return Outcome.SENT

    house.access.send_code(asked(house, person()), send, actor=MAILER)
    assert kinds == ["messages_code"]


def test_another_code_for_the_same_request_is_of_the_same_kind(house: House) -> None:
    first = asked(house, person())
    again = house.access.repeat_request(first, source(), actor=CUSTOMER)
    assert proof_of(house, again).mailbox_by == again


def test_who_may_never_have_asked_gets_ten_mails_a_day_however_many_ask(house: House) -> None:
    email = person()
    for _ in range(10):
        assert outcome(house, asked(house, email)) is Outcome.SENT
    assert outcome(house, asked(house, email)) is Outcome.CAPPED
    house.clock.forward(days=1)
    assert outcome(house, asked(house, email)) is Outcome.SENT


def test_one_network_has_us_write_to_sixty_strangers_a_day(house: House) -> None:
    where = source()
    requests = [asked(house, person(), where) for _ in range(59)]
    assert {outcome(house, each) for each in requests} == {Outcome.SENT}
    house.clock.forward(minutes=11)
    assert outcome(house, asked(house, email := person(), where)) is Outcome.SENT
    assert outcome(house, asked(house, person(), where)) is Outcome.CAPPED
    assert outcome(house, asked(house, email)) is Outcome.SENT, "from elsewhere they are written to"


def test_whom_we_know_is_not_counted_with_strangers(house: House) -> None:
    where = source()
    for _ in range(60):
        outcome(house, asked(house, person(), where))
        house.clock.forward(seconds=20)
    order_of(house, email := person())
    assert outcome(house, asked(house, email, where)) is Outcome.SENT


def test_a_message_that_is_repeated_counts_once(house: House) -> None:
    email = person()
    request = asked(house, email)
    for _ in range(20):
        assert outcome(house, request) is Outcome.SENT
    assert outcome(house, asked(house, email)) is Outcome.SENT


def test_a_request_names_its_network_by_a_keyed_hash(house: House) -> None:
    request = house.access.store.get(asked(house, person(), where := source()))
    assert request
    assert len(request.asker) == 32
    assert where not in repr(request)
    other_key = replace(house.access, secret=b"another key")
    again = other_key.store.get(other_key.request_messages_code(person(), where, actor=CUSTOMER))
    assert again
    assert again.asker != request.asker


def test_an_orders_code_is_as_ever(house: House) -> None:
    order = order_of(house, email := person())
    request = house.access.request_code(order, email, source(), actor=CUSTOMER)
    assert proof_of(house, request) == Proved(email_key_of(email), order)
