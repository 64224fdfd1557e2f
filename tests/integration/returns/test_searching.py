"""A search by order or address finds an order's returns, whatever address the order had then."""

from datetime import timedelta

import pytest

from aftercare.kernel.aws import client
from aftercare.orders.model import Order
from aftercare.returns.case_file import FoundBy
from aftercare.returns.explaining import ExplainingService
from aftercare.returns.model import Return
from tests.fakes.house import House
from tests.fakes.orders import ORDERS_INGEST, paid
from tests.fakes.reviews import AGENT, Desk
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLE = items("returns")["14-ret-return-in-review"]


@pytest.fixture
def wrong(house: House) -> str:
    return f"wrong.{house.new_number().lower()}@example.com"


@pytest.fixture
def right(house: House) -> str:
    return f"right.{house.new_number().lower()}@example.com"


@pytest.fixture
def ret(desk: Desk, wrong: str, right: str) -> Return:
    """A return of an order whose address was corrected afterwards."""
    begun = desk.waiting(desk.house.delivered_order(email=wrong))
    corrected(desk.house, begun.order_number, right)
    return begun


def corrected(house: House, order_number: str, email: str) -> Order:
    at = house.clock() + timedelta(minutes=1)
    lines = house.orders.get(order_number).lines
    event = paid(*lines, number=order_number, at=at, email=email)
    return house.orders.record(event, actor=ORDERS_INGEST)


def found(desk: Desk, text: str) -> list[tuple[str, FoundBy]]:
    return [(each.return_id, each.why) for each in desk.reviews.search(AGENT, text)]


def test_an_orders_number_finds_the_return_of_an_earlier_address(desk: Desk, ret: Return) -> None:
    assert found(desk, ret.order_number) == [(ret.return_id, FoundBy.ORDER)]


def test_both_addresses_find_it(desk: Desk, ret: Return, wrong: str, right: str) -> None:
    assert found(desk, right) == [(ret.return_id, FoundBy.EMAIL)]
    assert found(desk, wrong) == [(ret.return_id, FoundBy.EMAIL)]


def test_an_order_without_an_address_any_more_has_its_returns(desk: Desk, ret: Return) -> None:
    corrected(desk.house, ret.order_number, "")
    assert found(desk, ret.order_number) == [(ret.return_id, FoundBy.ORDER)]


def test_the_earlier_address_does_not_find_what_the_right_one_began(
    desk: Desk, ret: Return, wrong: str, right: str
) -> None:
    """It may be a stranger's."""
    order = desk.house.orders.get(ret.order_number)
    later = desk.waiting(order)
    assert {each for each, _ in found(desk, right)} == {ret.return_id, later.return_id}
    assert [each for each, _ in found(desk, wrong)] == [ret.return_id]


def test_operators_see_it_with_its_order(desk: Desk, ret: Return) -> None:
    returns = desk.house.returns
    rooms = (returns.store, desk.house.orders, returns.policies, returns.recalls)
    order = desk.house.orders.get(ret.order_number)
    assert ExplainingService(*rooms).returns(order) == (desk.now(ret.return_id),)


def test_a_return_from_before_the_index_is_found_by_its_orders_buyer(
    desk: Desk, tables: dict[str, str], right: str
) -> None:
    begun = desk.waiting(desk.house.delivered_order(email=right))
    put(tables, without_column(begun, tables))
    assert found(desk, begun.order_number) == [(begun.return_id, FoundBy.ORDER)]


def test_a_return_from_before_the_index_is_in_it_after_its_next_step(
    desk: Desk, tables: dict[str, str], wrong: str, right: str
) -> None:
    """Until then an address that was corrected hides it; an earlier version writes no column."""
    begun = desk.waiting(desk.house.delivered_order(email=wrong))
    put(tables, without_column(begun, tables))
    corrected(desk.house, begun.order_number, right)
    assert found(desk, begun.order_number) == []
    desk.reviews.claim(AGENT, begun.return_id)
    assert found(desk, begun.order_number) == [(begun.return_id, FoundBy.ORDER)]


def test_what_an_earlier_version_stored_has_no_column() -> None:
    assert "order_number" not in SAMPLE


def without_column(ret: Return, tables: dict[str, str]) -> Item:
    key = {"pk": {"S": ret.return_id}, "sk": {"S": "RETURN"}}
    item: Item = client("dynamodb").get_item(TableName=tables["ReturnsTable"], Key=key)["Item"]  # type: ignore[assignment]
    assert item.pop("order_number") == {"S": ret.order_number}
    return item


def put(tables: dict[str, str], item: Item) -> None:
    client("dynamodb").put_item(TableName=tables["ReturnsTable"], Item=item)
