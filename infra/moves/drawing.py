"""The table of moves as a page of documentation: a picture of the statuses, and every row."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from aftercare.returns.moves import MOVES, Move, Party, ReturnStatus
from infra.moves.pages import arrows_of, page_of, table_of

PAGE = Path(__file__).parents[2] / "docs" / "moves.md"
_HEAD = """\
# The moves of a return

Drawn from `layers/aftercare/aftercare/returns/moves.py` by `make moves`; change the table there.
Every other verb is refused, with the status and the verb named (R-RET-50). A verb that leaves the
status as it is has no arrow in the picture.
"""
_TITLES = ("verb", "whose", "of staff", "from", "to", "entry")


def page() -> str:
    """The whole page."""
    arrows = ["    [*] --> draft", *arrows_of(_steps())]
    return page_of(_HEAD, arrows, table_of(_TITLES, map(_cells, MOVES)))


def _steps() -> Iterator[tuple[str, str, str]]:
    for move in MOVES:
        for before in _in_order(move.before):
            if move.after:
                yield before, move.after, move.verb


def _cells(move: Move) -> list[str]:
    parties = ", ".join(party for party in Party if party in move.by)
    anywhere = len(move.before) == len(ReturnStatus)
    before = "any" if anywhere else ", ".join(_in_order(move.before))
    permission = f"`{move.permission}`" if move.permission else ""
    return [move.verb, parties, permission, before, move.after or "as it is", f"`{move.entry}`"]


def _in_order(statuses: Iterable[ReturnStatus]) -> list[ReturnStatus]:
    known = set(statuses)
    return [status for status in ReturnStatus if status in known]
