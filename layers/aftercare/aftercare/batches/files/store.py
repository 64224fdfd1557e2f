"""Exports and one-time links in the batches table."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from aftercare.batches.model import LINK_LIFETIME, Export, ExportStatus, Link
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.tables import EntryColumns, bind, entry_columns
from aftercare.kernel.timeline import Entry

_SCHEMA = 1
_EXPORT, _LINK = "EXPORT", "LINK"
_EXPORT_KEPT = timedelta(days=30)


class _ExportRow(Model, EntryColumns):
    class Meta:
        table_name = "batches"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    batch_id = UnicodeAttribute()
    codes = NumberAttribute()
    requested_at = UnicodeAttribute()
    status = UnicodeAttribute()
    written = NumberAttribute(default=0)
    size = NumberAttribute(default=0)
    finished_at = UnicodeAttribute(null=True)
    changed_by = UnicodeAttribute(null=True)
    schema = NumberAttribute(default=_SCHEMA)
    expires_at = TTLAttribute()


class _LinkRow(Model):
    class Meta:
        table_name = "batches"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    batch_id = UnicodeAttribute()
    sku = UnicodeAttribute()
    codes = NumberAttribute()
    size = NumberAttribute()
    object_key = UnicodeAttribute()
    live_until = NumberAttribute()
    used_by = UnicodeAttribute(null=True)
    changed_by = UnicodeAttribute(null=True)
    schema = NumberAttribute(default=_SCHEMA)
    expires_at = TTLAttribute()


class FileStore:
    """Exports and links in DynamoDB."""

    def __init__(self, table_name: str) -> None:
        self._exports = bind(_ExportRow, table_name)
        self._links = bind(_LinkRow, table_name)

    def open_export(self, export: Export, actor: Actor, entry: Entry | None = None) -> None:
        """Stores a new export; with an entry, a worker will write it."""
        row = self._exports(
            f"{_EXPORT}#{export.export_id}",
            _EXPORT,
            batch_id=export.batch_id,
            codes=export.count,
            requested_at=to_text(export.requested_at),
            status=export.status,
            changed_by=actor,
            expires_at=export.requested_at + _EXPORT_KEPT,
            **(entry_columns(entry) if entry else {}),
        )
        row.save()  # unconditionally: the id is new, or another worker begins with the same

    def export(self, export_id: str) -> Export | None:
        try:
            return _export(
                self._exports.get(f"{_EXPORT}#{export_id}", _EXPORT, consistent_read=True)
            )
        except _ExportRow.DoesNotExist:
            return None

    def note_progress(self, export_id: str, written: int, actor: Actor) -> None:
        """Stores how many codes are written, unless the export is finished."""
        row = self._exports(f"{_EXPORT}#{export_id}", _EXPORT)
        unfinished = _ExportRow.pk.exists() & (_ExportRow.status != ExportStatus.DONE)
        actions: list[Action] = [
            _ExportRow.status.set(ExportStatus.RUNNING),
            _ExportRow.written.set(written),
            _ExportRow.changed_by.set(actor),
        ]
        with suppress(StaleWriteError), conditional():
            row.update(actions, condition=unfinished)

    def finish(self, export: Export, actor: Actor) -> None:
        row = self._exports(f"{_EXPORT}#{export.export_id}", _EXPORT)
        row.update(
            [
                _ExportRow.status.set(export.status),
                _ExportRow.written.set(export.written),
                _ExportRow.size.set(export.size),
                _ExportRow.changed_by.set(actor),
                _ExportRow.finished_at.set(to_text(export.finished_at or export.requested_at)),
            ]
        )

    def save_link(self, link: Link, actor: Actor) -> None:
        row = self._links(
            f"{_LINK}#{link.link_id}",
            _LINK,
            batch_id=link.batch_id,
            sku=link.sku,
            codes=link.count,
            size=link.size,
            object_key=link.object_key,
            live_until=link.expires_at.timestamp(),
            changed_by=actor,
            expires_at=link.expires_at + LINK_LIFETIME,
        )
        row.save()

    def live_link(self, link_id: str, now: datetime) -> Link | None:
        """The link; None if it cannot be used any more."""
        try:
            row = self._links.get(f"{_LINK}#{link_id}", _LINK, consistent_read=True)
        except _LinkRow.DoesNotExist:
            return None
        is_live = not row.used_by and row.live_until > now.timestamp()
        return _link(row) if is_live else None

    def use_link(self, link_id: str, use_id: str, now: datetime, actor: Actor) -> Link | None:
        """Uses the link up in one write; None if it cannot be used.

        The same use sent again, because its answer was lost, succeeds again.
        """
        row = self._links(f"{_LINK}#{link_id}", _LINK)
        unused = _LinkRow.used_by.does_not_exist() | (_LinkRow.used_by == use_id)
        live = _LinkRow.pk.exists() & (_LinkRow.live_until > now.timestamp())
        try:
            with conditional():
                uses: list[Action] = [_LinkRow.used_by.set(use_id), _LinkRow.changed_by.set(actor)]
                row.update(uses, condition=live & unused)
        except StaleWriteError:
            return None
        return _link(row)


def _export_status(text: str) -> ExportStatus:
    """A newer version's status reads as running: the file is not offered as complete."""
    return ExportStatus(text) if text in set(ExportStatus) else ExportStatus.RUNNING


def _export(row: _ExportRow) -> Export:
    return Export(
        export_id=row.pk.removeprefix(f"{_EXPORT}#"),
        batch_id=row.batch_id,
        count=int(row.codes),
        requested_at=from_text(row.requested_at),
        status=_export_status(row.status),
        written=int(row.written),
        size=int(row.size),
        finished_at=from_text(row.finished_at) if row.finished_at else None,
    )


def _link(row: _LinkRow) -> Link:
    return Link(
        link_id=row.pk.removeprefix(f"{_LINK}#"),
        batch_id=row.batch_id,
        sku=row.sku,
        count=int(row.codes),
        size=int(row.size),
        object_key=row.object_key,
        expires_at=datetime.fromtimestamp(float(row.live_until), UTC),
    )
