"""Measures the time of a policy decision."""

import statistics
import timeit

from aftercare.returns.policy import Facts, decide
from tests.bench.tables import table
from tests.fakes.policies import facts, line, na_online

DECISIONS = 2_000
REPEATS = 15


def report() -> str:
    """Microseconds per decision, by the number of order lines."""
    return table(
        ["decision about", "rules", "µs (median)", "µs (best)"],
        [_row(count) for count in (1, 3, 10)],
    )


def _row(lines: int) -> list[str]:
    order_facts = facts(*(line(line_id=str(place)) for place in range(lines)))
    durations = [_microseconds(order_facts) for _ in range(REPEATS)]
    rules = len(decide(na_online(), order_facts).verdicts)
    name = f"{lines} line{'s' if lines > 1 else ''}"
    return [name, str(rules), f"{statistics.median(durations):.1f}", f"{min(durations):.1f}"]


def _microseconds(order_facts: Facts) -> float:
    policy = na_online()
    seconds = timeit.timeit(lambda: decide(policy, order_facts), number=DECISIONS)
    return seconds / DECISIONS * 1_000_000
