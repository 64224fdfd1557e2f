"""Returns as other versions stored them: yesterday's samples, a newer version's items."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from aftercare.kernel.actor import UNKNOWN
from aftercare.kernel.aws import client
from aftercare.kernel.errors import NewerDataError
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.returns.case_store import CaseStore
from aftercare.returns.findings import screened_again
from aftercare.returns.model import AgreedDeduction, IssuedLabel, Opened, Reason, ReturnStatus
from aftercare.returns.policy import Outcome, Payer, Rule, UnknownRule, decide
from aftercare.returns.queueing import QueueOrder
from aftercare.returns.screening_rules import published
from tests.fakes.house import WORKER, House
from tests.fakes.orders import NOON
from tests.fakes.policies import na_online
from tests.fakes.reviews import AGENT
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("returns")
RETURN, DECLINED, PER_LINE, DRAFT, CANCELLED, LEFT_OUT, IN_REVIEW, CLAIMED, AGREED = [
    item for item in SAMPLES.values() if "document" in item
]
NOTE = SAMPLES["16-ret-note"]
RETURN_ID = RETURN["pk"]["S"]
EMAIL_KEY = RETURN["email_key"]["S"]
NEWEST_ID = PER_LINE["pk"]["S"]
NEWEST_KEY = PER_LINE["email_key"]["S"]
FADED = [line | {"reason": "faded"} for line in json.loads(PER_LINE["document"]["S"])["lines"]]


@pytest.fixture(autouse=True)
def _stored(tables: dict[str, str]) -> None:
    for item in SAMPLES.values():
        put(tables, item)


def put(tables: dict[str, str], item: Item) -> None:
    client("dynamodb").put_item(TableName=tables["ReturnsTable"], Item=item)


def changed(**fields: Any) -> Item:
    """The sample return with other fields in its document."""
    document = json.loads(PER_LINE["document"]["S"]) | fields
    return PER_LINE | {"document": {"S": json.dumps(document)}}


def newer() -> Item:
    """The return as a later version may store it: more attributes, members, rules."""
    document: dict[str, Any] = json.loads(PER_LINE["document"]["S"])
    for line in document["lines"]:
        line |= {"wrapping": "gift", "grade": None}
        line["decision"] |= {"refund_days": 10}
        line["decision"]["facts"] |= {"carrier_fault": True}
    document["lines"][0]["decision"]["verdicts"]["not_worn"] = "failed"
    document["label"] |= {"carrier_code": "house", "formats": ["pdf", "hologram"]}
    newer = {"schema": 99, "boxes": [{"parcel_id": "pcl_1"}]}
    return PER_LINE | {
        "document": {"S": json.dumps(document | newer)},
        "parcels": {"L": [{"M": {"id": {"S": "pcl_1"}}}]},
    }


def test_yesterdays_return_is_read(house: House) -> None:
    ret = house.returns.owned(EMAIL_KEY, RETURN_ID)
    [line] = ret.lines
    assert (ret.status, line.reason) == (ReturnStatus.LABEL_READY, Reason.MISSING_PARTS)
    assert (ret.chosen_by, ret.label_fault, ret.version) == (UNKNOWN, "", 4)
    assert ret.label == IssuedLabel(
        "lbl_01M8EXNPVT4QH91JPBBN6HV316", "506141415115257387", "Aftercare Sample Post", True
    )
    assert [line.units for line in ret.lines] == [1]
    assert (ret.payer, ret.passed) == (Payer.SELLER, True)
    assert line.decision
    assert {verdict.rule for verdict in line.decision.verdicts} == (
        set(Rule) - {Rule.RECALLED, Rule.REASON_FITS, Rule.SEALED}
    )
    assert house.returns.of_customer(EMAIL_KEY) == (ret,)


def test_one_reason_and_decision_for_all_lines_are_split_over_them(house: House) -> None:
    ret = house.returns.owned(DECLINED["email_key"]["S"], DECLINED["pk"]["S"])
    one, two = ret.lines
    for line in ret.lines:
        assert (line.reason, line.note) == (Reason.STAINED, "Brown stains on both.")
        assert line.check_reference == "V-7K4M-2P9D-XW3R-B6TN"
        assert line.decision
        assert (line.decision.last_day, line.decision.facts) == (date(2026, 12, 9), None)
    assert (one.passed, two.passed) == (True, False)
    assert [verdict.rule for verdict in ret.refusals] == [Rule.UNITS_AVAILABLE]
    assert (ret.refused, ret.photos_needed, ret.language) == (two, 1, "en")


def test_a_return_of_today_is_read_with_a_decision_for_each_line(house: House) -> None:
    ret = house.returns.owned(NEWEST_KEY, NEWEST_ID)
    one, two = ret.lines
    assert (one.reason, two.reason) == (Reason.MISSING_PARTS, Reason.RECALLED)
    assert (two.opened, ret.language) == (Opened.OPENED, "fr")
    assert [line.decision and line.decision.rule for line in ret.lines] == ["R-RET-01", "R-RET-30"]
    for line in ret.lines:
        assert line.decision
        assert line.decision.facts
        assert decide(na_online(), line.decision.facts) == line.decision


def test_before_this_version_nobody_reads_a_return_with_a_reason_for_each_line() -> None:
    """Schema 2 takes the reason of all lines from here, and leaves one that it does not know."""
    document = json.loads(PER_LINE["document"]["S"])
    assert document["reason"] not in {*Reason}


def test_yesterdays_timeline_and_units_are_read(house: House) -> None:
    ret = house.returns.owned(EMAIL_KEY, RETURN_ID)
    entries = house.returns.timeline(ret)
    assert [entry.entry_type for entry in entries] == [
        "return.submitted",
        "return.approved",
        "return.label_ready",
    ]
    assert {entry.actor for entry in entries} == {UNKNOWN}
    assert house.returns.store.claimed_units(ret.order_number) == {"1": 1}


def test_after_a_roll_back_the_newer_versions_return_is_read(
    house: House, tables: dict[str, str]
) -> None:
    before = house.returns.owned(NEWEST_KEY, NEWEST_ID)
    put(tables, newer())
    after = house.returns.owned(NEWEST_KEY, NEWEST_ID)
    assert (after.choice, after.label, after.status) == (before.choice, before.label, before.status)
    refused = after.refusals[0]
    assert (refused.rule, refused.outcome) == (UnknownRule("not_worn"), Outcome.FAILED)
    assert after in house.returns.of_customer(NEWEST_KEY)


def test_after_a_roll_back_a_newer_versions_return_goes_on(
    house: House, tables: dict[str, str]
) -> None:
    document = json.loads(newer()["document"]["S"]) | {"status": "approved", "label": None}
    put(tables, newer() | {"document": {"S": json.dumps(document)}})
    label = IssuedLabel("lbl_2", "506141415115257387", "The Post", False)
    approved = house.returns.owned(NEWEST_KEY, NEWEST_ID)
    data = {"ticket": approved.ticket}
    entry = Entry(
        new_id("ent", NOON), "return.label_ready", NEWEST_ID, NOON, data=data, actor=WORKER
    )
    house.returns.store.advance(approved.attach(label, NOON), entry)
    done = house.returns.owned(NEWEST_KEY, NEWEST_ID)
    assert (done.status, done.label) == (ReturnStatus.LABEL_READY, label)
    assert "not_worn" in {verdict.rule for verdict in done.refusals}


@pytest.mark.parametrize(
    "fields", [{"status": "graded"}, {"lines": FADED}], ids=["status", "reason"]
)
def test_after_a_roll_back_a_step_that_is_not_understood_is_left_to_a_newer_function(
    house: House, tables: dict[str, str], fields: dict[str, Any]
) -> None:
    put(tables, changed(**fields))
    with pytest.raises(NewerDataError) as refusal:
        house.returns.owned(NEWEST_KEY, NEWEST_ID)
    assert refusal.value.code == "newer_data"
    with pytest.raises(NewerDataError):
        house.returns.approve(NEWEST_ID, actor=WORKER)
    assert NEWEST_ID not in {ret.return_id for ret in house.returns.of_customer(NEWEST_KEY)}


def test_a_return_is_stored_with_the_version_of_its_shape(
    house: House, tables: dict[str, str]
) -> None:
    draft = house.draft(house.delivered_order(), "ret_01M8EXNP8Q4SD0FHX0QTSG5TTE")
    key = {"pk": {"S": draft.return_id}, "sk": {"S": "RETURN"}}
    item = client("dynamodb").get_item(TableName=tables["ReturnsTable"], Key=key)["Item"]
    assert json.loads(item["document"]["S"])["schema"] == 3


def test_a_draft_with_a_ticket_is_read_and_is_its_orders_draft(house: House) -> None:
    key, return_id = DRAFT["email_key"]["S"], DRAFT["pk"]["S"]
    draft = house.returns.owned(key, return_id)
    assert (draft.status, draft.language) == (ReturnStatus.DRAFT, "fr")
    assert draft.evidence_due_at == NOON + timedelta(hours=48)
    assert draft.reminded == ("return.evidence_reminded",)
    assert (len(draft.photo_order), len(draft.removed_photos)) == (1, 1)
    assert house.returns.draft_of(key, draft.order_number) == draft
    house.clock.forward(hours=48)
    assert house.returns.owned(key, return_id).status is ReturnStatus.LAPSED
    assert house.returns.draft_of(key, draft.order_number) is None


def test_a_cancelled_return_is_read_with_the_label_that_it_had(house: House) -> None:
    cancelled = house.returns.owned(CANCELLED["email_key"]["S"], CANCELLED["pk"]["S"])
    assert cancelled.status is ReturnStatus.CANCELLED
    assert not cancelled.holds_units
    assert cancelled.label
    assert cancelled.label_expires_at == NOON + timedelta(days=30)


def test_a_line_that_was_left_out_is_read_with_why_and_holds_nothing(house: House) -> None:
    ret = house.returns.owned(LEFT_OUT["email_key"]["S"], LEFT_OUT["pk"]["S"])
    assert ret.status is ReturnStatus.APPROVED
    assert [line.line_id for line in ret.lines] == ["2"]
    assert [verdict.rule for verdict in ret.left_out[0].refusals] == [Rule.UNITS_AVAILABLE]


def test_a_return_that_waits_for_a_person_is_read_and_screened_the_same_again(house: House) -> None:
    ret = house.returns.owned(IN_REVIEW["email_key"]["S"], IN_REVIEW["pk"]["S"])
    assert ret.status is ReturnStatus.IN_REVIEW
    assert ret.review
    assert (ret.review.since, ret.review.look_by) == (NOON, date(2026, 6, 15))
    assert ret.screening
    rules = published().version(ret.screening.version)
    assert screened_again(rules, ret.screening) == ret.screening


def test_a_version_without_reviews_leaves_such_a_return_to_a_newer_one(
    house: House, tables: dict[str, str]
) -> None:
    """It knows no such status, as this one knows none of tomorrow's."""
    document = json.loads(IN_REVIEW["document"]["S"]) | {"status": "with_the_police"}
    put(tables, IN_REVIEW | {"document": {"S": json.dumps(document)}})
    with pytest.raises(NewerDataError):
        house.returns.approve(IN_REVIEW["pk"]["S"], actor=WORKER)


