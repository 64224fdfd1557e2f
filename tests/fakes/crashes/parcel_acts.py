"""What is done to returns in several parcels in a schedule: asked for, scanned, counted, lost.

Each unit of a return is in one of its parcels, and stays there: a dock counts what is in those that
it has opened, and nothing else.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.requests import RequestKey
from aftercare.labels.events import number_in, parcel_in, parcels_in
from aftercare.labels.model import Scan, ScanKind
from aftercare.returns import events
from aftercare.returns.arrivals import Came, Condition, Disposition, Found, Grade
from aftercare.returns.ending import EndingService
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.labelling import LabellingService
from aftercare.returns.model import ParcelWay, Return
from aftercare.returns.waiting import noted, uncounted
from tests.fakes.crashes import arrival_acts
from tests.fakes.crashes.arrival_acts import DOCKS
from tests.fakes.crashes.arrival_staff import page_of
from tests.fakes.crashes.arrival_world import KEY, PEOPLE, ArrivalWorld
from tests.fakes.crashes.parcel_books import look_closely
from tests.fakes.house import WORKER, plain_page

MOST = 3
_ENDS = {events.PARCEL_EXPIRED, events.EXPIRED, events.CANCELLED}
_NO_MORE = {events.PARCEL_EXPIRED, events.PARCEL_LOST}


def add(world: ArrivalWorld, return_id: str, _how: int) -> None:
    """The customer asks for one more parcel, or presses the button of an old page again."""
    if ret := world.now(return_id):
        parcel = min(ret.parcels + 1, MOST)
        world.house.returns.add_parcel(KEY, return_id, parcel, actor=CUSTOMER)


def work(world: ArrivalWorld, return_id: str, how: int) -> None:
    """The queues' entries, also those of later parcels; each is looked at."""
    arrival_acts.work(world, return_id, how)
    with world.saboteur.during(None):
        told = [entry.entry_type for entry in world.house.returns.store.timeline(return_id)]
    if events.PARCEL_ADDED in told:
        _make_labels(world, return_id)
    if _ENDS & set(told):
        _void(world, return_id)
    if _NO_MORE & set(told):
        world.house.returns.arrive_if_all(return_id, actor=WORKER)
    look_closely(world)


def _make_labels(world: ArrivalWorld, return_id: str) -> None:
    house = world.house
    labelling = LabellingService(house.returns.store, house.orders)
    for parcel in range(2, MOST + 1):
        with suppress(AftercareError):  # the queue delivers it again
            if request := labelling.label_request(return_id, parcel):
                house.labels.issue(request, plain_page, actor=WORKER)
    for entry in house.label_entries(return_id):
        if entry.data.get("parcel"):
            with suppress(AftercareError):
                house.deliver_label_entry(entry)


def _void(world: ArrivalWorld, return_id: str) -> None:
    """The labels that were to be voided: one at its own end, or all of them at their return's."""
    for entry in world.house.returns.store.timeline(return_id):
        if entry.entry_type in _ENDS:
            number, ticket = number_in(entry), entry.data["ticket"]
            is_one = entry.entry_type == events.PARCEL_EXPIRED
            for parcel in [parcel_in(entry)] if is_one else parcels_in(entry):
                with suppress(AftercareError):  # the queue delivers it again
                    world.house.labels.void(return_id, ticket, number, parcel, actor=WORKER)


def move(world: ArrivalWorld, return_id: str, how: int) -> None:
    _scan(world, return_id, how % MOST + 1, ScanKind.IN_TRANSIT)


def bring(world: ArrivalWorld, return_id: str, how: int) -> None:
    _scan(world, return_id, how % MOST + 1, ScanKind.DELIVERED)


