"""What carriers, mail providers, tills and the clock bring to the workers."""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aftercare.desk.moves import Verb
from aftercare.erasure.model import Why
from aftercare.kernel.actor import staff
from aftercare.kernel.aws import client
from aftercare.kernel.clock import to_text, utc_now
from aftercare.kernel.config import read
from aftercare.kernel.due.model import Timer
from aftercare.kernel.due.wiring import DueConfig, due_store
from aftercare.kernel.ids import new_id
from aftercare.kernel.tables import Transaction
from aftercare.kernel.timeline import Entry
from infra.operator.mail import notification, results
from tests.bench.walks.callers import Store
from tests.bench.walks.portal import house_of
from tests.bench.world import World, handed
from tests.fakes.actors import LI
from tests.fakes.environment import BUCKETS, DESK_MAILBOX
from tests.fakes.erasures import erasing, somebody
from tests.fakes.events import bus_event
from tests.fakes.incoming import raw_mail
from tests.fakes.orders import EMAIL
from tests.fakes.parcels import detail, of_order, tracker_event, webhook
from tests.fakes.service_desk import service_desk
from tests.fakes.stores import bought
from tests.fakes.template import ROOT

_OVERSIGHT = "OversightWorkerFunction"
_DESK = "DeskWorkerFunction"
_INTAKE = "MailIntakeFunction"
_HANDED_IN = [{"line_id": "1", "units": 1, "reason": "stained"}]


def walk(world: World) -> None:
    _counter(world)
    _webhook(world)
    _feedback(world)
    _erasure(world)
    for step in ("return.approved", "return.declined"):
        _decisions(world, step)
    _timers(world)
    _tickets(world)
    _mails(world)
    with world.invoked(_DESK, "the figures of a night"):
        handed(_DESK, {"scheduled": to_text(utc_now())})


def _counter(world: World) -> None:
    """A till exchanges an item."""
    order = bought(house_of(world))
    world.forget()
    body = {"order_number": order.order_number, "what": "exchange", "lines": _HANDED_IN}
    till = Store(world=world)
    headers = {"idempotency-key": "k-1"}
    till.ask("POST", "/counter/returns", body=json.dumps(body), headers=headers)
    world.settle()


def _webhook(world: World) -> None:
    """A carrier tells of a parcel that is followed."""
    house, order = house_of(world), house_of(world).delivered_order()
    now = utc_now()
    told = webhook(tracker_event(detail("in_transit", at=now), at=now), came_at=now)
    number = json.loads(told.body)["result"]["tracking_code"]
    house.parcels.follow(of_order(order.order_number, number), actor=LI)
    world.forget()
    event = _sample("hooks/tracked")
    headers = {"X-Hmac-Signature": told.signature, "Content-Type": "application/json"}
    event |= {
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "pathParameters": {"carrier": "easypost"},
        "body": base64.b64encode(told.body).decode(),
        "isBase64Encoded": True,
    }
    with world.asked("HooksFunction", "POST /hooks/{carrier}") as answers:
        answers.append(int(handed("HooksFunction", event)["statusCode"]))
    world.work("ParcelWorkerFunction", "a webhook", world.messages.popleft())
    world.settle()


def _feedback(world: World) -> None:
    message = json.loads(_sample("mailer/bounced")["Records"][0]["body"])
    world.work("MailerFunction", message["detail-type"], message)
    world.settle()


def _erasure(world: World) -> None:
    """Somebody with one order asks to be forgotten, and is."""
    house = house_of(world)
    person, (desk, _) = somebody(house, world.tables), erasing(house)
    person.buys()
    erasure = desk.begin(person.email, Why.CUSTOMER, actor=LI)
    world.forget()
    due = Timer("due.erasure", erasure.erasure_id, utc_now()).entry()
    world.work(_OVERSIGHT, "due.erasure", bus_event(due))
    world.settle()


