"""The table of a ticket's moves as a page of documentation, like that of a return's."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from aftercare.desk.moves import MOVES, Move, Party, TicketState
from aftercare.desk.queues import queue_of
from infra.moves.pages import arrows_of, page_of, table_of

TICKET_PAGE = Path(__file__).parents[2] / "docs" / "ticket-moves.md"
_HEAD = """\
# The moves of a ticket

Drawn from `layers/aftercare/aftercare/desk/moves.py` by `make moves`; change the table there.
Every other verb is refused, with the state and the verb named (R-DSK-10). A verb that leaves the
state as it is has no arrow in the picture. A ticket that another one was merged with is in the more
pressing state of both (R-DSK-83), and both are as if it had not been once that is undone.
"""
_TITLES = ("verb", "whose", "from", "to", "the customer sees it")


def ticket_page() -> str:
    """The whole page."""
    queues = ((state, queue_of(state) or "") for state in TicketState)
    moves = table_of(_TITLES, map(_cells, MOVES))
    return page_of(_HEAD, arrows_of(_steps()), moves, table_of(("state", "queue"), queues))


def _steps() -> Iterator[tuple[str, str, str]]:
    for move in MOVES:
        for before in _in_order(move.before):
            if move.after:
                yield before, move.after, move.verb


def _cells(move: Move) -> list[str]:
    parties = ", ".join(party for party in Party if party in move.by)
    anywhere = len(move.before) == len(TicketState)
    before = "any" if anywhere else ", ".join(_in_order(move.before)).replace("[*]", "")
    seen = "yes" if move.is_public else ""
    return [move.verb, parties, before, move.after or "as it is", seen]


def _in_order(states: Iterable[TicketState | None]) -> list[str]:
    known = set(states)
    return ["[*]"] * (None in known) + [state for state in TicketState if state in known]
