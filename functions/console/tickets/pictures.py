"""View models of the pictures that came with messages (R-DSK-97)."""

from collections.abc import Callable

from aftercare.desk.ticket import Placed, Thread
from aftercare.returns.case_file import Size
from console import rooms
from console.cases.evidence import Piece, pieces
from console.edge import Visit

type Shown = Callable[[Placed], list[Piece]]
"""The pictures of one message."""


def shown(visit: Visit, thread: Thread, page: str) -> Shown:
    """The pictures of a thread; their links are below `page`, on which they are shown."""
    sent = rooms.message_pictures().of(thread)

    def address(_ticket_id: str, evidence_id: str, _size: Size) -> str:
        return f"{visit.request.base}{page}/pictures/{evidence_id}"

    def of(placed: Placed) -> list[Piece]:
        return pieces(sent.get((placed.number, placed.message.entry.number), ()), (), address)

    return of


def link(thread: Thread, evidence_id: str) -> str:
    """A link, for minutes, to the kept copy of one of them.

    Raises:
        PhotoNotFoundError: Nothing was accepted there.
    """
    slot = rooms.message_pictures().one(thread, evidence_id)
    return rooms.evidence().photo_url(slot)
