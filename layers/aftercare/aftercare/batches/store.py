"""The batches table: all batches in one partition, their exports and links beside it."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.indexes import AllProjection, LocalSecondaryIndex
from pynamodb.models import Model

from aftercare.batches.files.store import FileStore
from aftercare.batches.model import (
    Batch,
    BatchStatus,
    Changes,
    batch_id_of,
    is_batch_id,
)
from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.tables import (
    EntryColumns,
    at_version,
    bind,
    conditional,
    entry_columns,
    is_transient,
)
from aftercare.kernel.timeline import Entry

_SCHEMA = 1
_BATCHES = "BATCHES"
_KEY = "KEY#"


class _ByChange(LocalSecondaryIndex["_BatchRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_change"
        projection = AllProjection()

    pk = UnicodeAttribute(hash_key=True)
    changed_at = UnicodeAttribute(range_key=True)


class _BatchRow(Model, EntryColumns):
    """A batch, or a key id that leaked, which has only its time and its actor."""

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
    changed_by = UnicodeAttribute(null=True)
    schema = NumberAttribute(default=_SCHEMA)

    by_change: ClassVar[_ByChange] = _ByChange()


class _KeyRow(Model):
    class Meta:
        table_name = "batches"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    changed_at = UnicodeAttribute()
    changed_by = UnicodeAttribute(null=True)
    schema = NumberAttribute(default=_SCHEMA)


class BatchStore:
    """Batches and leaked key ids in DynamoDB; `files` are their exports and links."""

    def __init__(self, table_name: str) -> None:
        self._batches = bind(_BatchRow, table_name)
        self._keys = bind(_KeyRow, table_name)
        self.files = FileStore(table_name)

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
        """Stores a new batch, with the entry that requests its export; returns it as stored.

        Batches follow each other without a gap, so the first one at a range's start has it; no
        other item says how far the serials are used. The same write sent again succeeds again.

        Raises:
            StaleWriteError: Another batch begins there.
        """
        row = self._batches(**(_columns(batch) | entry_columns(entry)))
        free = _BatchRow.sk.does_not_exist() | (_BatchRow.entry_id == entry.entry_id)
        with conditional():
            row.save(free, add_version_condition=False)
        return _batch(row)

    def replace(self, batch: Batch) -> Batch:
        """Stores the batch over the version that was read; returns it as stored.

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
        """All batches and leaked key ids, or those changed since then, read consistently.

        Raises:
            UnavailableError: The table does not answer.
        """
        try:
            return _changes(list(self._changed(since)))
        except (PynamoDBException, ClientError, BotoCoreError) as error:
            if not is_transient(error):
                raise
            raise UnavailableError("The batches cannot be read now.") from error

    def _changed(self, since: datetime | None) -> Iterable[_BatchRow]:
        if since is None:
            return self._batches.query(_BATCHES, consistent_read=True)
        since_then = _BatchRow.changed_at >= to_text(since)
        return self._batches.by_change.query(_BATCHES, since_then, consistent_read=True)

    def mark_leaked(self, key_id: int, now: datetime, actor: Actor) -> None:
        row = self._keys(_BATCHES, f"{_KEY}{key_id:02d}", changed_at=to_text(now))
        row.changed_by = actor
        row.save()

    def is_leaked(self, key_id: int) -> bool:
        try:
            self._keys.get(_BATCHES, f"{_KEY}{key_id:02d}", consistent_read=True)
        except _KeyRow.DoesNotExist:
            return False
        return True


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
        "changed_by": batch.changed_by,
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
        status=_status(row.status),
        known_issue=json.loads(row.known_issue),
        remedy=json.loads(row.remedy),
        created_at=from_text(row.created_at),
        changed_at=from_text(row.changed_at),
        version=int(row.version),
        changed_by=Actor(row.changed_by or UNKNOWN),
    )


def _status(text: str) -> BatchStatus:
    """A newer version's status reads as restricted: no check then vouches for the code."""
    return BatchStatus(text) if text in set(BatchStatus) else BatchStatus.RESTRICTED
