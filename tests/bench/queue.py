"""What a page of the console's queue reads, whatever the backlog."""

import random

from aftercare.returns.case_desk import PAGE
from aftercare.returns.case_store import CaseStore, _place_of
from aftercare.returns.model import Return
from aftercare.returns.queueing import QueueOrder, place_of
from aftercare.returns.store import ReturnStore
from tests.bench.emulated import emulated_aws
from tests.bench.meter import Meter, Step
from tests.bench.tables import table
from tests.fakes.backlogs import pile_up, waiting
from tests.fakes.staff_desk import desk_on

BACKLOGS = (1_000, 100_000)
SEED = 20261128


def report() -> str:
    """Read units per page, for two backlogs; then what else the page's request reads."""
    rows = [row for backlog in BACKLOGS for row in _rows(backlog)]
    heads = ["the queue", "cases waiting", "page", "cases shown", "queries", "read units"]
    note = (
        f"Each card has every signal, a claim with a name and a proposal; seed {SEED}. The units "
        "are those of the bytes that the query evaluates, by DynamoDB's rules."
    )
    return f"{table(heads, rows)}\n\n{note}\n{_reader()}"


def _reader() -> str:
    """What the request reads beside the queue: names are on the cards."""
    with emulated_aws() as tables, Meter(tables).attached() as meter, desk_on(tables) as desk:
        key = desk.signs_in(desk.pool.add("agent"))
        with meter.step("session"):
            desk.service.member(key)
    units = meter.steps["session"].read_units
    return f"Beside them the page reads its reader's session ({units:g}), and nothing else."


def _rows(backlog: int) -> list[list[object]]:
    dice = random.Random(SEED)  # noqa: S311 - values of a made-up backlog
    values = dice.sample(range(10**9), backlog)
    returns = [waiting(place, value) for place, value in enumerate(values)]
    with emulated_aws() as tables, Meter(tables).attached() as meter:
        name = tables["ReturnsTable"]
        pile_up(name, returns)
        return [
            [f"by {order}", f"{backlog:,}", page, *_figures(shown, meter.steps[f"{order} {page}"])]
            for order in QueueOrder
            for page, shown in pages(meter, name, order, returns)
        ]


def pages(
    meter: Meter, table_name: str, order: QueueOrder, returns: list[Return]
) -> list[tuple[str, int]]:
    """Reads the first page of the queue, one in its middle, and the last one, each as a step.

    Returns how many cases each showed; the steps are `<order> <page>`.
    """
    store, cases = ReturnStore(table_name), CaseStore(table_name)
    is_by_age = order is QueueOrder.AGE
    column = "queue_since" if is_by_age else "queue_value"
    ranked = sorted(returns, key=lambda ret: place_of(ret)[column], reverse=not is_by_age)
    starts = {"first": 0, "middle": len(ranked) // 2, "last": len(ranked) - PAGE}
    found = []
    for page, start in starts.items():
        after = _place_of(order, store._row(ranked[start - 1])) if start else ""
        with meter.step(f"{order} {page}"):
            shown = cases.queued(order, after, PAGE).cases
        wanted = ranked[start : start + PAGE]
        assert [each.return_id for each in shown] == [ret.return_id for ret in wanted]
        found.append((page, len(shown)))
    return found


def _figures(shown: int, step: Step) -> list[object]:
    assert step.calls.total() == step.calls["dynamodb.Query"], step.calls
    return [shown, step.calls["dynamodb.Query"], f"{step.read_units:g}"]
