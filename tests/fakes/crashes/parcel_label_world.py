"""One return that may come in several parcels, its labels, and the workers between the two."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.timeline import Entry
from aftercare.labels.events import number_in, parcel_in, parcels_in
from aftercare.labels.model import Label, LabelStatus, Scan, ScanKind
from aftercare.returns import events
from aftercare.returns.model import ParcelWay, Return, ReturnStatus
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.dock import Dock
from tests.fakes.house import WORKER, House, plain_page
from tests.fakes.label_desks import Post
from tests.fakes.orders import FIGURE

S = ReturnStatus
ENDED = {S.CANCELLED, S.EXPIRED}
VERBS = ("add", "add", "add", "work", "work", "scan", "cancel", "days")
_FAILURES = (CrashError, AftercareError, BotoCoreError, PynamoDBException)
_UNITS = 3
# Most acts write once, a label's seven times, each after some reads.
_PLACES = (1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8)


@dataclass
class ParcelLabelWorld:
    """A return of three units whose first label is ready, with a carrier that keeps its books."""

    house: House
    saboteur: Saboteur
    post: Post
    ret: Return
    struck: Counter[str] = field(default_factory=Counter)

    def play(self, dice: Random, steps: int) -> None:
        """So many acts, most of them with a fault at a write or a rival before a request."""
        for _ in range(steps):
            act, rival = self._act(dice), self._act(dice)
            fault = dice.choice([None, *Fault])
            with suppress(*_FAILURES):
                self._played(act, fault, dice.choice(_PLACES), rival)
            self.house.clock.forward(seconds=61)

    def recover(self) -> Return:
        """What the queues and timers still deliver, without a fault."""
        for _ in range(3):
            self.house.clock.forward(seconds=61)
            self._work()
        return self.now

    @property
    def now(self) -> Return:
        ret = self.house.returns.store.get(self.ret.return_id)
        assert ret
        return ret

    def labels(self) -> dict[int, Label]:
        stored = self.house.labels.store.all_of_return(self.ret.return_id)
        return {label.parcel: label for label in stored}

    def timeline(self) -> list[Entry]:
        return list(self.house.returns.timeline(self.ret))

    def _played(
        self, act: Callable[[], None], fault: Fault | None, at: int, rival: Callable[[], None]
    ) -> None:
        if fault is None:
            act()
            return

        def of_rival() -> None:
            with suppress(AftercareError):
                rival()

        plan = Plan(fault, at, of_rival)
        try:
            with self.saboteur.during(plan):
                act()
        finally:
            self.struck[fault.name] += plan.struck

    def _act(self, dice: Random) -> Callable[[], None]:
        verb, parcel = dice.choice(VERBS), dice.randint(1, _UNITS)
        kind = dice.choice(list(ScanKind))
        acts: dict[str, Callable[[], None]] = {
            "add": self.add,
            "work": self._work,
            "scan": lambda: self._scan(parcel, kind),
            "cancel": self._cancel,
            "days": self._days,
        }
        return acts[verb]

    def add(self) -> None:
        """The page names the parcel after those that it shows."""
        with self.saboteur.during(None):
            shown = self.now
        self.house.returns.add_parcel(
            shown.email_key, shown.return_id, shown.parcels + 1, actor=CUSTOMER
        )

    def _cancel(self) -> None:
        self.house.returns.cancel(self.ret.email_key, self.ret.return_id, actor=CUSTOMER)

    def _days(self) -> None:
        """Two weeks, after which the timers of labels may be due."""
        self.house.clock.forward(days=14)
        self.house.returns.expire(self.ret.return_id, actor=WORKER)

    def _scan(self, parcel: int, kind: ScanKind) -> None:
        with self.saboteur.during(None):  # the carrier's doing: it takes what it has not taken back
            label = self.labels().get(parcel)
        if label and label.label_id in self.post.live and label.tracking_number:
            scan = Scan("post", label.tracking_number, kind, self.house.clock.now)
            self.house.labels.record_scan(scan, actor=WORKER)

    def _work(self) -> None:
        """The queues' entries, each until its worker succeeds, newest last, and what is due."""
        with self.saboteur.during(None):  # the streams' doing
            timeline = self.timeline()
        work: list[Callable[[], object]] = [partial(self._label_work, each) for each in timeline]
        work.append(partial(self.house.returns.expire, self.ret.return_id, actor=WORKER))
        for message in work:
            with suppress(AftercareError):  # the queue delivers it again
                message()
        with self.saboteur.during(None):
            told = self.house.label_entries(self.ret.return_id)
        for entry in told:
            with suppress(AftercareError):
                self.house.deliver_label_entry(entry)
        self.house.returns.arrive_if_all(self.ret.return_id, actor=WORKER)

    def _label_work(self, entry: Entry) -> None:
        """As `label_worker` takes it."""
        return_id, ticket = self.ret.return_id, self.ret.ticket
        if entry.entry_type in {events.APPROVED, events.PARCEL_ADDED}:
            request = self.house.label_request(return_id, parcel_in(entry))
            if request:
                self.house.labels.issue(request, plain_page, actor=WORKER)
        if entry.entry_type in {events.CANCELLED, events.EXPIRED}:
            for parcel in parcels_in(entry):
                self.house.labels.void(return_id, ticket, number_in(entry), parcel, actor=WORKER)
        if entry.entry_type == events.PARCEL_EXPIRED:
            parcel = parcel_in(entry)
            self.house.labels.void(return_id, ticket, number_in(entry), parcel, actor=WORKER)


