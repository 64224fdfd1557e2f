"""The shop's order events, as they come from the queue."""

import json

import boto3
import pytest

from aftercare.orders.model import email_key_of
from orders_ingest.app import handler
from tests.fakes.aws import counted
from tests.fakes.events import CONTEXT, Json, queue_event
from tests.fakes.house import House
from tests.fakes.logs import logged
from tests.fakes.orders import EMAIL, NOON, address_detail, line_detail, shop_detail

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
ACCEPTED: Json = {"batchItemFailures": []}


def event(kind: str, **changes: object) -> Json:
    return {
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "source": "shop.orders",
        "detail-type": kind,
        "detail": shop_detail(**changes),
    }


def test_a_malformed_event_comes_again_alone_and_the_log_names_its_field() -> None:
    malformed = event("order.paid", order_number=[EMAIL])
    with logged() as log:
        answer = handler(queue_event(malformed, event("order.shipped")), CONTEXT)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    [failed] = [line for line in log.lines if line["message"] == "message failed"]
    assert (failed["code"], failed["field"]) == ("order_event_invalid", "order_number")
    assert EMAIL not in log.getvalue()


def test_the_function_is_the_actor_of_what_it_takes_in(house: House) -> None:
    paid = event("order.paid", order_number="OI-000001")
    assert handler(queue_event(paid), CONTEXT) == ACCEPTED
    [entry] = house.orders.timeline("OI-000001")
    assert (entry.actor, entry.data["changed"]) == ("system:orders_ingest", "paid")
    assert entry.data["event_id"] == "6a7e8feb-b491-4cf7-a9f1-bf3703467718"


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        ("OI-HK", {"ship_to": address_detail(country="HK", postal_code="")}),
        ("OI-SG", {"ship_to": address_detail(country="SG", region="")}),
        ("OI-FR", {"ship_to": address_detail(country="FR", region=None)}),
        ("OI-PICKUP", {"ship_to": None}),
        ("OI-PLUSH", {"lines": [line_detail(), line_detail(line_id="2", kind="plush")]}),
        ("OI-ZERO", {"lines": [line_detail(), line_detail(line_id="2", quantity=0)]}),
        ("OI-LONG", {"lines": [line_detail(line_id=str(count)) for count in range(1, 52)]}),
        ("OI-MANY", {"lines": [line_detail(quantity=1001)]}),
        ("OI-DONG", {"currency": "VND", "lines": [line_detail(unit_price=25_000_000)]}),
    ],
)
def test_an_order_with_one_odd_part_is_known_to_its_buyer(
    house: House, number: str, changes: Json
) -> None:
    assert handler(queue_event(event("order.paid", order_number=number, **changes)), CONTEXT) == (
        ACCEPTED
    )
    order = house.orders.owned(number, email_key_of(EMAIL))
    assert order.lines[0].line_id == "1"
    assert order.lines[0].quantity > 0


def test_what_could_not_be_read_is_logged_by_its_place_and_kept_with_its_reason(
    house: House,
) -> None:
    odd = event("order.paid", order_number="OI-ODD", lines=[line_detail(kind=EMAIL)])
    with logged() as log:
        handler(queue_event(odd), CONTEXT)
    [line] = [line for line in log.lines if line["message"] == "order event unread"]
    assert (line["parts"], line["paths"]) == (1, ["lines[0].kind"])
    assert EMAIL not in log.getvalue()
    [unread] = house.orders.get("OI-ODD").unread
    assert unread.reason == "lines[0].kind must be one of figure, blind_box, pop_now"
    assert json.loads(unread.value) == EMAIL


def test_an_event_costs_one_read_and_one_transaction() -> None:
    """Who was erased is asked when an event names somebody new, and not again."""
    asked = {"paid": ["GetItem"]}
    for kind in ("paid", "shipped", "delivered", "refunded", "cancelled"):
        with counted("dynamodb") as operations:
            handler(queue_event(event(f"order.{kind}", order_number="OI-COST")), CONTEXT)
        assert operations == ["GetItem", *asked.get(kind, []), "TransactWriteItems"], kind


def test_an_order_without_an_address_it_could_read_belongs_to_nobody_and_is_listed_for_nobody(
    house: House, tables: dict[str, str]
) -> None:
    handler(queue_event(event("order.paid", order_number="OI-NOBODY", email="")), CONTEXT)
    assert not house.orders.matches("OI-NOBODY", "")
    item = boto3.client("dynamodb").get_item(
        TableName=tables["OrdersTable"], Key={"order_number": {"S": "OI-NOBODY"}}
    )["Item"]
    assert "email_key" not in item
    later = event("order.paid", order_number="OI-NOBODY", occurred_at=NOON.isoformat())
    handler(queue_event(later | {"detail": later["detail"] | {"email": EMAIL}}), CONTEXT)
    assert house.orders.matches("OI-NOBODY", EMAIL)
