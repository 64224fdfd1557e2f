"""A customer's return, from the order to the refund, and every other page of the portal."""

import json

import boto3

from aftercare.access.model import code_for
from aftercare.kernel.clock import to_text, utc_now
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.store import ReturnStore
from portal.edge import sessions_of
from tests.bench.walks.callers import Customer, Store
from tests.bench.world import World
from tests.fakes import photos
from tests.fakes.browser import SIGNING_KEY
from tests.fakes.browser_pages.shop import Order
from tests.fakes.environment import BUCKETS

MAILBOX = "sam@example.com"
ORDER = Order("PM-BENCH-1", MAILBOX)
ITEM = f"/orders/{ORDER.number}/item?line=1"
ANSWERS = {"units": "1", "reason": "missing_parts", "note": "An ear came off."}
_DOCK = {"place": "Dock 7", "lines": [{"line_id": "1", "received": 1}]}
_FOUND = {"accepted": 1, "grade": "a", "disposition": "restock", "code": "as_asked"}


def sells(world: World, order: Order = ORDER) -> None:
    """The shop reports an order that was delivered three days ago."""
    for kind, detail in order.events():
        world.tell("shop.orders", kind, detail)


def signs_in(world: World, order: Order = ORDER) -> Customer:
    """A customer finds the order, and proves the mailbox with the code of the mail."""
    customer = Customer(world=world)
    customer.get("/")
    customer.post("/", order_number=order.number, email=order.email)
    world.settle()
    customer.get("/code")
    session = sessions_of(SIGNING_KEY.encode(), secure=False).read(customer.cookie)
    assert session
    code = code_for(SIGNING_KEY.encode(), session.requests)
    assert customer.post("/code", code=code).status == 303
    return customer


def drafts(world: World, customer: Customer, item: str = ITEM, **answers: str) -> str:
    """The customer chooses an item; returns the draft's path."""
    page = customer.get(item)
    form = ANSWERS | answers
    answer = customer.post(item, return_id=page.hidden("return_id"), **form)
    world.settle()
    customer.get(answer.location)
    return answer.location


def photographs(world: World, customer: Customer, path: str, kind: str = "") -> str:
    """The customer adds a photo, which is accepted; returns its path."""
    customer.accept = "application/json"
    answer = customer.post(f"{path}/photos", content_type="image/jpeg", kind=kind)
    customer.accept = "text/html"
    slot = json.loads(answer.body)
    arrives(world, slot["upload"]["fields"]["key"], photos.phone_jpeg(), "a photo")
    return f"{path}/photos/{slot['photo_id']}"


def arrives(world: World, key: str, body: bytes, what: str) -> None:
    """S3 has an upload, and reports it."""
    bucket = BUCKETS["UploadsBucket"]
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
    event = {"detail": {"bucket": {"name": bucket}, "object": {"key": key}}}
    world.work("EvidenceIntakeFunction", what, event)


def submits(world: World, customer: Customer, path: str) -> Return:
    """The customer checks the answers and submits; what follows is done."""
    customer.get(f"{path}/check")
    assert customer.post(f"{path}/submit").location == path
    world.settle()
    customer.get(path)
    return of(world, path)


def of(world: World, path: str) -> Return:
    found = ReturnStore(world.tables["ReturnsTable"]).get(path.rpartition("/")[2])
    assert found
    return found


def is_scanned(world: World, ret: Return, kind: str) -> None:
    """The carrier scans the parcel."""
    assert ret.label
    detail = {"tracking_number": ret.label.tracking_number, "kind": kind}
    world.tell("carriers", "parcel.scanned", detail | {"occurred_at": to_text(utc_now())})


def is_taken_back(world: World, ret: Return) -> None:
    """A warehouse's system opens the parcel and says what is in it."""
    dock, named = Store(world=world), {"return_id": ret.ticket}
    route = "/returns/{return_id}"
    line = ret.lines[0].line_id
    came = {"place": "Dock 7", "lines": [{"line_id": line, "received": ret.lines[0].units}]}
    found = {"lines": [{"line_id": line, **_FOUND, "accepted": ret.lines[0].units}]}
    dock.ask("GET", f"{route}/receipts", named)
    for verb, body in (("receipts", came), ("inspections", found)):
        headers = {"idempotency-key": verb}
        dock.ask("POST", f"{route}/{verb}", named, body=json.dumps(body), headers=headers)
        world.settle()


def is_paid_back(world: World, ret: Return, order: Order = ORDER) -> None:
    """The shop reports the refund that the return asked for."""
    settlement = ret.settlements[0]
    detail = {
        "order_number": order.number,
        "occurred_at": to_text(utc_now()),
        "refund_id": f"rf-{ret.ticket}",
        "ticket": ret.ticket,
        "amount": settlement.amount,
        "currency": settlement.currency,
    }
    world.tell("shop.orders", "order.refunded", detail)


def walk(world: World) -> None:
    """An order, and a whole return."""
    sells(world)
    requested(world)


def requested(world: World) -> None:
    """A whole return with one photo: what the cost of a return is calculated from."""
    customer = signs_in(world)
    customer.get("/orders")
    customer.get(f"/orders/{ORDER.number}")
    path = drafts(world, customer)
    photo = photographs(world, customer, path)
    customer.get(path)
    customer.get(f"{photo}/thumbnail")
    ret = submits(world, customer, path)
    customer.get(f"{path}/label")
    for kind in ("in_transit", "delivered"):
        is_scanned(world, ret, kind)
    is_taken_back(world, ret)
    customer.get(path)
    is_paid_back(world, of(world, path))
    customer.get(path)
    assert of(world, path).status is ReturnStatus.CLOSED
