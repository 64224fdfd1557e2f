"""The batches table: all batches in one partition, their exports and links beside it."""

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.indexes import AllProjection, LocalSecondaryIndex
from pynamodb.models import Model

from aftercare.batches.model import (
    LINK_LIFETIME,
    Batch,
    BatchStatus,
    Changes,
    Export,
    ExportStatus,
    Link,
    batch_id_of,
    is_batch_id,
)
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.errors import StaleWriteError, UnavailableError
from aftercare.kernel.tables import (
    EntryColumns,
    at_version,
    bind,
    conditional,
    entry_columns,
    is_transient,
)
from aftercare.kernel.timeline import Entry

_BATCHES = "BATCHES"
_KEY = "KEY#"
_EXPORT, _LINK = "EXPORT", "LINK"
_EXPORT_KEPT = timedelta(days=30)


class _ByChange(LocalSecondaryIndex["_BatchRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_change"
        projection = AllProjection()

    pk = UnicodeAttribute(hash_key=True)
    changed_at = UnicodeAttribute(range_key=True)


class _BatchRow(Model, EntryColumns):
    """A batch, or a key id that leaked: such a row has nothing but its time."""

    class Meta:
        table_name = "batches"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    changed_at = UnicodeAttribute()
    version = VersionAttribute()
    sku = UnicodeAttribute()
    product = UnicodeAttribute()
    gtin = UnicodeAttribute(default="")
    batch_code = UnicodeAttribute(default="")
    factory = UnicodeAttribute(default="")
    codes = NumberAttribute()
    status = UnicodeAttribute()
    known_issue = UnicodeAttribute(default="{}")
    remedy = UnicodeAttribute(default="{}")
    created_at = UnicodeAttribute()

    by_change: ClassVar[_ByChange] = _ByChange()


class _KeyRow(Model):
    class Meta:
        table_name = "batches"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    changed_at = UnicodeAttribute()


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
    expires_at = TTLAttribute()


class BatchStore:
    """Batches, leaked key ids, exports and one-time links in DynamoDB."""

    def __init__(self, table_name: str) -> None:
        self._batches = bind(_BatchRow, table_name)
        self._keys = bind(_KeyRow, table_name)
        self._exports = bind(_ExportRow, table_name)
        self._links = bind(_LinkRow, table_name)

    def end_of(self, key_id: int) -> int:
        """The first serial of the key id that no batch has."""
        rows = self._batches.query(
            _BATCHES,
            _BatchRow.sk.startswith(f"{key_id:02d}#"),
            consistent_read=True,
            scan_index_forward=False,
            limit=1,
        )
        return next((_batch(row).end for row in rows), 0)

    def add(self, batch: Batch, entry: Entry) -> Batch:
        """A new batch, with the entry that has its codes exported; returns it as stored.

        Batches follow each other without a gap, so who is first at a range's start has it: no other
        item says how far the serials are used. The same write sent again succeeds again.

        Raises:
            StaleWriteError: Another batch begins there.
        """
        row = self._batches(**(_columns(batch) | entry_columns(entry)))
        free = _BatchRow.sk.does_not_exist() | (_BatchRow.entry_id == entry.entry_id)
        with conditional():
            row.save(free, add_version_condition=False)
        return _batch(row)

    def replace(self, batch: Batch) -> Batch:
        """The batch in place of the version that was read; returns it as stored.

        Raises:
            StaleWriteError: It was changed in the meantime.
        """
        row = at_version(self._batches(**_columns(batch)), batch.version)
        with conditional():
            row.save()
        return _batch(row)

    def get(self, batch_id: str) -> Batch | None:
        if not is_batch_id(batch_id):
            return None
        key = batch_id.removeprefix("B").replace("-", "#")
        try:
            return _batch(self._batches.get(_BATCHES, key, consistent_read=True))
        except _BatchRow.DoesNotExist:
            return None

    def changes(self, since: datetime | None) -> Changes:
        """All batches and leaked key ids, or those changed since: whatever was committed.

        Raises:
            UnavailableError: The table does not answer.
        """
        try:
            return _changes(list(self._changed(since)))
        except (PynamoDBException, ClientError, BotoCoreError) as error:
            if not is_transient(error):
                raise
            raise UnavailableError("The batches can't be read right now.") from error

    def _changed(self, since: datetime | None) -> Iterable[_BatchRow]:
        if since is None:
            return self._batches.query(_BATCHES, consistent_read=True)
        since_then = _BatchRow.changed_at >= to_text(since)
        return self._batches.by_change.query(_BATCHES, since_then, consistent_read=True)

    def mark_leaked(self, key_id: int, now: datetime) -> None:
        self._keys(_BATCHES, f"{_KEY}{key_id:02d}", changed_at=to_text(now)).save()

    def is_leaked(self, key_id: int) -> bool:
        try:
            self._keys.get(_BATCHES, f"{_KEY}{key_id:02d}", consistent_read=True)
        except _KeyRow.DoesNotExist:
            return False
        return True

    def open_export(self, export: Export, entry: Entry | None = None) -> None:
        """Notes an export; with an entry, has it made."""
        row = self._exports(
            f"{_EXPORT}#{export.export_id}",
            _EXPORT,
            batch_id=export.batch_id,
            codes=export.count,
            requested_at=to_text(export.requested_at),
            status=export.status,
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

    def note_progress(self, export_id: str, written: int) -> None:
        """Notes how many codes are written, unless the export is finished."""
        row = self._exports(f"{_EXPORT}#{export_id}", _EXPORT)
        unfinished = _ExportRow.pk.exists() & (_ExportRow.status != ExportStatus.DONE)
        running = _ExportRow.status.set(ExportStatus.RUNNING)
        with suppress(StaleWriteError), conditional():
            row.update([running, _ExportRow.written.set(written)], condition=unfinished)

    def finish(self, export: Export) -> None:
        row = self._exports(f"{_EXPORT}#{export.export_id}", _EXPORT)
        row.update(
            [
                _ExportRow.status.set(export.status),
                _ExportRow.written.set(export.written),
                _ExportRow.size.set(export.size),
                _ExportRow.finished_at.set(to_text(export.finished_at or export.requested_at)),
            ]
        )

    def save_link(self, link: Link) -> None:
        row = self._links(
            f"{_LINK}#{link.link_id}",
            _LINK,
            batch_id=link.batch_id,
            sku=link.sku,
            codes=link.count,
            size=link.size,
            object_key=link.object_key,
            live_until=link.expires_at.timestamp(),
            expires_at=link.expires_at + LINK_LIFETIME,
        )
        row.save()

    def live_link(self, link_id: str, now: datetime) -> Link | None:
        """The link, if it can still be used."""
        try:
            row = self._links.get(f"{_LINK}#{link_id}", _LINK, consistent_read=True)
        except _LinkRow.DoesNotExist:
            return None
        is_live = not row.used_by and row.live_until > now.timestamp()
        return _link(row) if is_live else None

    def use_link(self, link_id: str, use_id: str, now: datetime) -> Link | None:
        """Uses the link up in one write; nothing if it can't be used.

        The same use sent again, because its answer was lost, succeeds again.
        """
        row = self._links(f"{_LINK}#{link_id}", _LINK)
        unused = _LinkRow.used_by.does_not_exist() | (_LinkRow.used_by == use_id)
        live = _LinkRow.pk.exists() & (_LinkRow.live_until > now.timestamp())
        try:
            with conditional():
                row.update([_LinkRow.used_by.set(use_id)], condition=live & unused)
        except StaleWriteError:
            return None
        return _link(row)


def _changes(rows: list[_BatchRow]) -> Changes:
    leaked = {int(row.sk.removeprefix(_KEY)) for row in rows if row.sk.startswith(_KEY)}
    batches = tuple(_batch(row) for row in rows if not row.sk.startswith(_KEY))
    return Changes(batches, frozenset(leaked))


def _columns(batch: Batch) -> dict[str, Any]:
    return {
        "pk": _BATCHES,
        "sk": f"{batch.key_id:02d}#{batch.first_serial:010d}",
        "changed_at": to_text(batch.changed_at),
        "sku": batch.sku,
        "product": batch.product,
        "gtin": batch.gtin,
        "batch_code": batch.batch_code,
        "factory": batch.factory,
        "codes": batch.count,
        "status": batch.status,
        "known_issue": json.dumps(dict(batch.known_issue)),
        "remedy": json.dumps(dict(batch.remedy)),
        "created_at": to_text(batch.created_at),
    }


def _batch(row: _BatchRow) -> Batch:
    key_id, first_serial = map(int, row.sk.split("#"))
    return Batch(
        batch_id=batch_id_of(key_id, first_serial),
        sku=row.sku,
        product=row.product,
        gtin=row.gtin,
        batch_code=row.batch_code,
        factory=row.factory,
        key_id=key_id,
        first_serial=first_serial,
        count=int(row.codes),
        status=BatchStatus(row.status),
        known_issue=json.loads(row.known_issue),
        remedy=json.loads(row.remedy),
        created_at=from_text(row.created_at),
        changed_at=from_text(row.changed_at),
        version=int(row.version),
    )


def _export(row: _ExportRow) -> Export:
    return Export(
        export_id=row.pk.removeprefix(f"{_EXPORT}#"),
        batch_id=row.batch_id,
        count=int(row.codes),
        requested_at=from_text(row.requested_at),
        status=ExportStatus(row.status),
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
