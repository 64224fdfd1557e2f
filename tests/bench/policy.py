"""Measures the time of a policy decision, and of explaining all of an order's."""

import statistics
import timeit
from dataclasses import replace

from aftercare.returns.explaining import explained
from aftercare.returns.policy import Facts, decide
from infra.operator.verdicts import explanation, sources
from tests.bench.tables import table
from tests.fakes.cases import LATER, case_of
from tests.fakes.orders import FIGURE, delivered, paid
from tests.fakes.policies import facts, na_online

DECISIONS = 2_000
REPEATS = 15
LINES = (1, 3, 30)


def report() -> str:
    """Microseconds per decision on an order line."""
    decisions = table(["decision about", "rules", "µs (median)", "µs (best)"], [_row()])
    heads = ["explanation of", "verdicts", "ms (median)", "ms (best)"]
    return f"{decisions}\n\n{table(heads, map(_explanation, LINES))}"


def _row() -> list[str]:
    case = facts()
    durations = [_microseconds(case) for _ in range(REPEATS)]
    rules = len(decide(na_online(), case).verdicts)
    return ["1 line", str(rules), f"{statistics.median(durations):.1f}", f"{min(durations):.1f}"]


def _explanation(lines: int) -> list[str]:
    """Every rule for every reason, put into words, of an order that was read; rules.md included."""
    bought = [replace(FIGURE, line_id=str(number + 1)) for number in range(lines)]
    case = case_of(paid(*bought), delivered())

    def explain() -> str:
        return explanation(case.order, explained(case, LATER), sources())

    explain()  # opens the zones' and the words' data, once per process
    durations = [timeit.timeit(explain, number=1) * 1_000 for _ in range(REPEATS)]
    verdicts = sum(len(line.decision.verdicts) for line in explained(case, LATER) if line.decision)
    median, best = statistics.median(durations), min(durations)
    return [f"{lines} line{'s' * (lines > 1)}", str(verdicts), f"{median:.1f}", f"{best:.1f}"]


def _microseconds(case: Facts) -> float:
    policy = na_online()
    seconds = timeit.timeit(lambda: decide(policy, case), number=DECISIONS)
    return seconds / DECISIONS * 1_000_000
