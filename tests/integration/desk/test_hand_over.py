"""A case that begins on the website and ends at a counter, where nobody asks anything again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.access.model import count_of
from aftercare.desk.agents import Done
from aftercare.desk.errors import (
    CounterOverError,
    HandOverRefusedError,
    HandOverUnreadableError,
    StaleTicketError,
    StoreUnnamedError,
    TicketNotFoundError,
    TooManyHandOversError,
    TooManyTriesError,
)
from aftercare.desk.hand_over import (
    COUNTER_LASTS,
    LIFETIME,
    MISSES_OF_ALL,
    MISSES_OF_STAFF,
    MOST_A_DAY,
    Case,
    digest_of,
    digits_of,
)
from aftercare.desk.hand_over_store import DigitsTakenError
from aftercare.desk.model import Channel
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.partners import Bringing
from aftercare.desk.service import About
from aftercare.desk.ticket import Proof, Proved, Topic
from aftercare.desk.wiring import ticket_erasing
from aftercare.kernel.aws import client
from aftercare.kernel.ids import new_ticket
from aftercare.kernel.requests import RequestKey
from aftercare.orders.model import email_key_of
from aftercare.staff.errors import NotPermittedError
from aftercare.staff.model import Role
from tests.fakes.environment import BUCKETS
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.reviews import AGENT, AUDITOR, LEAD, QA, STORE, WAREHOUSE, member
from tests.fakes.service_desk import CODE_KEY, SOHO, ServiceDesk, service_desk

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)
COLLEAGUE = member("sam", Role.STORE)
V, S = Verb, TicketState


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


def a_return(name: str = "1", number: str = "") -> Case:
    """A return about which nobody wrote, as the page of the return hands it over."""
    return Case(f"return#ret_{name}", MEI, "fr", "", Topic.RETURN, NUMBER, f"ret_{name}", number)


def other_than(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def test_a_counter_that_redeems_a_code_works_on_that_ticket(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    thread = desk.redeem(desk.code(number))
    assert thread.ticket.number == number
    assert thread.clocks.state is S.OPEN
    last = thread.messages[-1]
    assert (last.entry.verb, last.entry.actor, last.words) == (V.HAND_OVER, STORE.actor, SOHO)
    assert (last.entry.channel, last.entry.is_public) == (Channel.COUNTER, True)
    assert desk.counter.open_ticket(STORE, number) == thread
    assert desk.trail.reads[-1] == (STORE, thread.ticket.ticket_id)
    done = Done(V.RESOLVE, thread.ticket.entries, "Exchanged it.", "form")
    after = desk.counter.act(STORE, number, done)
    assert desk.counter.act(STORE, number, done) == after
    assert after.messages[-1].entry.channel is Channel.COUNTER
    assert after.clocks.state is S.RESOLVED
    assert after.ticket.channel is Channel.WEB


def test_that_a_counter_took_it_over_answers_nobody(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    thread = desk.redeem(desk.code(number))
    assert thread.clocks.first_response.is_open
    done = Done(V.REPLY, thread.ticket.entries, "Let me see.", "form")
    assert not desk.counter.act(STORE, number, done).clocks.first_response.is_open


def test_a_ticket_keeps_what_was_proved_when_and_where(desk: ServiceDesk) -> None:
    asked = desk.ask()
    desk.clock.forward(minutes=5)
    ticket = desk.redeem(desk.code(asked.ticket.number)).ticket
    assert ticket.proofs == (
        Proved(Proof.ORDER_AND_MAILBOX, asked.ticket.opened_at, Channel.WEB),
        Proved(Proof.HAND_OVER, desk.clock(), Channel.COUNTER),
    )
    assert desk.thread(ticket.number).ticket.proofs == ticket.proofs


def test_a_code_is_good_once_and_its_redeemer_finds_the_ticket_again(desk: ServiceDesk) -> None:
    digits = desk.code(desk.ask().ticket.number)
    thread = desk.redeem(digits)
    assert desk.redeem(digits) == thread
    desk.clock.forward(minutes=30)
    assert desk.redeem(digits) == thread
    with pytest.raises(HandOverRefusedError):
        desk.redeem(digits, COLLEAGUE)


def test_the_customer_may_hand_it_over_again_elsewhere(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    first = desk.code(number)
    desk.redeem(first)
    desk.redeem(desk.code(number), COLLEAGUE)
    desk.counter.open_ticket(COLLEAGUE, number)
    with pytest.raises(CounterOverError):
        desk.counter.open_ticket(STORE, number)
    with pytest.raises(HandOverRefusedError):
        desk.redeem(first)


def test_a_code_lasts_a_quarter_of_an_hour(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    case = desk.handing.of_ticket(MEI, number)
    digits = desk.code(number)
    shown = desk.handing.shown(case)
    assert shown
    assert shown.until == desk.clock() + LIFETIME
    desk.clock.forward(minutes=14, seconds=59)
    assert desk.handing.shown(case) == shown
    desk.clock.forward(seconds=1)
    assert desk.handing.shown(case) is None
    with pytest.raises(HandOverRefusedError):
        desk.redeem(digits)


def test_another_code_replaces_the_one_before(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    first, second = desk.code(number), desk.code(number)
    with pytest.raises(HandOverRefusedError):
        desk.redeem(first)
    assert desk.redeem(second).ticket.number == number


def test_wrong_old_replaced_and_used_codes_are_refused_alike(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    replaced, used = desk.code(number), desk.code(number)
    desk.redeem(used, COLLEAGUE)
    old = desk.code(number)
    desk.clock.forward(minutes=16)
    said = set()
    for digits in (replaced, used, old, other_than(old)):
        with pytest.raises(HandOverRefusedError) as refused:
            desk.redeem(digits)
        said.add((str(refused.value), repr(refused.value.facts)))
    assert len(said) == 1


def test_a_counter_sees_no_other_ticket(desk: ServiceDesk) -> None:
    handed, other = desk.ask().ticket.number, desk.ask().ticket.number
    desk.redeem(desk.code(handed))
    for number in (other, new_ticket(), "nonsense"):
        with pytest.raises(CounterOverError):
            desk.counter.open_ticket(STORE, number)
        with pytest.raises(CounterOverError):
            desk.counter.act(STORE, number, Done(V.NOTE, 1, "Let me in.", "form"))
    with pytest.raises(CounterOverError):
        desk.counter.open_ticket(COLLEAGUE, handed)
    with pytest.raises(NotPermittedError):
        desk.staff.open_ticket(STORE, handed)


def test_after_eight_hours_it_is_no_longer_with_the_counter(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.redeem(desk.code(number))
    desk.clock.forward(seconds=COUNTER_LASTS.total_seconds() - 1)
    desk.counter.open_ticket(STORE, number)
    desk.clock.forward(seconds=1)
    with pytest.raises(CounterOverError):
        desk.counter.open_ticket(STORE, number)


@pytest.mark.parametrize("who", [AGENT, LEAD, QA, WAREHOUSE, AUDITOR], ids=lambda who: who.name)
def test_a_code_is_redeemed_at_counters_alone(desk: ServiceDesk, who: object) -> None:
    number = desk.ask().ticket.number
    digits = desk.code(number)
    with pytest.raises(NotPermittedError):
        desk.redeem(digits, who)  # type: ignore[arg-type]
    with pytest.raises(NotPermittedError):
        desk.counter.open_ticket(who, number)  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", [verb for verb in V if verb not in {V.REPLY, V.NOTE, V.RESOLVE}])
def test_a_counter_does_what_the_matrix_says_and_no_more(desk: ServiceDesk, verb: Verb) -> None:
    thread = desk.redeem(desk.code(desk.ask().ticket.number))
    done = Done(verb, thread.ticket.entries, "Words.", "form")
    if verb is V.REOPEN:
        resolved = Done(V.RESOLVE, thread.ticket.entries, "Done.", "first")
        done = done._replace(
            entries=desk.counter.act(STORE, thread.ticket.number, resolved).ticket.entries
        )
        after = desk.counter.act(STORE, thread.ticket.number, done)
        assert after.clocks.state is S.OPEN
        return
    with pytest.raises(NotPermittedError):
        desk.counter.act(STORE, thread.ticket.number, done)


def test_what_came_meanwhile_is_seen_before_the_counter_answers(desk: ServiceDesk) -> None:
    thread = desk.redeem(desk.code(desk.ask().ticket.number))
    number = thread.ticket.number
    desk.write(number, "I forgot: the lid, too.")
    with pytest.raises(StaleTicketError):
        desk.counter.act(STORE, number, Done(V.RESOLVE, thread.ticket.entries, "Done.", "form"))


@pytest.mark.parametrize("text", ["", "12345", "1234567", "482 913 or 111 222", "ABCDEF"])
def test_what_is_no_code_is_no_try(desk: ServiceDesk, text: str) -> None:
    for _ in range(MISSES_OF_STAFF.most + 1):
        with pytest.raises(HandOverUnreadableError):
            desk.redeem(text)


@pytest.mark.parametrize("store", ["", "  ", "x" * 61])
def test_a_counter_says_which_store_it_is_in(desk: ServiceDesk, store: str) -> None:
    digits = desk.code(desk.ask().ticket.number)
    with pytest.raises(StoreUnnamedError):
        desk.counter.redeem(STORE, digits, store)
    desk.counter.redeem(STORE, f" {digits[:3]} {digits[3:]}\n", f" {SOHO} ")


def test_guessing_ends_after_ten_misses_in_an_hour(desk: ServiceDesk) -> None:
    digits = desk.code(desk.ask().ticket.number)
    for step in range(1, MISSES_OF_STAFF.most + 1):
        with pytest.raises(HandOverRefusedError):
            desk.redeem(f"{(int(digits) + step) % 10**6:06d}")
    with pytest.raises(TooManyTriesError) as refused:
        desk.redeem(digits)
    assert 0 < refused.value.facts["retry_after"] <= 3600  # type: ignore[operator]
    assert desk.redeem(digits, COLLEAGUE)


def test_a_counter_that_serves_many_is_not_stopped(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    for _ in range(2 * MISSES_OF_STAFF.most):
        desk.redeem(desk.code(number))


def test_guessing_by_many_ends_for_everybody(desk: ServiceDesk) -> None:
    everybodys = count_of(CODE_KEY, MISSES_OF_ALL, "", desk.clock())
    desk.counter.codes.count(everybodys, MISSES_OF_ALL.most)
    with pytest.raises(TooManyTriesError):
        desk.redeem(desk.code(desk.ask().ticket.number))


def test_a_case_has_so_many_codes_a_day(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    for _ in range(MOST_A_DAY):
        desk.code(number)
    with pytest.raises(TooManyHandOversError):
        desk.code(number)
    desk.clock.forward(days=1)
    desk.code(number)


def test_nobody_asks_for_a_code_of_a_strangers_ticket(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    for key in ("", email_key_of("somebody@example.com")):
        with pytest.raises(TicketNotFoundError):
            desk.handing.of_ticket(key, number)


def test_two_cases_never_have_the_same_digits(desk: ServiceDesk) -> None:
    """A million codes collide sooner or later: the second one is drawn again."""
    first, second = desk.ask().ticket.number, desk.ask().ticket.number
    desk.code(first)
    case = desk.handing.of_ticket(MEI, first)
    taken = desk.handing.codes.of_case(case)
    assert taken
    drawn = desk.handing._drawn(desk.handing.of_ticket(MEI, second), None)
    with pytest.raises(DigitsTakenError):
        desk.handing.codes.put(replace(drawn, digest=taken.digest), None)
    desk.clock.forward(hours=3)
    late = replace(drawn, digest=taken.digest, asked_at=desk.clock())
    desk.handing.codes.put(late, None)


def test_no_item_has_the_digits(desk: ServiceDesk, tables: dict[str, str]) -> None:
    digits = desk.code(desk.ask().ticket.number)
    items = client("dynamodb").scan(TableName=tables["TicketsTable"])["Items"]
    kept = [each for each in items if each["pk"]["S"].startswith("HANDOVER")]
    assert len(kept) == 2
    assert digits not in repr(kept)
    assert EMAIL not in repr(kept)
    assert digest_of(CODE_KEY, digits) != digest_of(b"another", digits)
    assert digits_of(CODE_KEY, "hov_1") == digits_of(CODE_KEY, "hov_1")


def test_a_return_that_nobody_wrote_about_is_handed_over_too(desk: ServiceDesk) -> None:
    number = new_ticket()
    case = a_return(number=number)
    digits = desk.code(case=case)
    assert desk.tickets.of_customer(MEI) == ()
    desk.clock.forward(minutes=2)
    thread = desk.redeem(digits)
    ticket = thread.ticket
    assert (ticket.number, ticket.return_id, ticket.order_number) == (number, "ret_1", NUMBER)
    assert (ticket.channel, ticket.language, ticket.email) == (Channel.COUNTER, "fr", EMAIL)
    assert [each.proof for each in ticket.proofs] == [Proof.ORDER_AND_MAILBOX, Proof.HAND_OVER]
    assert thread.clocks.state is S.OPEN
    later = desk.ask(About(Topic.RETURN, NUMBER, "ret_1", number))
    assert later.ticket.ticket_id == ticket.ticket_id


def test_what_is_written_of_a_return_meanwhile_is_its_ticket(desk: ServiceDesk) -> None:
    number = new_ticket()
    digits = desk.code(case=a_return(number=number))
    written = desk.ask(About(Topic.RETURN, NUMBER, "ret_1", number))
    assert desk.redeem(digits).ticket.ticket_id == written.ticket.ticket_id


def test_a_return_and_its_ticket_have_one_code(desk: ServiceDesk) -> None:
    of_return = desk.code(case=a_return())
    number = desk.ask(About(Topic.RETURN, NUMBER, "ret_1", new_ticket())).ticket.number
    of_ticket = desk.code(number)
    with pytest.raises(HandOverRefusedError):
        desk.redeem(of_return)
    assert desk.redeem(of_ticket).ticket.number == number


@pytest.mark.parametrize("is_followed", [True, False])
def test_a_ticket_that_was_closed_goes_on_in_the_one_that_follows(
    desk: ServiceDesk, *, is_followed: bool
) -> None:
    number = desk.ask().ticket.number
    desk.act(number, V.RESOLVE)
    desk.clock.forward(days=14, minutes=-5)
    digits = desk.code(number)
    desk.clock.forward(minutes=10)
    desk.work()
    assert desk.thread(number).clocks.state is S.CLOSED
    following = desk.write(number).ticket.number if is_followed else ""
    ticket = desk.redeem(digits).ticket
    assert ticket.follows == number
    assert ticket.number == (following or ticket.number)
    assert Proof.ORDER_AND_MAILBOX in {each.proof for each in ticket.proofs}
    assert desk.write(number).ticket.number == ticket.number


def test_a_ticket_that_was_resolved_meanwhile_stays_so(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    digits = desk.code(number)
    desk.act(number, V.RESOLVE)
    thread = desk.redeem(digits)
    assert thread.clocks.state is S.RESOLVED
    done = Done(V.REOPEN, thread.ticket.entries, "", "form")
    assert desk.counter.act(STORE, number, done).clocks.state is S.OPEN


@pytest.mark.parametrize("is_return", [True, False])
def test_who_was_erased_hands_nothing_over(desk: ServiceDesk, *, is_return: bool) -> None:
    number = desk.ask(About(Topic.RETURN, NUMBER, "ret_1", new_ticket())).ticket.number
    digits = desk.code(case=a_return("2")) if is_return else desk.code(number)
    desk.redeem(desk.code(number), COLLEAGUE)
    digits = digits if is_return else desk.code(number)
    erasing = ticket_erasing(desk.tables["TicketsTable"], BUCKETS["MailsBucket"])
    erasing.erase(MEI, lambda _: True)
    erasing.erase(MEI, lambda _: True)
    with pytest.raises(HandOverRefusedError):
        desk.redeem(digits)
    with pytest.raises(CounterOverError):
        desk.counter.open_ticket(COLLEAGUE, number)


def test_whoever_waited_for_the_customer_waits_no_longer(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, V.ASK)
    desk.clock.forward(seconds=timedelta(days=1).total_seconds())
    thread = desk.redeem(desk.code(number))
    assert thread.clocks.state is S.OPEN
    assert thread.clocks.resolution.due


def test_what_a_partner_brought_is_handed_over_by_who_proved_the_mailbox(
    desk: ServiceDesk,
) -> None:
    bringing = Bringing("li@example.com", Topic.PRODUCT, "No stand.", "fr", "", "DE")
    number = desk.partners.open(bringing, RequestKey("ac_seller", "1", "d")).number
    desk.clock.forward(minutes=1)
    thread = desk.redeem(desk.code(number, email="li@example.com"))
    proofs = [each.proof for each in thread.ticket.proofs]
    assert proofs[:2] == [Proof.UNCONFIRMED, Proof.MAILBOX]
    desk.counter.act(STORE, number, Done(V.REPLY, thread.ticket.entries, "Here it is.", "form"))
    seen = desk.partners.look("ac_seller", number).messages
    assert [each.words for each in seen] == ["No stand."]
