"""A client moves so many points in an operation and in a day, and no more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aftercare.kernel.errors import StaleWriteError
from aftercare.points.limits import Bounds, ClientBounds, Meter, published, read_limits
from aftercare.points.limits_store import LimitStore
from aftercare.points.posting import Kind
from tests.fakes import points_desk
from tests.fakes.logs import logged
from tests.fakes.points_desk import PointsTill, fresh, joined

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
NOW = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
LIMITS = published().versions[-1]
SMALL = Bounds(earn=10, spend=10, hold=10, adjust_up=10)


@pytest.fixture
def store(tables: dict[str, str]) -> LimitStore:
    return LimitStore(tables["PointsTable"])


@pytest.fixture
def till() -> PointsTill:
    return PointsTill(client_id=fresh("ac_limits").replace("-", "_"))


@pytest.fixture
def member(functions: None) -> str:  # noqa: ARG001 - what it stands on
    return joined().member_id


def test_one_key_cannot_mint_ten_million_points(till: PointsTill, member: str) -> None:
    with logged() as log:
        reply = till.earn(member, 10_000_000)
    assert reply.problem == (409, "operation_too_large")
    assert till.available(member) == 0
    [line] = [line for line in log.lines if line["message"] == "points limit"]
    assert (line["kind"], line["per"], line["points"]) == ("earn", "operation", 10_000_000)


def test_yen_of_an_older_day_do_not_widen_the_limit(till: PointsTill, member: str) -> None:
    """A yen earned a point then; what counts is what the purchase is worth in dollars."""
    bought: dict[str, Any] = {"currency": "JPY", "occurred_at": "2026-11-10T12:00:00Z"}
    dear = till.move("earn", member, receipt=fresh("R"), amount=3_000_150, **bought)
    assert dear.problem == (409, "operation_too_large")
    fair = till.move("earn", member, receipt=fresh("R"), amount=60_000, **bought)
    assert (fair.status, fair.body["points"]) == (200, 60_000)


@pytest.mark.parametrize(
    ("operation", "points", "body"),
    [
        ("spend", LIMITS.everybody.operation.spend, {}),
        ("hold", LIMITS.everybody.operation.hold, {}),
        ("adjust", LIMITS.everybody.operation.adjust_up, {"who": "Dana", "why": "A test."}),
    ],
)
def test_each_operation_has_its_limit(
    till: PointsTill, member: str, operation: str, points: int, body: dict[str, Any]
) -> None:
    for _ in range(6):
        till.earn(member, 20_000)
    assert till.move(operation, member, points=points + 1, **body).problem == (
        409,
        "operation_too_large",
    )
    assert till.move(operation, member, points=points, **body).status == 200


def test_a_day_is_full_for_one_client_and_begins_anew(store: LimitStore) -> None:
    client = fresh("ac")
    assert store.add(client, Kind.EARN, NOW, 60, 100)
    assert not store.add(client, Kind.EARN, NOW, 41, 100), "and nothing is counted"
    assert store.add(client, Kind.EARN, NOW, 40, 100)
    assert not store.add(client, Kind.EARN, NOW, 1, 100)
    assert store.add(client, Kind.SPEND, NOW, 1, 100)
    assert store.add(fresh("ac"), Kind.EARN, NOW, 1, 100)
    assert store.add(client, Kind.EARN, NOW + timedelta(hours=1), 1, 100)
    assert not store.add(fresh("ac"), Kind.EARN, NOW, 101, 100)


def test_who_passes_a_days_limit_is_told_when_it_begins_anew(
    till: PointsTill, member: str, store: LimitStore
) -> None:
    most = LIMITS.everybody.day.earn
    assert store.add(till.client_id, Kind.EARN, datetime.now(UTC), most - 10, most)
    assert till.earn(member, 10).status == 200
    reply = till.earn(member, 1)
    assert reply.problem == (429, "points_limit_reached")
    assert 0 < int(str(reply.headers["Retry-After"])) <= 24 * 3600
    assert till.available(member) == 10
    assert points_desk.sound(member)


def test_a_repeat_is_not_counted_again(till: PointsTill, member: str, store: LimitStore) -> None:
    most = LIMITS.everybody.day.adjust_up
    assert store.add(till.client_id, Kind.ADJUST_UP, datetime.now(UTC), most - 10, most)
    body: dict[str, Any] = {"points": 10, "who": "Dana", "why": "A test."}
    for _ in range(3):
        assert till.move("adjust", member, key="one", **body).status == 200


def test_a_write_that_is_tried_again_is_counted_once(store: LimitStore) -> None:
    limits = replace(LIMITS, everybody=ClientBounds(SMALL, SMALL))
    meter = Meter(store, type(published())([limits]))
    allowance = meter.allowance(fresh("ac"), Kind.SPEND, 10)
    for _ in range(3):
        allowance.use(NOW)


def test_a_refusal_for_other_reasons_counts_nothing(
    till: PointsTill, member: str, store: LimitStore
) -> None:
    assert till.move("spend", member, points=50).problem == (409, "not_enough_points")
    most = LIMITS.everybody.day.spend
    assert store.add(till.client_id, Kind.SPEND, datetime.now(UTC), most, most)


def test_a_client_may_have_limits_of_its_own() -> None:
    bounds = "earn = 7\nspend = 7\nhold = 7\nadjust_up = 7"
    text = f"""
version = "1"
valid_from = "2026-11-28"
source = "test"
[operation]
{bounds}
[day]
{bounds}
[clients.ac_web.operation]
{bounds.replace("7", "9")}
[clients.ac_web.day]
{bounds.replace("7", "99")}
"""
    limits = read_limits(text)
    assert limits.of("ac_other").day.of(Kind.EARN) == 7
    assert (limits.of("ac_web").operation.earn, limits.of("ac_web").day.hold) == (9, 99)


def test_no_stale_write_is_told_where_a_limit_is_reached(store: LimitStore) -> None:
    """It would be tried again, fourteen times."""
    try:
        assert not store.add(fresh("ac"), Kind.EARN, NOW, 2, 1)
    except StaleWriteError:
        pytest.fail("a full day looks like a rival")
