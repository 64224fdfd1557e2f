"""A parcel comes back to the deployed stack: a warehouse's system counts it, the shop pays."""

from datetime import UTC, datetime
from typing import Any

import pytest

from aftercare.kernel.ids import new_id
from tests.fakes.browser_pages.shop import FIGURES, Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.operator import new_key
from tests.fakes.stack.till import Till
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack
UNITS = 2


@pytest.fixture(scope="module")
def dock(stack: LocalStack) -> Till:
    return Till(stack.portal_url, new_key(stack, scopes="returns:receive"))


def told(answer: Any) -> dict[str, Any]:
    assert answer.status == 200, answer.data
    parsed: dict[str, Any] = answer.json()
    return parsed


def test_from_the_receipt_to_the_money(stack: LocalStack, dock: Till) -> None:
    order = Shop(stack).sells(Order("PM-DOCK-1", "dock@example.com", lines=[FIGURES]))
    customer = Visitor(stack.portal_url)
    customer.signs_in(order, Mailbox(str(stack.facts["mailbox_url"])))
    path = customer.drafts(order, units=UNITS)
    customer.sends_a_photo(path)
    customer.submits(path)
    customer.awaits_the_label(path)
    ticket = customer.get(path).find(r"(R-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z])")
    where = f"/returns/{ticket}"

    came = {"lines": [{"line_id": "1", "received": UNITS}], "place": "Dock 7"}
    first = told(dock.ask("POST", f"{where}/receipts", came, {"Idempotency-Key": "came"}))
    again = told(dock.ask("POST", f"{where}/receipts", came, {"Idempotency-Key": "came"}))
    assert first == again == {"ticket": ticket, "status": "arrived"}
    found = {
        "line_id": "1",
        "accepted": UNITS,
        "grade": "a",
        "disposition": "restock",
        "code": "as_asked",
    }
    seen = dock.ask("POST", f"{where}/inspections", {"lines": [found]}, {"Idempotency-Key": "seen"})
    assert told(seen)["status"] == "inspected"

    def status() -> str:
        return str(told(dock.ask("GET", f"{where}/receipts"))["status"])

    await_true(lambda: status() == "resolving", what="the request for the money")
    refund = {
        "order_number": order.number,
        "refund_id": new_id("rf", datetime.now(UTC)),
        "ticket": ticket,
        "lines": [{"line_id": "1", "quantity": UNITS}],
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    Shop(stack).tells("shop.orders", ("order.refunded", refund))
    await_true(lambda: status() == "closed", what="the end")
    assert "$178.00" in customer.get(path).body
