"""A seller's system brings what its customer says, and a store's till redeems their code."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from tests.bench.walks.callers import Store
from tests.bench.world import World
from tests.fakes.browser import SIGNING_KEY
from tests.fakes.house import SetClock
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import desk_beside


def walk(world: World) -> None:
    seller = Store(world=world)
    body = {"email": EMAIL, "topic": "product", "words": "The figure came without its stand."}
    named = {"order_number": "PM-2026-0001"}
    opened = seller.ask(
        "POST", "/tickets", body=json.dumps(body | named), headers={"idempotency-key": "msg-1"}
    )
    world.settle()
    number = {"number": opened.body["ticket"]}
    seller.ask(
        "POST",
        "/tickets/{number}/messages",
        number,
        body=json.dumps({"words": "The customer asks for news."}),
        headers={"idempotency-key": "msg-2"},
    )
    world.settle()
    seller.ask("GET", "/tickets/{number}", number)
    _handed_over(world, number["number"])


def _handed_over(world: World, number: str) -> None:
    """The customer shows a code at a store's till, which asks twice."""
    desk = desk_beside(world.tables, SetClock(datetime.now(UTC)))
    desk.handing = replace(desk.handing, key=SIGNING_KEY.encode)
    body = json.dumps({"code": desk.code(number), "store": "London Soho"})
    world.settle()
    till = Store(world=world)
    for _ in range(2):
        till.ask("POST", "/handovers", body=body)
    world.settle()
