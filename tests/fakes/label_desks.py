"""A return whose labels a carrier sells that knows what it sold, and may keep it."""

from dataclasses import dataclass, field, replace

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.aws import client
from aftercare.kernel.due.model import Timer, timer_of
from aftercare.kernel.errors import BusyError
from aftercare.kernel.ids import new_id
from aftercare.labels import sscc
from aftercare.labels.carriers.carrier import Booking, Shipment
from aftercare.labels.events import LabelReleased
from aftercare.labels.model import (
    Label,
    LabelRequest,
    Offer,
    PageForm,
    Scan,
    ScanKind,
    VoidAnswer,
)
from aftercare.labels.service import LabelService
from tests.fakes.crashes.faults import CrashError
from tests.fakes.house import WORKER, House, plain_page
from tests.fakes.orders import HOME, NOON

TICKET = "R-AAAA-BBBB-C"
FAILURES = (CrashError, BotoCoreError, PynamoDBException, BusyError)
"""How a worker's attempt may end; its message comes again."""


@dataclass
class Post:
    """A carrier that knows each label that it sold, and takes it back or doesn't.

    It sells `most` at once: of a return in one parcel no two labels are ever live. If it
    `pays_later`, the money is under way when it takes a label back.
    """

    takes_back: bool = True
    pays_later: bool = False
    most: int = 1
    name: str = "Fake Post"
    service_level: str = "Prepaid"
    sample: bool = False
    sold: list[str] = field(default_factory=list)
    live: dict[str, str] = field(default_factory=dict)
    voids: int = 0

    def plan(self, shipment: Shipment, expired: Offer | None = None) -> Offer:  # noqa: ARG002
        return Offer(shipment.reference, "rate", self.name, self.service_level, 593, "USD")

    def find(self, reference: str, offer: Offer | None) -> Booking | None:  # noqa: ARG002
        number = self.live.get(reference)
        return Booking(reference, number) if number else None

    def buy(self, shipment: Shipment, offer: Offer) -> Booking:  # noqa: ARG002
        is_full = len(self.live) >= self.most
        assert not (is_full and self.takes_back), "another label of the return is live"
        self.sold.append(shipment.reference)
        number = sscc.build(0, "0614141", len(self.sold))
        self.live[shipment.reference] = number
        return Booking(shipment.reference, number)

    def document(self, reference: str, offer: Offer | None, form: PageForm) -> None:
        """It draws nothing."""

    def void(self, reference: str, offer: Offer | None) -> VoidAnswer:  # noqa: ARG002
        self.voids += 1
        if reference not in self.sold:
            return VoidAnswer.NEVER_SOLD
        if not self.takes_back:
            return VoidAnswer.REFUSED
        self.live.pop(reference, None)
        return VoidAnswer.UNDER_WAY if self.pays_later else VoidAnswer.TAKEN_BACK


@dataclass
class LabelDesk:
    """One return and its labels, sold by that carrier."""

    house: House
    post: Post
    service: LabelService
    return_id: str

    def request(self, number: int = 1, parcel: int = 1) -> LabelRequest:
        return LabelRequest(self.return_id, TICKET, "US", HOME, number=number, parcel=parcel)

    def issue(self, number: int = 1, parcel: int = 1) -> Label:
        return self.service.issue(self.request(number, parcel), plain_page, actor=WORKER)

    def void(self, number: int = 1, parcel: int = 1) -> Label:
        return self.service.void(self.return_id, TICKET, number, parcel, actor=WORKER)

    def again(self) -> Label:
        """What is due, as the sweeper puts it on the bus: at the moment, or never."""
        [timer] = self.timers()[-1:]
        self.house.clock.now = max(self.house.clock.now, timer.due_at)
        self.service.void_again(self.return_id, timer.due_at, actor=WORKER)
        label = self.service.store.of_return(self.return_id)
        assert label
        return label

    def timers(self) -> list[Timer]:
        """Those of the return's labels, earliest first."""
        items = client("dynamodb").scan(TableName=self.house.due_table)["Items"]
        timers = [timer_of(item["sk"]["S"]) for item in items]
        return sorted(each for each in timers if each.subject == self.return_id)

    def scan(self, label: Label, kind: ScanKind = ScanKind.IN_TRANSIT) -> Label:
        scan = Scan("post", label.tracking_number, kind, NOON)
        return self.service.record_scan(scan, actor=WORKER)

    def tried(self, number: int, parcel: int = 1) -> None:
        """Issues that label, as a worker whose message comes again if it fails."""
        try:
            self.issue(number, parcel)
        except FAILURES:
            return

    def kinds(self) -> list[str]:
        return [entry.entry_type for entry in self.house.label_entries(self.return_id)]

    def released(self) -> list[LabelReleased]:
        entries = self.house.label_entries(self.return_id)
        return [LabelReleased.of(each) for each in entries if each.entry_type == "label.released"]


def label_desk(house: House, post: Post) -> LabelDesk:
    """A new return, all of whose labels that carrier sells."""
    service = replace(house.labels, carriers={"post": post}, carrier="post")
    return LabelDesk(house, post, service, new_id("ret", NOON))
