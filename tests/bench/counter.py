"""Measures a till's checks on the running stack: one by one, and in a burst."""

import statistics
from concurrent.futures import ThreadPoolExecutor

from infra.local.processes import running_stack
from infra.local.settings import from_environment
from tests.bench.tables import table
from tests.fakes.stack.till import Till

ROUNDS = 200
BURST = 1_000
AT_ONCE = 8


def report() -> str:
    """Milliseconds per kind of check, alternating; then for a burst of checks of one code."""
    facts = running_stack(from_environment())
    if facts is None:
        raise LookupError("the stack is not running: `make up` starts it.")
    till = Till(facts["portal_url"], facts["demo"]["store_key"])
    codes: dict[str, str] = facts["demo"]["codes"]
    kinds = ("genuine_checked_before", "not_issued", "mistyped")
    durations: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(ROUNDS + 20):
        for kind in kinds:
            durations[kind].append(till.timed(codes[kind])[1])
    rows = [_row(kind, times[20:]) for kind, times in durations.items()]
    hot, counted = _burst(till, codes["genuine_first_check"])
    rows.append(_row(f"one code, {AT_ONCE} at a time", hot))
    note = f"The burst was {BURST:,} checks, all successful; the code counts {counted:,} of them."
    return f"{table(['check', 'times', 'p50 ms', 'p99 ms', 'worst ms'], rows)}\n\n{note}"


def _burst(till: Till, code: str) -> tuple[list[float], int]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: till.timed(code), range(BURST)))
    return [durations for _, durations in answers], max(answer["checks"] for answer, _ in answers)


def _row(kind: str, durations: list[float]) -> list[str]:
    ranked = sorted(durations)
    figures = statistics.median(ranked), ranked[int(0.99 * (len(ranked) - 1))], ranked[-1]
    return [kind, str(len(ranked)), *(f"{seconds * 1000:.0f}" for seconds in figures)]
