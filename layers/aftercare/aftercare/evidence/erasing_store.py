"""Removes evidence from the table and from both buckets."""

from collections.abc import Collection
from itertools import batched

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from aftercare.kernel.objects import purge, read_object
from aftercare.kernel.tables import bind

# As many as one of DynamoDB's conditions compares with.
_MOST_COMPARED = 100


class _AnyRow(Model):
    """Any item of the table: a slot, a count, a move, an upload, or a trace in `added_in`."""

    class Meta:
        table_name = "evidence"

    return_id = UnicodeAttribute(hash_key=True)
    evidence_id = UnicodeAttribute(range_key=True)
    added_in = UnicodeAttribute(null=True)


class EvidenceEraser:
    """All that is stored of a return's evidence."""

    def __init__(self, table_name: str, uploads: str, documents: str) -> None:
        self._rows = bind(_AnyRow, table_name)
        self._uploads = uploads
        self._documents = documents

    def purge(self, return_id: str) -> None:
        """Deletes its uploads, finished or not, and its kept files in every version."""
        purge(self._uploads, f"incoming/{return_id}/")
        purge(self._documents, f"evidence/{return_id}/")

    def read(self, key: str) -> bytes | None:
        """A kept file; none if there is none."""
        return read_object(self._documents, key)

    def remove(self, return_id: str) -> None:
        """Removes every item under that return."""
        self._remove(list(self._rows.query(return_id, consistent_read=True)))

    def remove_traces(self, return_ids: Collection[str], segment: int, segments: int) -> None:
        """Removes the traces of photos that were added in those returns."""
        for few in batched(sorted(return_ids), _MOST_COMPARED, strict=False):
            found = self._rows.scan(
                _AnyRow.added_in.is_in(*few),
                segment=segment,
                total_segments=segments,
                consistent_read=True,
                attributes_to_get=["return_id", "evidence_id"],
            )
            self._remove(list(found))

    def _remove(self, rows: list[_AnyRow]) -> None:
        with self._rows.batch_write() as batch:
            for row in rows:
                batch.delete(row)
