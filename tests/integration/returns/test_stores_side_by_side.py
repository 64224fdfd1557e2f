"""Two houses in one process, each on tables of its own: returns, evidence, labels, bookings."""

from collections.abc import Iterator

import boto3
import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.labels.model import HOUSE_CARRIER
from tests.fakes.house import WORKER, House, build_house
from tests.fakes.orders import NOON
from tests.fakes.template import create_tables

pytestmark = pytest.mark.integration


@pytest.fixture
def second_house(tables: dict[str, str], buckets: dict[str, str]) -> Iterator[House]:
    rooms = ("OrdersTable", "ReturnsTable", "EvidenceTable", "LabelsTable")
    second = {table: f"{tables[table]}-second" for table in rooms}
    dynamodb = boto3.client("dynamodb")
    create_tables(dynamodb, second)
    yield build_house(tables | second, buckets)
    for name in second.values():
        dynamodb.delete_table(TableName=name)


def test_stores_built_later_do_not_redirect_earlier_ones(house: House, second_house: House) -> None:
    draft = house.draft(house.delivered_order(), new_id("ret", NOON))
    house.add_good_photo(draft)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)
    labelled = house.make_label(draft.return_id)
    assert labelled.label
    assert house.evidence.accepted(draft.return_id) == 1
    assert house.labels.carriers[HOUSE_CARRIER].find(labelled.label.label_id, None)

    assert second_house.returns.store.get(draft.return_id) is None
    assert second_house.returns.store.timeline(draft.return_id) == ()
    assert second_house.returns.store.claimed_units(draft.order_number) == {}
    assert second_house.evidence.of_return(draft.return_id) == ()
    assert second_house.labels.store.of_return(draft.return_id) is None
    assert second_house.labels.carriers[HOUSE_CARRIER].find(labelled.label.label_id, None) is None
