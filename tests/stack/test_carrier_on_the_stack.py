"""The local stack buys from its simulated seller, whose webhooks move the return."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.fakes.browser_pages.shop import HOME, Mailbox, Order, Shop
from tests.fakes.stack.carrier import CarrierAt
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.operator import make
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack
BASE = {**HOME, "line1": "PSC 3 Box 4120", "city": "APO", "region": "AE", "postal_code": "09012"}
ON_ITS_WAY, ARRIVED = "Your parcel is on its way", "has arrived"


def labelled(stack: LocalStack, name: str, ship_to: dict[str, str] = HOME) -> tuple[Visitor, str]:
    """A customer whose return has its label, and the path of the return's page."""
    order = Shop(stack).sells(Order(f"PM-{name}", f"{name.lower()}@example.com", ship_to=ship_to))
    customer = Visitor(stack.portal_url)
    customer.signs_in(order, Mailbox(str(stack.facts["mailbox_url"])))
    path = customer.drafts(order)
    customer.sends_a_photo(path)
    customer.submits(path)
    customer.awaits_the_label(path)
    return customer, path


def label_of(stack: LocalStack, path: str) -> dict[str, Any]:
    key = {"pk": {"S": f"RETURN#{path.rpartition('/')[2]}"}}
    table = stack.outputs["LabelsTable"]
    item: dict[str, Any] = stack.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
    return item


def number_of(stack: LocalStack, path: str) -> str:
    return str(label_of(stack, path)["tracking_number"]["S"])


def test_a_label_is_bought_once_and_the_carriers_webhook_moves_the_return(
    stack: LocalStack,
) -> None:
    customer, path = labelled(stack, "CARRIED")
    label = label_of(stack, path)
    assert label["carrier"]["S"] == "easypost"
    carrier, number = CarrierAt.of(stack), number_of(stack, path)
    [sale] = [each for each in carrier.sales() if each["reference"] == label["label_id"]["S"]]
    assert (sale["amount"], carrier.number_of(sale)) == (593, number)
    assert carrier.scans(number, "in_transit") == [202]
    await_true(lambda: ON_ITS_WAY in customer.get(path).body, what="the carrier's news")


def test_the_seller_is_told_what_comes_from_a_base_abroad(stack: LocalStack) -> None:
    customer, path = labelled(stack, "DECLARED", BASE)
    label, carrier = label_of(stack, path), CarrierAt.of(stack)
    [sale] = [each for each in carrier.sales() if each["reference"] == label["label_id"]["S"]]
    told = carrier.shipment_of(sale)["customs_info"]
    assert (told["contents_type"], told["customs_signer"]) == ("returned_goods", BASE["name"])
    assert {item["hs_tariff_number"] for item in told["customs_items"]} == {"9503.00"}
    assert f"{path}/label/declaration" in customer.get(path).body


def test_an_operator_has_a_parcel_move(stack: LocalStack) -> None:
    customer, path = labelled(stack, "MOVED")
    moved = make(stack, "parcel", TRACKING=number_of(stack, path), STATUS="delivered")
    assert moved.returncode == 0, moved.stderr
    assert moved.stdout == "The parcel is delivered, and the stack knows it in a moment.\n"
    await_true(lambda: ARRIVED in customer.get(path).body, what="the carrier's news")


def test_a_parcel_that_was_never_sold_does_not_move(stack: LocalStack) -> None:
    refused = make(stack, "parcel", TRACKING="9400111899223197428490", STATUS="delivered")
    assert refused.returncode
    assert refused.stderr.startswith("error: The tracker could not be found.\n")


def test_no_web_page_plays_the_carrier(stack: LocalStack) -> None:
    at = urlsplit(CarrierAt.of(stack).url).netloc
    for headers in ({"Origin": "https://shop.example"}, {"Host": "rebound.example"}):
        connection = http.client.HTTPConnection(at, timeout=10)
        connection.request("POST", "/faults", "{}", headers)
        with connection.getresponse() as answer:
            assert answer.status == 403
        connection.close()


@pytest.mark.slow
def test_a_label_that_was_bought_before_a_restart_is_followed_and_given_back(
    own: LocalStack,
) -> None:
    customer, moving = labelled(own, "BEFORE")
    cancelling, unsent = labelled(own, "UNSENT")
    before = CarrierAt.of(own)
    sold = before.sales()
    own.down()
    own.up()
    carrier = CarrierAt.of(own)
    assert (carrier, carrier.sales()) == (before, sold)
    assert carrier.scans(number_of(own, moving), "in_transit") == [202]
    await_true(lambda: ON_ITS_WAY in customer.get(moving).body, what="the carrier's news")
    assert cancelling.post(f"{unsent}/cancel").status == 303
    await_true(lambda: carrier.sales()[-1]["is_taken_back"], what="the label given back")
