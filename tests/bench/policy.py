"""How long the policy takes to decide."""

import statistics
import timeit

from aftercare.returns.policy import Facts, decide
from tests.bench.tables import table
from tests.fakes.policies import facts, line, na_online

DECISIONS = 2_000
REPEATS = 15


def report() -> str:
    """Microseconds per decision, by the number of order lines it is about."""
    return table(
        ["decision about", "rules", "µs (median)", "µs (best)"],
        [_row(count) for count in (1, 3, 10)],
    )


def _row(lines: int) -> list[str]:
    known = facts(*(line(line_id=str(place)) for place in range(lines)))
    took = [_microseconds(known) for _ in range(REPEATS)]
    rules = len(decide(na_online(), known).verdicts)
    name = f"{lines} line{'s' if lines > 1 else ''}"
    return [name, str(rules), f"{statistics.median(took):.1f}", f"{min(took):.1f}"]


def _microseconds(known: Facts) -> float:
    policy = na_online()
    seconds = timeit.timeit(lambda: decide(policy, known), number=DECISIONS)
    return seconds / DECISIONS * 1_000_000
