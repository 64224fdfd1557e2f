"""Counts the DynamoDB calls of each kind of check, in one process against moto."""

from collections.abc import Callable

from aftercare.batches.model import BatchStatus
from aftercare.kernel.symbols import sealed
from tests.bench.emulated import emulated_aws
from tests.bench.meter import Meter
from tests.bench.tables import table
from tests.fakes.codes import code
from tests.fakes.desk import Desk, desk_on
from tests.fakes.logs import logged

_BURST = 1_000


def report() -> str:
    """Calls and units per check, and for a burst of a thousand checks of one code."""
    with emulated_aws() as tables, Meter(tables).attached() as meter, logged():
        desk = desk_on(tables["AuthenticityTable"])
        counted = _burst(meter, desk)
        burst = meter.steps.pop("burst")
        for name, check in _cases(desk).items():
            with meter.step(name):
                check()
    heads = ["check", "DynamoDB calls", "read units", "write units"]
    rows = [
        [name, ", ".join(step.calls) or "none", f"{step.read_units:g}", f"{step.write_units:g}"]
        for name, step in meter.steps.items()
    ]
    calls = sum(burst.calls.values())
    note = (
        f"A burst of {_BURST:,} store checks of one code, 50 ms apart: {calls} calls "
        f"({burst.read_units:g} read and {burst.write_units:g} write units), counted as {counted}."
    )
    return f"{table(heads, rows)}\n\n{note}"


def _cases(desk: Desk) -> dict[str, Callable[[], object]]:
    first, second, third, full = (desk.fresh_code() for _ in range(4))
    for number in range(30):
        desk.clock.forward(hours=40)
        desk.customer(full, str(number))
    desk.clock.forward(hours=40)
    desk.customer(second, "a")
    for visitor in "ab":
        desk.customer(third, visitor)
    return {
        "genuine_first_check": lambda: desk.customer(first, "a"),
        "the same visitor again": lambda: desk.customer(first, "a"),
        "genuine_checked_before": lambda: desk.customer(second, "b"),
        "the same, with 17 checks kept": lambda: desk.customer(full, "z"),
        "a store's check": lambda: desk.store(first, "1"),
        "the check that makes a code suspect": lambda: desk.customer(third, "c"),
        "suspect, later checks": lambda: desk.customer(third, "d"),
        "recalled": lambda: desk.customer(desk.fresh_code(BatchStatus.RECALLED), "a"),
        "restricted": lambda: desk.customer(desk.fresh_code(BatchStatus.RESTRICTED), "a"),
        "blocked": lambda: desk.customer(desk.fresh_code(BatchStatus.BLOCKED), "a"),
        "not_issued: forged": lambda: desk.customer(sealed(1 << 60), "a"),
        "not_issued: outside of all batches": lambda: desk.customer(code(900_000), "a"),
        "mistyped": lambda: desk.customer("7K3M-Q2PX", "a"),
    }


def _burst(meter: Meter, desk: Desk) -> int:
    symbols = desk.fresh_code()
    with meter.step("burst"):
        for number in range(_BURST):
            desk.clock.forward(seconds=0.05)
            answer = desk.store(symbols, str(number))
    return answer.checks
