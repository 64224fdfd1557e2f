"""Who began at a counter without a mailbox goes on on the website, with the paper from there."""

import pytest

from aftercare.desk.errors import (
    HandOverRefusedError,
    NobodyToAnswerError,
    PaperCodeRefusedError,
    TicketNotFoundError,
    TooManyTriesError,
)
from aftercare.desk.hand_over import PAPER_LASTS
from aftercare.desk.model import Channel
from aftercare.desk.moves import Verb
from aftercare.desk.taking_up import MISSES_OF_MAILBOX
from aftercare.desk.ticket import Proof, Proved
from aftercare.orders.model import email_key_of
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import HELLO, ServiceDesk, service_desk

pytestmark = pytest.mark.integration
MEI, OTHERS = email_key_of(EMAIL), "gift@example.com"


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


def begun(desk: ServiceDesk) -> tuple[str, str]:
    """The number of a case that is nobody's, and its paper code."""
    number = desk.walks_in().ticket.number
    return number, desk.paper_code(number)


def test_a_case_of_nobody_becomes_that_of_who_has_the_paper(desk: ServiceDesk) -> None:
    number, digits = begun(desk)
    with pytest.raises(TicketNotFoundError):
        desk.tickets.thread(MEI, number)
    desk.clock.forward(days=3)
    ticket = desk.papers.take_up(MEI, "", f"{digits[:8]} {digits[8:]}")
    assert (ticket.number, ticket.email) == (number, EMAIL)
    assert ticket.proofs[-1] == Proved(Proof.MAILBOX, desk.clock(), Channel.WEB)
    assert desk.tickets.thread(MEI, number).public[0].words == HELLO
    assert [each.number for each in desk.tickets.of_customer(MEI)] == [number]
    assert desk.write(number).ticket.number == number
    assert desk.papers.take_up(MEI, "", digits).number == number


def test_it_happens_once_and_the_paper_opens_nothing_afterwards(desk: ServiceDesk) -> None:
    number, digits = begun(desk)
    desk.papers.take_up(MEI, "", digits)
    with pytest.raises(PaperCodeRefusedError):
        desk.papers.take_up(email_key_of(OTHERS), OTHERS, digits)
    with pytest.raises(HandOverRefusedError):
        desk.redeem(digits)
    assert desk.redeem(desk.code(number)).ticket.number == number


def test_a_case_with_a_mailbox_is_not_taken_from_it(desk: ServiceDesk) -> None:
    number = desk.walks_in(email=OTHERS).ticket.number
    digits = desk.paper_code(number)
    with pytest.raises(PaperCodeRefusedError):
        desk.papers.take_up(MEI, "", digits)
    assert desk.tickets.thread(email_key_of(OTHERS), number)


def test_wrong_old_replaced_and_short_codes_are_refused_alike(desk: ServiceDesk) -> None:
    number, replaced = begun(desk)
    digits = desk.paper_code(number)
    six = desk.code(desk.ask().ticket.number)
    said = set()
    for text in (replaced, f"{(int(digits) + 1) % 10**16:016d}", six, "x", ""):
        with pytest.raises(PaperCodeRefusedError) as refused:
            desk.papers.take_up(MEI, "", text)
        said.add((str(refused.value), repr(refused.value.facts)))
    desk.clock.forward(seconds=PAPER_LASTS.total_seconds())
    with pytest.raises(PaperCodeRefusedError) as refused:
        desk.papers.take_up(MEI, "", digits)
    said.add((str(refused.value), repr(refused.value.facts)))
    assert len(said) == 1


def test_a_mailbox_has_ten_tries_an_hour(desk: ServiceDesk) -> None:
    _, digits = begun(desk)
    for step in range(1, MISSES_OF_MAILBOX.most + 1):
        with pytest.raises(PaperCodeRefusedError):
            desk.papers.take_up(MEI, "", f"{(int(digits) + step) % 10**16:016d}")
    with pytest.raises(TooManyTriesError):
        desk.papers.take_up(MEI, "", digits)
    assert desk.papers.take_up(email_key_of(OTHERS), OTHERS, digits)


def test_a_mailbox_of_which_nobody_knows_the_address_is_not_answered(desk: ServiceDesk) -> None:
    _, digits = begun(desk)
    with pytest.raises(NobodyToAnswerError):
        desk.papers.take_up(email_key_of(OTHERS), "", digits)
    assert desk.papers.take_up(email_key_of(OTHERS), OTHERS, digits).email == OTHERS


def test_what_follows_a_closed_case_is_taken_up(desk: ServiceDesk) -> None:
    number, digits = begun(desk)
    desk.act(number, Verb.RESOLVE)
    desk.clock.forward(days=15)
    desk.work()
    following = desk.redeem(digits).ticket.number
    assert desk.papers.take_up(MEI, "", digits).number == following != number


def test_who_was_erased_leaves_a_case_that_nobody_takes_up(desk: ServiceDesk) -> None:
    _, digits = begun(desk)
    desk.papers.take_up(MEI, "", digits)
    desk.erasing().erase(MEI, lambda _: True)
    with pytest.raises(PaperCodeRefusedError):
        desk.papers.take_up(MEI, "", digits)
