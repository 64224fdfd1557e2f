"""By what photos of all returns are found again: their files, their moments, their looks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from aftercare.kernel.tables import bind

_KEPT = timedelta(days=400)
_FILE, _MOMENT, _LOOK = "FILE#", "MOMENT#", "LOOK#"
# Of a file or a moment that everybody has, such as a photo from a shop, the newest are enough.
_MOST_EXACT = 12
# A bucket's newest photos: what one answer of the table may hold, at 150 bytes each.
_MOST_LOOKS = 5000
_SCHEMA = 1


class Traced(NamedTuple):
    """A photo, and the return in which it was when it was added."""

    return_id: str
    evidence_id: str


class Indexed(NamedTuple):
    """A photo in a bucket of looks."""

    photo: Traced
    sha256: str
    signs: int


class _TraceRow(Model):
    """A photo under one thing by which it is found."""

    class Meta:
        table_name = "evidence"

    return_id = UnicodeAttribute(hash_key=True)
    evidence_id = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=_SCHEMA)
    added_in = UnicodeAttribute()
    sha256 = UnicodeAttribute(null=True)
    signs = UnicodeAttribute(null=True)
    fingerprint = BinaryAttribute(null=True, legacy_encoding=False)
    expires_at = TTLAttribute()


class MatchStore:
    """Items of the evidence table, under keys that no return has. Each write costs one unit.

    They are overwritten by themselves if a screening begins again, and outlive a photo that is
    removed.
    """

    def __init__(self, table_name: str) -> None:
        self._rows = bind(_TraceRow, table_name)

    def add_file(self, photo: Traced, sha256: str, fingerprint: bytes, opened_at: datetime) -> None:
        row = self._row(_FILE + sha256, photo, opened_at)
        row.fingerprint = fingerprint or None
        row.save()

    def add_moment(self, photo: Traced, capture: str, opened_at: datetime) -> None:
        self._row(_MOMENT + capture, photo, opened_at).save()

    def add_look(
        self, photo: Traced, bucket: int, signs: int, sha256: str, opened_at: datetime
    ) -> None:
        row = self._row(f"{_LOOK}{bucket}", photo, opened_at)
        row.sha256, row.signs = sha256, f"{signs:x}"
        row.save()

    def with_file(self, sha256: str) -> list[Traced]:
        return [_photo(row) for row in self._newest(_FILE + sha256, _MOST_EXACT)]

    def with_moment(self, capture: str) -> list[Traced]:
        return [_photo(row) for row in self._newest(_MOMENT + capture, _MOST_EXACT)]

    def in_bucket(self, bucket: int) -> list[Indexed]:
        """The newest photos in that bucket, at most 5,000 and one answer of the table."""
        rows = self._newest(f"{_LOOK}{bucket}", _MOST_LOOKS)
        return [Indexed(_photo(row), row.sha256, int(row.signs, 16)) for row in rows]

    def fingerprints(self, photos: Sequence[Indexed]) -> dict[str, bytes]:
        """By the evidence's id; one request."""
        keys = [(_FILE + each.sha256, each.photo.evidence_id) for each in photos]
        found = self._rows.batch_get(keys, consistent_read=True) if keys else ()
        return {row.evidence_id: row.fingerprint for row in found if row.fingerprint}

    def _newest(self, key: str, most: int) -> list[_TraceRow]:
        page = self._rows.query(
            key, consistent_read=True, scan_index_forward=False, limit=most, page_size=most
        )
        rows: list[_TraceRow] = []
        for row in page:
            rows.append(row)
            if len(rows) == page.page_iter.total_scanned_count:
                break  # one request, even where the answer is full
        return rows

    def _row(self, key: str, photo: Traced, opened_at: datetime) -> _TraceRow:
        return self._rows(
            key, photo.evidence_id, added_in=photo.return_id, expires_at=opened_at + _KEPT
        )


def _photo(row: _TraceRow) -> Traced:
    return Traced(row.added_in, row.evidence_id)
