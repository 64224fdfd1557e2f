"""A request to the shop commits with the step that makes it, beside the order's other requests."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from aftercare.kernel.due.store import DueStore
from aftercare.kernel.tables import Transaction, at_version, bind
from aftercare.kernel.timeline import Entry
from aftercare.returns.asked import Asked
from aftercare.returns.case_store import note_row
from aftercare.returns.claim_store import order_key
from aftercare.returns.errors import UnitsTakenError
from aftercare.returns.model import Return
from aftercare.returns.notes import Note
from aftercare.returns.rows import AskedRow, ClaimRow
from aftercare.returns.store import ReturnStore

type Units = Mapping[str, int]

_ASKED = "ASKED"


class Beside(NamedTuple):
    """What commits with a step: staff's note, and what the order's returns have asked for then."""

    note: Note | None = None
    asked: Asked | None = None


class AskingStore(ReturnStore):
    """Returns in DynamoDB, with what they ask the shop to pay back."""

    def __init__(self, table_name: str, due: DueStore | None = None) -> None:
        super().__init__(table_name, due)
        self._asked = bind(AskedRow, table_name)

    def asked(self, order_number: str) -> Asked:
        """What the order's returns have asked the shop to pay back, as of now."""
        try:
            row = self._asked.get(order_key(order_number), _ASKED, consistent_read=True)
        except self._asked.DoesNotExist:
            return Asked(order_number, {})
        return Asked.from_text(order_number, row.requests, int(row.version))

    def step(self, after: Return, entry: Entry, beside: Beside, freed: Units | None = None) -> None:
        """A step with what commits beside it, after which the `freed` units are no longer held.

        Raises:
            StaleWriteError: The return, or what was asked for, changed in the meantime.
        """
        with Transaction(self._returns) as commit:
            self._put_step(commit, after, entry)
            for line_id, units in (freed or {}).items():
                held = ClaimRow.units >= units
                commit.update(self._claim(after, line_id), [ClaimRow.units.add(-units)], held)
            self._put_beside(commit, after, beside)

    def take_again(
        self,
        after: Return,
        entry: Entry,
        beside: Beside,
        limits: Units,
        units: Units | None = None,
    ) -> None:
        """A step by which a return holds its units again, if no other return has them.

        For `limits`: see `submit`. `units` are those that it lacks, all of its own by default.

        Raises:
            UnitsTakenError: Another return holds the units.
            StaleWriteError: The return, or what was asked for, changed in the meantime.
        """
        lacks = {line.line_id: line.units for line in after.lines} if units is None else units
        lacks = {line_id: count for line_id, count in lacks.items() if count}
        self._refuse_if_taken(after, lacks, limits)
        with Transaction(self._returns) as commit:
            self._put_step(commit, after, entry)
            for line_id, count in lacks.items():
                free = ClaimRow.units <= limits.get(line_id, 0) - count
                commit.update(
                    self._claim(after, line_id),
                    [ClaimRow.units.add(count)],
                    ClaimRow.units.does_not_exist() | free,
                )
            self._put_beside(commit, after, beside)

    def _refuse_if_taken(self, ret: Return, lacks: Units, limits: Units) -> None:
        left = self.claims.left(ret.order_number, limits)
        short = [line_id for line_id, count in lacks.items() if left.get(line_id, 0) < count]
        if short:
            raise UnitsTakenError({line_id: left.get(line_id, 0) for line_id in short})

    def _put_beside(self, commit: Transaction, after: Return, beside: Beside) -> None:
        if beside.note:
            commit.save(note_row(self._notes, after.return_id, beside.note))
        if beside.asked:
            text = beside.asked.to_text()
            row = self._asked(order_key(after.order_number), _ASKED, requests=text)
            commit.save(at_version(row, beside.asked.version))


def freed_by(before: Return, after: Return) -> Units:
    """The units that the one held and the other does not, by line id."""
    held = {line.line_id: after.held_of(line) for line in after.lines}
    pairs: Iterable[tuple[str, int]] = (
        (line.line_id, before.held_of(line) - held.get(line.line_id, 0)) for line in before.lines
    )
    return {line_id: units for line_id, units in pairs if units > 0}
