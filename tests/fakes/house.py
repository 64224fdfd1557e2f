"""All rooms on given tables and buckets, with the test's own clock and random source."""

import itertools
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.access.service import AccessService
from aftercare.access.store import AccessStore
from aftercare.evidence.model import Evidence, EvidenceKind
from aftercare.evidence.service import EvidenceService
from aftercare.evidence.verdict import Accepted, Refused
from aftercare.kernel.actor import CUSTOMER, system
from aftercare.kernel.aws import client
from aftercare.kernel.rulebook import RuleBook
from aftercare.kernel.timeline import Entry
from aftercare.labels.errors import LabelFault, LabelUnreadableError
from aftercare.labels.events import (
    FAILED,
    RELEASED,
    SCANNED,
    LabelFailed,
    LabelReleased,
    LabelScanned,
)
from aftercare.labels.model import LabelDetails, LabelFormat, LabelRequest, Paper, Printed
from aftercare.labels.service import LabelService, Printer
from aftercare.labels.wiring import LabelsConfig, label_service
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.model import Order, OrderLine, OrderPaid, Purchase, email_key_of
from aftercare.orders.service import OrderService
from aftercare.parcels.service import ParcelService
from aftercare.parcels.wiring import ParcelsConfig, parcel_service
from aftercare.returns.errors import refuse_if_refused
from aftercare.returns.findings import ScreeningRules
from aftercare.returns.labelling import LabellingService
from aftercare.returns.model import ChosenLine, Reason, Return
from aftercare.returns.screener import Codes
from aftercare.returns.service import ReturnService
from aftercare.returns.wiring import ReturnsConfig, return_service
from tests.fakes.orders import EMAIL, NOON, ORDERS_INGEST, delivered, purchase, shipped
from tests.fakes.outbox import committed_entries
from tests.fakes.screening import BOUNDLESS

WORKER = system("test")
_numbers = itertools.count(1)


