"""Which ticket a mail belongs to: by our own address first, by what it answers, by its subject.

Whoever has the address of a ticket was given it by us. Our mails name it as a message that they
answer, too, which an answer brings back. A number can be seen by others, so that it counts only for
the ticket's customer.
"""

import base64
import hmac
import re
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from aftercare.desk.incoming.model import Desk, IncomingMail
from aftercare.kernel.ids import CROCKFORD, is_ticket

_PURPOSE = "address of a ticket"
_MAC_BYTES = 10
_NUMBER = re.compile(rf"\bR-([{CROCKFORD}]{{4}})-([{CROCKFORD}]{{4}})-([{CROCKFORD}])(?![\w-])")
_MOST_NUMBERS = 5
# The part of an address before the `@` has at most so many characters.
_MOST_TAG = 64


class By(StrEnum):
    """What leads a mail to its ticket."""

    ADDRESS = "address"
    REFERENCE = "reference"
    SUBJECT = "subject"


class Place(NamedTuple):
    """The ticket that a mail goes on with, and what led there."""

    number: str
    by: By


# The address of the customer of the ticket of that number; empty if there is no such ticket.
type CustomerOf = Callable[[str], str]


def address_of(number: str, desk: Desk, secret: bytes) -> str:
    """The address to which mails about that ticket are sent; only we can make one up."""
    name, _, domain = desk.mailbox.partition("@")
    return f"{name}+{_tag(number, secret)}@{domain}"


def place_of(
    mail: IncomingMail, desk: Desk, secret: bytes, customer_of: CustomerOf
) -> Place | None:
    """The ticket that the mail goes on with (R-DSK-36); none if it begins one.

    It says where the mail belongs, and nothing of whether its sender is proved.
    """
    if number := number_in(mail.tag, secret):
        return Place(number, By.ADDRESS)
    tags = (desk.tag_of(each.strip("<>")) for each in mail.references)
    known = (number_in(tag, secret) for tag in tags if tag)
    if number := next(filter(None, known), ""):
        return Place(number, By.REFERENCE)
    for number in _numbers(mail):
        if mail.sender and customer_of(number).lower() == mail.sender:
            return Place(number, By.SUBJECT)
    return None


def number_in(tag: str, secret: bytes) -> str:
    """The ticket of a tag that we made; empty for any other. Takes as long for each wrong one."""
    if not tag.isascii() or len(tag) > _MOST_TAG:
        return ""
    body = tag.partition(".")[0].upper()
    number = f"R-{body[:4]}-{body[4:8]}-{body[8:]}"
    made = _tag(number, secret)
    is_ours = hmac.compare_digest(made.encode(), tag.lower().encode())
    return number if is_ours and is_ticket(number) else ""


def _numbers(mail: IncomingMail) -> list[str]:
    """The numbers in the subject, and in the ids by which mail programs join our mails."""
    text = " ".join((mail.subject.upper(), *mail.references))
    found = dict.fromkeys(each.group() for each in _NUMBER.finditer(text))
    return [each for each in found if is_ticket(each)][:_MOST_NUMBERS]


def _tag(number: str, secret: bytes) -> str:
    body = number.removeprefix("R-").replace("-", "").lower()
    mac = hmac.digest(secret, f"{_PURPOSE} {body}".encode(), "sha256")[:_MAC_BYTES]
    return f"{body}.{base64.b32encode(mac).decode().lower()}"
