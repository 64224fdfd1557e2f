"""A seller's system brings what its customer says, adds to it, and looks for answers."""

import json

from tests.bench.walks.callers import Store
from tests.bench.world import World
from tests.fakes.orders import EMAIL


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
