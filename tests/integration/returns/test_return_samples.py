"""Returns as other versions stored them: yesterday's samples, a newer version's items."""

import json
from typing import Any

import pytest

from aftercare.kernel.actor import UNKNOWN
from aftercare.kernel.aws import client
from aftercare.kernel.errors import NewerDataError
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.returns.model import IssuedLabel, Reason, ReturnStatus
from aftercare.returns.policy import Outcome, Payer, Rule, UnknownRule
from tests.fakes.house import WORKER, House
from tests.fakes.orders import NOON
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("returns")
[RETURN] = [item for item in SAMPLES.values() if "document" in item]
RETURN_ID = RETURN["pk"]["S"]
EMAIL_KEY = RETURN["email_key"]["S"]


@pytest.fixture(autouse=True)
def _stored(tables: dict[str, str]) -> None:
    for item in SAMPLES.values():
        put(tables, item)


def put(tables: dict[str, str], item: Item) -> None:
    client("dynamodb").put_item(TableName=tables["ReturnsTable"], Item=item)


def changed(**fields: Any) -> Item:
    """The sample return with other fields in its document."""
    document = json.loads(RETURN["document"]["S"]) | fields
    return RETURN | {"document": {"S": json.dumps(document)}}


def newer() -> Item:
    """The return as a later version may store it: more attributes, members, rules."""
    document: dict[str, Any] = json.loads(RETURN["document"]["S"])
    for line in document["lines"]:
        line |= {"remedy": "refund", "grade": None}
    document["label"] |= {"carrier_code": "house", "formats": ["pdf", "zpl"]}
    document["decision"] |= {"remedies": ["refund"]}
    document["decision"]["verdicts"].append(
        {"line_id": "1", "rule": "not_worn", "outcome": "failed", "weight": 3}
    )
    newer = {"schema": 99, "parcels": [{"parcel_id": "pcl_1"}]}
    return RETURN | {
        "document": {"S": json.dumps(document | newer)},
        "parcels": {"L": [{"M": {"id": {"S": "pcl_1"}}}]},
    }


def test_yesterdays_return_is_read(house: House) -> None:
    ret = house.returns.owned(EMAIL_KEY, RETURN_ID)
    assert (ret.status, ret.reason) == (ReturnStatus.LABEL_READY, Reason.MISSING_PARTS)
    assert (ret.chosen_by, ret.label_fault, ret.version) == (UNKNOWN, "", 4)
    assert ret.label == IssuedLabel(
        "lbl_01M8EXNPVT4QH91JPBBN6HV316", "506141415115257387", "Aftercare Sample Post", True
    )
    assert [line.units for line in ret.lines] == [1]
    assert ret.decision.payer is Payer.SELLER
    assert {verdict.rule for verdict in ret.decision.verdicts} == set(Rule)
    assert house.returns.of_customer(EMAIL_KEY) == (ret,)


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
    before = house.returns.owned(EMAIL_KEY, RETURN_ID)
    put(tables, newer())
    after = house.returns.owned(EMAIL_KEY, RETURN_ID)
    assert (after.lines, after.label, after.status) == (before.lines, before.label, before.status)
    refused = after.decision.refusals[0]
    assert (refused.rule, refused.outcome) == (UnknownRule("not_worn"), Outcome.FAILED)
    assert house.returns.of_customer(EMAIL_KEY) == (after,)


def test_after_a_roll_back_a_newer_versions_return_goes_on(
    house: House, tables: dict[str, str]
) -> None:
    document = json.loads(newer()["document"]["S"]) | {"status": "approved", "label": None}
    put(tables, newer() | {"document": {"S": json.dumps(document)}})
    label = IssuedLabel("lbl_2", "506141415115257387", "The Post", False)
    approved = house.returns.owned(EMAIL_KEY, RETURN_ID)
    data = {"ticket": approved.ticket}
    entry = Entry(
        new_id("ent", NOON), "return.label_ready", RETURN_ID, NOON, data=data, actor=WORKER
    )
    house.returns.store.advance(approved.attach(label), entry)
    done = house.returns.owned(EMAIL_KEY, RETURN_ID)
    assert (done.status, done.label) == (ReturnStatus.LABEL_READY, label)
    assert "not_worn" in {verdict.rule for verdict in done.decision.verdicts}


@pytest.mark.parametrize(
    "fields", [{"status": "in_transit"}, {"reason": "faded"}], ids=["status", "reason"]
)
def test_after_a_roll_back_a_step_that_is_not_understood_is_left_to_a_newer_function(
    house: House, tables: dict[str, str], fields: dict[str, str]
) -> None:
    put(tables, changed(**fields))
    with pytest.raises(NewerDataError) as refusal:
        house.returns.owned(EMAIL_KEY, RETURN_ID)
    assert refusal.value.code == "newer_data"
    with pytest.raises(NewerDataError):
        house.returns.approve(RETURN_ID, actor=WORKER)
    assert house.returns.of_customer(EMAIL_KEY) == ()


def test_a_return_is_stored_with_the_version_of_its_shape(
    house: House, tables: dict[str, str]
) -> None:
    draft = house.draft(house.delivered_order(), "ret_01M8EXNP8Q4SD0FHX0QTSG5TTE")
    key = {"pk": {"S": draft.return_id}, "sk": {"S": "RETURN"}}
    item = client("dynamodb").get_item(TableName=tables["ReturnsTable"], Key=key)["Item"]
    assert json.loads(item["document"]["S"])["schema"] == 2
