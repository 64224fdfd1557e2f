"""Checks of codes by customers and tills, claims, sales, and a batch from its draft to its file."""

import json
import re
from typing import Any
from urllib.parse import urlencode

from aftercare.batches.model import Batch
from aftercare.batches.wiring import BatchesConfig, batch_service
from aftercare.clients.wiring import ClientsConfig, client_service
from aftercare.kernel.actor import operator
from aftercare.kernel.clock import to_text, utc_now
from aftercare.kernel.config import read
from tests.bench.walks.callers import Customer, Store, style_in
from tests.bench.world import World, handed
from tests.fakes import counter
from tests.fakes.browser import FORM
from tests.fakes.template import ROOT

OPERATOR = operator("bench")
CODES = 10_000


def walk(world: World) -> None:
    counter.stock(world.tables["BatchesTable"])
    world.forget()
    _authorized(world)
    code = counter.fresh_code()
    for _ in range(2):
        checked(world, code)
    for kind in ("store.sold", "store.returned"):
        detail = {"code": code, "store_id": "S-0412", "occurred_at": to_text(utc_now())}
        world.tell("shop.stores", kind, detail)
    store = Store(world=world)
    answer = store.check(code)
    store.look_up(answer.body["reference"])
    visitor = Customer(world=world)
    visitor.get(style_in(visitor.get("/authenticity")))
    visitor.get("/01/06941234567895/21/7K4M2P9DXW3RB6TN")
    _claimed(world, counter.fresh_code())
    _batch(world)


def checked(world: World, code: str) -> Customer:
    """A customer checks a code: the form, the check, and the page with the answer."""
    visitor = Customer(world=world)
    visitor.get("/authenticity")
    visitor.follow(visitor.post("/authenticity", code=code))
    world.settle()
    return visitor


def _claimed(world: World, code: str) -> None:
    """The customer says that it is theirs."""
    visitor = Customer(world=world)
    visitor.get("/authenticity")
    page = visitor.follow(visitor.post("/authenticity", code=code))
    links = re.findall(r'href="([^"]*/claims\?[^"]*)"', page.body)
    form = visitor.get(links[0].replace("&amp;", "&"))
    fields = {name: form.hidden(name) for name in ("lang", "kind", "reference")}
    words = "From a stall on Main Street, in May."
    visitor.post("/authenticity/claims", words=words, email="mei@example.com", **fields)
    world.settle()


def _authorized(world: World) -> None:
    clients = client_service(read(ClientsConfig))
    _, key = clients.issue("store", "S-0412", "US", ["points:read"], actor=OPERATOR)
    event = _sample("client_authorizer/unknown_key")
    event["multiValueHeaders"] = {"Authorization": [f"Bearer {key}"]}
    with world.invoked("ClientAuthorizerFunction", "a request with a key"):
        assert handed("ClientAuthorizerFunction", event)["principalId"]


def _batch(world: World) -> None:
    """A batch is drafted; its file is written, and taken by a link."""
    batches = batch_service(read(BatchesConfig))
    drafted: Batch = batches.draft(
        sku="BB-1", product="Tiny Tide", key_id=0, count=CODES, actor=OPERATOR
    )
    world.settle()
    token = batches.offer_link(f"exp_{drafted.batch_id}", actor=OPERATOR)
    world.settle()
    event = _sample("codes_download/look")
    for method in ("GET", "POST"):
        headers = {"accept": "text/html"} | ({"content-type": FORM} if method == "POST" else {})
        asked: dict[str, Any] = event | {
            "httpMethod": method,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "path": f"/codes/{token}",
            "pathParameters": {"token": token},
            "requestContext": event["requestContext"] | {"httpMethod": method},
            "body": urlencode({}) if method == "POST" else None,
        }
        with world.asked("CodesDownloadFunction", f"{method} /codes/{{token}}") as answers:
            answer = handed("CodesDownloadFunction", asked)
            answers.append(int(answer["statusCode"]))


def _sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text())
    return event
