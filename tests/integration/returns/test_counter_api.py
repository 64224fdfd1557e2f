"""A store's till says what a customer hands in, as the OpenAPI document says."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

import pytest

from aftercare.kernel.clock import utc_now
from aftercare.orders.model import Order
from tests.fakes.house import House
from tests.fakes.orders import EMAIL
from tests.fakes.stores import bought
from tests.fakes.till import Reply, Till

pytestmark = pytest.mark.integration
ROUTE = "/counter/returns"
ONE = ({"line_id": "1", "units": 1, "reason": "stained"},)
_CLIENTS = itertools.count(8_000)


@pytest.fixture
def till() -> Till:
    return Till(client_id=f"ac_{next(_CLIENTS):010}", scopes="returns:counter")


def hand_in(till: Till, order: Order, key: str = "k-1", *, lines: Any = ONE, **more: Any) -> Reply:
    body = {"order_number": order.order_number, "what": "exchange", "lines": lines} | more
    headers = {"idempotency-key": key} if key else {}
    return till.ask("POST", ROUTE, body=json.dumps(body), headers=headers)


def of_today(house: House, days_ago: float = 3, **more: Any) -> Order:
    """A purchase in a store, on the clock that the function has."""
    house.clock.now = utc_now()
    return bought(house, days_ago=days_ago, **more)


def test_an_exchange_answers_with_the_ticket_and_what_happened(house: House, till: Till) -> None:
    order = of_today(house)
    answer = hand_in(till, order)
    assert answer.status == 200
    [ret] = house.returns.store.by_tickets([answer.body["ticket"]])
    [line] = ret.lines
    assert answer.body == {
        "ticket": ret.ticket,
        "status": "closed",
        "lines": [
            {
                "line_id": "1",
                "sku": line.sku,
                "name": line.name,
                "units": 1,
                "happened": "exchanged",
            }
        ],
    }
    assert ret.chosen_by == f"client:{till.client_id}"
    assert line.receipt
    assert line.receipt.place == till.store_id


def test_what_is_sent_in_says_so_and_keeps_the_customers_language(house: House, till: Till) -> None:
    answer = hand_in(till, of_today(house), what="send_in", language="fr-CA", place="Till 3")
    assert (answer.body["status"], answer.body["lines"][0]["happened"]) == ("arrived", "received")
    [ret] = house.returns.store.by_tickets([answer.body["ticket"]])
    assert ret.language == "fr"
    assert ret.lines[0].receipt
    assert ret.lines[0].receipt.place == "Till 3"


def test_the_answer_names_nobody(house: House, till: Till) -> None:
    order = of_today(house)
    told = json.dumps(hand_in(till, order).body)
    assert EMAIL not in told
    assert order.order_number not in told


def test_a_repeat_gets_the_first_answer_and_another_body_is_refused(
    house: House, till: Till
) -> None:
    order = of_today(house)
    first, again = hand_in(till, order), hand_in(till, order)
    assert (again.status, again.body) == (200, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert hand_in(till, order, what="send_in").problem == (422, "idempotency_key_reused")
    assert house.returns.store.claimed_units(order.order_number) == {"1": 1}


def test_too_late_names_the_line_the_rule_and_the_day(house: House, till: Till) -> None:
    refused = hand_in(till, of_today(house, days_ago=17))
    assert refused.problem == (409, "hand_in_refused")
    assert (refused.body["line_id"], refused.body["rule"]) == ("1", "within_window")
    assert refused.body["last_day"] in refused.body["detail"]


@pytest.mark.parametrize(
    ("channel", "told"), [("marketplace", "marketplace"), ("distributor", "distributor")]
)
def test_what_others_sold_says_whom_to_ask(
    house: House, till: Till, channel: str, told: str
) -> None:
    refused = hand_in(till, of_today(house, channel=channel))
    assert refused.problem == (409, "no_policy")
    assert told in refused.body["detail"]


def test_a_receipt_that_nobody_has_is_not_found(house: House, till: Till) -> None:
    assert hand_in(till, Order(house.new_number())).problem == (404, "purchase_not_found")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": []}, "request_invalid"),
        ({"lines": [{"reason": "stained"}]}, "request_invalid"),
        ({"lines": [{"line_id": "1", "sku": "FIG-1", "reason": "stained"}]}, "request_invalid"),
        ({"lines": [{"line_id": "1", "reason": "ugly"}]}, "request_invalid"),
        ({"lines": [{"line_id": "1", "units": 0, "reason": "stained"}]}, "request_invalid"),
        ({"what": "repair"}, "request_invalid"),
        ({"e_mail": "x@example.com"}, "request_invalid"),
        ({"lines": [{"line_id": "9", "reason": "stained"}]}, "hand_in_invalid"),
        ({"lines": [{"line_id": "1", "units": 3, "reason": "stained"}]}, "hand_in_invalid"),
    ],
)
def test_what_no_purchase_has_is_refused(
    house: House, till: Till, changes: Mapping[str, Any], code: str
) -> None:
    order = of_today(house)
    assert hand_in(till, order, **changes).problem == (400, code)
    assert house.returns.store.claimed_units(order.order_number) == {}


def test_a_key_and_the_scope_of_counters_are_needed(house: House, till: Till) -> None:
    order = of_today(house)
    assert hand_in(till, order, key="").problem == (400, "idempotency_key_required")
    dock = Till(scopes="returns:receive")
    assert hand_in(dock, order).problem == (403, "insufficient_scope")
