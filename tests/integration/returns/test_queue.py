"""The queue of returns that wait for a person: its order, its pages, and what a page costs."""

import json
from dataclasses import replace
from typing import Any

import pytest

from aftercare.kernel.aws import client
from aftercare.kernel.errors import InvalidError
from aftercare.returns.case_desk import PAGE
from aftercare.returns.model import ReturnStatus
from aftercare.returns.queueing import QueueOrder, place_of
from tests.bench.meter import Meter
from tests.bench.queue import pages
from tests.fakes.backlogs import pile_up, waiting
from tests.fakes.crashes.world import empty_tables
from tests.fakes.house import House
from tests.fakes.reviews import AGENT, Desk, build_desk

pytestmark = pytest.mark.integration
BACKLOG = 3_000


@pytest.fixture
def desk(house: House, tables: dict[str, str]) -> Desk:
    empty_tables({"ReturnsTable": tables["ReturnsTable"]})
    return build_desk(house, tables)


def test_each_order_has_every_return_once_page_by_page(desk: Desk) -> None:
    returns = [waiting(place, 1_000 + place % 7) for place in range(2 * PAGE + 10)]
    for ret in returns:
        desk.house.returns.store.save_claim(ret)
    desk.house.returns.store.save_claim(
        replace(waiting(900, 1_000), status=ReturnStatus.NEEDS_EVIDENCE, attention=None)
    )
    for order in QueueOrder:
        page = desk.reviews.queue(AGENT, order)
        cases = list(page.cases)
        while page.after:
            page = desk.reviews.queue(AGENT, order, page.after)
            cases += page.cases
        assert sorted(case.return_id for case in cases) == sorted(ret.return_id for ret in returns)
        if order is QueueOrder.AGE:
            assert [case.since for case in cases] == sorted(case.since for case in cases)
        else:
            assert [case.value for case in cases] == sorted((c.value for c in cases), reverse=True)


def test_values_are_compared_by_what_their_market_calls_high(desk: Desk) -> None:
    """9,800 yen are less than 500 dollars, and a currency of which nobody knows comes first."""
    yen, dollars = waiting(1, 9_800, "JPY", "JP"), waiting(2, 50_000)
    unknown = waiting(3, 1, "XAU", "XX")
    for ret in (yen, dollars, unknown):
        desk.house.returns.store.save_claim(ret)
    found = desk.reviews.queue(AGENT, QueueOrder.VALUE).cases
    assert [case.return_id for case in found] == [
        each.return_id for each in (unknown, dollars, yen)
    ]


@pytest.mark.parametrize("after", ["x", "~", "1~ret_1", "x~ret_01KTSEFPW0HPRJGXYWCY72D32G"])
def test_a_place_that_is_none_is_refused(desk: Desk, after: str) -> None:
    for order in QueueOrder:
        with pytest.raises(InvalidError):
            desk.reviews.queue(AGENT, order, after)


def test_a_page_is_one_query_of_at_most_two_read_units(desk: Desk) -> None:
    """What a query reads is the items of its page, whatever the backlog: half a unit per 4 KB."""
    for place in range(PAGE + 20):
        desk.house.returns.store.save_claim(waiting(place, 10**9))
    seen: list[dict[str, Any]] = []
    events = client("dynamodb").meta.events

    def note(model: Any, params: dict[str, Any], **_: Any) -> None:
        seen.append({"name": model.name, **json.loads(params["body"])})

    for order in QueueOrder:
        events.register_first("before-call", note, unique_id="asked")
        desk.reviews.queue(AGENT, order)
        events.unregister("before-call", unique_id="asked")
    assert [(each["name"], each["Limit"]) for each in seen] == [("Query", PAGE + 1)] * 2
    assert not any("FilterExpression" in each or each.get("ConsistentRead") for each in seen)
    columns = {"pk": "ret_" + "0" * 26, "sk": "RETURN", **place_of(waiting(1, 10**12))}
    size = sum(len(name) + len(str(value).encode()) for name, value in columns.items())
    assert (PAGE + 1) * size / 4096 * 0.5 <= 2


@pytest.mark.usefixtures("desk")
def test_a_page_costs_as_much_wherever_it_is_in_a_long_queue(tables: dict[str, str]) -> None:
    """At most two read units; `make bench BENCH_ARGS=queue` has 10⁵ cases."""
    returns = [waiting(place, 1_000 + place) for place in range(BACKLOG)]
    pile_up(tables["ReturnsTable"], returns)
    for order in QueueOrder:
        with Meter(tables).attached() as meter:
            shown = pages(meter, tables["ReturnsTable"], order, returns)
        assert [count for _, count in shown] == [PAGE] * 3
        assert [step.calls.total() for step in meter.steps.values()] == [1] * 3
        assert max(step.read_units for step in meter.steps.values()) <= 2
