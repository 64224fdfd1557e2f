"""Erases in the returns table: a whole customer's returns, their notes, what goes by their key."""

from aftercare.kernel.tables import bind
from aftercare.kernel.timeline import Entry
from aftercare.returns.case_store import CaseStore
from aftercare.returns.model import Return
from aftercare.returns.notes import Note
from aftercare.returns.rows import NoteRow, PointerRow
from aftercare.returns.store import ReturnStore


class ReturnEraser:
    """The returns of one customer, all of them."""

    def __init__(self, table_name: str) -> None:
        self.returns = ReturnStore(table_name)
        self.cases = CaseStore(table_name)
        self._notes = bind(NoteRow, table_name)
        self._pointers = bind(PointerRow, table_name)

    def get(self, return_id: str) -> Return | None:
        return self.returns.get(return_id)

    def every_of(self, email_key: str) -> tuple[Return, ...]:
        """All of them, newest first, seconds behind at worst.

        Raises:
            NewerDataError: A newer version wrote one of them.
        """
        return self.returns.every_of_customer(email_key)

    def notes(self, return_id: str) -> tuple[Note, ...]:
        return self.cases.notes(return_id)

    def timeline(self, return_id: str) -> tuple[Entry, ...]:
        return self.returns.timeline(return_id)

    def empty_notes(self, return_id: str) -> None:
        """Empties what staff noted; who noted something, and when, stays."""
        written = NoteRow.sk.startswith("NOTE#")
        for row in self._notes.query(return_id, written, consistent_read=True):
            row.update([NoteRow.text.set("")], NoteRow.pk.exists())

    def save(self, after: Return, entry: Entry) -> None:
        """Replaces the version that was read.

        Raises:
            StaleWriteError: The return changed in the meantime.
        """
        self.returns.advance(after, entry)

    def forget(self, email_key: str) -> None:
        """Removes all that goes by the customer's key, but for their returns."""
        found = list(self._pointers.query(f"CUSTOMER#{email_key}", consistent_read=True))
        with self._pointers.batch_write() as batch:
            for row in found:
                batch.delete(row)
