"""What was read a moment ago, and may be used again."""

from collections.abc import Callable
from datetime import datetime, timedelta

from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import UnavailableError

FRESH = timedelta(seconds=30)
USABLE = timedelta(seconds=60)
BETWEEN_TRIES = timedelta(seconds=5)
MOST = 1_000


class Recent[Key, Value]:
    """Values by key, read again when they are older than 30 s.

    While they cannot be read they are used until they are 60 s old, and tried every 5 s.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[Key, tuple[datetime, Value]] = {}
        self._failed_at: datetime | None = None

    def get(self, key: Key, read: Callable[[], Value]) -> Value:
        """The value; it is read if it is not known, or known for too long.

        Raises:
            UnavailableError: It cannot be read, and is not known or older than 60 s.
        """
        now, kept = self._clock(), self._kept.get(key)
        if kept is None or now - kept[0] >= USABLE:
            return self._read(key, read, now)
        if now - kept[0] < FRESH or self._has_just_failed(now):
            return kept[1]
        try:
            return self._read(key, read, now)
        except UnavailableError:
            self._failed_at = now
            return kept[1]

    def keep(self, key: Key, value: Value, read_at: datetime) -> None:
        """Keeps a value; `read_at` is when it was asked for."""
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = (read_at, value)

    def last(self, key: Key) -> Value | None:
        """The value as it was read last, however long ago."""
        kept = self._kept.get(key)
        return kept[1] if kept else None

    def _read(self, key: Key, read: Callable[[], Value], now: datetime) -> Value:
        value = read()
        self.keep(key, value, now)
        return value

    def _has_just_failed(self, now: datetime) -> bool:
        return self._failed_at is not None and now - self._failed_at < BETWEEN_TRIES
