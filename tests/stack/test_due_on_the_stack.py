"""The deployed stack sweeps what is due, every minute, and its workers act on it."""

import json

import pytest

from aftercare.kernel.clock import to_text, utc_now
from aftercare.kernel.due.model import Timer
from tests.fakes.browser_pages.shop import Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack
EVENT = "due.evidence_lapse"
# The emulator looks at its schedules every ten seconds.
A_SWEEP = 60 + 2 * 10 + 20


def items_of(stack: LocalStack, table: str, key: str) -> list[dict[str, dict[str, str]]]:
    asked = {":p": {"S": key}}
    found = stack.client("dynamodb").query(
        TableName=stack.outputs[table],
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues=asked,
    )
    return list(found["Items"])


def let_it_be_due(stack: LocalStack, return_id: str, timer: Timer) -> None:
    """Puts the draft's evidence into the past, and the timer that its first save wrote."""
    dynamodb = stack.client("dynamodb")
    [item] = [each for each in items_of(stack, "ReturnsTable", return_id) if "document" in each]
    document = json.loads(item["document"]["S"]) | {"evidence_due_at": to_text(timer.due_at)}
    item["document"] = {"S": json.dumps(document)}
    dynamodb.put_item(TableName=stack.outputs["ReturnsTable"], Item=item)
    row = {"pk": {"S": f"DUE#{timer.shard:02d}"}, "sk": {"S": timer.key}, "schema": {"N": "1"}}
    dynamodb.put_item(TableName=stack.outputs["DueTable"], Item=row)


def test_a_draft_lapses_within_a_minute_or_so_of_its_time(stack: LocalStack) -> None:
    order = Shop(stack).sells(Order("PM-DUE", "due@example.com"))
    customer = Visitor(stack.portal_url)
    customer.signs_in(order, Mailbox(str(stack.facts["mailbox_url"])))
    return_id = customer.drafts(order).rpartition("/")[2]
    timer = Timer(EVENT, return_id, utc_now())
    waiting = [each["sk"]["S"] for each in items_of(stack, "DueTable", f"DUE#{timer.shard:02d}")]
    assert [key.split("#")[1] for key in sorted(waiting) if key.endswith(return_id)] == [
        "due.evidence_reminder",
        EVENT,
    ], "its first save has set both timers"
    let_it_be_due(stack, return_id, timer)

    def lapsed() -> bool:
        entries = items_of(stack, "ReturnsTable", return_id)
        return "return.lapsed" in {
            each["entry_type"]["S"] for each in entries if "entry_type" in each
        }

    await_true(lapsed, A_SWEEP, "the sweep")
    left = items_of(stack, "DueTable", f"DUE#{timer.shard:02d}")
    assert timer.key not in {each["sk"]["S"] for each in left}