def parcel_label_world(dock: Dock, saboteur: Saboteur) -> ParcelLabelWorld:
    post = Post(most=_UNITS)
    labels = replace(dock.house.labels, carriers={"post": post}, carrier="post")
    house = replace(dock.house, labels=labels)
    order = house.delivered_order(replace(FIGURE, quantity=_UNITS))
    ret = replace(dock, house=house).sent(order, {"1": _UNITS})
    return ParcelLabelWorld(house, saboteur, post, ret)


def check(world: ParcelLabelWorld) -> None:
    """What must hold once everything was delivered."""
    ret, labels, steps = world.now, world.labels(), world.timeline()
    kinds = Counter(entry.entry_type for entry in steps)
    assert 1 <= ret.parcels <= _UNITS
    assert kinds[events.PARCEL_ADDED] == ret.parcels - 1
    attached = {each.parcel for each in ret.more_labels}
    assert kinds[events.PARCEL_LABELLED] == len(ret.more_labels) == len(attached)
    scanned_at = next((at for at, each in enumerate(steps) if "transit" in each.entry_type), 99)
    added_at = [at for at, each in enumerate(steps) if each.entry_type == events.PARCEL_ADDED]
    assert max(added_at, default=0) < scanned_at, "a parcel was added after the first scan"
    # Bought exactly once for each parcel; the carrier's books and ours say the same.
    assert len(world.post.sold) == len(set(world.post.sold)) <= len(labels)
    ids = {label.label_id for label in labels.values()}
    assert set(world.post.sold) <= ids
    assert set(labels) == set(range(1, ret.parcels + 1))
    live = {each.label_id for each in labels.values() if each.status is not LabelStatus.VOIDED}
    assert set(world.post.live) == live
    for parcel, label in labels.items():
        check_label(world, ret, parcel, label)


def check_label(world: ParcelLabelWorld, ret: Return, parcel: int, label: Label) -> None:
    """A label is voided if its return ended, or it did itself, before anybody used it."""
    is_over = ret.status in ENDED or ret.ways.get(parcel) is ParcelWay.VOIDED
    was_ended = any(
        entry.entry_type in {events.CANCELLED, events.EXPIRED} for entry in world.timeline()
    )
    if is_over and not label.scans:
        assert label.status is LabelStatus.VOIDED, "left after the end"
    if not is_over and not was_ended:
        assert label.status is LabelStatus.RELEASED, "not made, or voided while it may be used"
        attached = {1: ret.label} | {each.parcel: each.label for each in ret.more_labels}
        issued = attached.get(parcel)
        assert issued
        assert issued.label_id == label.label_id
