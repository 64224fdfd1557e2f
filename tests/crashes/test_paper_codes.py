"""A paper code is taken up with a fault at each write, and by two at once."""

import pytest

from aftercare.desk.errors import PaperCodeRefusedError
from aftercare.desk.ticket import Proof
from aftercare.orders.model import email_key_of
from tests.fakes.crashes.faults import Fault, Plan, Saboteur, nobody, struck
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import ServiceDesk

pytestmark = pytest.mark.integration
MEI, OTHERS = email_key_of(EMAIL), "gift@example.com"


def begun(desk: ServiceDesk) -> tuple[str, str]:
    """The number of a case that is nobody's, and its paper code."""
    number = desk.walks_in().ticket.number
    return number, desk.paper_code(number)


@pytest.mark.parametrize("write", [1, 2, 3])
@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.RACED])
def test_what_is_taken_up_in_vain_and_again_is_theirs_once(
    desk: ServiceDesk, saboteur: Saboteur, fault: Fault, write: int
) -> None:
    number, digits = begun(desk)
    struck(saboteur, lambda: desk.papers.take_up(MEI, "", digits), Plan(fault, write, nobody))
    ticket = desk.papers.take_up(MEI, "", digits)
    assert ticket.number == number
    assert [each.proof for each in ticket.proofs] == [Proof.UNCONFIRMED, Proof.MAILBOX]


@pytest.mark.parametrize("request_number", range(1, 9))
def test_of_two_who_take_it_up_at_once_one_has_it(
    desk: ServiceDesk, saboteur: Saboteur, request_number: int
) -> None:
    number, digits = begun(desk)
    other = email_key_of(OTHERS)

    def rival() -> None:
        desk.papers.take_up(other, OTHERS, digits)

    plan = Plan(Fault.RACED, request_number, rival)
    try:
        struck(saboteur, lambda: desk.papers.take_up(MEI, "", digits), plan)
    except PaperCodeRefusedError:
        assert desk.tickets.thread(other, number)
    found = [len(desk.tickets.of_customer(each)) for each in (MEI, other)]
    assert sum(found) == 1
