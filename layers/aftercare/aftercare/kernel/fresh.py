"""Optimistic concurrency: read, decide, write; all of it again when the state changed meanwhile."""

import random
import time
from collections.abc import Callable
from functools import wraps

from aftercare.kernel.errors import StaleWriteError

ATTEMPTS = 8
_STEP_SECONDS = 0.001


def on_fresh_state[**P, R](
    verb: Callable[P, R], pause: Callable[[float], None] = time.sleep
) -> Callable[P, R]:
    """Repeats a verb, which reads before it writes, when its write was stale.

    The second attempt follows at once, because most rivals write once. Before each later one comes
    a random pause of up to 4, 8, … 128 ms, so that a slow caller gets its turn among fast ones.

    Raises:
        StaleWriteError: The state changed during each of the attempts; nothing was written.
    """

    @wraps(verb)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        failures = 0
        while True:
            try:
                return verb(*args, **kwargs)
            except StaleWriteError:
                failures += 1
                if failures == ATTEMPTS:
                    raise
            if failures > 1:
                pause(random.uniform(0, _STEP_SECONDS * 2**failures))  # noqa: S311

    return attempt
