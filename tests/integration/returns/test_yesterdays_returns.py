"""Returns of schema 2, which had one reason and no ticket before their submission: every verb."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.clock import to_text
from aftercare.kernel.ids import is_ticket, new_id
from aftercare.labels.events import LabelScanned
from aftercare.labels.model import ScanKind
from aftercare.orders.model import Order, email_key_of
from aftercare.returns import events
from aftercare.returns.model import ChosenLine, Reason, Return, ReturnStatus
from tests.fakes.house import WORKER, House, good_photo, put_upload
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE, NOON
from tests.fakes.samples import items

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)
SAMPLE = items("returns")["08-ret-return-declined"]
TICKET = "R-7Q2M-4KDX-9"
LABEL_ID, TRACKING_NUMBER = "lbl_01M8EXNPVT4QH91JPBBN6HV316", "506141415115257387"
LABEL = {
    "label_id": LABEL_ID,
    "tracking_number": TRACKING_NUMBER,
    "carrier": "Aftercare Sample Post",
    "sample": True,
}
STAINED = ChosenLine(1, Reason.STAINED, "Brown stains on both.")


@pytest.fixture
def order(house: House) -> Order:
    return house.delivered_order(FIGURE, BLIND_BOX)


@pytest.fixture
def stored(house: House, tables: dict[str, str], order: Order) -> Callable[[str], Return]:
    """Stores a return of that status as schema 2 has it, with the units that it holds."""

    def store(status: str) -> Return:
        return_id = new_id("ret", NOON)
        document: dict[str, Any] = json.loads(SAMPLE["document"]["S"])
        decision = document["decision"]
        decision["verdicts"] = [
            verdict | {"outcome": "passed"}
            for verdict in decision["verdicts"]
            if verdict["line_id"] == "1"
        ]
        begun = status != "draft"
        document |= {
            "order_number": order.order_number,
            "lines": document["lines"][:1],
            "status": status,
            "decision": decision | {"as_of": to_text(NOON)},
            "ticket": TICKET if begun else "",
            "submitted_at": to_text(NOON) if begun else None,
            "label": LABEL if status == "label_ready" else None,
            "check_reference": "",
            "repayment": None,
        }
        put = client("dynamodb").put_item
        put(
            TableName=tables["ReturnsTable"],
            Item=SAMPLE
            | {
                "pk": {"S": return_id},
                "email_key": {"S": KEY},
                "created_at": {"S": to_text(NOON)},
                "document": {"S": json.dumps(document)},
            },
        )
        if begun:
            claim = {"pk": {"S": f"ORDER#{order.order_number}"}, "sk": {"S": "LINE#1"}}
            put(TableName=tables["ReturnsTable"], Item=claim | {"units": {"N": "1"}})
        return house.returns.owned(KEY, return_id)

    return store


def save(house: House, draft: Return, **lines: ChosenLine) -> Return:
    named = {name.removeprefix("line_"): said for name, said in lines.items()}
    return house.returns.save_draft(KEY, draft.return_id, draft.order_number, named, actor=CUSTOMER)


def steps(house: House, ret: Return) -> list[str]:
    return [entry.entry_type for entry in house.returns.timeline(ret)]


def test_a_draft_goes_on_with_a_ticket_and_its_time_from_its_first_save(
    house: House, stored: Callable[[str], Return]
) -> None:
    draft = stored("draft")
    house.clock.forward(days=3)
    assert house.returns.owned(KEY, draft.return_id).is_draft, "nobody told when it is due"
    house.returns.remind(draft.return_id, actor=WORKER)
    house.returns.lapse(draft.return_id, actor=WORKER)
    after = save(house, draft, line_2=STAINED)
    assert after.choice == {"1": STAINED, "2": STAINED}
    assert is_ticket(after.ticket)
    assert after.evidence_due_at == house.clock() + timedelta(hours=48)
    assert house.returns.draft_of(KEY, draft.order_number) == after
    assert steps(house, draft) == [events.CREATED]


def test_a_drafts_photos_are_added_moved_and_removed_and_it_is_submitted(
    house: House, stored: Callable[[str], Return]
) -> None:
    draft = stored("draft")
    for _ in range(2):
        house.add_good_photo(draft)
    one, two = house.returns.photos(draft)
    house.returns.reorder_photos(KEY, draft.return_id, [two.evidence_id, one.evidence_id])
    house.returns.remove_photo(KEY, draft.return_id, one.evidence_id)
    submitted = house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    assert is_ticket(submitted.ticket)
    approved = house.returns.approve(draft.return_id, actor=WORKER)
    assert approved.status is ReturnStatus.APPROVED
    assert house.make_label(draft.return_id).label


def test_a_draft_is_discarded_with_its_photos(
    house: House, stored: Callable[[str], Return]
) -> None:
    draft = stored("draft")
    house.add_good_photo(draft)
    house.returns.discard(KEY, draft.return_id, actor=CUSTOMER)
    house.returns.clear_photos(draft.return_id)
    assert house.evidence.of_return(draft.return_id) == ()
    assert steps(house, draft) == [events.DISCARDED]


@pytest.mark.parametrize("status", ["submitted", "approved", "label_ready"])
def test_what_was_submitted_yesterday_can_be_cancelled_and_reopened(
    house: House, stored: Callable[[str], Return], status: str
) -> None:
    ret = stored(status)
    cancelled = house.returns.cancel(KEY, ret.return_id, actor=CUSTOMER)
    assert cancelled.status is ReturnStatus.CANCELLED
    assert house.returns.store.claimed_units(ret.order_number) == {"1": 0}
    scan = LabelScanned(
        ret.return_id,
        LABEL_ID,
        TICKET,
        TRACKING_NUMBER,
        "Aftercare Sample Post",
        True,
        ScanKind.DELIVERED,
        house.clock(),
    )
    arrived = house.returns.record_scan(scan, actor=WORKER)
    assert arrived.status is ReturnStatus.ARRIVED
    assert steps(house, ret) == [events.CANCELLED, events.REOPENED, events.ARRIVED]


def test_what_was_submitted_yesterday_is_decided_today_by_the_day_of_its_submission(
    house: House, stored: Callable[[str], Return]
) -> None:
    ret = stored("submitted")
    slot = house.evidence.open_slot(ret.return_id, "image/jpeg", actor=CUSTOMER)
    put_upload(house, slot.upload_key)
    house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    house.clock.forward(days=20)
    approved = house.returns.approve(ret.return_id, actor=WORKER)
    assert approved.status is ReturnStatus.APPROVED
    assert approved.lines[0].decision
    assert approved.lines[0].decision.as_of == NOON
    assert house.make_label(ret.return_id).label


def test_yesterdays_label_is_not_warned_of(house: House, stored: Callable[[str], Return]) -> None:
    ret = stored("label_ready")
    house.clock.forward(days=40)
    assert house.returns.warn_of_expiry(ret.return_id, actor=WORKER) == ret
