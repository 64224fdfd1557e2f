"""The due index's table: sixteen partitions of timers, each in the order of their moments."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from aftercare.kernel.due.model import Timer, keys_until, timer_of
from aftercare.kernel.observe import logger
from aftercare.kernel.tables import Transaction, bind

_PAGE = 100
_MOST = 10
_SCHEMA = 1


class _TimerRow(Model):
    class Meta:
        table_name = "due"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=_SCHEMA)


class DueStore:
    """Timers in DynamoDB. A timer is written in the transaction of what makes it due."""

    def __init__(self, table_name: str) -> None:
        self._timers = bind(_TimerRow, table_name)

    def add(self, commit: Transaction, timer: Timer) -> None:
        """Adds the timer to a transaction, after whose last put it is one more put.

        Without a condition: a transaction that is repeated writes the same item. A moment in the
        past is due at the next sweep.
        """
        commit.save(self._row(timer))

    def due(self, shard: int, now: datetime) -> Iterator[tuple[Timer, ...]]:
        """The shard's timers that are due by then, earliest first, ten at a time.

        The table is read as they are asked for. A timer that can't be read is logged and stays.
        """
        rows = self._timers.query(
            _shard_key(shard),
            _TimerRow.sk <= keys_until(now),
            page_size=_PAGE,
            consistent_read=True,
        )
        for few in batched(rows, _MOST, strict=False):
            yield tuple(timer for row in few if (timer := _readable(row)))

    def remove(self, timers: Sequence[Timer]) -> None:
        """Removes timers whose events are on the bus."""
        with self._timers.batch_write() as batch:
            for timer in timers:
                batch.delete(self._row(timer))

    def _row(self, timer: Timer) -> _TimerRow:
        return self._timers(_shard_key(timer.shard), timer.key)


def _shard_key(shard: int) -> str:
    return f"DUE#{shard:02d}"


def _readable(row: _TimerRow) -> Timer | None:
    try:
        return timer_of(row.sk)
    except ValueError:
        logger.error("timer unread", extra={"shard": row.pk})
        return None
