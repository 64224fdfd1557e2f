"""Store systems move points: each request takes effect once; its answers."""

from typing import Any

import pytest

from tests.fakes.logs import logged
from tests.fakes.points_desk import PointsTill, fresh, joined, sound

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
HEADER = "recorded_at,occurred_at,kind,points,change,lapsed,due,operation_id"


@pytest.fixture
def till() -> PointsTill:
    return PointsTill()


@pytest.fixture
def member(functions: None) -> str:  # noqa: ARG001 - what it stands on
    return joined().member_id


def purchase(amount: int, **changes: str) -> dict[str, Any]:
    """A purchase in dollars on the eve of November 10th, in the program's zone."""
    return {"amount": amount, "currency": "USD", "occurred_at": "2026-11-10T07:59:00Z", **changes}


def test_who_has_nothing_is_told_so(till: PointsTill, member: str) -> None:
    body = till.balance(member).body
    assert body == {
        "member_id": member,
        "status": "open",
        "available": 0,
        "held": 0,
        "holds": [],
        "debt": 0,
        "next_expiries": [],
        "due_within": {"1": 0, "7": 0, "30": 0},
        "time_zone": "America/Los_Angeles",
    }


def test_a_purchase_earns_a_point_for_each_whole_unit_and_tells_how_long_they_are_good(
    till: PointsTill, member: str
) -> None:
    bought: dict[str, Any] = {
        "amount": 4299,
        "currency": "USD",
        "occurred_at": "2026-11-10T07:59:00Z",
    }
    reply = till.move("earn", member, receipt="S0412/77", **bought)
    assert reply.status == 200
    told = {name: reply.body[name] for name in ("kind", "points", "available", "lapsed")}
    assert told == {"kind": "earn", "points": 42, "available": 42, "lapsed": 0}
    # The eve of the tenth in the program's zone, and 365 days from there.
    assert reply.body["good_through"] == "2027-11-09"
    assert reply.body["operation_id"] == "earn#S-0412#S0412/77"


def test_yen_have_no_cents(till: PointsTill, member: str) -> None:
    """By the rules of their day, when a yen earned a point."""
    bought: dict[str, Any] = {
        "amount": 1200,
        "currency": "JPY",
        "occurred_at": "2026-11-10T07:59:00+09:00",
    }
    assert till.move("earn", member, receipt=fresh("R"), **bought).body["points"] == 1200


def test_a_purchase_of_so_long_ago_that_its_points_have_expired_lapses_at_once(
    till: PointsTill, member: str
) -> None:
    reply = till.earn(member, 60, days_ago=367)
    assert (reply.body["points"], reply.body["lapsed"], reply.body["available"]) == (60, 60, 0)
    assert till.available(member) == 0
    assert sound(member)


def test_the_balance_tells_what_is_due_within_a_day_a_week_and_a_month(
    till: PointsTill, member: str
) -> None:
    for points, days_ago in ((10, 364.5), (20, 360), (40, 340), (80, 1)):
        till.earn(member, points, days_ago)
    body = till.balance(member).body
    assert body["available"] == 150
    assert body["due_within"] == {"1": 10, "7": 30, "30": 70}
    days = [expiry["good_through"] for expiry in body["next_expiries"]]
    assert days == sorted(days)
    assert [expiry["points"] for expiry in body["next_expiries"]] == [10, 20, 40, 80]


def test_what_is_due_soonest_is_spent_first(till: PointsTill, member: str) -> None:
    till.earn(member, 100)
    till.earn(member, 30, days_ago=300)
    reply = till.move("spend", member, points=50, spend_id=fresh("s"))
    assert (reply.body["points"], reply.body["available"]) == (50, 80)
    assert [expiry["points"] for expiry in till.balance(member).body["next_expiries"]] == [80]


def test_five_and_five_point_nought_are_one_number(till: PointsTill, member: str) -> None:
    till.earn(member, 100)
    key = fresh("key")
    first = till.send("spend", member, '{"points": 5}', key=key)
    again = till.send("spend", member, '{"points": 5.0}', key=key)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.body == first.body


def test_a_spend_goes_back_in_parts_and_never_more_than_was_spent(
    till: PointsTill, member: str
) -> None:
    till.earn(member, 100)
    spent = till.move("spend", member, points=70).body["spend_id"]
    path = {"spend_id": spent}
    assert till.move("return", member, path=path, points=50).body["available"] == 80
    assert till.move("return", member, path=path, points=30).problem == (409, "too_much")
    assert till.move("return", member, path=path).body["points"] == 20
    assert till.move("return", member, path=path).problem == (409, "too_much")
    assert till.available(member) == 100


def test_a_hold_is_captured_in_part_and_the_rest_goes_back(till: PointsTill, member: str) -> None:
    till.earn(member, 100)
    held = till.move("hold", member, points=60).body["hold_id"]
    body = till.balance(member).body
    assert (body["available"], body["held"]) == (40, 60)
    reply = till.move("capture", member, path={"hold_id": held}, points=45)
    assert (reply.body["points"], reply.body["available"]) == (45, 55)
    assert till.move("release", member, path={"hold_id": held}).problem == (409, "hold_ended")
    back = till.move("return_capture", member, path={"hold_id": held})
    assert (back.body["points"], back.body["available"]) == (45, 100)


