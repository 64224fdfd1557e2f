"""A member's points: earned, spent, held, given back, expired at night, and audited."""

import itertools
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import boto3

from aftercare.kernel.clock import to_text, utc_now
from aftercare.kernel.config import read
from aftercare.kernel.ids import new_id
from aftercare.points.model import shard_of
from aftercare.points.night.model import Run, run_id_of
from aftercare.points.night.service import NightService
from aftercare.points.night.wiring import NightConfig, night_service
from aftercare.points.rules import published
from tests.bench.walks import returning
from tests.bench.walks.callers import Store
from tests.bench.world import World, handed
from tests.fakes.browser_pages.shop import Order
from tests.fakes.cards_shown import card_of
from tests.fakes.environment import BUCKETS
from tests.fakes.exports import arrived, exported, file_of
from tests.fakes.points_desk import LONG_AGO, earned_long_ago, joined

BOUGHT: dict[str, Any] = {"receipt": "R-1", "amount": 10_000, "currency": "USD"}
YEAR, _PART = 365, "AWSDynamoDB/01795359600000-5f6d8c3e/data/0.json.gz"


def walk(world: World) -> None:
    member = joins(world, "li@example.com")
    _online(world, member)
    earns(world, member)
    _till(world, member)
    _night(world)
    _audit(world)
    other = joins(world, "wei@example.com")
    Store(world=world).move("close", other)
    world.settle()


def joins(world: World, email: str) -> str:
    """The shop reports a new member, and a changed one."""
    member_id = new_id("mem", utc_now())
    detail = {"member_id": member_id, "email": email, "occurred_at": to_text(LONG_AGO)}
    world.tell("shop.members", "member.joined", detail)
    return member_id


def _online(world: World, member_id: str) -> None:
    """An order earns; its line is reviewed."""
    order = Order("PM-BENCH-3", "li@example.com")
    returning.sells(world, order)
    review = {"member_id": member_id, "order_number": order.number, "line_id": "1"}
    world.tell("shop.reviews", "review.approved", review | {"occurred_at": to_text(utc_now())})


def earns(world: World, member_id: str, receipt: str = "R-1") -> None:
    """A purchase in a store earns points."""
    till, now = Store(world=world), to_text(utc_now())
    till.move("earn", member_id, **BOUGHT | {"receipt": receipt, "occurred_at": now})
    world.settle()


def _till(world: World, member_id: str) -> None:
    till = Store(world=world)
    spent, held = {"spend_id": "s"}, {"hold_id": "h"}
    moves: list[tuple[str, dict[str, str], dict[str, Any]]] = [
        ("refund", {}, {"receipt": "R-1", "amount": 1_000}),
        ("spend", {}, {"points": 20, "spend_id": "s"}),
        ("return", spent, {"points": 5}),
        ("hold", {}, {"points": 20, "hold_id": "h"}),
        ("capture", held, {"points": 10}),
        ("return_capture", held, {"points": 5}),
        ("adjust", {}, {"points": 5, "who": "Dana", "why": "A wrong tag."}),
        ("hold", {}, {"points": 1, "hold_id": "h2"}),
        ("extend", {"hold_id": "h2"}, {}),
        ("release", {"hold_id": "h2"}, {}),
    ]
    for operation, path, body in moves:
        till.move(operation, member_id, path=path, **body)
        world.settle()
    till.balance(member_id)
    till.statement(member_id)
    finder, card = Store(world=world, scopes="points:write members:find"), card_of(member_id)
    finder.find(card=card)
    finder.move("spend", member_id, points=1, shown=card)
    world.settle()


def _night(world: World) -> None:
    """Points of a member expire tonight, and others will in a week: it reminds of them."""
    prepared(world, 1, YEAR + 1, YEAR - 7)
    expires(world)


def prepared(world: World, members: int, *days_ago: int) -> None:
    """Members of the first shard who earned so many days ago."""
    shards = published().versions[0].shards
    everybody = (joined().member_id for _ in itertools.count())
    of_the_shard = (each for each in everybody if shard_of(each, shards) == 0)
    for member_id in itertools.islice(of_the_shard, members):
        for days in days_ago:
            earned_long_ago(member_id, 40, days)
    world.forget()


def expires(world: World) -> None:
    """The night of today: planned, worked and looked at."""
    planner, worker = "PointsExpiryFunction", "ExpiryWorkerFunction"
    night = night_service(read(NightConfig))
    _had_a_night(night, night.today() - timedelta(days=1))
    today = night.today().isoformat()
    with world.invoked(planner, "the plan of a night"):
        handed(planner, {"date": today})
    while world.messages:
        message = min(world.messages)  # the first shard's, so that another one's closes the run
        world.messages.remove(message)
        world.work(worker, json.loads(message)["part"].partition("#")[0], message)
    with world.invoked(planner, "the check at six"):
        handed(planner, {"date": today, "check": True})
    world.settle()


def _had_a_night(night: NightService, scheduled: date) -> None:
    """The run before is complete, as it usually is."""
    run = Run(run_id_of(scheduled), scheduled, frozenset(), utc_now())
    night.store.open(run)
    night.store.complete(replace(run, completed_at=utc_now()))


def _audit(world: World) -> None:
    """A file of the week's export."""
    lines = exported(boto3.client("dynamodb"), world.tables["PointsTable"])
    body = file_of(lines)
    boto3.client("s3").put_object(Bucket=BUCKETS["LedgerExportsBucket"], Key=_PART, Body=body)
    world.work("LedgerAuditFunction", "a file of an export", arrived(_PART))
