"""The portal's other pages: evidence, second thoughts, labels, points, and pages without data."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3

from aftercare.evidence.model import EvidenceKind
from aftercare.kernel.clock import utc_now
from aftercare.kernel.ids import new_id
from aftercare.pictures.model import picture_key
from aftercare.points.unsubscribing import path_of
from tests.bench.walks import returning
from tests.bench.walks.callers import Customer, style_in
from tests.bench.world import World, handed
from tests.fakes import photos
from tests.fakes.browser import SIGNING_KEY
from tests.fakes.browser_pages.shop import Order
from tests.fakes.environment import BUCKETS
from tests.fakes.events import Json
from tests.fakes.house import WORKER, House, SetClock, build_house
from tests.fakes.points_desk import earned_long_ago, joined
from tests.fakes.reviews import AGENT, build_desk
from tests.fakes.service_desk import desk_beside
from tests.fakes.template import ROOT
from tests.fakes.videos import mp4
from tests.fakes.wechat import signed, written

MAILBOX = "mei@example.com"
PAGES = (
    "/contact",
    "/privacy",
    "/accessibility",
    "/unboxing",
    "/policy",
    "/page-errors",
    "/service",
)
PICTURE = "https://cdn.example/moon-hare.jpg"
EXTRA_BYTES = 9_000_000


def house_of(world: World) -> House:
    """The rooms, for what is prepared and not counted, at this hour."""
    house = build_house(world.tables, dict(BUCKETS))
    house.clock.now = utc_now()
    return house


def walk(world: World) -> None:
    order = Order("PM-BENCH-2", MAILBOX)
    returning.sells(world, order)
    customer = Customer(world=world)
    customer.sign_in(MAILBOX)
    _without_data(customer)
    _evidence(world, customer, order)
    _videos(world, customer, order)
    _second_thoughts(world, customer, order)
    _labels(world, customer, order)
    _asked_for_more(world, customer)
    _points(world, customer)
    _messages(world, customer, order)
    customer.get(f"/track?number={order.number}")
    customer.post("/sign-out")
    Customer(world=world).get("/points/sign-in")
    visitor = Customer(world=world)
    visitor.get("/points/sign-in")
    visitor.post("/points/sign-in", email=MAILBOX)
    visitor = Customer(world=world)
    visitor.get("/messages/sign-in")
    visitor.post("/messages/sign-in", email=MAILBOX)
    world.settle()


def _without_data(customer: Customer) -> None:
    for path in PAGES:
        page = customer.get(path)
    customer.get(style_in(page))
    s3, name = boto3.client("s3"), picture_key(PICTURE)
    s3.put_object(Bucket=BUCKETS["DocumentsBucket"], Key=f"pictures/{name}.webp", Body=b"small")
    customer.get(f"/pictures/{name}")


def _item(order: Order, line: int = 1) -> str:
    return f"/orders/{order.number}/item?line={line}"


def _evidence(world: World, customer: Customer, order: Order) -> None:
    path = returning.drafts(world, customer, _item(order))
    first, second = (returning.photographs(world, customer, path) for _ in range(2))
    code = returning.photographs(world, customer, path, "serial_code")
    customer.get(first)
    customer.get(f"{first}/picture")
    customer.post(f"{second}/move", to="earlier")
    customer.post(f"{first}/marks", area="top", text="A scratch")
    customer.post(f"{first}/marks/remove", x="5000", y="1667", text="A scratch")
    customer.post(f"{code}/serial", serial="7K4M 2P9D")
    customer.post(f"{second}/remove")
    customer.get(f"{path}/discard")
    customer.post(f"{path}/discard")
    world.settle()


def _videos(world: World, customer: Customer, order: Order) -> None:
    path = returning.drafts(world, customer, _item(order))
    customer.accept = "application/json"
    video = json.loads(customer.post(f"{path}/videos", content_type="video/mp4").body)["path"]
    customer.accept = "text/html"
    customer.get(video)
    customer.accept = "application/json"
    customer.post(f"{video}/upload", size=str(EXTRA_BYTES), mark="mine")
    customer.post(f"{video}/parts", numbers="1,2")
    _send_parts()
    customer.post(f"{video}/complete")
    customer.accept = "text/html"
    house, ret = house_of(world), returning.of(world, path)
    slot = house.evidence.of_return(ret.return_id)[0]
    returning.arrives(world, slot.upload_key, mp4(75), "a video")
    customer.get(f"{video}/watch")
    customer.post(f"{video}/remove")
    customer.post(f"{path}/discard")
    world.settle()


def _send_parts() -> None:
    s3, bucket = boto3.client("s3"), BUCKETS["UploadsBucket"]
    [upload] = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    for number in (1, 2):
        s3.upload_part(
            Bucket=bucket,
            Key=upload["Key"],
            UploadId=upload["UploadId"],
            PartNumber=number,
            Body=b"x" * (8_388_608 if number == 1 else EXTRA_BYTES - 8_388_608),
        )


def _second_thoughts(world: World, customer: Customer, order: Order) -> None:
    path = returning.drafts(world, customer, _item(order))
    returning.photographs(world, customer, path)
    returning.submits(world, customer, path)
    customer.post(f"{path}/hand-over")
    customer.get(f"{path}/hand-over")
    customer.get(f"{path}/cancel")
    customer.post(f"{path}/cancel")
    world.settle()
    house = house_of(world)
    house.clock.now -= timedelta(hours=50)
    lapsed = house.draft(house.delivered_order(email=MAILBOX), new_id("ret", house.clock.now))
    house.add_good_photo(lapsed)
    house.clock.now = utc_now()
    house.returns.lapse(lapsed.return_id, actor=WORKER)
    world.forget()
    customer.get(f"/returns/{lapsed.return_id}")
    customer.post(f"/returns/{lapsed.return_id}/again")
    world.settle()


def _labels(world: World, customer: Customer, order: Order) -> None:
    path = returning.drafts(world, customer, _item(order), units="2")
    returning.photographs(world, customer, path)
    returning.submits(world, customer, path)
    customer.get(f"{path}/label/pdf")
    customer.post(f"{path}/parcels", parcel="2")
    world.settle()
    customer.get(f"{path}/parcels/2/label/pdf")


def _asked_for_more(world: World, customer: Customer) -> None:
    """Staff ask for another photo; the customer answers."""
    house = house_of(world)
    desk = build_desk(house, world.tables)
    ret = desk.waiting(house.delivered_order(email=MAILBOX))
    world.forget()

    desk.reviews.ask_for_evidence(
        AGENT, ret.return_id, desk.version(ret.return_id), [EvidenceKind.PACKAGING], "The box?"
    )
    world.settle()
    path = f"/returns/{ret.return_id}"
    returning.photographs(world, customer, path, "packaging")
    customer.post(f"{path}/answer")
    world.settle()


def _points(world: World, customer: Customer) -> None:
    member = joined(MAILBOX)
    for days in (30, 60, 90):
        earned_long_ago(member.member_id, 40, days)
    world.forget()
    for path in ("/points", "/points/card", "/points/history", "/points.csv"):
        customer.get(path)
    reminders = path_of(SIGNING_KEY.encode(), member.member_id)
    customer.get(reminders)
    customer.post(reminders, reminders="off")
    world.settle()


def _messages(world: World, customer: Customer, order: Order) -> None:
    """The customer asks about an order, writes again, and looks for answers."""
    form = {"words": "When will it be here?", "sent_as": "bench 1"}
    customer.get("/messages/new")
    page = customer.post("/messages/new", topic="delivery", order=order.number, **form)
    world.settle()
    path = page.location.partition("#")[0]
    customer.get("/messages")
    customer.get(path)
    customer.get(f"{path}/since/1?state=new")
    customer.post(path, words="Is there any news?", sent_as="bench 2")
    added = f"{path}/pictures"
    customer.get(added)
    picture = customer.post(added, content_type="image/jpeg").location
    key = re.search(r'name="key" value="([^"]+)"', customer.get(picture).body)
    assert key
    returning.arrives(world, key[1], photos.phone_jpeg(), "a photo with a message")
    customer.get(added)
    customer.get(f"{picture}/thumbnail")
    customer.get(path)
    customer.post(f"{path}/hand-over")
    customer.get(f"{path}/hand-over")
    _paper(world, customer)


def _paper(world: World, customer: Customer) -> None:
    """They have a paper code of a counter, too."""
    desk = desk_beside(world.tables, SetClock(datetime.now(UTC)))
    key = SIGNING_KEY.encode
    handing = replace(desk.handing, key=key)
    desk.walk_ins = replace(desk.walk_ins, key=key, handing=handing)
    digits = desk.paper_code(desk.walks_in().ticket.number)
    world.settle()
    customer.get("/messages/paper")
    customer.post("/messages/paper", code=digits)
    world.settle()
    _by_wechat(world, customer)


def _by_wechat(world: World, customer: Customer) -> None:
    """The customer writes to the service account, says who they are, and writes again."""
    answered = _calls(world, "POST /wechat, not bound", written("One.", "1"))
    found = re.search(r"/messages/wechat/[0-9a-f]{40}", answered)
    assert found
    customer.get(found[0])
    customer.post(found[0])
    world.settle()
    _calls(world, "POST /wechat", written("Two.", "2"))
    world.settle()
    assert _calls(world, "GET /wechat", "") == "an echo"


def _calls(world: World, cause: str, body: str) -> str:
    """What WeChat is answered."""
    event: Json = json.loads((ROOT / "events/wechat/written.json").read_text())
    method = cause.partition(" ")[0]
    context = event["requestContext"] | {"httpMethod": method}
    event |= {"body": body, "httpMethod": method, "requestContext": context}
    query = signed(utc_now(), nonce=cause) | {"echostr": "an echo"}
    event |= {"multiValueQueryStringParameters": {name: [each] for name, each in query.items()}}
    with world.asked("WechatFunction", cause) as statuses:
        answer = handed("WechatFunction", event)
        statuses.append(int(answer["statusCode"]))
    return str(answer["body"])
