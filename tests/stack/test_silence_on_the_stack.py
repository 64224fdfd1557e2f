"""The deployed stack tells of a silent parcel: from a webhook to the mail and to staff's list."""

import http.client
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from aftercare.kernel.clock import utc_now
from aftercare.kernel.due.model import Timer
from aftercare.parcels.easypost import signature_of
from aftercare.parcels.events import SILENCE_DUE
from tests.fakes.browser_pages.shop import Mailbox, Order, Shop
from tests.fakes.parcels import detail, tracker_event
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.staff_member import StaffMember
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack
NUMBER = "9400136897846022215007"
# The emulator looks at its schedules every ten seconds.
A_SWEEP = 60 + 2 * 10 + 20


def hooks_secret(stack: LocalStack) -> str:
    secrets = stack.client("secretsmanager")
    [name] = [
        each["ARN"]
        for each in secrets.list_secrets(MaxResults=100)["SecretList"]
        if each.get("Description", "").startswith("Signs the webhooks that carriers")
    ]
    kept: str = json.loads(secrets.get_secret_value(SecretId=name)["SecretString"])["easypost"]
    return kept


def tell(stack: LocalStack, *details: dict[str, object]) -> None:
    """The carrier's webhook with those scans."""
    event = tracker_event(*details, number=NUMBER, at=datetime.now(UTC))
    body = json.dumps(event).encode()
    at = urlsplit(stack.portal_url)
    connection = http.client.HTTPConnection(at.netloc, timeout=30)
    signed = {"X-Hmac-Signature": signature_of(body, hooks_secret(stack))}
    connection.request("POST", "/hooks/easypost", body, signed)
    with connection.getresponse() as answer:
        assert answer.status == 202, answer.read()
    connection.close()


def let_it_be_due(stack: LocalStack) -> None:
    """The timer of the silence, an hour before old news is looked at again."""
    timer = Timer(SILENCE_DUE, NUMBER, utc_now())
    row = {"pk": {"S": f"DUE#{timer.shard:02d}"}, "sk": {"S": timer.key}, "schema": {"N": "1"}}
    stack.client("dynamodb").put_item(TableName=stack.outputs["DueTable"], Item=row)


def test_five_days_without_a_movement_reach_the_customer_and_staff(stack: LocalStack) -> None:
    order = Shop(stack).sells(Order("PM-SILENT", "silent@example.com", delivered_days_ago=None))
    number = {"parcel_id": "P-1", "carrier": "USPS", "tracking_number": NUMBER}
    for kind, facts in order.events():
        if kind == "order.shipped":
            Shop(stack).tells("shop.orders", (kind, facts | number))
    moved_at = datetime.now(UTC) - timedelta(days=6)
    tell(stack, detail("in_transit", at=moved_at))
    visitor = Visitor(stack.portal_url)
    page = f"/track?number={order.number}"
    await_true(lambda: "Last scan" in visitor.get(page).body, what="the carrier's news")
    assert "No news for more than 5 days" in visitor.get(page).body
    let_it_be_due(stack)
    staff = StaffMember.at(stack)
    staff.enters("agent", "/queue/parcels")
    await_true(lambda: NUMBER in staff.get("/queue/parcels").body, A_SWEEP, "the sweep")
    box = Mailbox(str(stack.facts["mailbox_url"]))
    await_true(
        lambda: any(NUMBER in mail["BodyText"] for mail in box.mails_to(order.email)),
        what="the mail",
    )
    tell(stack, detail("in_transit", at=moved_at), detail("delivered", at=datetime.now(UTC)))
    await_true(lambda: NUMBER not in staff.get("/queue/parcels").body, what="the delivery")
