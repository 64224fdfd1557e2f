"""One label's parcel, of which its seller is asked, under faults, crashes and rivals."""

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.due.wiring import DueConfig, due_sweeper
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.labels.carriers.carrier import Shipment
from aftercare.labels.events import LabelReleased
from aftercare.parcels.model import Parcel
from aftercare.parcels.polls import POLL_DUE
from aftercare.parcels.service import News
from aftercare.parcels.wiring import ParcelsConfig, poll_service
from infra.local.carrier.faults import CarrierFault
from infra.local.carrier.shippo import ShippoBooks
from parcel_worker.polling import Polling
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House
from tests.fakes.labels import CUSTOMER, WAREHOUSE
from tests.fakes.orders import NOON
from tests.fakes.seller import Wire, shippo_by

FAILURES = (CrashError, AftercareError, BotoCoreError, PynamoDBException)
FAULTS = (
    CarrierFault.TOO_MANY,
    CarrierFault.BROKEN,
    CarrierFault.SILENT,
    CarrierFault.TRACKING_SHUFFLED,
)
_MOST_ACTS = 12


@dataclass
class PollWorld:
    """A seller with a parcel on its way, the worker that asks it, and its queue."""

    house: House
    tables: dict[str, str]
    saboteur: Saboteur
    name: str
    wire: Wire = field(default_factory=lambda: Wire(ShippoBooks()))
    number: str = field(init=False)
    queue: list[Entry] = field(default_factory=list)
    asked_at: list[datetime] = field(default_factory=list)
    scanned_at: set[datetime] = field(default_factory=set)
    struck: Counter[str] = field(default_factory=Counter)
    is_begun: bool = False

    def __post_init__(self) -> None:
        self.house.clock.now = NOON
        seller = shippo_by(self.wire)
        parcel = Shipment(self.name, CUSTOMER, WAREHOUSE, "US", NOON.date())
        # Each seller of a test begins with the same serial; these parcels share one table.
        self.books._serials = iter(range(_serial(self.name), _serial(self.name) + 1_000))
        self.number = seller.buy(parcel, seller.plan(parcel)).tracking_number
        self.wire.sent.clear()

    @property
    def books(self) -> ShippoBooks:
        assert isinstance(self.wire.books, ShippoBooks)
        return self.wire.books

    @property
    def parcel(self) -> Parcel | None:
        return self.house.parcels.of_number(self.number)

    def play(self, dice: random.Random) -> None:
        """Some acts, each with a fault of the seller, of AWS, or a killed worker."""
        for _ in range(dice.randint(4, _MOST_ACTS)):
            dice.choice([self._scan, self._wait, self._wait, self._repeat])(dice)
            with suppress(*FAILURES):
                self._disturbed(dice)
            self.wire.calm()

    def recover(self) -> None:
        """The carrier delivers, nothing goes wrong any more, and half a day goes by."""
        self.work()
        self.scan("DELIVERED")
        for _ in range(2):
            self.house.clock.forward(hours=6, minutes=1)
            self.work()

    def work(self) -> None:
        """The worker takes what its queue has, and then what the sweeper finds."""
        if not self.is_begun:
            self._polling.follow(self._released())
            self.is_begun = True
        self._sweep()
        while self.queue:
            self._ask(self.queue[0])
            self.queue.pop(0)

    def scan(self, status: str) -> None:
        now = self.house.clock()
        self.books.scan(self.number, status, now.isoformat())
        self.scanned_at.add(now)

    def _ask(self, entry: Entry) -> None:
        before = len(self.wire.sent)
        try:
            self._polling.ask(entry)
        finally:
            self.asked_at += [self.house.clock()] * (len(self.wire.sent) - before)

    @property
    def _polling(self) -> Polling:
        """A process of its own at each use: a crash leaves nothing in memory."""
        config = ParcelsConfig(self.tables["ParcelsTable"], self.tables["DueTable"])
        polls = poll_service(config, self.house.parcels, clock=self.house.clock)
        return Polling(polls, {"shippo": shippo_by(self.wire)}, lambda _: False, self._record)

    def _record(self, news: News, source: str) -> None:
        assert source == "shippo"
        self.house.parcels.record(news, actor=WORKER)

    def _released(self) -> LabelReleased:
        label, ret = new_id("lbl", NOON), new_id("ret", NOON)
        ticket, number = "R-AAAA-BBBB-C", self.number
        return LabelReleased(ret, label, ticket, number, "shippo", "USPS", sample=False)

    def _sweep(self) -> None:
        """What the sweeper sends is in the queue, whatever becomes of the sweeper after that."""

        def send(entries: Sequence[Entry]) -> list[Entry]:
            ours = (POLL_DUE, self._key())
            self.queue += [each for each in entries if (each.entry_type, each.subject) == ours]
            return []

        config = DueConfig(self.tables["DueTable"])
        due_sweeper(config, send, clock=self.house.clock).sweep(lambda: True)

    def _key(self) -> str:
        return "".join(filter(str.isalnum, self.number))

    def _scan(self, _dice: random.Random) -> None:
        self.scan("TRANSIT")

    def _wait(self, dice: random.Random) -> None:
        self.house.clock.forward(minutes=dice.randint(1, 500))

    def _repeat(self, _dice: random.Random) -> None:
        """The bus delivers events again."""
        self.queue += self.queue[-1:]

    def _disturbed(self, dice: random.Random) -> None:
        dice.choice([self._at_the_seller, self._killed, self._at_aws, self._well])(dice)

    def _well(self, _dice: random.Random) -> None:
        self.work()

    def _at_the_seller(self, dice: random.Random) -> None:
        fault = dice.choice(FAULTS)
        self.books.faults.append(fault)
        try:
            self.work()
        finally:
            self.struck[fault] += fault not in self.books.faults

    def _killed(self, dice: random.Random) -> None:
        is_before = dice.choice([True, False])
        self.wire.kill_before, self.wire.kill_after = (1, 0) if is_before else (0, 1)
        try:
            self.work()
        except CrashError:
            self.struck["killed"] += 1
            raise

    def _at_aws(self, dice: random.Random) -> None:
        def rival() -> None:
            with suppress(*FAILURES):
                for entry in [*self.queue]:
                    self._ask(entry)

        plan = Plan(dice.choice([*Fault]), dice.randint(1, 4), rival)
        try:
            with self.saboteur.during(plan):
                self.work()
        finally:
            self.struck[plan.fault.name] += plan.struck


def _serial(name: str) -> int:
    return 1_000 * int(name)
