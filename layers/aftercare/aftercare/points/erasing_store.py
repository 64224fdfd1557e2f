"""Empties what a ledger says in somebody's own words; its numbers stay."""

from pynamodb.attributes import UnicodeAttribute

from aftercare.kernel.tables import bind
from aftercare.points.rows import PointsItem

_OPERATION = "OP#"


class _ReasonRow(PointsItem):
    """A ledger entry, as far as somebody wrote it."""

    why = UnicodeAttribute(default="")


class ReasonEraser:
    """Why points were adjusted."""

    def __init__(self, table_name: str) -> None:
        self._entries = bind(_ReasonRow, table_name)

    def forget(self, member_id: str) -> None:
        """Empties each reason of that member's ledger. Safe to repeat."""
        of_ledger, given = _ReasonRow.sk.startswith(_OPERATION), _ReasonRow.why > ""
        for row in self._entries.query(f"M#{member_id}", of_ledger, given, consistent_read=True):
            row.update([_ReasonRow.why.set("")], _ReasonRow.pk.exists())
