"""Finds the batch of a serial: every check needs it, and it rarely changes."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Protocol

from aftercare.batches.model import Batch, BatchStatus, ProductBatch, standing
from aftercare.batches.recent import MOST, Recent
from aftercare.kernel.clock import Clock

type Start = tuple[int, int]
"""Where a batch starts: its key id and its first serial."""


class Shelf(Protocol):
    """The table of batches, as checks read it. Each reading may raise `UnavailableError`."""

    def covering(self, key_id: int, serial: int) -> Batch | None:
        """The batch that has the serial."""

    def leaked(self) -> frozenset[int]:
        """The key ids that leaked."""

    def recalled(self) -> frozenset[str]:
        """The SKUs of which a batch is recalled."""

    def of_product(self, sku: str) -> tuple[ProductBatch, ...]:
        """The product's batches that were issued."""


class BatchBook:
    """The batches that somebody asked about lately, read one by one.

    One read finds a serial's batch, however many batches there are. It is read again when it is
    older than 30 s, so that a recall reaches every check within 60, whatever the clock of who
    recalled it says. While the table does not answer, it is used until it is 60 s old. A draft, and
    a serial without a batch, are read each time: their batch may be new. Only our keys make a code
    with such a serial, so guessing cannot cause those reads.
    """

    def __init__(self, shelf: Callable[[], Shelf], clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._batches = Recent[Start, Batch | None](clock)
        self._starts: list[Start] = []
        self._leaked = Recent[None, frozenset[int]](clock)
        self._recalled = Recent[None, frozenset[str]](clock)
        self._products = Recent[str, tuple[ProductBatch, ...]](clock)

    def find(self, key_id: int, serial: int) -> Batch | None:
        """The batch that the serial was issued in; None when it was not.

        Raises:
            UnavailableError: It cannot be read, and is not in memory or older than 60 s.
        """
        batch = self._covering(key_id, serial)
        # A key that leaked changes what is said of active batches alone.
        if batch is None or batch.status is not BatchStatus.ACTIVE:
            return batch
        return standing(batch, self._leaked.get(None, self._shelf().leaked))

    def recall_of(self, sku: str) -> tuple[ProductBatch, ...]:
        """The batches of a product that were issued, if one of them is recalled; else none.

        Raises:
            UnavailableError: As for `find`.
        """
        if sku not in self._recalled.get(None, self._shelf().recalled):
            return ()
        return self._products.get(sku, lambda: self._shelf().of_product(sku))

    def _covering(self, key_id: int, serial: int) -> Batch | None:
        known, asked_at = self._known(key_id, serial), self._clock()
        if known:
            return self._batches.get(known, lambda: self._shelf().covering(key_id, serial))
        batch = self._shelf().covering(key_id, serial)
        if batch is not None and batch.status is not BatchStatus.DRAFT:
            start = key_id, batch.first_serial
            self._batches.keep(start, batch, asked_at)
            self._note(start)
        return batch

    def _known(self, key_id: int, serial: int) -> Start | None:
        """Where the batch in memory starts that has the serial."""
        place = bisect_right(self._starts, (key_id, serial))
        start = self._starts[place - 1] if place else (-1, 0)
        batch = self._batches.last(start)
        return start if start[0] == key_id and batch and batch.covers(serial) else None

    def _note(self, start: Start) -> None:
        if len(self._starts) >= MOST:
            self._starts.clear()
        place = bisect_left(self._starts, start)
        if self._starts[place : place + 1] != [start]:
            self._starts.insert(place, start)
