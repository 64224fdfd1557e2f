"""Where a video's upload in parts is remembered, so that it goes on after a reload."""

from datetime import timedelta
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from aftercare.evidence.model import Evidence
from aftercare.kernel.direct import conditional
from aftercare.kernel.tables import bind

_UPLOAD = "UPLOAD#"
# Its parts are gone after a day; the item, which says nothing personal, a day later.
_KEPT = timedelta(days=2)
_SCHEMA = 1


class VideoUpload(NamedTuple):
    """An upload in parts: S3's id of it, how large the file is, and what it was known by."""

    upload_id: str
    size: int
    mark: str


class _UploadRow(Model):
    """One for each slot; the newest upload counts."""

    class Meta:
        table_name = "evidence"

    return_id = UnicodeAttribute(hash_key=True)
    evidence_id = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=_SCHEMA)
    upload_id = UnicodeAttribute()
    size = NumberAttribute()
    mark = UnicodeAttribute()
    expires_at = TTLAttribute()


class VideoUploads:
    """The uploads in parts of the evidence table."""

    def __init__(self, table_name: str) -> None:
        self._rows = bind(_UploadRow, table_name)

    def get(self, slot: Evidence) -> VideoUpload | None:
        try:
            row = self._rows.get(slot.return_id, _place(slot), consistent_read=True)
        except self._rows.DoesNotExist:
            return None
        return VideoUpload(row.upload_id, int(row.size), row.mark)

    def replace(self, slot: Evidence, before: VideoUpload | None, after: VideoUpload) -> None:
        """Remembers an upload in the place of the one that was read.

        Raises:
            StaleWriteError: Another one took its place meanwhile.
        """
        row = self._rows(
            slot.return_id,
            _place(slot),
            upload_id=after.upload_id,
            size=after.size,
            mark=after.mark,
            expires_at=slot.opened_at + _KEPT,
        )
        unchanged = (
            _UploadRow.upload_id == before.upload_id
            if before
            else _UploadRow.upload_id.does_not_exist()
        )
        with conditional():
            row.save(unchanged)


def _place(slot: Evidence) -> str:
    return f"{_UPLOAD}{slot.evidence_id}"
