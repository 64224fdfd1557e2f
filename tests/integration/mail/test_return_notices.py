"""Customers get a mail when their label is ready, or when their return is refused."""

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import LABEL_READY, RETURN_DECLINED, Outcome
from aftercare.orders.model import OrderRefunded, Refund, email_key_of
from aftercare.returns.model import Return
from aftercare.returns.notices import ReturnNoticeService
from aftercare.returns.wiring import ReturnNoticesConfig, return_notices
from tests.fakes.actors import SOMEBODY
from tests.fakes.house import WORKER, House
from tests.fakes.mails import Mailbox
from tests.fakes.orders import NOON, ORDERS_INGEST

pytestmark = pytest.mark.integration
EMAIL = "luc@example.ca"


@pytest.fixture
def notices(tables: dict[str, str]) -> ReturnNoticeService:
    return return_notices(ReturnNoticesConfig(tables["ReturnsTable"], tables["OrdersTable"]))


def submitted(house: House, units: int = 1) -> Return:
    draft = house.draft(house.delivered_order(email=EMAIL), new_id("ret", NOON), {"1": units})
    house.add_good_photo(draft)
    return house.returns.submit(email_key_of(EMAIL), draft.return_id, actor=CUSTOMER)


def newest(house: House, of: Return) -> Entry:
    return house.returns.timeline(of)[-1]


def test_a_customer_whose_label_is_ready_gets_the_way_to_it(
    house: House, notices: ReturnNoticeService
) -> None:
    ret, mailbox = submitted(house), Mailbox()
    house.returns.approve(ret.return_id, actor=WORKER)
    done = house.make_label(ret.return_id)
    entry = newest(house, done)
    assert notices.send_label_ready(entry, mailbox) is Outcome.SENT
    [mail] = mailbox.mails
    assert (mail.kind, mail.to, mail.mail_id) == (LABEL_READY, EMAIL, entry.entry_id)
    assert mail.values == {"ticket": ret.ticket, "return_id": ret.return_id}
    assert notices.send_declined(entry, mailbox) is None


def test_a_customer_whose_return_was_refused_is_told(
    house: House, notices: ReturnNoticeService
) -> None:
    ret, mailbox = submitted(house, units=2), Mailbox()
    refund = OrderRefunded(ret.order_number, house.clock(), "rf-1", Refund({"1": 1}))
    house.orders.record(refund, actor=ORDERS_INGEST)
    declined = house.returns.approve(ret.return_id, actor=WORKER)
    assert notices.send_declined(newest(house, declined), mailbox) is Outcome.SENT
    [mail] = mailbox.mails
    assert (mail.kind, mail.to) == (RETURN_DECLINED, EMAIL)


def test_of_a_return_that_is_not_there_yet_nobody_is_told(
    house: House, notices: ReturnNoticeService
) -> None:
    ret, mailbox = submitted(house), Mailbox()
    assert notices.send_label_ready(newest(house, ret), mailbox) is None
    stray = Entry("ent_1", "return.label_ready", new_id("ret", NOON), NOON, actor=SOMEBODY)
    assert notices.send_label_ready(stray, mailbox) is None
    assert mailbox.mails == []
