"""Customers who request codes, each with a mailbox, an order and a source of their own."""

import itertools

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import AftercareError
from tests.fakes.actors import MAILER
from tests.fakes.house import House
from tests.fakes.mails import Mailbox
from tests.fakes.orders import ORDERS_INGEST, paid

_people = itertools.count(1)


def person() -> str:
    """A mailbox of this test's own: limits are counted per mailbox."""
    return f"person-{next(_people)}@example.com"


def source() -> str:
    count = next(_people)
    return f"198.51.{count // 250}.{count % 250}"


def number() -> str:
    """An order number without requests."""
    return f"A-{next(_people):06d}"


def order_of(house: House, email: str) -> str:
    bought = number()
    house.orders.record(paid(number=bought, email=email), actor=ORDERS_INGEST)
    return bought


def code_request(house: House, email: str, order: str | None = None) -> str:
    """A request for a code for an order of that mailbox, or for the given one."""
    return house.access.request_code(
        order or order_of(house, email), email, source(), actor=CUSTOMER
    )


def proved(house: House, requests: str, text: str, where: str = "") -> str:
    """The key of the mailbox that the text proves, to a browser with those requests."""
    who = house.access.prove(requests.split(), text, where or source(), actor=CUSTOMER)
    return who.email_key


def sent(house: House, request_id: str) -> str:
    """The code that is sent for the request."""
    mailbox = Mailbox()
    assert house.access.send_code(request_id, mailbox, actor=MAILER)
    [(_, code)] = mailbox.sent
    return code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def refusal_of(house: House, requests: str, text: str, where: str = "") -> tuple[str, str]:
    """The code and the sentence of the refusal of a wrong code."""
    with pytest.raises(AftercareError) as refusal:
        proved(house, requests, text, where)
    return refusal.value.code, refusal.value.detail
