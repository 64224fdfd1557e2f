"""A mail with a fault at each write, a rival at each request, twice, late and in any order."""

import random
from contextlib import suppress

import pytest

from aftercare.desk.incoming.model import Parked
from aftercare.desk.intake import MOST_AN_HOUR
from aftercare.desk.moves import Verb
from aftercare.kernel.errors import AftercareError
from aftercare.orders.model import email_key_of
from tests.bench.meter import Meter
from tests.fakes.crashes.faults import ENDED, Fault, Plan, Saboteur, nobody, struck
from tests.fakes.incoming import raw_mail
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import ServiceDesk

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
MOST_UNITS = 14


def mail(name: str, references: str = "", to: str = "care@shop.example") -> bytes:
    """A mail of Mei's whose words are its name."""
    ids = " ".join(f"<{each}@mail.example.com>" for each in references.split())
    more = {"references": ids} if ids else {}
    message_id = f"<{name}@mail.example.com>"
    return raw_mail(name, to=to, subject="", message_id=message_id, **more, **{"from": EMAIL})


def said(desk: ServiceDesk, number: str) -> list[str]:
    return [each.words for each in desk.thread(number).messages]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("is_proved", [True, False], ids=["proved", "forged"])
def test_a_mail_that_fails_and_comes_again_is_one(
    desk: ServiceDesk, saboteur: Saboteur, fault: Fault, is_proved: bool
) -> None:
    number = desk.ask().ticket.number
    again = mail("again", to=desk.address(number))
    for raw in (mail("first"), again):

        def take() -> object:
            return desk.mail(raw, raw.hex()[:20], passes_dmarc=is_proved)  # noqa: B023

        assert struck(saboteur, take, Plan(fault, 1, nobody))
        assert take() == take()
    assert said(desk, number)[1:] == ["again"]
    assert len(desk.tickets.of_customer(MEI)) == 1 + is_proved
    assert len(desk.parked()) == (0 if is_proved else 2)


@pytest.mark.parametrize("request_number", range(1, 12))
@pytest.mark.parametrize("rival", ["one", "two"], ids=["itself", "its-answer"])
def test_two_deliveries_at_once_open_one_ticket(
    desk: ServiceDesk, saboteur: Saboteur, request_number: int, rival: str
) -> None:
    theirs = mail(rival, "one" if rival == "two" else "")
    plan = Plan(Fault.RACED, request_number, lambda: desk.mail(theirs, rival))
    struck(saboteur, lambda: desk.mail(mail("one"), "one"), plan)
    number = desk.mail(theirs, rival).number
    [ticket] = desk.tickets.of_customer(MEI)
    assert ticket.number == number
    assert sorted(said(desk, number)) == sorted({"one", rival})


@pytest.mark.parametrize("request_number", range(1, 10))
def test_a_sixth_mail_in_flight_with_another_is_parked(
    desk: ServiceDesk, saboteur: Saboteur, request_number: int
) -> None:
    """Counted with the message: of two who both see room for one, one gets it."""
    for each in range(MOST_AN_HOUR - 1):
        desk.mail(mail(f"m{each}"))
    plan = Plan(Fault.RACED, request_number, lambda: desk.mail(mail("rival"), "rival"))
    struck(saboteur, lambda: desk.mail(mail("mine"), "mine"), plan)
    taken = [desk.mail(mail("mine"), "mine"), desk.mail(mail("rival"), "rival")]
    assert sorted(each.parked or "" for each in taken) == ["", Parked.TOO_MANY]
    assert len(desk.tickets.of_customer(MEI)) == MOST_AN_HOUR


@pytest.mark.parametrize("seed", range(12))
def test_any_mails_duplicated_and_reordered_are_the_same_ticket(
    desk: ServiceDesk, saboteur: Saboteur, seed: int
) -> None:
    """A conversation of four mails, a forged one, and agents; each comes up to three times."""
    dice = random.Random(seed)  # noqa: S311
    mails = {"one": "", "two": "one", "three": "one two", "four": "one two three"}
    deliveries = [name for name in mails for _ in range(dice.randint(1, 3))]
    dice.shuffle(deliveries)
    for name in (*deliveries, *mails):
        plan = Plan(dice.choice(list(FAULTS)), dice.randint(1, 3), nobody)
        with suppress(*ENDED, AftercareError), saboteur.during(plan):
            desk.mail(mail(name, mails[name]), name)
        desk.clock.forward(minutes=dice.randint(0, 30))
    numbers = {desk.mail(mail(name, mails[name]), name).number for name in mails}
    [number] = numbers
    assert len(desk.tickets.of_customer(MEI)) == 1
    assert sorted(said(desk, number)) == sorted(mails)
    assert desk.parked() == []


def test_a_mail_costs_few_units(desk: ServiceDesk, tables: dict[str, str]) -> None:
    with Meter(tables).attached() as meter:
        with meter.step("first"):
            number = desk.mail(mail("first"), "first").number
        to = desk.address(number)
        with meter.step("later"):
            desk.mail(mail("later", to=to))
        with meter.step("not proved"):
            desk.mail(mail("forged", to=to), passes_dmarc=False)
        with meter.step("parked"):
            desk.mail(mail("parked"), passes_dmarc=False)
        for _ in range(50):
            desk.mail(mail("first"), "first")
        with meter.step("repeated"):
            desk.mail(mail("first"), "first")
    units = {name: step.write_units for name, step in meter.steps.items()}
    assert max(units.values()) <= MOST_UNITS, units
    assert units["repeated"] == 0
    verbs = [each.entry.verb for each in desk.thread(number).messages]
    assert verbs == [Verb.OPEN, Verb.WRITE, Verb.UNCONFIRMED]