def _timers(world: World) -> None:
    """A draft is due for its reminder, and then lapses: the sweeper finds it, and what follows."""
    house = house_of(world)
    house.clock.now -= timedelta(hours=25)
    draft = house.draft(house.delivered_order(), new_id("ret", house.clock.now))
    world.forget()
    while handed("DueSweeperFunction", {})["published"]:  # of whichever shards
        world.settle()
    _sweeps(world, "a minute without timers")
    store = due_store(read(DueConfig))
    with Transaction(store._timers) as commit:
        store.add(commit, Timer("due.evidence_reminder", draft.return_id, utc_now()))
    _sweeps(world, "a minute with a timer")
    house.clock.now -= timedelta(hours=24)
    lapsed = house.draft(house.delivered_order(), new_id("ret", house.clock.now))
    world.forget()
    due = Timer("due.evidence_lapse", lapsed.return_id, utc_now()).entry()
    world.work("ReturnsWorkerFunction", due.entry_type, bus_event(due))
    world.settle()


def _tickets(world: World) -> None:
    """Two tickets: one is acknowledged, looked at in vain, and late; one is reopened twice."""
    desk = service_desk(world.tables)
    desk.clock.now = utc_now()
    number, again = desk.ask().ticket.number, desk.ask().ticket.number
    world.forget()
    for entry in desk.entries():
        if entry.data["ticket"] == number:
            world.work(_DESK, entry.entry_type, bus_event(entry))
    ticket = desk.thread(number).ticket
    assert ticket.look_at
    soon = Timer("due.ticket", ticket.ticket_id, ticket.look_at)
    world.work(_DESK, "due.ticket: somebody is warned", bus_event(soon.entry()))
    late = Timer("due.ticket", ticket.ticket_id, utc_now() + timedelta(minutes=4))
    world.work(_DESK, "due.ticket: nothing to do", bus_event(late.entry()))
    for _ in range(2):
        desk.act(again, Verb.RESOLVE)
        desk.act(again, Verb.REOPEN)
    world.forget()
    reopened = [each for each in desk.entries() if each.entry_type == "ticket.reopened"]
    world.work(_DESK, "ticket.reopened", bus_event(reopened[-1]))
    world.settle()
    desk.clock.now -= timedelta(days=8)
    silent = desk.act(desk.ask().ticket.number, Verb.ASK).ticket
    world.forget()
    due = Timer("due.ticket", silent.ticket_id, utc_now() - timedelta(minutes=1))
    world.work(_DESK, "due.ticket: somebody is reminded", bus_event(due.entry()))
    world.settle()


def _mails(world: World) -> None:
    """A customer writes, writes again before anybody answers, and somebody writes in their name."""
    service_desk(world.tables)
    first = {"message_id": "<first@mail.example.com>"}
    later = {"message_id": "<later@mail.example.com>", "references": first["message_id"]}
    _received(world, "the first mail", "first", first)
    _received(world, "a later mail", "later", later)
    _received(world, "a mail that nobody proved", "forged", {}, is_forged=True)
    world.settle()


def _received(
    world: World, cause: str, name: str, headers: Mapping[str, str], *, is_forged: bool = False
) -> None:
    raw = raw_mail(authentication_results=None, **headers, **{"from": EMAIL})
    raw = results("example.com", is_forged=is_forged) + raw
    client("s3").put_object(Bucket=BUCKETS["MailsBucket"], Key=f"incoming/{name}", Body=raw)
    world.forget()
    told = notification(name, utc_now(), [DESK_MAILBOX], is_forged=is_forged)
    world.work(_INTAKE, cause, told)


def _sweeps(world: World, cause: str) -> None:
    with world.invoked("DueSweeperFunction", cause):
        handed("DueSweeperFunction", {})
    world.settle()


def _decisions(world: World, step: str) -> None:
    """Chance draws some of staff's decisions for a second look: tells new ones until it does."""
    before = len(world.invocations)
    while not any(each.step.write_units for each in world.invocations[before:]):
        entry = Entry(new_id("ent", utc_now()), step, "ret_1", utc_now(), actor=staff("ana"))
        world.work(_OVERSIGHT, step, bus_event(entry))


def _sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text())
    return event
