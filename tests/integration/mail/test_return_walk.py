"""A return on its whole way: each step that a customer should know of brings one mail."""

from datetime import timedelta

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.labels.events import LabelScanned
from aftercare.labels.model import ScanKind
from aftercare.mail import model as mails
from aftercare.mail.model import Kind
from aftercare.orders.model import OrderRefunded, Refund
from aftercare.returns import events
from aftercare.returns.model import Return
from aftercare.returns.notices import ReturnNoticeService
from aftercare.returns.wiring import (
    ReturnMailsConfig,
    ReturnNoticesConfig,
    return_notices,
    settling_service,
)
from mailer.mails import MAILS
from tests.fakes.house import WORKER, House
from tests.fakes.mails import Mailbox
from tests.fakes.orders import NOON, ORDERS_INGEST

pytestmark = pytest.mark.integration
# Steps of which nobody is told by mail, since the next one follows in moments.
SILENT = {events.SUBMITTED, events.APPROVED}


class Postman:
    """Takes each new entry of a return's timeline to the mailer's notices."""

    def __init__(self, house: House, tables: dict[str, str]) -> None:
        self.house = house
        names = (tables["ReturnsTable"], tables["OrdersTable"])
        config = ReturnMailsConfig(*names, tables["EvidenceTable"])
        self.notices: ReturnNoticeService = return_notices(config, clock=house.clock)
        self.settling = settling_service(ReturnNoticesConfig(*names), clock=house.clock)
        self.seen = 0

    def mails(self, ret: Return) -> list[Kind]:
        """The mails that the steps since the last round bring."""
        timeline, mailbox = self.house.returns.timeline(ret), Mailbox()
        for entry in timeline[self.seen :]:
            assert entry.entry_type in MAILS.keys() | SILENT
            if entry.entry_type in MAILS:
                self.notices.notify(entry, mailbox)
        self.seen = len(timeline)
        return [mail.kind for mail in mailbox.mails]


@pytest.fixture
def postman(house: House, tables: dict[str, str]) -> Postman:
    return Postman(house, tables)


def scanned(house: House, ret: Return, kind: ScanKind) -> None:
    assert ret.label
    scan = LabelScanned(
        return_id=ret.return_id,
        label_id=ret.label.label_id,
        ticket=ret.ticket,
        tracking_number=ret.label.tracking_number,
        carrier_name=ret.label.carrier,
        sample=ret.label.sample,
        kind=kind,
        scanned_at=house.clock(),
    )
    house.returns.record_scan(scan, actor=WORKER)


def labelled(house: House, draft: Return) -> Return:
    house.add_good_photo(draft)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)
    return house.make_label(draft.return_id)


def test_a_return_that_goes_well(house: House, postman: Postman) -> None:
    ret = house.draft(house.delivered_order(), new_id("ret", NOON))
    assert postman.mails(ret) == [mails.RETURN_RECEIVED]
    house.clock.forward(hours=24)
    house.returns.remind(ret.return_id, actor=WORKER)
    assert postman.mails(ret) == [mails.EVIDENCE_REMINDER]
    ret = labelled(house, ret)
    assert postman.mails(ret) == [mails.LABEL_READY]
    house.clock.forward(days=21)
    house.returns.warn_of_expiry(ret.return_id, actor=WORKER)
    assert postman.mails(ret) == [mails.LABEL_EXPIRING]
    scanned(house, ret, ScanKind.IN_TRANSIT)
    assert postman.mails(ret) == [mails.RETURN_IN_TRANSIT]
    scanned(house, ret, ScanKind.DELIVERED)
    assert postman.mails(ret) == [mails.RETURN_ARRIVED]
    repaid = Refund({"1": 1}, ret.ticket, refunded_at=house.clock())
    refund = OrderRefunded(ret.order_number, house.clock(), "rf-1", repaid)
    house.orders.record(refund, actor=ORDERS_INGEST)
    postman.settling.record_answers(ret.order_number, actor=WORKER)
    assert postman.mails(ret) == [mails.RETURN_REFUNDED]


def test_a_return_that_lapses(house: House, postman: Postman) -> None:
    ret = house.draft(house.delivered_order(), new_id("ret", NOON))
    house.clock.forward(hours=48)
    house.returns.lapse(ret.return_id, actor=WORKER)
    assert postman.mails(ret) == [mails.RETURN_LAPSED], "both come late: the first is over"


def test_a_return_that_is_cancelled_and_sent_all_the_same(house: House, postman: Postman) -> None:
    ret = labelled(house, house.draft(house.delivered_order(), new_id("ret", NOON)))
    house.returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER)
    assert postman.mails(ret) == [mails.RETURN_CANCELLED], "all come late: one is so"
    house.clock.now += timedelta(days=1)
    scanned(house, ret, ScanKind.IN_TRANSIT)
    assert postman.mails(ret) == [mails.RETURN_REOPENED, mails.RETURN_IN_TRANSIT]