def test_what_a_customer_agreed_to_pay_for_the_label_is_read(house: House) -> None:
    ret = house.returns.owned(AGREED["email_key"]["S"], AGREED["pk"]["S"])
    assert ret.agreed_deduction == AgreedDeduction(800, "JPY")
    assert ret.label
    assert (ret.label.amount, ret.label.currency, ret.is_prepaid) == (640, "JPY", True)


def test_a_signal_that_only_a_newer_version_notices_is_left_out_and_its_weight_is_not(
    house: House, tables: dict[str, str]
) -> None:
    document = json.loads(IN_REVIEW["document"]["S"])
    document["screening"]["signals"].append({"code": "rain", "weight": 5, "references": []})
    document["screening"] |= {"score": 355, "model": "m1"}
    put(tables, IN_REVIEW | {"document": {"S": json.dumps(document)}})
    ret = house.returns.owned(IN_REVIEW["email_key"]["S"], IN_REVIEW["pk"]["S"])
    assert ret.screening
    assert (ret.screening.score, len(ret.screening.signals)) == (355, 4)


def test_the_queue_has_what_was_stored_for_it(tables: dict[str, str]) -> None:
    cases = CaseStore(tables["ReturnsTable"])
    for order in QueueOrder:
        queued = {case.return_id: case for case in cases.queued(order, "", 25).cases}
        assert queued.keys() == {item["pk"]["S"] for item in (IN_REVIEW, CLAIMED)}
    case = queued[CLAIMED["pk"]["S"]]
    assert (case.ticket, case.status, case.lines) == ("R-N9FD-ZQK5-D", "in_review", 1)
    assert (case.value, case.currency, case.signals) == (3_000, "USD", ("high_value",))
    assert (case.claimed_by, case.claimed_until) == (AGENT.actor, NOON + timedelta(minutes=10))
    assert case.claimed_name == ""


def test_after_a_roll_back_the_queue_has_the_newer_versions_cases(
    tables: dict[str, str],
) -> None:
    card = json.loads(CLAIMED["queue_card"]["S"])
    newer = {"status": "with_the_police", "signals": ["rain", "high_value"], "mood": ["angry"]}
    put(tables, CLAIMED | {"queue_card": {"S": json.dumps(card | newer)}, "queue_mood": {"N": "1"}})
    queued = CaseStore(tables["ReturnsTable"]).queued(QueueOrder.AGE, "", 25).cases
    [case] = [case for case in queued if case.return_id == CLAIMED["pk"]["S"]]
    assert (case.status, case.signals) == ("with_the_police", ("rain", "high_value"))


@pytest.mark.parametrize("added", [{}, {"pinned": {"BOOL": True}}], ids=["as it is", "as newer"])
def test_a_note_of_staff_is_read(tables: dict[str, str], added: Item) -> None:
    put(tables, NOTE | added)
    [note] = CaseStore(tables["ReturnsTable"]).notes(NOTE["pk"]["S"])
    assert (note.text, note.by, note.at) == ("Look at the serial again.", AGENT.actor, NOON)
