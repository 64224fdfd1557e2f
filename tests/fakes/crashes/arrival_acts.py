"""What customers, workers, the carrier and docks do to returns in a schedule."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from aftercare.kernel.actor import CUSTOMER, Actor
from aftercare.kernel.actor import client as dock
from aftercare.kernel.aws import client
from aftercare.kernel.due.model import timer_of
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.requests import RequestKey
from aftercare.kernel.timeline import Entry
from aftercare.labels.model import Scan, ScanKind
from aftercare.returns import events
from aftercare.returns.arrivals import Came, Condition, Disposition, Found, Grade
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import Return
from aftercare.returns.policy import Remedy
from aftercare.returns.receiving import Done
from aftercare.returns.resolving import REQUESTS
from tests.fakes.crashes.arrival_world import KEY, PEOPLE, ArrivalWorld
from tests.fakes.house import WORKER, plain_page

DOCKS: tuple[Actor, ...] = (dock("dock-7"), PEOPLE[2].actor)
UNITS = ({"1": 1}, {"1": 1, "2": 2}, {"1": 2}, {"1": 1, "2": 3})
DAYS = (1, 7, 21, 28)
_REQUESTS = {events.INSPECTED, *REQUESTS.values()}
SHOPS = {"pay", "fail", "send", "hand_over", "refund_outside", "refund_early"}


def begin(world: ArrivalWorld, return_id: str, how: int) -> None:
    """A draft with its photo; sometimes the customer prefers another figure to the money."""
    if world.now(return_id):
        return
    with world.saboteur.during(None):  # drafts have schedules of their own
        draft = world.house.draft(world.order, return_id, UNITS[how % len(UNITS)])
        world.house.add_good_photo(draft)
        draft = world.docks.by_id(return_id)
        preferred = [Remedy.REFUND, Remedy.REPLACEMENT if how > 1 else Remedy.REFUND]
        lines = tuple(
            replace(line, remedy=remedy)
            for line, remedy in zip(draft.lines, preferred, strict=False)
        )
        world.docks.store.save_draft(replace(draft, lines=lines))


def submit(world: ArrivalWorld, return_id: str, _how: int) -> None:
    world.house.returns.submit(KEY, return_id, actor=CUSTOMER)


def cancel(world: ArrivalWorld, return_id: str, _how: int) -> None:
    world.house.returns.cancel(KEY, return_id, actor=CUSTOMER)


# The queues and the clock.


def work(world: ArrivalWorld, return_id: str, how: int) -> None:
    """The queues' entries for this return: in order, the other way round, or each of them twice."""
    messages = _messages(world, return_id)
    if how % 3 == 1:
        messages = messages[::-1]
    if how % 3 == 2:
        messages = [*messages, *messages]
    for message in messages:
        with suppress(AftercareError):  # the queue delivers it again
            message()


def _messages(world: ArrivalWorld, return_id: str) -> list[Callable[[], object]]:
    house, shop = world.house, world.shop
    with world.saboteur.during(None):  # the streams' doing
        told = {entry.entry_type for entry in house.returns.store.timeline(return_id)}
        label_entries = house.label_entries(return_id)
    messages: list[Callable[[], object]] = []
    if events.SUBMITTED in told:
        messages.append(lambda: house.returns.approve(return_id, actor=WORKER))
    if events.APPROVED in told:
        messages.append(lambda: house.print_label(return_id, plain_page))
    messages += [partial(house.deliver_label_entry, entry) for entry in label_entries]
    if told & {events.CANCELLED, events.EXPIRED}:
        messages.append(lambda: _void(world, return_id))
    messages += [partial(_act_on, world, due) for due in world.due if due.subject == return_id]
    if world.met.keys() & SHOPS:
        number = world.order.order_number
        messages.append(lambda: shop.settling.record_answers(number, actor=WORKER))
    if told & _REQUESTS:
        messages.append(lambda: shop.settling.record_return(return_id, actor=WORKER))
        messages.append(lambda: shop.resolving.resolve_next(return_id, actor=WORKER))
    return messages


def _void(world: ArrivalWorld, return_id: str) -> None:
    ret = world.docks.store.get(return_id)
    world.house.labels.void(return_id, ret.ticket if ret else "", actor=WORKER)


