"""How far an export is, told often enough to watch and seldom enough to cost nothing."""

import time
from collections.abc import Callable

_SECONDS = 1.0
_SHARES = 100


class Telling:
    """Passes a count on when a second and a hundredth of the whole lie behind the last time."""

    def __init__(
        self, tell: Callable[[int], None], whole: int, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._tell = tell
        self._step = whole / _SHARES
        self._ticks = ticks
        self._told = 0
        self._at = ticks()

    def __call__(self, count: int) -> None:
        now = self._ticks()
        if now - self._at >= _SECONDS and count - self._told >= self._step:
            self._at, self._told = now, count
            self._tell(count)
