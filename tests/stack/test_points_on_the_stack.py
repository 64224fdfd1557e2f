"""Points on the deployed stack: earned by orders on the bus, moved at tills, shown to members."""

import re
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.fakes import openapi
from tests.fakes.browser_pages.shop import FIGURES, Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.operator import new_key
from tests.fakes.stack.till import MOST_AT_ONCE, Till
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack
NOBODY = "mem_01JXC0000000000000000000C0"


@pytest.fixture(scope="module")
def shops_key(stack: LocalStack) -> str:
    """The key of a system that finds nobody, and spends without a card."""
    return new_key(stack, "points:read points:write points:admin")


@pytest.fixture
def till(stack: LocalStack, shops_key: str) -> Till:
    return Till(stack.portal_url, shops_key)


@pytest.fixture
def counter(stack: LocalStack) -> Till:
    """The demo store's till, which finds members."""
    return Till(stack.portal_url, stack.facts["demo"]["store_key"])


@pytest.fixture
def shop(stack: LocalStack) -> Shop:
    return Shop(stack)


@pytest.fixture
def name() -> str:
    """A name that no other test and no earlier run uses."""
    return secrets.token_hex(6).upper()


@pytest.fixture
def member(shop: Shop, name: str) -> str:
    return shop.enrols(f"p.{name.lower()}@example.com")


def bought(name: str, points: int) -> dict[str, Any]:
    """A purchase in the demo store today."""
    at = datetime.now(UTC).isoformat()
    return {"receipt": f"R-{name}", "amount": points * 100, "currency": "USD", "occurred_at": at}


def refund(order: Order, refund_id: str, units: int) -> tuple[str, dict[str, Any]]:
    _, detail = order.events()[0]
    lines = [{"line_id": "1", "quantity": units}]
    return "order.refunded", detail | {"refund_id": refund_id, "lines": lines}


def reaches(till: Till, member: str, available: int) -> None:
    await_true(
        lambda: till.balance(member)["available"] == available, what=f"a balance of {available}"
    )


def test_the_demo_member_has_points_that_expire_soon_and_later(
    stack: LocalStack, till: Till
) -> None:
    balance = till.balance(stack.facts["demo"]["member_id"])
    assert openapi.faults({"$ref": "#/components/schemas/Balance"}, balance, strict=True) == []
    assert 0 < balance["due_within"]["1"] < balance["due_within"]["7"]
    assert balance["due_within"]["7"] < balance["due_within"]["30"] < balance["available"]
    assert balance["held"] > 0


def test_seeding_again_on_the_same_day_changes_no_points(stack: LocalStack, till: Till) -> None:
    demo = stack.facts["demo"]["member_id"]
    before = till.balance(demo)
    seeded = stack.command("seed")
    assert seeded.returncode == 0, seeded.stdout + seeded.stderr
    assert stack.facts["demo"]["member_id"] == demo
    assert till.balance(demo) == before


def test_an_order_paid_on_the_bus_earns_and_its_refund_claws_back(
    till: Till, shop: Shop, member: str, name: str
) -> None:
    order = Order(f"PM-PTS-{name}", f"p.{name.lower()}@example.com", lines=[FIGURES])
    shop.sells(order)
    reaches(till, member, 178)
    shop.tells("shop.orders", refund(order, "rf-1", units=1), *order.events())
    reaches(till, member, 89)
    shop.tells("shop.orders", refund(order, "rf-1", units=1), refund(order, "rf-2", units=1))
    reaches(till, member, 0)
    kinds = Counter(
        line.split(",")[2]
        for line in till.ask("GET", f"/points/{member}/statement", headers={"Accept": "text/csv"})
        .data.decode()
        .splitlines()[1:]
    )
    # Refunds that are settled together are one clawback.
    assert kinds.keys() == {"earn", "clawback"}
    assert kinds["earn"] == 1


def test_a_refund_received_before_its_order_is_settled_with_it(
    till: Till, shop: Shop, member: str, name: str
) -> None:
    order = Order(f"PM-PTS-{name}", f"p.{name.lower()}@example.com", lines=[FIGURES])
    shop.tells("shop.orders", refund(order, "rf-1", units=1))
    shop.sells(order)
    reaches(till, member, 89)


def test_an_account_can_be_closed_when_its_orders_have_another_address(
    stack: LocalStack, till: Till, shop: Shop, member: str, name: str
) -> None:
    shop.sells(Order(f"PM-PTS-{name}", f"p.{name.lower()}@example.com", lines=[FIGURES]))
    reaches(till, member, 178)
    moved = {"member_id": member, "email": f"moved.{name.lower()}@example.com"}
    at = datetime.now(UTC).isoformat()
    shop.tells("shop.members", ("member.changed", moved | {"occurred_at": at}))

    def has_moved() -> bool:
        table, key = stack.outputs["MembersTable"], {"member_id": {"S": member}}
        item = stack.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
        return bool(item["email"]["S"] == moved["email"])

    await_true(has_moved, what="the move")
    closed = till.move(f"{member}/close", secrets.token_hex(8))
    assert (closed.status, closed.json()["points"]) == (200, 178)
    assert till.move(f"{member}/spend", secrets.token_hex(8), {"points": 1}).status == 409


