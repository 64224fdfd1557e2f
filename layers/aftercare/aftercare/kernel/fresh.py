"""Optimistic concurrency: read, decide, write; all of it again when the state changed meanwhile."""

import random
import time
from collections.abc import Callable
from functools import wraps

from aftercare.kernel.errors import StaleWriteError

# Of fifty callers who change one thing at once, each in 20 ms, all get their turn, within 4 s.
ATTEMPTS = 14
_STEP_SECONDS = 0.002
_LONGEST_SECONDS = 1.0


def on_fresh_state[**P, R](
    verb: Callable[P, R], pause: Callable[[float], None] = time.sleep
) -> Callable[P, R]:
    """Repeats a verb, which reads before it writes, when its write was stale.

    The second attempt follows at once, because most rivals write once. Before each later one comes
    a random pause of up to 8, 16, … 512 ms, then 1 s, so that a slow caller gets its turn among
    fast ones, and many rivals spread.

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
                longest = min(_LONGEST_SECONDS, _STEP_SECONDS * 2**failures)
                pause(random.uniform(0, longest))  # noqa: S311

    return attempt
