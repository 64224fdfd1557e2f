"""What a ticket is about, beside its thread: a return's photos, a member's points (R-DSK-88).

Only what this ticket is about is read, and only for whom the matrix lets see it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.ticket import Ticket, Topic
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

READ_POINTS = "points.read"


class Photos(NamedTuple):
    """What was shown of the return, and in which language the customer's marks are."""

    pieces: list[Piece]
    language: str


class Standing(NamedTuple):
    """One fact about a member's points."""

    name: str
    text: str


class Beside(NamedTuple):
    """What stands beside the thread; none of what the ticket is not about."""

    photos: Photos | None
    points: list[Standing] | None


def beside(visit: Visit, member: Member, ticket: Ticket) -> Beside:
    return Beside(_photos(visit, member, ticket), _points(visit.words, member, ticket))


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
