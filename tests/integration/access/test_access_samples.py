"""Sign-in requests as other versions stored them are read; each says who changed it last."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from aftercare.access.model import ASKS_PER_SOURCE, Count
from aftercare.access.sign_outs import SignOuts
from aftercare.access.store import AccessStore, SignOutStore
from aftercare.kernel.actor import CUSTOMER
from tests.fakes.actors import MAILER
from tests.fakes.callers import code_request, person, proved, sent
from tests.fakes.house import House
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("access")
SIGNED_OUT = SAMPLES["03-signed-out"]
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
    assert request.is_used
    assert request.requested_at == REQUESTED_AT
    assert request.language == "en"


def test_a_request_has_the_language_of_the_page_that_asked(
    store: AccessStore, tables: dict[str, str]
) -> None:
    item = SAMPLES["04-request-in-french"]
    put(tables, item)
    request = store.get(item["pk"]["S"].removeprefix("REQUEST#"))
    assert request
    assert request.language == "fr"
    assert store.take_try(REQUEST_ID, SOON, CUSTOMER) is None


def test_a_members_request_has_no_order_and_an_earlier_version_sends_no_code_for_it(
    store: AccessStore, house: House, tables: dict[str, str]
) -> None:
    item = SAMPLES["05-request-of-a-member"]
    put(tables, item)
    request = store.get(item["pk"]["S"].removeprefix("REQUEST#"))
    assert request
    assert request.is_members
    # What an earlier version asks before it sends.
    assert not house.orders.matches(request.order_number, request.email)


def test_after_a_roll_back_the_newer_versions_request_is_read_and_tried(
    store: AccessStore, tables: dict[str, str]
) -> None:
    unused = {name: value for name, value in REQUEST.items() if name != "used_by"}
    put(tables, unused)
    before = store.get(REQUEST_ID)
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
        assert store.hit(Count(LIMIT["pk"]["S"], ASKS_PER_SOURCE, SOON)) == 2


def test_a_request_is_stored_with_the_version_of_its_shape_and_its_actors(
    house: House, tables: dict[str, str]
) -> None:
    request_id = code_request(house, person())
    item = stored(tables, request_id)
    assert (item["schema"], item["entry_actor"]) == ({"N": "1"}, {"S": CUSTOMER})
    code = sent(house, request_id)
    assert stored(tables, request_id)["changed_by"] == {"S": MAILER}
    proved(house, request_id, code)
    assert stored(tables, request_id)["changed_by"] == {"S": CUSTOMER}


def test_a_sign_out_holds_after_a_roll_forward_and_names_no_session(
    house: House, tables: dict[str, str]
) -> None:
    store = SignOutStore(tables["AccessTable"])
    put(tables, newer(SIGNED_OUT))
    assert store.has(SIGNED_OUT["pk"]["S"].removeprefix("SIGNED_OUT#"))
    sign_outs = SignOuts(store, b"test key", house.clock)
    assert not sign_outs.has("nonce-1")
    sign_outs.add("nonce-1", actor=CUSTOMER)
    sign_outs.add("nonce-1", actor=CUSTOMER)
    assert sign_outs.has("nonce-1")
    assert not sign_outs.has("nonce-2")
    every = boto3.client("dynamodb").scan(TableName=tables["AccessTable"])["Items"]
    added = [item for item in every if item["pk"]["S"].startswith("SIGNED_OUT#")]
    assert len(added) == 2
    for item in added:
        assert set(item) - set(newer({})) == set(SIGNED_OUT) - {"schema"}
        assert "nonce-1" not in str(item)


def test_a_request_for_a_mailbox_alone_says_which_network_asked(
    store: AccessStore, tables: dict[str, str]
) -> None:
    of_mailbox, of_member = SAMPLES["06-request-of-a-mailbox"], SAMPLES["05-request-of-a-member"]
    for item in (of_mailbox, of_member):
        put(tables, newer(item))
    request, members = (
        store.get(item["pk"]["S"].removeprefix("REQUEST#")) for item in (of_mailbox, of_member)
    )
    assert request
    assert members
    assert (request.is_for_messages, request.is_members) == (True, False)
    assert request.asker == of_mailbox["asker"]["S"]
    assert (members.is_for_messages, members.is_members) == (False, True)