def _act_on(world: ArrivalWorld, due: Entry) -> None:
    """As the returns worker acts on what is due."""
    returns, promises = world.house.returns, world.promises
    verbs: dict[str, Callable[..., object]] = {
        events.EVIDENCE_REMINDER_DUE: returns.remind,
        events.EVIDENCE_LAPSE_DUE: returns.lapse,
        events.LABEL_EXPIRING_DUE: returns.warn_of_expiry,
        events.LABEL_EXPIRED_DUE: returns.expire,
        events.PROMISE_DUE: promises.warn,
        events.PROMISE_END_DUE: promises.end,
    }
    verbs[due.entry_type](due.subject, due.occurred_at, actor=WORKER)


def sweep(world: ArrivalWorld, _return_id: str, _how: int) -> None:
    """What is due is told, once or more often: the sweep itself has schedules of its own."""
    with world.saboteur.during(None):
        items = client("dynamodb").scan(TableName=world.house.due_table)["Items"]
    timers = [timer_of(item["sk"]["S"]) for item in items]
    known = {(due.subject, due.entry_type, due.occurred_at) for due in world.due}
    for timer in timers:
        is_new = (timer.subject, timer.event, timer.due_at) not in known
        if is_new and timer.due_at <= world.house.clock.now:
            world.due.append(timer.entry())


def wait(world: ArrivalWorld, _return_id: str, how: int) -> None:
    world.house.clock.forward(days=DAYS[how % len(DAYS)])


def transit(world: ArrivalWorld, return_id: str, _how: int) -> None:
    _scan(world, return_id, ScanKind.IN_TRANSIT)


def arrive(world: ArrivalWorld, return_id: str, _how: int) -> None:
    _scan(world, return_id, ScanKind.DELIVERED)


def _scan(world: ArrivalWorld, return_id: str, kind: ScanKind) -> None:
    """A scan, and the entry of the labels room that tells of it."""
    with world.saboteur.during(None):
        label = world.house.labels.store.of_return(return_id)
        if not (label and label.tracking_number and label.released_at):
            return
        scan = Scan(label.carrier, label.tracking_number, kind, world.house.clock.now)
        world.house.labels.record_scan(scan, actor=WORKER)
        [*_, told] = world.house.label_entries(return_id)
    world.house.deliver_label_entry(told)


# Docks: a warehouse's system and a person with a scanner.


def receive(world: ArrivalWorld, return_id: str, how: int) -> None:
    if ret := world.now(return_id):
        came = {line.line_id: _came(line.units, how) for line in ret.lines[: 1 if how > 4 else 2]}
        actor, key = DOCKS[how % 2], _key(world, ret, "receive", how)
        done = world.docks.receive(return_id, came, "Dock 7", actor=actor, key=key)
        _hold_to(world, key, done)


def _came(units: int, how: int) -> Came:
    """Everything; one unit is missing; everything is damaged; nothing came."""
    kinds = (
        Condition.RECEIVED,
        Condition.SHORT,
        Condition.DAMAGED_IN_TRANSIT,
        Condition.WRONG_ITEM,
    )
    kind = kinds[how % 4]
    if kind is Condition.SHORT:
        return Came({Condition.RECEIVED: units - 1, kind: 1}, ("PM-1",))
    return Came({kind: units}, ("PM-1",))


def inspect(world: ArrivalWorld, return_id: str, how: int) -> None:
    if ret := world.now(return_id):
        here = [line for line in ret.lines if line.present]
        lines = sorted(here, key=lambda line: line.inspection is not None)[: 1 if how > 4 else 2]
        found = {line.line_id: _found(line.present, line.units, how) for line in lines}
        actor, key = DOCKS[how % 2], _key(world, ret, "inspect", how)
        done = world.docks.inspect(return_id, found, actor=actor, key=key)
        _hold_to(world, key, done)


def _found(here: int, units: int, how: int) -> Found:
    """All that is here is taken back, or one unit less, or nothing, or one more than came."""
    accepted = (here, here - 1, 0, here + 1)[how % 4]
    code = JudgementCode.AS_ASKED if accepted == units else JudgementCode.NOT_SHOWN
    return Found(accepted, Grade.B, Disposition.RESTOCK, code, "" if accepted else "Not ours.")


def _key(world: ArrivalWorld, ret: Return, verb: str, how: int) -> RequestKey | None:
    """Half of the docks' requests have a key, which a repeated request has again.

    What comes after a return has ended is another request.
    """
    said = f"{verb} {ret.return_id} {how} {world.seen.endings(ret.return_id)}"
    return RequestKey("ac_dock", said, said) if how % 4 < 2 else None


def _hold_to(world: ArrivalWorld, key: RequestKey | None, done: Done) -> None:
    if key:
        before = world.answers.setdefault(key, done.status)
        assert before == done.status, "another answer to the same request"
