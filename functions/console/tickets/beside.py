"""What a ticket is about, beside its thread: photos, points, codes (R-DSK-88, R-DSK-43).

Only what this ticket is about is read, and only for whom the matrix lets see it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.ticket import Thread, Ticket, Topic
from aftercare.kernel.clock import utc_now
from aftercare.returns.case_desk import READ_EVIDENCE
from aftercare.returns.case_file import Size
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.staff.model import Member
from aftercare.staff.policy import may
from aftercare.words.model import language_of
from aftercare.words.service import Words
from console import rooms
from console.cases.evidence import Piece, pieces
from console.edge import Visit

if TYPE_CHECKING:
    from aftercare.points.statement import Balance
    from console.codes.pages import Shown

READ_POINTS, READ_CODES = "points.read", "codes.read"


class Photos(NamedTuple):
    """What was shown of the return, and in which language the customer's marks are."""

    pieces: list[Piece]
    language: str


class Standing(NamedTuple):
    """One fact about a member's points."""

    name: str
    text: str


class Codes(NamedTuple):
    """What happened to the codes that were named, and what is said of those that are none."""

    shown: "list[Shown]"
    others: list[str]


class Beside(NamedTuple):
    """What stands beside the thread; none of what the ticket is not about."""

    photos: Photos | None
    points: list[Standing] | None
    codes: Codes | None


def beside(visit: Visit, member: Member, thread: Thread) -> Beside:
    ticket = replace(thread.ticket, return_id=thread.return_id)
    return Beside(
        _photos(visit, member, ticket),
        _points(visit.words, member, ticket),
        _codes(visit.words, member, thread),
    )


def _codes(w: Words, member: Member, thread: Thread) -> Codes | None:
    named = rooms.tickets().codes(member, thread)
    if not (named.keys or named.is_being_read) or not may(member, READ_CODES):
        return None
    from aftercare.authenticity.naming import NO_CODE  # noqa: PLC0415 - few tickets name a code
    from console.codes.pages import shown  # noqa: PLC0415

    found, others = [], []
    for key in named.keys:
        if key == NO_CODE:
            others.append("What the customer named as a code can be none: mistyped, or made up.")
        elif file := rooms.code_cases().open_code(member, key):
            found.append(shown(file, w, utc_now()))
        else:
            others.append("The customer named a code that was never issued.")
    if named.is_being_read:
        others.append("A code was just named. Open the ticket again in a minute to see it.")
    return Codes(found, others)


def _photos(visit: Visit, member: Member, ticket: Ticket) -> Photos | None:
    """The return's photos with their marks; that they were seen is written first (R-STF-07)."""
    if not ticket.return_id or not may(member, READ_EVIDENCE):
        return None
    try:
        ret, evidence = rooms.reviews().shown_of(member, ticket.return_id)
    except ReturnNotFoundError:
        return None

    def address(return_id: str, evidence_id: str, size: Size) -> str:
        return f"{visit.request.base}/cases/{return_id}/evidence/{evidence_id}?size={size}"

    return Photos(pieces(evidence, (), address), language_of(ret.language))


def _points(w: Words, member: Member, ticket: Ticket) -> list[Standing] | None:
    """What the customer has and what expires next; none of somebody who is no member."""
    if ticket.topic is not Topic.POINTS or not ticket.email_key or not may(member, READ_POINTS):
        return None
    balance = rooms.balance_of(ticket.email_key)
    return list(_standings(w, balance)) if balance else []


def _standings(w: Words, balance: "Balance") -> Iterator[Standing]:
    yield Standing("Can be spent", w.number(max(balance.available, 0)))
    if balance.debt:
        yield Standing("Owed", w.number(balance.debt))
    if balance.held:
        yield Standing("Held", w.number(balance.held))
    if balance.due:
        day, points = balance.due[0]
        yield Standing("Expires next", f"{w.number(points)} on {w.day(day)}")
