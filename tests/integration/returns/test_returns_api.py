"""A warehouse's system says what came back and what was found, as the OpenAPI document says."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

import pytest

from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.house import House
from tests.fakes.till import Reply, Till
from tests.integration.returns.test_cancelling import labelled, submitted

pytestmark = pytest.mark.integration
RECEIPTS, INSPECTIONS = "/returns/{return_id}/receipts", "/returns/{return_id}/inspections"
_CLIENTS = itertools.count(7_000)
CAME = {"lines": [{"line_id": "1", "received": 2, "serials": ["PMAA-1"]}], "place": "Dock 7"}
FOUND = {
    "lines": [
        {
            "line_id": "1",
            "accepted": 2,
            "grade": "a",
            "disposition": "restock",
            "code": "as_asked",
        }
    ]
}


@pytest.fixture
def dock() -> Till:
    return Till(client_id=f"ac_{next(_CLIENTS):010}", scopes="returns:receive")


def send(
    dock: Till, route: str, named: str, body: Mapping[str, Any], key: str = "k-1", **more: str
) -> Reply:
    return dock.ask(
        "POST",
        route,
        {"return_id": named},
        body=json.dumps(body),
        headers={"idempotency-key": key} if key else {},
        **more,  # type: ignore[arg-type]
    )


def stored(house: House, ret: Return) -> Return:
    found = house.returns.store.get(ret.return_id)
    assert found
    return found


def test_a_parcel_is_expected_received_and_inspected(house: House, dock: Till) -> None:
    ret = labelled(house)
    before = dock.ask("GET", RECEIPTS, {"return_id": ret.ticket})
    assert before.body["lines"] == [
        {"line_id": "1", "sku": ret.lines[0].sku, "name": ret.lines[0].name, "units": 2}
    ]
    came = send(dock, RECEIPTS, ret.ticket.lower(), CAME)
    assert (came.status, came.body) == (200, {"ticket": ret.ticket, "status": "arrived"})
    found = send(dock, INSPECTIONS, ret.return_id, FOUND, "k-2")
    assert found.body["status"] == "inspected"
    after = dock.ask("GET", RECEIPTS, {"return_id": ret.ticket}).body["lines"][0]
    assert after["receipt"]["received"] == 2
    assert after["inspection"] == {"accepted": 2, "grade": "a", "disposition": "restock"}
    line = stored(house, ret).lines[0]
    assert line.receipt
    assert line.receipt.by == f"client:{dock.client_id}"


def test_what_a_warehouse_reads_names_nobody(house: House, dock: Till) -> None:
    ret = labelled(house)
    answer = dock.ask("GET", RECEIPTS, {"return_id": ret.ticket})
    order = house.orders.get(ret.order_number)
    assert order.purchase
    told = json.dumps(answer.body)
    assert order.purchase.email not in told
    assert ret.order_number not in told


def test_a_repeat_gets_the_first_answer_and_another_body_is_refused(
    house: House, dock: Till
) -> None:
    ret = labelled(house)
    send(dock, RECEIPTS, ret.ticket, CAME)
    send(dock, INSPECTIONS, ret.ticket, FOUND, "k-2")
    again = send(dock, RECEIPTS, ret.ticket, CAME)
    assert again.body == {"ticket": ret.ticket, "status": "arrived"}
    assert again.headers["Idempotent-Replayed"] == "true"
    other = CAME | {"place": "Dock 8"}
    assert send(dock, RECEIPTS, ret.ticket, other).problem == (422, "idempotency_key_reused")
    assert send(dock, INSPECTIONS, ret.ticket, FOUND).problem == (422, "idempotency_key_reused")


def test_two_clients_may_choose_the_same_key(house: House, dock: Till) -> None:
    first, second = labelled(house), labelled(house)
    other = Till(client_id="ac_other00000", scopes="returns:receive")
    assert send(dock, RECEIPTS, first.ticket, CAME).status == 200
    assert send(other, RECEIPTS, second.ticket, CAME).status == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "request_invalid"),
        ({"lines": []}, "request_invalid"),
        ({"lines": [{"line_id": "1", "received": 2}] * 2}, "request_invalid"),
        ({"lines": [{"line_id": "1", "received": -2}]}, "request_invalid"),
        ({"lines": [{"line_id": "1", "received": 2, "units": 1}]}, "request_invalid"),
        ({"lines": [{"line_id": "1", "received": 1}]}, "receipt_invalid"),
        ({"lines": [{"line_id": "9", "received": 1}]}, "receipt_invalid"),
    ],
)
def test_what_cannot_have_come_is_refused(
    house: House, dock: Till, body: Mapping[str, Any], code: str
) -> None:
    ret = labelled(house)
    assert send(dock, RECEIPTS, ret.ticket, body).problem == (400, code)
    assert stored(house, ret) == ret


def test_what_was_not_received_is_not_inspected(house: House, dock: Till) -> None:
    ret = labelled(house)
    assert send(dock, INSPECTIONS, ret.ticket, FOUND).problem == (400, "inspection_invalid")


def test_a_return_that_expects_nothing_says_what_it_is(house: House, dock: Till) -> None:
    ret = submitted(house)
    refused = send(dock, RECEIPTS, ret.ticket, CAME)
    assert refused.problem == (409, "move_refused")
    assert (refused.body["return_status"], refused.body["verb"]) == ("submitted", "receive")


@pytest.mark.parametrize("named", ["R-7K2M-9QXA-4", "R-7K2M-9QXA-5", "x", "ret_1"])
@pytest.mark.usefixtures("house")
def test_an_unknown_ticket_is_not_found(dock: Till, named: str) -> None:
    assert send(dock, RECEIPTS, named, CAME).problem == (404, "return_not_found")


def test_a_key_and_the_scope_are_needed(house: House, dock: Till) -> None:
    ret = labelled(house)
    keyless = send(dock, RECEIPTS, ret.ticket, CAME, key="")
    assert keyless.problem == (400, "idempotency_key_required")
    till = Till(scopes="points:write")
    assert send(till, RECEIPTS, ret.ticket, CAME).problem == (403, "insufficient_scope")
    assert till.ask("GET", RECEIPTS, {"return_id": ret.ticket}).problem[0] == 403
    assert stored(house, ret).status is ReturnStatus.LABEL_READY
