"""The tombstones of the erasures table, apart from its erasures: most functions need no others."""

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.tables import bind

_TOMBSTONE = "TOMBSTONE"
_SCHEMA = 1


class _TombstoneRow(Model):
    class Meta:
        table_name = "erasures"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_TOMBSTONE)
    schema = NumberAttribute(default=_SCHEMA)
    erased_at = UnicodeAttribute()


class TombstoneStore:
    """Tombstones in DynamoDB; they stay for good."""

    def __init__(self, table_name: str) -> None:
        self._rows = bind(_TombstoneRow, table_name)

    def get(self, key: str) -> datetime | None:
        try:
            row = self._rows.get(f"{_TOMBSTONE}#{key}", _TOMBSTONE, consistent_read=True)
        except self._rows.DoesNotExist:
            return None
        return from_text(row.erased_at)

    def put(self, key: str, erased_at: datetime) -> None:
        self._rows(f"{_TOMBSTONE}#{key}", erased_at=to_text(erased_at)).save()
