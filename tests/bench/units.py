"""Counts what each route and each worker asks of AWS in its usual case, on emulated tables."""

from collections.abc import Callable, Iterable
from functools import cache

from tests.bench.meter import Step
from tests.bench.requests import row
from tests.bench.tables import table
from tests.bench.walks import checks, console, partners, points, portal, returning, workers
from tests.bench.world import Invocation, World, deployed
from tests.fakes.template import resources

WALKS: tuple[Callable[[World], None], ...] = (
    returning.walk,
    partners.walk,
    portal.walk,
    checks.walk,
    points.walk,
    workers.walk,
    console.walk,
)
_HEADS = ["function: what for", "DynamoDB", "read units", "write units", "S3", "others"]


def report() -> str:
    """The dearest invocation of each route and each cause in the walks."""
    rows = [row(f"{function}: {cause}", step) for (function, cause), step in dearest().items()]
    return table(_HEADS, rows)


@cache
def dearest() -> dict[tuple[str, str], Step]:
    """The invocation with the most units of each function and cause, in the template's order."""
    found: dict[tuple[str, str], Step] = {}
    for each in walked():
        key = each.function.removesuffix("Function"), each.cause
        if key not in found or _units(each.step) > _units(found[key]):
            found[key] = each.step
    order = [name.removesuffix("Function") for name in resources("AWS::Serverless::Function")]
    return {key: found[key] for key in sorted(found, key=lambda key: (order.index(key[0]), key[1]))}


@cache
def walked() -> tuple[Invocation, ...]:
    """All invocations of all walks, each on a deployment of its own."""
    return tuple(each for walk in WALKS for each in invocations(walk))


def invocations(walk: Callable[[World], None]) -> Iterable[Invocation]:
    """The invocations of one walk."""
    with deployed() as world:
        walk(world)
        return world.invocations


def _units(step: Step) -> tuple[float, int]:
    return 5 * step.write_units + step.read_units, step.calls.total()
