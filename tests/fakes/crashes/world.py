"""A customer's returns with rivals, faults and queues, and the checks on them."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.evidence.model import EvidenceState
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_id
from aftercare.labels.model import LabelStatus
from aftercare.labels.service import Printer
from aftercare.orders.model import Order, OrderRefunded, Refund, email_key_of
from aftercare.returns.model import Return, ReturnStatus
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
from tests.fakes.template import create_tables

KEY = email_key_of(EMAIL)
EXPECTED = {
    ReturnStatus.SUBMITTED: ["return.submitted"],
    ReturnStatus.APPROVED: ["return.submitted", "return.approved"],
    ReturnStatus.DECLINED: ["return.submitted", "return.declined"],
    ReturnStatus.LABEL_READY: ["return.submitted", "return.approved", "return.label_ready"],
}
FAILED = "return.label_failed"
HELD = {ReturnStatus.SUBMITTED, ReturnStatus.APPROVED, ReturnStatus.LABEL_READY}

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
            work.append(lambda: self.house.returns.approve(return_id, actor=WORKER))
        if "return.approved" in kinds:
            work.append(lambda: self.house.print_label(return_id, printer))
        work += [partial(self.house.deliver_label_entry, entry) for entry in label_entries]
        for message in reversed(work) if newest_first else work:
            with suppress(AftercareError):  # the queue delivers it again
                message()

    def _refund(self, _return_id: str, units: int) -> None:
        event = OrderRefunded(self.order.order_number, NOON, f"rf-{units}", Refund({"1": 1}))
        self.house.orders.record(event, actor=ORDERS_INGEST)

    def _wait(self, _return_id: str, _units: int) -> None:
        self.house.clock.forward(seconds=90)

    def entries(self, return_id: str) -> list[str]:
        return [entry.entry_type for entry in self.house.returns.store.timeline(return_id)]

    def recover(self) -> None:
        """Delivers all queued entries twice, without faults."""
        for _ in range(3):
            self.house.clock.forward(seconds=90)
            for key in self.uploads:
                self.house.evidence.screen(key, good_photo, actor=WORKER)
            for return_id in self.ids:
                with suppress(AftercareError):
                    self._deliver(return_id, 0)

    def returns(self) -> list[Return]:
        stored = (self.house.returns.store.get(return_id) for return_id in self.ids)
        return [ret for ret in stored if ret]


def check_books(world: World) -> None:
    returns = world.returns()
    check_units(world, returns)
    for ret in returns:
        check_return(world, ret)
    tickets = [ret.ticket for ret in returns if ret.ticket]
    assert len(set(tickets)) == len(tickets)
    assert {ret.return_id: ret.ticket for ret in returns}.items() >= world.tickets.items()


def check_units(world: World, returns: list[Return]) -> None:
    held = sum(line.units for ret in returns if ret.status in HELD for line in ret.lines)
    claimed = world.house.returns.store.claimed_units(world.order.order_number)
    assert claimed.get("1", 0) == held
    assert held <= FIGURE.quantity


def check_return(world: World, ret: Return) -> None:
    assert ret.status not in {ReturnStatus.SUBMITTED, ReturnStatus.APPROVED}, "stuck"
    steps = world.entries(ret.return_id)
    assert [step for step in steps if step != FAILED] == EXPECTED.get(ret.status, [])
    assert steps.count(FAILED) <= 1, "one fault is noted once"
    slots = world.house.evidence.of_return(ret.return_id)
    for slot in slots:
        uploaded = slot.upload_key in world.uploads
        assert (slot.state is EvidenceState.ACCEPTED) == uploaded
        assert world.house.evidence.photos.uploaded(slot) is None
        if uploaded:
            assert kept(world, slot.photo_key).startswith(b"clean ")
            assert kept(world, slot.thumbnail_key).startswith(b"small ")
    if not ret.is_draft:
        assert any(slot.state is EvidenceState.ACCEPTED for slot in slots)
    check_label(world, ret)


def check_label(world: World, ret: Return) -> None:
    label = world.house.labels.store.of_return(ret.return_id)
    if ret.status is not ReturnStatus.LABEL_READY:
        assert label is None
        return
    assert label
    assert ret.label
    assert label.status is LabelStatus.RELEASED
    assert (ret.label.label_id, ret.label.tracking_number) == (
        label.label_id,
        label.tracking_number,
    )
    booking = world.house.labels.carriers[label.carrier].find(label.label_id)
    assert booking
    assert booking.tracking_number == label.tracking_number
    page = f"{label.tracking_number} {ret.ticket}".encode()
    assert kept(world, label.document_key) == page


def kept(world: World, key: str) -> bytes:
    """The document with that key."""
    bucket = world.house.evidence.photos.documents
    return client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


def check_bookings(world: World, table: str) -> None:
    """The carrier sold exactly one label per labelled return."""
    items = client("dynamodb").scan(TableName=table)["Items"]
    sold = Counter(item["pk"]["S"].partition("#")[0] for item in items)
    labelled = sum(ret.status is ReturnStatus.LABEL_READY for ret in world.returns())
    assert (sold["BOOKING"], sold["TRACKING"]) == (labelled, labelled)


def empty_tables(tables: dict[str, str]) -> None:
    """Empties the tables, because moto copies all items at each transaction."""
    for name in tables.values():
        client("dynamodb").delete_table(TableName=name)
    create_tables(client("dynamodb"), tables)


@contextmanager
def new_world(house: House, tables: dict[str, str]) -> Iterator[World]:
    """A house with one order; at the end it delivers all entries and checks the books."""
    empty_tables(tables)
    with Saboteur().planted() as saboteur:
        order = house.delivered_order(FIGURE)
        world = World(house, saboteur, order, [new_id("ret", NOON) for _ in range(3)])
        yield world
        world.recover()
        check_books(world)
        check_bookings(world, tables["LabelsTable"])
