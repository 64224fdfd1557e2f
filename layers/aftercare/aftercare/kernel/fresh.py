"""Optimistic concurrency: read, decide, write; when the ground moved, do all three again."""

from collections.abc import Callable
from functools import wraps

from aftercare.kernel.errors import StaleWriteError

ATTEMPTS = 8


def on_fresh_state[**P, R](verb: Callable[P, R]) -> Callable[P, R]:
    """Runs a verb that reads before it writes again from its start when its write was stale.

    Raises:
        StaleWriteError: The state changed under each of the attempts; nothing was written.
    """

    @wraps(verb)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(ATTEMPTS - 1):
            try:
                return verb(*args, **kwargs)
            except StaleWriteError:
                continue
        return verb(*args, **kwargs)

    return attempt