def _scan(world: ArrivalWorld, return_id: str, parcel: int, kind: ScanKind) -> None:
    """A scan, and the entry of the labels room that tells of it, perhaps long after others."""
    labels = world.house.labels
    with world.saboteur.during(None):
        ret = world.now(return_id)
        label = labels.store.of_return(return_id, ret.label_number if ret else 1, parcel)
        if not (label and label.tracking_number and label.released_at):
            return
        scan = Scan(label.carrier, label.tracking_number, kind, world.house.clock.now)
        labels.record_scan(scan, actor=WORKER)
        told = [
            entry
            for entry in world.house.label_entries(return_id)
            if entry.subject == label.label_id and entry.data.get("kind") == kind
        ]
    world.house.deliver_label_entry(told[-1])


# A dock that has one parcel before it, and counts what is in those that it has opened.


def unpack(world: ArrivalWorld, return_id: str, how: int) -> None:
    """The rest is awaited if it may be, or counted as short, or said to be awaited all the same."""
    ret = world.now(return_id)
    if ret is None:
        return
    parcel = min(how % MOST + 1, ret.parcels)
    opened = world.opened.setdefault(return_id, set())
    opened.add(parcel)
    after = noted(ret, ParcelWay.OPENED, [parcel])
    rest = _rest(after, how // MOST)
    came = {
        line.line_id: _came(line.units, contents(ret, opened)[line.line_id], rest)
        for line in ret.lines
        if line.inspection is None
    }
    said = f"unpack {return_id} {parcel} {sorted(came.items())} {world.seen.endings(return_id)}"
    key = RequestKey("ac_dock", said, said) if how % 4 < 2 else None
    done = world.docks.receive(
        return_id, came, "Dock 7", actor=DOCKS[how % 2], key=key, parcels=[parcel]
    )
    if not done.replayed:
        stored = world.now(return_id)
        assert stored
        is_awaited = any(each.units.get(Condition.AWAITED) for each in came.values())
        assert uncounted(stored) or not is_awaited, "awaited, but nothing may come"
        is_opened = stored.ways.get(parcel) is ParcelWay.OPENED
        assert is_opened or stored.parcels == 1, "counted, and nobody knows which"


def _rest(after: Return, style: int) -> Condition:
    if style == 0:
        return Condition.AWAITED if uncounted(after) else Condition.SHORT
    return Condition.SHORT if style == 1 else Condition.AWAITED


def _came(units: int, here: int, rest: Condition) -> Came:
    return Came({Condition.RECEIVED: min(here, units), rest: max(0, units - here)})


def contents(ret: Return, opened: set[int]) -> Mapping[str, int]:
    """Line id → the units that are in those parcels: they were packed one after the other."""
    units = [line.line_id for line in ret.lines for _ in range(line.units)]
    packed = [(each, place * ret.parcels // len(units) + 1) for place, each in enumerate(units)]
    return Counter(line_id for line_id, parcel in packed if parcel in opened)


def check(world: ArrivalWorld, return_id: str, how: int) -> None:
    """Whoever inspects takes all that may be inspected, or also what is awaited still."""
    ret = world.now(return_id)
    if ret is None:
        return
    lines = [line for line in ret.lines if line.present and line.inspection is None]
    if how < MOST:
        lines = [line for line in lines if not line.awaited] or lines
    found = {line.line_id: _found(line.present, line.units) for line in lines}
    world.docks.inspect(return_id, found, actor=DOCKS[how % 2])


def _found(here: int, units: int) -> Found:
    code = JudgementCode.AS_ASKED if here == units else JudgementCode.NOT_SHOWN
    return Found(here, Grade.B, Disposition.RESTOCK, code, "")


def drop(world: ArrivalWorld, return_id: str, how: int) -> None:
    """A lead or an agent declares a parcel lost, or all that are not here."""
    who, parcel = how % 2, how % 4 + 1
    base = world.shop.resolving
    ends = EndingService(base.store, base.orders, base.rules, base.clock, base.entropy)
    page, chosen = page_of(world, return_id, who), parcel if parcel <= MOST else None
    ends.declare_lost(PEOPLE[who], return_id, page, "It is gone.", chosen)
