"""The shop's order events, as they come from the queue."""

import pytest

from orders_ingest.app import handler
from tests.fakes.events import CONTEXT, Json, queue_event
from tests.fakes.house import House
from tests.fakes.logs import logged
from tests.fakes.orders import EMAIL, line_detail, shop_detail

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]


def event(kind: str, **changes: object) -> Json:
    return {"source": "shop.orders", "detail-type": kind, "detail": shop_detail(**changes)}


def test_a_malformed_event_comes_again_alone_and_the_log_names_its_field() -> None:
    malformed = event("order.paid", lines=[line_detail(quantity=EMAIL)])
    with logged() as log:
        answer = handler(queue_event(malformed, event("order.shipped")), CONTEXT)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    [failed] = [line for line in log.lines if line["message"] == "message failed"]
    assert (failed["code"], failed["field"]) == ("order_event_invalid", "lines[0].quantity")
    assert EMAIL not in log.getvalue()


def test_the_function_is_the_actor_of_what_it_takes_in(house: House) -> None:
    paid = event("order.paid", order_number="OI-000001")
    assert handler(queue_event(paid), CONTEXT) == {"batchItemFailures": []}
    [entry] = house.orders.timeline("OI-000001")
    assert (entry.actor, entry.data["changed"]) == ("system:orders_ingest", "paid")
