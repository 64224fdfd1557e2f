"""The progress of an export, stored often enough to watch and seldom enough to cost nothing."""

import time
from collections.abc import Callable

_SECONDS = 1.0
_SHARES = 100


class Progress:
    """Stores a count once a second, and a hundredth of the whole, have passed since the last."""

    def __init__(
        self, store: Callable[[int], None], whole: int, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._step = whole / _SHARES
        self._ticks = ticks
        self._stored = 0
        self._stored_at = ticks()

    def __call__(self, count: int) -> None:
        now = self._ticks()
        if now - self._stored_at >= _SECONDS and count - self._stored >= self._step:
            self._stored_at, self._stored = now, count
            self._store(count)