def test_a_review_of_a_purchase_earns_a_bonus(
    till: Till, shop: Shop, member: str, name: str
) -> None:
    order = shop.sells(Order(f"PM-PTS-{name}", f"p.{name.lower()}@example.com", lines=[FIGURES]))
    reaches(till, member, 178)
    detail = {
        "member_id": member,
        "order_number": order.number,
        "line_id": "1",
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    shop.tells("shop.reviews", ("review.approved", detail), ("review.approved", detail))
    reaches(till, member, 198)


def test_a_till_earns_and_spends_and_a_retry_gets_the_same_response(
    till: Till, member: str, name: str
) -> None:
    earned = till.move(f"{member}/earn", f"e-{name}", bought(name, 100))
    assert (earned.status, earned.json()["available"]) == (200, 100)
    spent = till.move(f"{member}/spend", f"s-{name}", {"points": 30})
    again = till.move(f"{member}/spend", f"s-{name}", {"points": 30})
    assert "Idempotent-Replayed" not in spent.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == spent.json()
    other = till.move(f"{member}/spend", f"s-{name}", {"points": 31})
    assert (other.status, other.json()["code"]) == (422, "idempotency_key_reused")
    back = till.move(f"{member}/spend/{spent.json()['spend_id']}/return", f"b-{name}")
    assert back.json()["available"] == till.balance(member)["available"] == 100


def test_a_hold_is_captured_at_the_till(till: Till, member: str, name: str) -> None:
    till.move(f"{member}/earn", f"e-{name}", bought(name, 100))
    held = till.move(f"{member}/holds", f"h-{name}", {"points": 40}).json()["hold_id"]
    assert till.balance(member)["held"] == 40
    captured = till.move(f"{member}/holds/{held}/capture", f"c-{name}", {"points": 25})
    assert captured.json()["available"] == 75
    released = till.move(f"{member}/holds/{held}/release", f"r-{name}")
    assert (released.status, released.json()["code"]) == (409, "hold_ended")


def test_simultaneous_spends_never_spend_a_point_twice(till: Till, member: str, name: str) -> None:
    till.move(f"{member}/earn", f"e-{name}", bought(name, 50))

    def spend(place: int) -> tuple[int, str]:
        key = f"s-{name}-{place % 8}"
        while (answer := till.move(f"{member}/spend", key, {"points": 10})).status == 503:
            pass
        return answer.status, str(answer.json().get("code", answer.json().get("spend_id")))

    with ThreadPoolExecutor(MOST_AT_ONCE) as crowd:
        responses = set(crowd.map(spend, range(16)))
    assert Counter(status for status, _ in responses)[200] == 5
    assert {answer for status, answer in responses if status == 409} == {"not_enough_points"}
    assert till.balance(member)["available"] == 0


def test_the_member_gets_a_mail_about_returned_points_that_had_expired(
    stack: LocalStack, till: Till, member: str, name: str
) -> None:
    """Changes a spend's lots in the table, so that its points have already expired."""
    till.move(f"{member}/earn", f"e-{name}", bought(name, 50))
    till.move(f"{member}/spend", f"s-{name}", {"points": 20, "spend_id": name})
    table, dynamodb = stack.outputs["PointsTable"], stack.client("dynamodb")
    rows = dynamodb.query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues={":pk": {"S": f"M#{member}"}, ":sk": {"S": "OP#spend#"}},
    )["Items"]
    [row] = rows
    dynamodb.put_item(TableName=table, Item=row | {"lots": {"M": {"2026-01-02": {"N": "20"}}}})
    back = till.move(f"{member}/spend/{name}/return", f"b-{name}")
    assert (back.json()["lapsed"], back.json()["available"]) == (20, 30)
    mail = await_true(
        lambda: Mailbox(str(stack.facts["mailbox_url"])).mails_to(f"p.{name.lower()}@example.com"),
        what="the mail to the member",
    )
    assert mail[0]["Subject"] == "20 returned points had already expired"


def test_a_till_finds_a_member_and_spends_with_the_card_on_their_phone(
    stack: LocalStack, counter: Till, member: str, name: str
) -> None:
    email = f"p.{name.lower()}@example.com"
    phone = Visitor(stack.portal_url)
    phone.get("/points/sign-in")
    mailbox = Mailbox(str(stack.facts["mailbox_url"]))
    assert phone.post("/points/sign-in", email=email).location == "/code"
    phone.get("/code")
    assert phone.post("/code", code=mailbox.next_code(email, 0)).location == "/points"

    def shown() -> str:
        digits = phone.get("/points/card").find(r'<p class="digits">((?:<span>\d{4}</span> )+)</p>')
        return re.sub(r"\D", "", digits)

    card = shown()
    for named in ({"card": card}, {"email": email}):
        found = counter.ask("POST", "/members/find", named)
        assert (found.status, found.json()["member_id"]) == (200, member)
        openapi.keeps_to_it("POST", "/members/find", 200, found.headers, found.json())
    counter.move(f"{member}/earn", f"e-{name}", bought(name, 100))
    bare = counter.move(f"{member}/spend", f"n-{name}", {"points": 30})
    assert (bare.status, bare.json()["code"]) == (403, "card_required")
    spent = counter.move(f"{member}/spend", f"s-{name}", {"points": 30, "shown": card})
    assert (spent.status, spent.json()["available"]) == (200, 70)
    again = counter.move(f"{member}/holds", f"h-{name}", {"points": 30, "shown": card})
    assert (again.status, again.json()["code"]) == (409, "card_used")
    nobody = counter.ask("POST", "/members/find", {"phone": "+14155550100"})
    assert (nobody.status, nobody.json()["code"]) == (404, "member_not_found")


def test_a_missing_key_and_an_unknown_member_change_nothing(stack: LocalStack, till: Till) -> None:
    answer = till.ask("POST", f"/points/{NOBODY}/spend", {"points": 5})
    assert (answer.status, answer.json()["code"]) == (400, "idempotency_key_required")
    answer = till.move(f"{NOBODY}/spend", "key", {"points": 5})
    assert (answer.status, answer.json()["code"]) == (404, "member_not_found")
    stranger = Till(stack.portal_url, f"ac_{'0' * 10}_{'0' * 52}")
    assert stranger.ask("GET", f"/points/{NOBODY}").status == 401
