"""Which units of an order its live returns hold: items of the returns table, one for each line."""

from collections.abc import Mapping
from typing import NamedTuple

from aftercare.kernel.tables import bind
from aftercare.returns.rows import ClaimRow

_LINE = "LINE#"


def order_key(order_number: str) -> str:
    """The partition of what returns of one order share."""
    return f"ORDER#{order_number}"


class Claims(NamedTuple):
    """Line id → units that live returns hold; a line without returns is absent.

    `exchanged` are the tickets of returns whose customer got other units at once; no fact of the
    order names them.
    """

    units: dict[str, int]
    exchanged: frozenset[str]


class ClaimStore:
    """Held units, and the tickets of returns whose units were exchanged at a counter."""

    def __init__(self, table_name: str) -> None:
        self._claims = bind(ClaimRow, table_name)

    def of_order(self, order_number: str) -> Claims:
        """What the order's live returns hold, in one query."""
        is_line = ClaimRow.sk.startswith(_LINE)
        found = self._claims.query(order_key(order_number), is_line, consistent_read=True)
        rows = list(found)
        return Claims(
            units={row.sk.removeprefix(_LINE): int(row.units or 0) for row in rows},
            exchanged=frozenset(ticket for row in rows for ticket in row.tickets or ()),
        )

    def left(self, order_number: str, limits: Mapping[str, int]) -> dict[str, int]:
        """Line id → units that a return may still hold, of those that all may hold together."""
        held = self.of_order(order_number).units
        return {line_id: max(0, most - held.get(line_id, 0)) for line_id, most in limits.items()}

    def row(self, order_number: str, line_id: str) -> ClaimRow:
        return self._claims(order_key(order_number), f"{_LINE}{line_id}")