class SetClock:
    """A clock that only the test moves."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_far: float) -> None:
        self.now += timedelta(**how_far)


def plain_page(details: LabelDetails) -> Printed:
    """A fake for printing, which has its own tests: two formats, as a crash may come between."""
    page = f"{details.tracking_number} {details.ticket}".encode()
    return {LabelFormat.PDF: page, LabelFormat.LETTER: b"sheet of " + page}


def every_format(details: LabelDetails) -> Printed:
    """A fake for printing, of a label that can be had as anything, and of its packing slip."""
    page = f"{details.tracking_number} {details.ticket}".encode()
    return dict.fromkeys((*LabelFormat, Paper.PACKING_SLIP), page)


def papers_abroad(details: LabelDetails) -> Printed:
    """A fake for printing, of a label with every paper that a customs border may ask for."""
    return {**every_format(details), **dict.fromkeys(Paper, details.ticket.encode())}


def unreadable_page(_: LabelDetails) -> Printed:
    """A printer whose labels do not scan."""
    raise LabelUnreadableError(LabelFault.TRACKING_MISSING, "Found 0 tracking barcodes.")


def good_photo(upload: bytes) -> Accepted | Refused:
    return Accepted(b"clean " + upload, b"small " + upload, 1200, 900, "0" * 64)


@dataclass
class House:
    """Every room, on one clock."""

    clock: SetClock
    orders: OrderService
    evidence: EvidenceService
    returns: ReturnService
    labels: LabelService
    labels_table: str
    due_table: str
    access: AccessService
    parcels: ParcelService

    def new_number(self) -> str:
        """An order number that no other order has."""
        return f"T-{next(_numbers):08d}-{random.getrandbits(32):08X}"

    def delivered_order(self, *lines: OrderLine, email: str = EMAIL, days_ago: float = 3) -> Order:
        """An order that was paid, shipped, and delivered so many days ago."""
        return self.delivered(purchase(*lines, email=email), days_ago)

    def delivered(self, bought: Purchase, days_ago: float = 3) -> Order:
        """The same of that purchase."""
        number, at = self.new_number(), self.clock() - timedelta(days=days_ago)
        self.orders.record(OrderPaid(number, at - timedelta(days=5), bought), actor=ORDERS_INGEST)
        self.orders.record(shipped(number, at - timedelta(days=4)), actor=ORDERS_INGEST)
        return self.orders.record(delivered(number, at), actor=ORDERS_INGEST)

    def draft(self, order: Order, return_id: str, units: dict[str, int] | None = None) -> Return:
        """A draft for a defect, of one unit of the first line by default."""
        return self.choose(
            email_key_of(order.purchase.email if order.purchase else EMAIL),
            return_id,
            order.order_number,
            units=units or {order.lines[0].line_id: 1},
            reason=Reason.MISSING_PARTS,
            note="The left ear is missing.",
        )

    def choose(
        self,
        email_key: str,
        return_id: str,
        order_number: str,
        *,
        units: dict[str, int],
        reason: Reason,
        note: str = "",
        check_reference: str = "",
    ) -> Return:
        """A draft of its own, with one reason for all of its lines.

        Raises:
            ReturnRefusedError, UnitsTakenError: A submission would be refused.
        """
        said = ChosenLine(0, reason, note, check_reference=check_reference)
        lines = {line_id: said._replace(units=count) for line_id, count in units.items()}
        draft = self.returns.save_draft(
            email_key, return_id, order_number, lines, another=True, actor=CUSTOMER
        )
        refuse_if_refused(draft)
        return draft

    def add_good_photo(self, draft: Return, kind: EvidenceKind = EvidenceKind.PHOTO) -> Evidence:
        """Uploads a photo of that kind and has it accepted."""
        slot = self.returns.add_photo(
            draft.email_key, draft.return_id, "image/jpeg", kind, actor=CUSTOMER
        )
        put_upload(self, slot.upload_key)
        self.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
        return self.evidence.slot(draft.return_id, slot.evidence_id)

    def label_request(self, return_id: str, parcel: int = 1) -> LabelRequest | None:
        """What the label of that return's parcel needs."""
        return LabellingService(self.returns.store, self.orders).label_request(return_id, parcel)

    def print_label(self, return_id: str, printer: Printer = plain_page) -> None:
        """Makes the label of an approved return, as the label worker does."""
        request = self.label_request(return_id)
        if request:
            self.labels.issue(request, printer, actor=WORKER)

    def label_entries(self, return_id: str) -> list[Entry]:
        """The entries that the labels room committed for that return, oldest first."""
        entries = committed_entries(self.labels_table)
        return [entry for entry in entries if entry.data["return_id"] == return_id]

    def deliver_label_entry(self, entry: Entry) -> None:
        """Passes an entry of the labels room to the returns room, as the returns worker does."""
        if entry.entry_type == RELEASED:
            self.returns.attach_label(LabelReleased.of(entry), actor=WORKER)
        if entry.entry_type == FAILED:
            self.returns.record_label_failure(LabelFailed.of(entry), actor=WORKER)
        if entry.entry_type == SCANNED:
            self.returns.record_scan(LabelScanned.of(entry), actor=WORKER)

    def make_label(self, return_id: str, printer: Printer = plain_page) -> Return:
        """Takes an approved return to its label; returns the return as it is then."""
        self.print_label(return_id, printer)
        for entry in self.label_entries(return_id):
            self.deliver_label_entry(entry)
        ret = self.returns.store.get(return_id)
        assert ret
        return ret


def put_upload(house: House, key: str, body: bytes = b"photo") -> None:
    bucket = house.evidence.photos.uploads
    client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def build_house(
    tables: dict[str, str],
    buckets: dict[str, str],
    *,
    screening: RuleBook[ScreeningRules] = BOUNDLESS,
    codes: Codes | None = None,
) -> House:
    """Every room on these tables and buckets; how many returns, and of what value, is all one."""
    clock = SetClock()
    dice = random.SystemRandom().getrandbits
    documents = buckets["DocumentsBucket"]
    returns = return_service(
        ReturnsConfig(
            returns_table=tables["ReturnsTable"],
            orders_table=tables["OrdersTable"],
            evidence_table=tables["EvidenceTable"],
            uploads_bucket=buckets["UploadsBucket"],
            documents_bucket=documents,
            batches_table=tables["BatchesTable"],
            due_table=tables["DueTable"],
        ),
        screening=screening,
        codes=codes,
        clock=clock,
        entropy=dice,
    )
    orders, evidence = returns.orders, returns.evidence
    labels = label_service(
        LabelsConfig(tables["LabelsTable"], documents, due_table=tables["DueTable"]),
        clock=clock,
        entropy=dice,
    )
    parcels = parcel_service(
        ParcelsConfig(tables["ParcelsTable"], tables["DueTable"]), clock=clock, entropy=dice
    )
    members = member_service(MembersConfig(tables["MembersTable"]), clock=clock, entropy=dice)
    store = AccessStore(tables["AccessTable"])
    access = AccessService(store, orders, members, b"test key", clock, dice)
    return House(
        clock,
        orders,
        evidence,
        returns,
        labels,
        tables["LabelsTable"],
        tables["DueTable"],
        access,
        parcels,
    )
