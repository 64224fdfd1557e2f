"""A hand-over with a fault at each write and a rival at each request; many at once by chance."""

import random
from contextlib import suppress

import pytest

from aftercare.desk.errors import CounterOverError, HandOverRefusedError
from aftercare.desk.hand_over import Case
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from aftercare.desk.wiring import ticket_erasing
from aftercare.kernel.aws import client
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_ticket
from aftercare.orders.model import email_key_of
from aftercare.staff.model import Role
from tests.bench.meter import Meter
from tests.fakes.crashes.faults import Fault, Plan, Saboteur, nobody, struck
from tests.fakes.environment import BUCKETS
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.reviews import STORE, member
from tests.fakes.service_desk import ServiceDesk

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)
COLLEAGUE = member("sam", Role.STORE)
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
MOST_UNITS = 14


def a_return(name: str = "1", number: str = "") -> Case:
    return Case(f"return#ret_{name}", MEI, "en", "", Topic.RETURN, NUMBER, f"ret_{name}", number)


def taken_over(desk: ServiceDesk, number: str) -> list[str]:
    """Who took the ticket over, in their order."""
    entries = (each.entry for each in desk.thread(number).messages)
    return [entry.actor for entry in entries if entry.verb is Verb.HAND_OVER]


def unused_codes(desk: ServiceDesk) -> int:
    items = client("dynamodb").scan(TableName=desk.tables["TicketsTable"])["Items"]
    codes = [each for each in items if each["pk"]["S"].startswith("HANDOVER#")]
    return sum("used_by" not in each for each in codes)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_code_that_was_asked_for_in_vain_and_again_is_one(
    desk: ServiceDesk, saboteur: Saboteur, fault: Fault
) -> None:
    number = desk.ask().ticket.number
    case = desk.handing.of_ticket(MEI, number)
    for _ in range(2):  # the first code of the case, and one that replaces another
        assert struck(saboteur, lambda: desk.handing.ask(case), Plan(fault, 1, nobody))
        desk.handing.ask(case)
        assert unused_codes(desk) == 1
    shown = desk.handing.shown(case)
    assert shown
    assert desk.redeem(shown.digits).ticket.number == number


@pytest.mark.parametrize("write", [1, 2, 3])
@pytest.mark.parametrize("is_return", [False, True])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_code_that_is_redeemed_in_vain_and_again_opens_one_ticket_once(
    desk: ServiceDesk, saboteur: Saboteur, fault: Fault, *, is_return: bool, write: int
) -> None:
    number = new_ticket() if is_return else desk.ask().ticket.number
    digits = desk.code(case=a_return(number=number)) if is_return else desk.code(number)
    struck(saboteur, lambda: desk.redeem(digits), Plan(fault, write, nobody))
    thread = desk.redeem(digits)
    assert thread.ticket.number == number
    assert taken_over(desk, number) == [STORE.actor]
    assert len(desk.tickets.of_customer(MEI)) == 1


@pytest.mark.parametrize("request_number", range(1, 11))
def test_of_two_counters_that_redeem_one_code_one_wins(
    desk: ServiceDesk, saboteur: Saboteur, request_number: int
) -> None:
    number = desk.ask().ticket.number
    digits = desk.code(number)
    won = []

    def redeem(who: object) -> None:
        with suppress(HandOverRefusedError):
            desk.redeem(digits, who)  # type: ignore[arg-type]
            won.append(who)

    plan = Plan(Fault.RACED, request_number, lambda: redeem(COLLEAGUE))
    struck(saboteur, lambda: redeem(STORE), plan)
    redeem(COLLEAGUE)
    [first] = set(won)
    assert taken_over(desk, number) == [first.actor]  # type: ignore[attr-defined]
    desk.counter.open_ticket(first, number)  # type: ignore[arg-type]


@pytest.mark.parametrize("request_number", range(1, 7))
def test_of_two_codes_that_are_asked_for_at_once_one_counts(
    desk: ServiceDesk, saboteur: Saboteur, request_number: int
) -> None:
    number = desk.ask().ticket.number
    case = desk.handing.of_ticket(MEI, number)
    plan = Plan(Fault.RACED, request_number, lambda: desk.handing.ask(case))
    struck(saboteur, lambda: desk.handing.ask(case), plan)
    assert unused_codes(desk) == 1
    shown = desk.handing.shown(case)
    assert shown
    assert desk.redeem(shown.digits).ticket.number == number


