"""People change their minds on the deployed stack, where each function has only its own role."""

import json

import pytest

from aftercare.kernel.clock import from_text, to_text, utc_now
from aftercare.kernel.due.model import Timer
from tests.fakes import photos as builders
from tests.fakes.browser_pages.shop import Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack


def customer_of(stack: LocalStack, order: Order) -> Visitor:
    visitor = Visitor(stack.portal_url)
    visitor.signs_in(order, Mailbox(str(stack.facts["mailbox_url"])))
    return visitor


def items(stack: LocalStack, table: str, **key: str) -> list[dict[str, dict[str, str]]]:
    [(name, value)] = key.items()
    found = stack.client("dynamodb").query(
        TableName=stack.outputs[table],
        KeyConditionExpression=f"{name} = :k",
        ExpressionAttributeValues={":k": {"S": value}},
    )
    return list(found["Items"])


def steps(stack: LocalStack, path: str) -> list[str]:
    rows = items(stack, "ReturnsTable", pk=path.rpartition("/")[2])
    return [row["entry_type"]["S"] for row in rows if "entry_type" in row]


def photos(stack: LocalStack, path: str) -> list[str]:
    rows = items(stack, "EvidenceTable", return_id=path.rpartition("/")[2])
    return [row["evidence_id"]["S"] for row in rows if "state" in row]


def files(stack: LocalStack, path: str) -> int:
    listed = stack.client("s3").list_objects_v2(
        Bucket=stack.outputs["DocumentsBucket"],
        Prefix=f"evidence/{path.rpartition('/')[2]}/",
    )
    return int(listed["KeyCount"])


def uploads(stack: LocalStack, path: str) -> int:
    bucket = stack.outputs["UploadsBucket"]
    prefix = f"incoming/{path.rpartition('/')[2]}/"
    return int(stack.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"])


def scan(stack: LocalStack, carrier: str, tracking_number: str) -> None:
    """A carrier's event on the bus, as `make scan` puts it there."""
    detail = {
        "tracking_number": tracking_number,
        "carrier": carrier,
        "kind": "in_transit",
        "occurred_at": to_text(utc_now()),
    }
    answer = stack.client("events").put_events(
        Entries=[
            {
                "EventBusName": stack.outputs["EventBus"],
                "Source": "carriers",
                "DetailType": "parcel.scanned",
                "Detail": json.dumps(detail),
            }
        ]
    )
    assert answer["FailedEntryCount"] == 0


def test_a_photo_is_removed_and_a_draft_discarded_with_its_files(stack: LocalStack) -> None:
    order = Shop(stack).sells(Order("PM-DISCARD", "discard@example.com"))
    customer = customer_of(stack, order)
    path = customer.drafts(order)
    customer.sends_a_photo(path)
    [photo] = photos(stack, path)
    assert customer.post(f"{path}/photos/{photo}/remove").status == 303
    assert (photos(stack, path), files(stack, path)) == ([], 0)
    customer.sends_a_photo(path)
    assert files(stack, path) == 2
    late = customer.opens_a_slot(path)
    assert customer.post(f"{path}/photos/{late.evidence_id}/remove").status == 303
    late.sends(builders.jpeg())
    await_true(lambda: not uploads(stack, path), what="the removed photo's upload thrown away")
    assert files(stack, path) == 2
    assert customer.post(f"{path}/discard").status == 303
    await_true(lambda: not photos(stack, path), what="the photos' removal")
    assert (files(stack, path), steps(stack, path)) == (0, ["return.created", "return.discarded"])


def test_a_cancelled_returns_label_is_voided_and_a_scan_reopens_it(stack: LocalStack) -> None:
    order = Shop(stack).sells(Order("PM-CANCEL", "cancel@example.com"))
    customer = customer_of(stack, order)
    path = customer.drafts(order)
    customer.sends_a_photo(path)
    customer.submits(path)
    customer.awaits_the_label(path)
    assert customer.post(f"{path}/cancel").status == 303
    assert steps(stack, path)[-1] == "return.cancelled"

    def label() -> dict[str, dict[str, str]]:
        [row] = items(stack, "LabelsTable", pk=f"RETURN#{path.rpartition('/')[2]}")
        return row

    await_true(lambda: label()["status"]["S"] == "voided", what="the void")
    again = Timer("due.label_void", path.rpartition("/")[2], from_text(label()["void_due_at"]["S"]))
    waiting = items(stack, "DueTable", pk=f"DUE#{again.shard:02d}")
    assert again.key in {row["sk"]["S"] for row in waiting}, "its money is under way"
    scan(stack, label()["carrier"]["S"], label()["tracking_number"]["S"])
    noted = "return.voided_label_scanned"
    await_true(lambda: noted in steps(stack, path), what="the scan")
    assert steps(stack, path)[-4:] == [
        "return.cancelled",
        "return.reopened",
        "return.in_transit",
        noted,
    ]