def test_a_hold_is_captured_whole_when_no_points_are_named(till: PointsTill, member: str) -> None:
    till.earn(member, 100)
    held = till.move("hold", member, points=60).body["hold_id"]
    assert till.send("capture", member, None, path={"hold_id": held}).body["points"] == 60


def test_a_hold_says_until_when_and_is_extended(till: PointsTill, member: str) -> None:
    till.earn(member, 100)
    held = till.move("hold", member, points=60)
    path = {"hold_id": held.body["hold_id"]}
    extended = till.send("extend", member, None, path=path, key=fresh("key"))
    assert (extended.body["kind"], extended.body["points"]) == ("extend", 0)
    assert (extended.body["hold_id"], extended.body["available"]) == (path["hold_id"], 40)
    assert extended.body["held_until"] > held.body["held_until"]
    assert extended.body["held_until"].endswith("Z")
    balance = till.balance(member).body
    assert balance["holds"] == [{"points": 60, "held_until": extended.body["held_until"]}]
    moves = till.statement(member).body["movements"]
    told = {move["kind"]: move.get("held_until") for move in moves}
    assert (told["hold"], told["extend"]) == (
        held.body["held_until"],
        extended.body["held_until"],
    )


def test_an_extension_is_made_once_for_its_key(till: PointsTill, member: str) -> None:
    till.earn(member, 100)
    path = {"hold_id": till.move("hold", member, points=60).body["hold_id"]}
    key = fresh("key")
    first, again = (till.send("extend", member, None, path=path, key=key) for _ in range(2))
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_hold_of_another_client_is_not_extended(till: PointsTill, member: str) -> None:
    till.earn(member, 100)
    path = {"hold_id": till.move("hold", member, points=60).body["hold_id"]}
    other = PointsTill(client_id="ac_other")
    assert other.send("extend", member, None, path=path).problem == (404, "operation_not_found")


def test_a_hold_is_released(till: PointsTill, member: str) -> None:
    till.earn(member, 100)
    held = till.move("hold", member, points=60, hold_id=fresh("cart")).body["hold_id"]
    assert till.send("release", member, None, path={"hold_id": held}).body["available"] == 100


def test_a_refund_in_the_store_takes_back_what_the_purchase_earned_too_much(
    till: PointsTill, member: str
) -> None:
    receipt = till.earn(member, 42).body["operation_id"].rpartition("#")[2]
    till.move("spend", member, points=30)
    reply = till.move("refund", member, receipt=receipt, amount=4200)
    assert (reply.body["kind"], reply.body["points"]) == ("clawback", 42)
    body = till.balance(member).body
    assert (body["available"], body["debt"]) == (-30, 30)
    assert till.earn(member, 50).body["available"] == 20
    assert sound(member)


def test_more_than_was_paid_is_not_paid_back(till: PointsTill, member: str) -> None:
    receipt = till.earn(member, 42).body["operation_id"].rpartition("#")[2]
    assert till.move("refund", member, receipt=receipt, amount=4201).problem == (409, "too_much")


def test_an_account_is_corrected_up_and_down_and_the_member_may_read_why(
    till: PointsTill, member: str
) -> None:
    who: dict[str, Any] = {"who": "Dana, S-0412", "why": "The price tag was wrong."}
    assert till.move("adjust", member, points=25, **who).body["kind"] == "adjust_up"
    assert till.move("adjust", member, points=-5, **who).body["available"] == 20
    [down, _] = till.statement(member).body["movements"]
    assert (down["change"], down["why"]) == (-5, "The price tag was wrong.")
    assert "Dana" not in str(down)


def test_a_closed_account_has_lost_its_points_and_nothing_happens_to_it_any_more(
    till: PointsTill, member: str
) -> None:
    till.earn(member, 100)
    till.move("hold", member, points=30)
    reply = till.send("close", member, None)
    assert (reply.body["kind"], reply.body["points"], reply.body["available"]) == (
        "forfeit",
        100,
        0,
    )
    assert till.earn(member, 5).problem == (409, "account_closed")
    body = till.balance(member).body
    assert (body["available"], body["held"]) == (0, 0)
    assert sound(member)