@pytest.mark.parametrize("request_number", range(1, 9))
def test_a_code_that_is_replaced_while_it_is_redeemed_opens_the_ticket_or_nothing(
    desk: ServiceDesk, saboteur: Saboteur, request_number: int
) -> None:
    number = desk.ask().ticket.number
    case = desk.handing.of_ticket(MEI, number)
    first = desk.code(number)
    plan = Plan(Fault.RACED, request_number, lambda: desk.handing.ask(case))
    struck(saboteur, lambda: desk.redeem(first), plan)
    assert len(taken_over(desk, number)) <= 1
    shown = desk.handing.shown(case)
    assert shown
    assert desk.redeem(shown.digits, COLLEAGUE).ticket.number == number


@pytest.mark.parametrize("request_number", range(1, 11))
def test_a_message_about_the_return_at_the_same_time_is_in_the_same_ticket(
    desk: ServiceDesk, saboteur: Saboteur, request_number: int
) -> None:
    number = new_ticket()
    about = About(Topic.RETURN, NUMBER, "ret_1", number)
    digits = desk.code(case=a_return(number=number))
    plan = Plan(Fault.RACED, request_number, lambda: desk.ask(about))
    struck(saboteur, lambda: desk.redeem(digits), plan)
    thread = desk.redeem(digits)
    [ticket] = desk.tickets.of_customer(MEI)
    assert (thread.ticket.number, ticket.number) == (number, number)
    assert taken_over(desk, number) == [STORE.actor]


@pytest.mark.parametrize("request_number", range(1, 9))
@pytest.mark.parametrize("act", ["resolved", "erased", "written"])
def test_what_happens_meanwhile_to_the_ticket_is_kept(
    desk: ServiceDesk, saboteur: Saboteur, act: str, request_number: int
) -> None:
    number = desk.ask().ticket.number
    digits = desk.code(number)
    acts = {
        "resolved": lambda: desk.act(number, Verb.RESOLVE),
        "written": lambda: desk.write(number),
        "erased": lambda: ticket_erasing(desk.tables["TicketsTable"], BUCKETS["MailsBucket"]).erase(
            MEI, lambda _: True
        ),
    }
    plan = Plan(Fault.RACED, request_number, acts[act])
    is_struck = struck(saboteur, lambda: desk.redeem(digits), plan)
    with suppress(HandOverRefusedError):
        desk.redeem(digits)
    if act == "erased" and is_struck:
        assert desk.thread(number).ticket.email == ""
        with pytest.raises(CounterOverError):
            desk.counter.open_ticket(STORE, number)
        return
    assert taken_over(desk, number) == [STORE.actor]
    desk.counter.open_ticket(STORE, number)


@pytest.mark.parametrize("seed", range(25))
def test_no_code_opens_another_case_than_its_own(desk: ServiceDesk, seed: int) -> None:
    """Customers write, ask for codes and hand them over; tickets are resolved and closed."""
    dice = random.Random(seed)  # noqa: S311 - a schedule
    numbers = [desk.ask().ticket.number for _ in range(3)]
    codes: list[tuple[str, str]] = []
    for _ in range(25):
        desk.clock.forward(minutes=dice.choice([0, 1, 6, 16, 60 * 24 * 15]))
        number, act = dice.choice(numbers), dice.choice(["code", "code", "redeem", "redeem", "end"])
        with suppress(AftercareError):
            if act == "code":
                codes.append((desk.code(number), number))
            elif act == "redeem" and codes:
                digits, of = dice.choice(codes)
                ticket = desk.redeem(digits, dice.choice([STORE, COLLEAGUE])).ticket
                assert of in {ticket.number, *earlier(desk, ticket.follows)}
            elif act == "end":
                desk.act(number, Verb.RESOLVE)
                desk.clock.forward(days=15)
                desk.work()
    states = {desk.thread(number).clocks.state for number in numbers}
    assert states <= set(TicketState)


def earlier(desk: ServiceDesk, number: str) -> list[str]:
    """The numbers of a ticket and of those before it."""
    return [number, *earlier(desk, desk.thread(number).ticket.follows)] if number else []


def test_a_hand_over_costs_few_units(desk: ServiceDesk, tables: dict[str, str]) -> None:
    number = desk.ask().ticket.number
    with Meter(tables).attached() as meter:
        with meter.step("asked"):
            desk.handing.ask(desk.handing.of_ticket(MEI, number))
        with meter.step("replaced"):
            digits = desk.code(number)
        with meter.step("redeemed"):
            desk.redeem(digits)
        digits = desk.code(case=a_return())
        with meter.step("a return"):
            desk.redeem(digits)
    units = {name: step.write_units for name, step in meter.steps.items()}
    assert units["asked"] <= units["replaced"] <= 6
    assert units["redeemed"] <= MOST_UNITS
    assert units["a return"] <= MOST_UNITS + 2, units
