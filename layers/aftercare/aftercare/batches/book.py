"""Finds the batch of a serial in memory: every check needs it, and it rarely changes."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.batches.model import Batch, BatchStatus, Changes, standing
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class _Shelf:
    """All batches as of one moment, those of each key id in the order of their serials."""

    as_of: datetime
    whole_at: datetime
    batches: Mapping[tuple[int, int], Batch]
    leaked: frozenset[int]
    starts: Mapping[int, list[int]]

    def find(self, key_id: int, serial: int) -> Batch | None:
        starts = self.starts.get(key_id, [])
        place = bisect_right(starts, serial)
        if not place:
            return None
        batch = self.batches[key_id, starts[place - 1]]
        return standing(batch, self.leaked) if batch.covers(serial) else None

    def with_changes(self, changes: Changes, as_of: datetime) -> "_Shelf":
        changed = {(batch.key_id, batch.first_serial): batch for batch in changes.batches}
        batches = {**self.batches, **changed}
        starts = self.starts if changed.keys() <= self.batches.keys() else _starts(batches)
        return _Shelf(as_of, self.whole_at, batches, self.leaked | changes.leaked, starts)


class BatchBook:
    """All batches in memory, so that most checks read no table for them.

    They are refreshed when older than 30 s, so that a recall reaches every check within 60: the
    changes since then, and of five minutes before, for clocks that differ; every ten minutes all
    of them, for clocks that differ more. While the table does not answer, they are used until they
    are 60 s old. For a serial without a batch they are refreshed when older than 2 s: its batch may
    be new. Only our keys make a code with such a serial, so guessing cannot cause those reads.
    """

    FRESH = timedelta(seconds=30)
    USABLE = timedelta(seconds=60)
    OVERLAP = timedelta(minutes=5)
    WHOLE = timedelta(minutes=10)
    BETWEEN_TRIES = timedelta(seconds=5)
    NEWS = timedelta(seconds=2)

    def __init__(self, load: Callable[[datetime | None], Changes], clock: Clock) -> None:
        self._load = load
        self._clock = clock
        self._shelf: _Shelf | None = None
        self._tried_at: datetime | None = None

    def find(self, key_id: int, serial: int) -> Batch | None:
        """The batch that the serial was issued in; None when it was not.

        Raises:
            UnavailableError: The batches cannot be read, and those in memory are older than 60 s.
        """
        shelf = self._current()
        batch = shelf.find(key_id, serial)
        if batch is not None and batch.status is not BatchStatus.DRAFT:
            return batch
        if self._clock() - shelf.as_of < self.NEWS:
            return batch
        return self._refreshed(self._clock()).find(key_id, serial)

    def of_product(self, sku: str) -> tuple[Batch, ...]:
        """The batches of a product that were issued, as of at most 60 s ago.

        Raises:
            UnavailableError: As for `find`.
        """
        shelf = self._current()
        return tuple(
            standing(batch, shelf.leaked)
            for batch in shelf.batches.values()
            if batch.sku == sku and batch.status is not BatchStatus.DRAFT
        )

    def _current(self) -> _Shelf:
        now, shelf = self._clock(), self._shelf
        if shelf is None or now - shelf.as_of >= self.USABLE:
            return self._refreshed(now)
        if now - shelf.as_of < self.FRESH or self._has_just_tried(now):
            return shelf
        try:
            return self._refreshed(now)
        except UnavailableError:
            return shelf

    def _refreshed(self, now: datetime) -> _Shelf:
        self._tried_at, shelf = now, self._shelf
        if shelf and now - shelf.whole_at >= self.WHOLE:
            shelf = None
        changes = self._load(shelf.as_of - self.OVERLAP if shelf else None)
        self._shelf = (shelf or _Shelf(now, now, {}, frozenset(), {})).with_changes(changes, now)
        return self._shelf

    def _has_just_tried(self, now: datetime) -> bool:
        return self._tried_at is not None and now - self._tried_at < self.BETWEEN_TRIES


def _starts(batches: Mapping[tuple[int, int], Batch]) -> dict[int, list[int]]:
    starts: dict[int, list[int]] = {}
    for key_id, first in sorted(batches):
        starts.setdefault(key_id, []).append(first)
    return starts
