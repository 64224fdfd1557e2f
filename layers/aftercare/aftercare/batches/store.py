"""The batches table: all batches in one partition, their exports and links beside it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.models import Model

from aftercare.batches.files.store import FileStore
from aftercare.batches.layout import BATCHES, KEY, batch_from
from aftercare.batches.model import Batch, is_batch_id
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.tables import EntryColumns, at_version, bind, entry_columns, is_transient
from aftercare.kernel.timeline import Entry

_SCHEMA = 1


class _BatchRow(Model, EntryColumns):
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
    picture = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    changed_by = UnicodeAttribute(null=True)
    schema = NumberAttribute(default=_SCHEMA)


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
            BATCHES,
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
            return _batch(self._batches.get(BATCHES, key, consistent_read=True))
        except _BatchRow.DoesNotExist:
            return None

    def everything(self) -> tuple[Batch, ...]:
        """All batches, for operators: as many pages of a megabyte as there are.

        Raises:
            UnavailableError: The table does not answer.
        """
        with _reading():
            rows = self._batches.query(BATCHES, _BatchRow.sk < KEY, consistent_read=True)
            return tuple(map(_batch, rows))

    def mark_leaked(self, key_id: int, now: datetime, actor: Actor) -> None:
        row = self._keys(BATCHES, f"{KEY}{key_id:02d}", changed_at=to_text(now))
        row.changed_by = actor
        row.save()

    def is_leaked(self, key_id: int) -> bool:
        try:
            self._keys.get(BATCHES, f"{KEY}{key_id:02d}", consistent_read=True)
        except _KeyRow.DoesNotExist:
            return False
        return True


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (PynamoDBException, ClientError, BotoCoreError) as error:
        if not is_transient(error):
            raise
        raise UnavailableError("The batches cannot be read now.") from error


def _columns(batch: Batch) -> dict[str, Any]:
    return {
        "pk": BATCHES,
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
        "picture": batch.picture or None,
        "created_at": to_text(batch.created_at),
        "changed_by": batch.changed_by,
    }


def _batch(row: _BatchRow) -> Batch:
    return batch_from(row.attribute_values)
