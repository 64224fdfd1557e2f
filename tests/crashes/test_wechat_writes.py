"""A message by WeChat, and a binding, with a fault at each write and a rival at each request."""

import random
from contextlib import suppress
from itertools import count

import pytest

from aftercare.desk.wechat.model import Kind, Received
from aftercare.desk.wechat.wiring import wechat_intake
from aftercare.desk.wechat_intake import LinkInvalidError, Taken, WeChatIntake
from aftercare.desk.wiring import TicketsConfig
from aftercare.kernel.errors import AftercareError
from aftercare.orders.model import email_key_of
from tests.bench.meter import Meter
from tests.fakes.crashes.faults import ENDED, Fault, Plan, Saboteur, nobody, struck
from tests.fakes.orders import EMAIL, ORDERS_INGEST, paid
from tests.fakes.service_desk import ServiceDesk
from tests.fakes.wechat import NAME, OPENID

pytestmark = pytest.mark.integration
LI = "li@example.com"
MEI, HER = email_key_of(EMAIL), email_key_of(LI)
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
MOST_UNITS = 14
_NONCES = count()


@pytest.fixture
def intake(desk: ServiceDesk) -> WeChatIntake:
    people, dice = desk.tickets.people, random.SystemRandom().getrandbits
    people.orders.record(paid(number="PM-2026-0002", email=LI), actor=ORDERS_INGEST)
    config = TicketsConfig(desk.tables["TicketsTable"], desk.tables["DueTable"])
    return wechat_intake(config, people.orders, people.members, clock=desk.clock, entropy=dice)


def take(intake: WeChatIntake, words: str, nonce: str = "") -> Taken:
    """What becomes of that message, called by a nonce of its own unless it is named."""
    received = Received(Kind.MESSAGE, OPENID, NAME, words.encode().hex()[:20], words)
    return intake.take(received, nonce or f"nonce {next(_NONCES)}", "en")


def said(desk: ServiceDesk, number: str) -> list[str]:
    return [each.words for each in desk.thread(number).messages]


@pytest.mark.parametrize("write", [1, 2])
@pytest.mark.parametrize("nonce", ["", "the same"], ids=["another-address", "the-same-address"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_call_that_fails_and_comes_again_is_one_message(
    desk: ServiceDesk,
    intake: WeChatIntake,
    saboteur: Saboteur,
    fault: Fault,
    *,
    nonce: str,
    write: int,
) -> None:
    def calls(words: str) -> Taken:
        name = f"{nonce} {words}" if nonce else ""
        assert struck(saboteur, lambda: take(intake, words, name), Plan(fault, write, nobody))
        return take(intake, words, name)

    token = calls("One.").token
    assert [each.words for each in intake.wechat.kept(OPENID)] == ["One."]
    number = intake.bind(token, MEI, EMAIL, "en")
    assert calls("Two.") == Taken(number)
    assert said(desk, number) == ["One.", "Two."]


@pytest.mark.parametrize("write", range(1, 7))
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_binding_that_was_stopped_anywhere_is_made_good(
    desk: ServiceDesk, intake: WeChatIntake, saboteur: Saboteur, fault: Fault, write: int
) -> None:
    """By the form that is sent again, or by the next message."""
    take(intake, "One.")
    desk.clock.forward(minutes=1)
    token = take(intake, "Two.").token

    def binds() -> str:
        return intake.bind(token, MEI, EMAIL, "en")

    struck(saboteur, binds, Plan(fault, write, nobody))
    is_bound = intake.wechat.person(OPENID).is_bound
    if not is_bound or write % 2:
        binds()
    number = take(intake, "Three.").number
    assert said(desk, number) == ["One.", "Two.", "Three."]
    assert len(desk.tickets.of_customer(MEI)) == 1
    assert intake.wechat.kept(OPENID) == ()


@pytest.mark.parametrize("request_number", range(1, 14))
@pytest.mark.parametrize("rival", ["a message", "another mailbox", "the same form"])
def test_whatever_happens_beside_a_binding_it_binds_once(
    desk: ServiceDesk, intake: WeChatIntake, saboteur: Saboteur, request_number: int, rival: str
) -> None:
    token = take(intake, "One.").token

    def beside() -> None:
        with suppress(LinkInvalidError):
            match rival:
                case "a message":
                    take(intake, "Two.")
                case "another mailbox":
                    intake.bind(token, HER, LI, "en")
                case _:
                    intake.bind(token, MEI, EMAIL, "en")

    with suppress(LinkInvalidError):
        struck(
            saboteur,
            lambda: intake.bind(token, MEI, EMAIL, "en"),
            Plan(Fault.RACED, request_number, beside),
        )
    number = take(intake, "Three.").number
    tickets = [each for key in (MEI, HER) for each in desk.tickets.of_customer(key)]
    assert [each.number for each in tickets] == [number]
    expected = {"One.", "Three."} | ({"Two."} if rival == "a message" else set())
    assert expected - {"Two."} <= {*said(desk, number)} <= expected
    assert len(said(desk, number)) == len({*said(desk, number)})


@pytest.mark.parametrize("seed", range(12))
def test_any_calls_duplicated_and_stopped_are_the_same_ticket(
    desk: ServiceDesk, intake: WeChatIntake, saboteur: Saboteur, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311
    words = ["One.", "Two.", "Three.", "Four."]
    calls = [each for each in words for _ in range(dice.randint(1, 3))]
    dice.shuffle(calls)
    token = take(intake, calls[0]).token
    for at, each in enumerate((*calls, *words)):
        plan = Plan(dice.choice(FAULTS), dice.randint(1, 4), nobody)
        with suppress(*ENDED, AftercareError), saboteur.during(plan):
            if at == len(calls) // 2:
                intake.bind(token, MEI, EMAIL, "en")
            else:
                take(intake, each)
    intake.bind(token, MEI, EMAIL, "en")
    numbers = {take(intake, each).number for each in words}
    [number] = numbers
    assert sorted(said(desk, number)) == sorted(words)
    assert intake.wechat.kept(OPENID) == ()


def test_a_message_costs_few_units(
    desk: ServiceDesk, intake: WeChatIntake, tables: dict[str, str]
) -> None:
    with Meter(tables).attached() as meter:
        with meter.step("kept"):
            token = take(intake, "One.").token
        with meter.step("bound"):
            number = intake.bind(token, MEI, EMAIL, "en")
        with meter.step("later"):
            take(intake, "Two.")
        with meter.step("repeated"):
            take(intake, "Two.")
    units = {name: step.write_units for name, step in meter.steps.items()}
    assert max(units[name] for name in ("kept", "later", "repeated")) <= MOST_UNITS, units
    assert said(desk, number) == ["One.", "Two."]
