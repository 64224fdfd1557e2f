"""Sign-in requests as other versions stored them are read; each says who changed it last."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from aftercare.access.model import ASKS_PER_ADDRESS
from aftercare.access.store import AccessStore
from aftercare.kernel.actor import CUSTOMER
from tests.fakes.actors import MAILER
from tests.fakes.callers import code_request, person, sent
from tests.fakes.house import House
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("access")
LIMIT, REQUEST = SAMPLES["01-limit"], SAMPLES["02-request-accesscode_requested"]
REQUEST_ID = REQUEST["pk"]["S"].removeprefix("REQUEST#")
REQUESTED_AT = datetime(2026, 11, 27, 16, 33, 31, 305306, UTC)
SOON = REQUESTED_AT + timedelta(minutes=1)


@pytest.fixture
def store(tables: dict[str, str]) -> AccessStore:
    return AccessStore(tables["AccessTable"])


def put(tables: dict[str, str], item: Item) -> None:
    boto3.client("dynamodb").put_item(TableName=tables["AccessTable"], Item=item)


def stored(tables: dict[str, str], request_id: str) -> Item:
    key = {"pk": {"S": f"REQUEST#{request_id}"}}
    answer: Any = boto3.client("dynamodb").get_item(TableName=tables["AccessTable"], Key=key)
    item: Item = answer["Item"]
    return item


def newer(item: Item) -> Item:
    """The item as a later version may store it: more attributes, a higher schema."""
    return item | {
        "schema": {"N": "2"},
        "channel": {"M": {"kind": {"S": "sms"}}},
        "languages": {"L": [{"S": "ja"}]},
    }


def test_yesterdays_request_is_read_and_stays_used(
    store: AccessStore, tables: dict[str, str]
) -> None:
    put(tables, REQUEST)
    request = store.get(REQUEST_ID)
    assert request
    assert (request.order_number, request.tries) == ("PM-B6B09B0DA-0", 1)
    assert request.requested_at == REQUESTED_AT
    assert store.take_try(REQUEST_ID, SOON, CUSTOMER) is None


def test_after_a_roll_back_the_newer_versions_request_is_read_and_tried(
    store: AccessStore, tables: dict[str, str]
) -> None:
    put(tables, REQUEST)
    before = store.get(REQUEST_ID)
    unused = {name: value for name, value in REQUEST.items() if name != "used_by"}
    put(tables, newer(unused))
    assert store.get(REQUEST_ID) == before
    tried = store.take_try(REQUEST_ID, SOON, CUSTOMER)
    assert tried
    assert tried.tries == 2
    store.use(REQUEST_ID, "use_1", CUSTOMER)
    item = stored(tables, REQUEST_ID)
    assert (item["schema"], item["channel"]) == ({"N": "2"}, newer(REQUEST)["channel"])


def test_yesterdays_and_a_newer_versions_counters_go_on(
    store: AccessStore, tables: dict[str, str]
) -> None:
    for item in (LIMIT, newer(LIMIT)):
        put(tables, item)
        assert store.hit(LIMIT["pk"]["S"], ASKS_PER_ADDRESS, SOON) == 2


def test_a_request_is_stored_with_the_version_of_its_shape_and_its_actors(
    house: House, tables: dict[str, str]
) -> None:
    request_id = code_request(house, person())
    item = stored(tables, request_id)
    assert (item["schema"], item["entry_actor"]) == ({"N": "1"}, {"S": CUSTOMER})
    code = sent(house, request_id)
    assert stored(tables, request_id)["changed_by"] == {"S": MAILER}
    house.access.prove(request_id, code, actor=CUSTOMER)
    assert stored(tables, request_id)["changed_by"] == {"S": CUSTOMER}
