"""Somebody stands at a counter: what proves them, what it opens, and how they go on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.desk.errors import (
    CounterOverError,
    HandOverRefusedError,
    ReceiptRefusedError,
    StoreUnnamedError,
    TicketNotFoundError,
    TooManyTriesError,
    TooManyWalkInsError,
    WalkInAddressError,
    WordsInvalidError,
)
from aftercare.desk.hand_over import PAPER_LASTS
from aftercare.desk.model import Channel
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.receipts import Receipt
from aftercare.desk.service import About
from aftercare.desk.ticket import Proof, Proved, Topic, Worth
from aftercare.desk.walk_ins import MISSED_RECEIPTS, OPENED_BY_STAFF, WalkIn
from aftercare.orders.model import email_key_of
from aftercare.staff.errors import NotPermittedError
from aftercare.staff.model import Role
from tests.fakes.orders import EMAIL, NOON, NUMBER, ORDERS_INGEST, full_width, paid
from tests.fakes.reviews import AGENT, AUDITOR, LEAD, QA, STORE, WAREHOUSE, member
from tests.fakes.service_desk import HELLO, SOHO, ServiceDesk, service_desk

pytestmark = pytest.mark.integration
COLLEAGUE = member("sam", Role.STORE)
SOLD = "PM-2026-7001"
OTHERS = "gift@example.com"
RECEIPT = Receipt(f"No. {SOLD}", "$178.00")
S = TicketState


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    found = service_desk(tables)
    sells(found)
    return found


def sells(
    desk: ServiceDesk, number: str = SOLD, channel: str = "store", email: str = EMAIL
) -> None:
    """A purchase of 178 dollars."""
    bought = paid(number=number, email=email, at=NOON)
    event = replace(bought, purchase=replace(bought.purchase, channel=channel))
    desk.tickets.people.orders.record(event, actor=ORDERS_INGEST)


def test_a_receipt_proves_who_stands_there(desk: ServiceDesk) -> None:
    thread = desk.walks_in(email=f" {EMAIL.upper()} ", receipt=RECEIPT)
    ticket = thread.ticket
    assert ticket.proofs == (Proved(Proof.RECEIPT, desk.clock(), Channel.COUNTER),)
    assert (ticket.receipt, ticket.order_number, ticket.named_order) == (SOLD, SOLD, "")
    assert (ticket.language, ticket.market, ticket.worth) == ("fr", "US", Worth(17800, "USD"))
    [message] = thread.messages
    assert (message.entry.verb, message.entry.actor) == (Verb.OPEN, STORE.actor)
    assert (message.words, message.entry.is_public) == (HELLO, True)
    assert desk.thread(ticket.number) == thread
    assert desk.tickets.thread(email_key_of(EMAIL), ticket.number) == thread


def test_it_is_the_counters_at_once_and_nobody_elses(desk: ServiceDesk) -> None:
    number = desk.walks_in(receipt=RECEIPT).ticket.number
    assert desk.counter.open_ticket(STORE, number).ticket.counter
    with pytest.raises(CounterOverError):
        desk.counter.open_ticket(COLLEAGUE, number)


def test_writing_down_what_somebody_says_answers_them_nothing(desk: ServiceDesk) -> None:
    thread = desk.walks_in(receipt=RECEIPT)
    assert thread.clocks.state is S.NEW
    assert thread.clocks.first_response.is_open
    assert thread.clocks.acknowledgement is None


@pytest.mark.parametrize("email", [OTHERS, ""], ids=["another mailbox", "no mailbox"])
def test_anybodys_receipt_counts_and_opens_their_order_at_the_counter_alone(
    desk: ServiceDesk, email: str
) -> None:
    ticket = desk.walks_in(email=email, receipt=RECEIPT).ticket
    assert (ticket.proof, ticket.receipt, ticket.order_number) == (Proof.RECEIPT, SOLD, "")
    assert ticket.email == email
    with pytest.raises(TicketNotFoundError):
        desk.tickets.thread(email_key_of(EMAIL), ticket.number)


@pytest.mark.parametrize(
    "total",
    ["178.00", "178,00 USD", "USD 178", full_width("178.00"), "  $ 178.00 "],
    ids=map(str, range(5)),
)
def test_a_total_counts_however_it_is_printed(desk: ServiceDesk, total: str) -> None:
    assert desk.walks_in(receipt=Receipt(SOLD, total)).ticket.proof is Proof.RECEIPT


def test_a_vending_machines_receipt_counts_and_an_online_order_has_none(desk: ServiceDesk) -> None:
    sells(desk, "PM-2026-7002", "vending")
    assert desk.walks_in(receipt=Receipt("PM-2026-7002", "178.00")).ticket.receipt
    with pytest.raises(ReceiptRefusedError):
        desk.walks_in(receipt=Receipt(NUMBER, "178.00"))


@pytest.mark.parametrize(
    "receipt",
    [
        Receipt(SOLD, "179.00"),
        Receipt(SOLD, ""),
        Receipt("PM-2026-7999", "178.00"),
        Receipt("", "178.00"),
        Receipt("a note", "178.00"),
    ],
    ids=["other total", "no total", "nobody's", "no number", "no receipt"],
)
def test_a_receipt_that_does_not_match_opens_nothing_unless_staff_say_so(
    desk: ServiceDesk, receipt: Receipt
) -> None:
    with pytest.raises(ReceiptRefusedError):
        desk.walks_in(receipt=receipt)
    assert desk.entries() == []
    ticket = desk.walks_in(receipt=receipt, is_unproved=True).ticket
    assert (ticket.proof, ticket.receipt, ticket.order_number) == (Proof.UNCONFIRMED, "", "")
    assert (ticket.market, ticket.worth, ticket.shown_order) == ("", None, "")
    assert ticket.named_order == {"No": ""}.get(receipt.number, receipt.number)


def test_who_lost_the_receipt_is_helped_and_proves_nothing(desk: ServiceDesk) -> None:
    ticket = desk.walks_in(email=OTHERS).ticket
    assert (ticket.proof, ticket.named_order) == (Proof.UNCONFIRMED, "")
    assert desk.walks_in(email=OTHERS, is_unproved=True).ticket.proof is Proof.UNCONFIRMED


def test_the_same_form_twice_is_one_ticket(desk: ServiceDesk) -> None:
    walk_in = WalkIn(SOHO, Topic.PRODUCT, HELLO, "en", receipt=RECEIPT)
    first = desk.walk_ins.open(STORE, walk_in, "form")
    assert desk.walk_ins.open(STORE, walk_in, "form") == first
    assert desk.walk_ins.open(COLLEAGUE, walk_in, "form") != first


def test_what_is_missing_is_named_and_nothing_is_opened(desk: ServiceDesk) -> None:
    with pytest.raises(StoreUnnamedError):
        desk.walks_in(store=" ")
    with pytest.raises(WordsInvalidError):
        desk.walks_in(words=" ")
    with pytest.raises(WalkInAddressError):
        desk.walks_in(email="mei at home")
    assert desk.entries() == []


@pytest.mark.parametrize("who", [AGENT, LEAD, QA, WAREHOUSE, AUDITOR], ids=lambda who: who.name)
def test_only_counters_open_tickets_for_who_is_there(desk: ServiceDesk, who: object) -> None:
    number = desk.walks_in(receipt=RECEIPT).ticket.number
    for act in (
        lambda: desk.walks_in(who),  # type: ignore[arg-type]
        lambda: desk.walk_ins.print_code(who, number),  # type: ignore[arg-type]
        lambda: desk.walk_ins.printed(who, number),  # type: ignore[arg-type]
    ):
        with pytest.raises(NotPermittedError):
            act()


def test_trying_receipts_ends_and_correct_ones_are_no_tries(desk: ServiceDesk) -> None:
    for _ in range(3):
        desk.walks_in(receipt=RECEIPT)
    for _ in range(MISSED_RECEIPTS.most):
        with pytest.raises(ReceiptRefusedError):
            desk.walks_in(receipt=Receipt(SOLD, "1"))
    with pytest.raises(TooManyTriesError):
        desk.walks_in(receipt=RECEIPT)
    desk.walks_in(COLLEAGUE, receipt=RECEIPT)
    desk.walks_in(is_unproved=True)
    desk.clock.forward(hours=1)
    desk.walks_in(receipt=RECEIPT)


def test_nobody_opens_more_than_people_can_bring(desk: ServiceDesk) -> None:
    for _ in range(OPENED_BY_STAFF.most):
        desk.walks_in()
    with pytest.raises(TooManyWalkInsError):
        desk.walks_in()
    desk.walks_in(COLLEAGUE)


def test_a_paper_code_opens_the_case_at_any_counter_for_weeks(desk: ServiceDesk) -> None:
    number = desk.walks_in(receipt=RECEIPT).ticket.number
    digits = desk.paper_code(number)
    assert len(digits) == 16
    printed = " ".join(digits[at : at + 4] for at in range(0, 16, 4))
    desk.clock.forward(hours=PAPER_LASTS.total_seconds() / 3600 - 1)
    for who in (COLLEAGUE, STORE, COLLEAGUE):
        thread = desk.redeem(printed, who)
        assert (thread.ticket.number, thread.ticket.proof) == (number, Proof.RECEIPT)
        assert desk.redeem(digits, who) == thread
    assert [each.proof for each in thread.ticket.later_proofs] == [Proof.HAND_OVER] * 3
    desk.clock.forward(hours=1)
    with pytest.raises(HandOverRefusedError):
        desk.redeem(digits)


def test_a_lost_paper_code_is_replaced(desk: ServiceDesk) -> None:
    number = desk.walks_in().ticket.number
    lost = desk.paper_code(number)
    digits = desk.paper_code(number)
    with pytest.raises(HandOverRefusedError):
        desk.redeem(lost, COLLEAGUE)
    assert desk.redeem(digits, COLLEAGUE).ticket.number == number


def test_a_counter_prints_codes_of_its_own_cases_alone(desk: ServiceDesk) -> None:
    number = desk.walks_in().ticket.number
    desk.paper_code(number)
    with pytest.raises(CounterOverError):
        desk.walk_ins.print_code(COLLEAGUE, number)
    with pytest.raises(CounterOverError):
        desk.walk_ins.printed(COLLEAGUE, number)
    desk.clock.forward(hours=8)
    with pytest.raises(CounterOverError):
        desk.walk_ins.print_code(STORE, number)


def test_a_code_on_the_phone_and_a_paper_code_replace_each_other(desk: ServiceDesk) -> None:
    number = desk.walks_in(email=EMAIL, receipt=RECEIPT).ticket.number
    on_paper = desk.paper_code(number)
    code = desk.code(number)
    assert desk.walk_ins.printed(STORE, number)[1] is None
    with pytest.raises(HandOverRefusedError):
        desk.redeem(on_paper, COLLEAGUE)
    assert desk.redeem(code, COLLEAGUE).ticket.number == number


def test_a_paper_code_proves_nothing_but_that_it_was_shown(desk: ServiceDesk) -> None:
    number = desk.walks_in(email=OTHERS).ticket.number
    ticket = desk.redeem(desk.paper_code(number), COLLEAGUE).ticket
    assert [each.proof for each in ticket.proofs] == [Proof.UNCONFIRMED, Proof.HAND_OVER]


def test_a_closed_case_goes_on_by_its_paper_code(desk: ServiceDesk) -> None:
    number = desk.walks_in(receipt=RECEIPT).ticket.number
    digits = desk.paper_code(number)
    desk.act(number, Verb.RESOLVE)
    desk.clock.forward(days=15)
    desk.work()
    assert desk.thread(number).clocks.state is S.CLOSED
    ticket = desk.redeem(digits, COLLEAGUE).ticket
    assert (ticket.follows, ticket.receipt) == (number, SOLD)
    assert {each.proof for each in ticket.proofs} == {Proof.RECEIPT, Proof.HAND_OVER}


def test_what_goes_on_on_the_web_keeps_the_receipt_that_was_shown(desk: ServiceDesk) -> None:
    number = desk.walks_in(email=OTHERS, receipt=RECEIPT).ticket.number
    desk.act(number, Verb.RESOLVE)
    desk.clock.forward(days=15)
    desk.work()
    ticket = desk.write(number, email=OTHERS).ticket
    assert (ticket.follows, ticket.receipt, ticket.order_number) == (number, SOLD, "")


def test_two_without_a_mailbox_are_never_one_customer(desk: ServiceDesk) -> None:
    one, other = (desk.walks_in().ticket for _ in range(2))
    assert one.email_key != other.email_key
    assert desk.staff.earlier(AGENT, one) == ()


def test_nothing_of_the_person_is_left_after_an_erasure(desk: ServiceDesk) -> None:
    number = desk.walks_in(email=OTHERS, receipt=RECEIPT).ticket.number
    digits = desk.paper_code(number)
    desk.erasing().erase(email_key_of(OTHERS), lambda _: True)
    ticket = desk.thread(number).ticket
    assert (ticket.email, ticket.receipt, ticket.named_order, ticket.counter) == ("", "", "", None)
    with pytest.raises(HandOverRefusedError):
        desk.redeem(digits, COLLEAGUE)


def test_a_case_of_much_goes_to_the_second_tier_by_what_the_receipt_says(desk: ServiceDesk) -> None:
    assert desk.ask(About(Topic.ORDER, NUMBER)).ticket.worth == Worth(17800, "USD")
    thread = desk.walks_in(receipt=RECEIPT)
    desk.work()
    assert desk.thread(thread.ticket.number).clocks.state is S.NEW
    assert timedelta(days=1) < PAPER_LASTS
