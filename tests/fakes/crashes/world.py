"""A customer's returns with rivals, faults, queues and timers; `books` checks them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.due.model import timer_of
from aftercare.kernel.due.wiring import DueConfig, due_sweeper
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.labels.model import Scan, ScanKind
from aftercare.labels.service import Printer
from aftercare.orders.model import Order, OrderRefunded, Refund, email_key_of
from aftercare.returns import events
from aftercare.returns.model import ChosenLine, Reason, Return
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import (
    WORKER,
    House,
    good_photo,
    plain_page,
    put_upload,
    unreadable_page,
)
from tests.fakes.orders import EMAIL, FIGURE, NOON, ORDERS_INGEST
from tests.fakes.screening import rules, screening_by
from tests.fakes.template import create_tables

KEY = email_key_of(EMAIL)
ONE_UNIT = rules(limits={"US": {"USD": FIGURE.unit_price}}, most_returns=10)
TABLES = ("DueTable", "EvidenceTable", "LabelsTable", "OrdersTable", "ReturnsTable")

type Act = tuple[str, int, int]


@dataclass
class World:
    """One order of two units, three returns that claim them, and the customer's tickets."""

    house: House
    saboteur: Saboteur
    order: Order
    ids: list[str]
    uploads: list[str] = field(default_factory=list)
    tickets: dict[str, str] = field(default_factory=dict)
    due: list[Entry] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)

    def play(self, act: Act, fault: Fault | None, write: int, rival: Act) -> None:
        """One act with its fault; the fault's exception ends the process."""
        with suppress(CrashError, AftercareError, BotoCoreError, PynamoDBException):
            if fault is None:
                self._do(act)
                return

            def act_of_rival() -> None:
                with suppress(AftercareError):
                    self._do(rival)

            plan = Plan(fault, write, act_of_rival)
            try:
                with self.saboteur.during(plan):
                    self._do(act)
            finally:
                self.struck[fault.name] += plan.struck

    def _do(self, act: Act) -> None:
        verb, which, units = act
        acts: dict[str, Callable[[str, int], None]] = {
            "choose": self._choose,
            "edit": self._edit,
            "discard": self._discard,
            "cancel": self._cancel,
            "remove": self._remove,
            "take": self._take,
            "transit": self._transit,
            "arrive": self._arrive,
            "sweep": self._sweep,
            "day": self._day,
            "upload": self._upload,
            "screen": self._screen,
            "submit": self._submit,
            "deliver": self._deliver,
            "smudge": self._smudge,
            "refund": self._refund,
            "wait": self._wait,
        }
        acts[verb](self.ids[which], units)

    def _choose(self, return_id: str, units: int) -> None:
        self.house.draft(self.order, return_id, {"1": units})

    def _edit(self, return_id: str, units: int) -> None:
        """Another form of the same order, on whatever device: a first save, or a change."""
        chosen = {"1": ChosenLine(units, Reason.STAINED, "changed")}
        number = self.order.order_number
        self.house.returns.save_draft(KEY, return_id, number, chosen, actor=CUSTOMER)

    def _discard(self, return_id: str, _units: int) -> None:
        self.house.returns.discard(KEY, return_id, actor=CUSTOMER)

    def _cancel(self, return_id: str, _units: int) -> None:
        self.house.returns.cancel(KEY, return_id, actor=CUSTOMER)

    def _remove(self, return_id: str, _units: int) -> None:
        with self.saboteur.during(None):  # what the page shows
            slots = self.house.evidence.of_return(return_id)
        for slot in slots[:1]:
            self.house.returns.remove_photo(KEY, return_id, slot.evidence_id)

    def _take(self, return_id: str, units: int) -> None:
        lapsed = self.ids[(self.ids.index(return_id) + units) % len(self.ids)]
        self.house.returns.take_over(KEY, lapsed, return_id)

    def _transit(self, return_id: str, _units: int) -> None:
        self._scan(return_id, ScanKind.IN_TRANSIT)

    def _arrive(self, return_id: str, _units: int) -> None:
        self._scan(return_id, ScanKind.DELIVERED)

    def _scan(self, return_id: str, kind: ScanKind) -> None:
        with self.saboteur.during(None):  # the carrier's doing
            label = self.house.labels.store.of_return(return_id)
        if label and label.tracking_number and label.released_at:
            scan = Scan(label.carrier, label.tracking_number, kind, self.house.clock.now)
            self.house.labels.record_scan(scan, actor=WORKER)

    def _sweep(self, _return_id: str, _units: int) -> None:
        """A minute's sweep; the bus takes whatever it is given."""

        def publish(entries: Sequence[Entry]) -> list[Entry]:
            self.due += entries
            return []

        config = DueConfig(self.house.due_table)
        due_sweeper(config, publish, clock=self.house.clock).sweep(lambda: True)

    def _day(self, _return_id: str, _units: int) -> None:
        self.house.clock.forward(hours=25)

    def _upload(self, return_id: str, _units: int) -> None:
        slot = self.house.returns.add_photo(KEY, return_id, "image/jpeg", actor=CUSTOMER)
        with self.saboteur.during(None):  # the browser's doing
            put_upload(self.house, slot.upload_key)
        self.uploads.append(slot.upload_key)

    def _screen(self, _return_id: str, units: int) -> None:
        if self.uploads:
            self.house.evidence.screen(
                self.uploads[units % len(self.uploads)], good_photo, actor=WORKER
            )

    def _submit(self, return_id: str, _units: int) -> None:
        ticket = self.house.returns.submit(KEY, return_id, actor=CUSTOMER).ticket
        assert self.tickets.setdefault(return_id, ticket) == ticket

    def _deliver(self, return_id: str, units: int) -> None:
        """The queues' entries for this return: each is delivered until its worker succeeds.

        Two units: the newest entry comes first, as a queue may well have it.
        """
        self._work_off(return_id, plain_page, newest_first=units == 2)

    def _smudge(self, return_id: str, _units: int) -> None:
        """The same, with a printer whose labels do not scan."""
        self._work_off(return_id, unreadable_page)

    def _work_off(self, return_id: str, printer: Printer, *, newest_first: bool = False) -> None:
        kinds = self.entries(return_id)
        with self.saboteur.during(None):  # the streams' doing
            label_entries = self.house.label_entries(return_id)
        work: list[Callable[[], object]] = []
        if "return.submitted" in kinds:
            work.append(lambda: self.house.returns.clear_photos(return_id))
            work.append(lambda: self.house.returns.approve(return_id, actor=WORKER))
        if "return.approved" in kinds:
            work.append(lambda: self.house.print_label(return_id, printer))
        if "return.cancelled" in kinds:
            work.append(lambda: self._void(return_id))
        if "return.discarded" in kinds:
            work.append(lambda: self.house.returns.clear_photos(return_id))
        work += [partial(self._act_on, each) for each in self.due if each.subject == return_id]
        work += [partial(self.house.deliver_label_entry, entry) for entry in label_entries]
        for message in reversed(work) if newest_first else work:
            with suppress(AftercareError):  # the queue delivers it again
                message()

    def _void(self, return_id: str) -> None:
        ret = self.house.returns.store.get(return_id)
        self.house.labels.void(return_id, ret.ticket if ret else "", actor=WORKER)

    def _act_on(self, due: Entry) -> None:
        """As the returns worker acts on what is due."""
        returns, return_id = self.house.returns, due.subject
        if due.entry_type == events.EVIDENCE_REMINDER_DUE:
            returns.remind(return_id, actor=WORKER)
        elif due.entry_type == events.EVIDENCE_LAPSE_DUE:
            returns.clear_photos(return_id)
            returns.lapse(return_id, actor=WORKER)
        else:
            returns.warn_of_expiry(return_id, actor=WORKER)

    def _refund(self, _return_id: str, units: int) -> None:
        event = OrderRefunded(self.order.order_number, NOON, f"rf-{units}", Refund({"1": 1}))
        self.house.orders.record(event, actor=ORDERS_INGEST)

    def _wait(self, _return_id: str, _units: int) -> None:
        self.house.clock.forward(seconds=90)

    def entries(self, return_id: str) -> list[str]:
        return [entry.entry_type for entry in self.house.returns.store.timeline(return_id)]

    def recover(self) -> None:
        """Delivers all queued entries twice, without faults."""
        self._sweep("", 0)
        for _ in range(3):
            self.house.clock.forward(seconds=90)
            for key in self.uploads:
                self.house.evidence.screen(key, good_photo, actor=WORKER)
            for return_id in self.ids:
                with suppress(AftercareError):
                    self._deliver(return_id, 0)
            self._tap_again()

    def _tap_again(self) -> None:
        """Customers repeat a removal whose page failed, as long as they can."""
        for ret in self.returns():
            for evidence_id in ret.removed_photos if ret.is_draft else ():
                with suppress(AftercareError):
                    self.house.returns.remove_photo(KEY, ret.return_id, evidence_id)

    @property
    def uploaded(self) -> set[str]:
        """The ids of the slots for which a photo was uploaded."""
        return {key.rpartition("/")[2] for key in self.uploads}

    def contested(self, ret: Return) -> int:
        """The units that a reopened return took although another one had them."""
        timeline = self.house.returns.store.timeline(ret.return_id)
        return sum(int(each.data.get("contested", "0")) for each in timeline)

    def due_left(self) -> int:
        """How many timers of the past are still in the index."""
        items = client("dynamodb").scan(TableName=self.house.due_table)["Items"]
        return sum(timer_of(item["sk"]["S"]).due_at <= self.house.clock.now for item in items)

    def returns(self) -> list[Return]:
        stored = (self.house.returns.store.get(return_id) for return_id in self.ids)
        return [ret for ret in stored if ret]


def empty_tables(tables: dict[str, str]) -> None:
    """Empties these tables."""
    for name in tables.values():
        client("dynamodb").delete_table(TableName=name)
    create_tables(client("dynamodb"), tables)


@contextmanager
def new_world(house: House, tables: dict[str, str]) -> Iterator[World]:
    """A house with one order, three returns of which may be begun.

    A person has to look at a return of two units; one unit is approved at once.
    """
    empty_tables({name: tables[name] for name in TABLES})
    house = replace(house, returns=screening_by(house.returns, ONE_UNIT))
    with Saboteur().planted() as saboteur:
        order = house.delivered_order(FIGURE)
        world = World(house, saboteur, order, [new_id("ret", NOON) for _ in range(3)])
        yield world