@pytest.mark.parametrize("operation", ["earn", "spend", "hold", "adjust"])
def test_a_request_that_is_sent_again_is_told_the_same_and_moves_nothing(
    till: PointsTill, member: str, operation: str
) -> None:
    till.earn(member, 100)
    bodies: dict[str, dict[str, Any]] = {
        "earn": {"receipt": fresh("R"), **purchase(500)},
        "adjust": {"points": 7, "who": "Dana", "why": "A wrong tag."},
    }
    body, key = bodies.get(operation, {"points": 7}), fresh("key")
    first = till.move(operation, member, key=key, **body)
    left = till.available(member)
    assert "Idempotent-Replayed" not in first.headers
    till.earn(member, 1000)
    again = till.move(operation, member, key=key, **body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.body == first.body
    assert till.available(member) == left + 1000


def test_a_key_that_came_with_another_request_is_refused(till: PointsTill, member: str) -> None:
    till.earn(member, 100)
    key, other = fresh("key"), joined().member_id
    till.move("spend", member, key=key, points=10)
    assert till.move("spend", member, key=key, points=11).problem == (422, "idempotency_key_reused")
    assert till.move("hold", member, key=key, points=10).problem == (422, "idempotency_key_reused")
    assert till.move("spend", other, key=key, points=10).problem == (422, "idempotency_key_reused")
    assert till.move("close", member, key=key).problem == (422, "idempotency_key_reused")
    assert till.available(member) == 90


def test_each_client_has_keys_and_names_of_its_own(till: PointsTill, member: str) -> None:
    other = PointsTill(client_id="ac_zzzzzzzzzz", store_id="S-0999")
    till.earn(member, 100)
    key, name = fresh("key"), fresh("s")
    till.move("spend", member, key=key, points=10, spend_id=name)
    assert other.move("spend", member, key=key, points=20, spend_id=name).status == 200
    assert till.available(member) == 70
    path = {"spend_id": name}
    assert other.move("return", member, path=path, points=20).body["points"] == 20
    assert till.move("return", member, path=path).body["points"] == 10


def test_a_name_is_kept_whatever_the_key(till: PointsTill, member: str) -> None:
    till.earn(member, 100)
    name = fresh("s")
    first = till.move("spend", member, points=10, spend_id=name)
    again = till.move("spend", member, points=10, spend_id=name)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.body == first.body
    changed = till.move("spend", member, points=11, spend_id=name)
    assert changed.problem == (409, "operation_reused")


def test_a_receipt_earns_once_for_one_member(till: PointsTill, member: str) -> None:
    bought: dict[str, Any] = {
        "amount": 500,
        "currency": "USD",
        "occurred_at": "2026-11-10T07:59:00Z",
    }
    receipt = fresh("R")
    till.move("earn", member, receipt=receipt, **bought)
    other = till.move("earn", joined().member_id, receipt=receipt, **bought)
    assert other.problem == (409, "purchase_claimed")
    elsewhere = PointsTill(store_id="S-0999").move("earn", member, receipt=receipt, **bought)
    assert elsewhere.body["available"] == 10


def test_the_statement_comes_in_pages_that_do_not_move(till: PointsTill, member: str) -> None:
    for points in range(1, 8):
        till.earn(member, points)
    first = till.statement(member, limit="3").body
    assert [movement["points"] for movement in first["movements"]] == [7, 6, 5]
    till.earn(member, 100)
    seen, cursor = list(first["movements"]), first["next_cursor"]
    while cursor:
        page = till.statement(member, limit="3", cursor=cursor).body
        seen, cursor = seen + page["movements"], page.get("next_cursor", "")
    assert [movement["points"] for movement in seen] == [7, 6, 5, 4, 3, 2, 1]


def test_changes_on_the_statement_add_up_to_what_is_available(
    till: PointsTill, member: str
) -> None:
    till.earn(member, 100)
    till.earn(member, 60, days_ago=367)
    held = till.move("hold", member, points=30).body["hold_id"]
    till.move("capture", member, path={"hold_id": held}, points=10)
    till.move("adjust", member, points=-5, who="Dana", why="A wrong tag.")
    movements = till.statement(member).body["movements"]
    assert sum(movement["change"] for movement in movements) == till.available(member) == 85


def test_the_statement_as_a_file_has_a_header_and_every_movement_and_leads_on(
    till: PointsTill, member: str
) -> None:
    for points in (1, 2, 3):
        till.earn(member, points)
    reply = till.statement(member, accept="text/csv", limit="2")
    assert reply.headers["Content-Type"] == "text/csv"
    header, *rows = str(reply.body).splitlines()
    assert header == HEADER
    assert [row.split(",")[2:4] for row in rows] == [["earn", "3"], ["earn", "2"]]
    cursor = str(reply.headers["Link"]).partition("cursor=")[2].partition("&")[0]
    last = till.statement(member, accept="text/csv", limit="2", cursor=cursor)
    assert len(str(last.body).splitlines()) == 2
    assert "Link" not in last.headers


def test_neither_member_nor_body_is_in_the_log(till: PointsTill, member: str) -> None:
    till.earn(member, 100)
    with logged() as log:
        till.move("adjust", member, points=25, who="Dana Reyes", why="The price tag was wrong.")
        till.move("spend", member, points=10_000)
    [first, _] = log.lines
    assert first["route"] == "POST /points/{member_id}/adjustments"
    assert not [word for word in ("Dana", "price tag", member) if word in log.getvalue()]


def test_csv_that_is_not_wanted_is_not_sent(till: PointsTill, member: str) -> None:
    for accept in ("text/csv;q=0", "application/json, text/csv;q=0.5"):
        reply = till.statement(member, accept=accept)
        assert reply.body["member_id"] == member


def test_a_closed_account_says_that_it_is_closed(till: PointsTill, member: str) -> None:
    till.earn(member, 10)
    assert till.move("close", member).status == 200
    body = till.balance(member).body
    assert (body["status"], body["available"]) == ("closed", 0)
