"""What DynamoDB deletes by itself: drafts that nobody submits, and nothing else of a return."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.ids import new_id
from aftercare.orders.model import OrderRefunded, Refund, email_key_of
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.store import DRAFT_KEPT
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, NOON, ORDERS_INGEST
from tests.fakes.template import resources

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)


def drafted(house: House) -> Return:
    draft = house.draft(house.delivered_order(), new_id("ret", NOON))
    house.add_good_photo(draft)
    return draft


def expiring(tables: dict[str, str], ret: Return) -> dict[str, datetime]:
    """The return's items that have a time to live, by sort key."""
    name = resources("AWS::DynamoDB::Table")["ReturnsTable"]["TimeToLiveSpecification"]
    items = client("dynamodb").query(
        TableName=tables["ReturnsTable"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": ret.return_id}},
        ConsistentRead=True,
    )["Items"]
    assert items
    times = {item["sk"]["S"]: item.get(name["AttributeName"]) for item in items}
    return {sk: datetime.fromtimestamp(int(at["N"]), UTC) for sk, at in times.items() if at}


def test_a_draft_goes_with_its_photos_however_often_it_is_changed(
    house: House, tables: dict[str, str]
) -> None:
    draft = drafted(house)
    assert expiring(tables, draft) == {"RETURN": NOON + timedelta(days=400)}
    house.clock.forward(days=1)
    order = house.orders.get(draft.order_number)
    assert house.draft(order, draft.return_id).created_at == NOON
    assert expiring(tables, draft) == {"RETURN": NOON + DRAFT_KEPT}


def test_a_submitted_return_is_kept_at_each_step_to_its_label(
    house: House, tables: dict[str, str]
) -> None:
    draft = drafted(house)
    house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    assert expiring(tables, draft) == {}
    house.returns.approve(draft.return_id, actor=WORKER)
    assert expiring(tables, draft) == {}
    assert house.make_label(draft.return_id).status is ReturnStatus.LABEL_READY
    assert expiring(tables, draft) == {}


def test_a_declined_return_is_kept(house: House, tables: dict[str, str]) -> None:
    draft = drafted(house)
    house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    refund = OrderRefunded(draft.order_number, NOON, "rf-1", Refund({"1": 2}))
    house.orders.record(refund, actor=ORDERS_INGEST)
    declined = house.returns.approve(draft.return_id, actor=WORKER)
    assert declined.status is ReturnStatus.DECLINED
    assert expiring(tables, draft) == {}
