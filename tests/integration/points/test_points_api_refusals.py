"""What store systems are refused when they move points: a problem each, and nothing is written."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.aws import counted
from tests.fakes.hostile import CURSORS
from tests.fakes.points_desk import (
    NOBODY,
    OPERATIONS,
    PointsTill,
    fresh,
    joined,
    open_account,
    sound,
)
from tests.fakes.servers import closed_port
from tests.fakes.trouble import dynamodb_at

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
READS = {"GetItem", "Query"}
OTHERS = {"spend_id": "none", "hold_id": "none"}
GOOD: dict[str, dict[str, Any]] = {
    "earn": {
        "receipt": "R-1",
        "amount": 100,
        "currency": "USD",
        "occurred_at": "2026-11-10T07:59:00Z",
    },
    "refund": {"receipt": "R-1", "amount": 100},
    "spend": {"points": 5},
    "return": {"points": 5},
    "hold": {"points": 5},
    "capture": {"points": 5},
    "release": {},
    "extend": {},
    "return_capture": {"points": 5},
    "adjust": {"points": 5, "who": "Dana", "why": "A wrong tag."},
    "close": {},
}
NO_POINTS = [0, -1, 1.5, 10_000_001, 1e30, True, "5", "five", [5], {"points": 5}, None]
NO_CHANGES = [0, 1.5, 10_000_001, -10_000_001, False, "5", None]
NO_IDS = ["", " ", "a b", "ä", "-x", "x" * 65, "a#b", "a/b", 7, None, True]
NO_MOMENTS = [
    "",
    "yesterday",
    "2026-11-10",
    "2026-11-10T07:59:00",
    "2026-11-31T07:59:00Z",
    "20261110T075900Z",
    "2026-W46-2T07:59:00Z",
    "0001-01-01T00:00:00Z",
    "1899-12-31T23:59:59Z",
    "2200-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2026-11-10T07:59:60Z",
    1762761540,
    None,
]
NO_LINES = ["", "  ", "a\nb", "\x00", "\ud800", "x" * 201, 7, None, ["Dana"]]


@pytest.fixture
def till() -> PointsTill:
    return PointsTill()


@pytest.fixture(scope="module")
def member(tables: dict[str, str]) -> str:
    """One for all: nothing that is refused changes the 20 points."""
    return open_account(tables, 20)


@pytest.fixture
def nothing_written(member: str, functions: None) -> Iterator[None]:  # noqa: ARG001 - it stands on
    """Whatever the test asks for, no request that could write leaves the function."""
    with counted("dynamodb") as calls:
        yield
    assert set(calls) <= READS
    assert sound(member)


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("points", NO_POINTS)
@pytest.mark.parametrize("operation", ["spend", "hold", "return", "capture", "return_capture"])
def test_points_that_are_none_are_refused(
    till: PointsTill, member: str, operation: str, points: Any
) -> None:
    reply = till.move(operation, member, path=OTHERS, points=points)
    assert reply.problem[0] == 400
    assert reply.body["code"] in {"points_invalid", "request_invalid"}


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("points", NO_CHANGES)
def test_a_correction_by_no_points_is_refused(till: PointsTill, member: str, points: Any) -> None:
    reply = till.move("adjust", member, **(GOOD["adjust"] | {"points": points}))
    assert reply.problem[0] == 400


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("amount", [0, -1, 4.5, 1_000_000_001, True, "42", None])
@pytest.mark.parametrize("operation", ["earn", "refund"])
def test_an_amount_that_is_none_is_refused(
    till: PointsTill, member: str, operation: str, amount: Any
) -> None:
    reply = till.move(operation, member, **(GOOD[operation] | {"amount": amount}))
    assert reply.problem == (400, "request_invalid")


@pytest.mark.usefixtures("nothing_written")
def test_an_amount_that_earns_more_than_ten_million_points_is_refused(
    till: PointsTill, member: str
) -> None:
    yen = GOOD["earn"] | {"amount": 10_000_001, "currency": "JPY"}
    assert till.move("earn", member, **yen).problem == (400, "points_invalid")


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("currency", ["", "usd", "XXX", "BTC", "US\nD", 840, None])
def test_a_currency_in_which_nothing_is_earned_is_refused(
    till: PointsTill, member: str, currency: Any
) -> None:
    reply = till.move("earn", member, **(GOOD["earn"] | {"currency": currency}))
    assert reply.problem[0] == 400


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("moment", NO_MOMENTS)
def test_a_time_that_is_none_is_refused(till: PointsTill, member: str, moment: Any) -> None:
    reply = till.move("earn", member, **(GOOD["earn"] | {"occurred_at": moment}))
    assert reply.problem == (400, "request_invalid")


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    ("moment", "problem"),
    [
        ("2196-11-10T07:59:00Z", (400, "points_invalid")),
        ("2007-11-10T07:59:00Z", (409, "no_rules")),
    ],
)
def test_a_purchase_of_the_future_or_of_before_the_program_is_refused(
    till: PointsTill, member: str, moment: str, problem: tuple[int, str]
) -> None:
    reply = till.move("earn", member, **(GOOD["earn"] | {"occurred_at": moment}))
    assert reply.problem == problem


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("name", NO_IDS)
@pytest.mark.parametrize(
    ("operation", "field"),
    [("spend", "spend_id"), ("hold", "hold_id"), ("return", "return_id"), ("refund", "refund_id")],
)
def test_a_name_that_is_none_is_refused(
    till: PointsTill, member: str, operation: str, field: str, name: Any
) -> None:
    reply = till.move(operation, member, path=OTHERS, **(GOOD[operation] | {field: name}))
    assert reply.problem == (400, "request_invalid")


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("text", NO_LINES)
@pytest.mark.parametrize("field", ["who", "why"])
def test_a_correction_says_who_and_why(
    till: PointsTill, member: str, field: str, text: Any
) -> None:
    reply = till.move("adjust", member, **(GOOD["adjust"] | {field: text}))
    assert reply.problem[0] == 400


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_without_an_idempotency_key_nothing_moves(
    till: PointsTill, member: str, operation: str
) -> None:
    reply = till.move(operation, member, key="", path=OTHERS, **GOOD[operation])
    assert reply.problem == (400, "idempotency_key_required")


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("key", [" ", "a b", "schlüssel", "k" * 256, "\x7f"])
def test_a_key_that_is_none_is_refused(till: PointsTill, member: str, key: str) -> None:
    assert till.move("spend", member, key=key, points=5).problem == (400, "request_invalid")


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_member_that_an_operation_does_not_know_is_refused(
    till: PointsTill, member: str, operation: str
) -> None:
    strays: list[dict[str, Any]] = [{"member_id": NOBODY}, {"point": 5}, {"Points": 5}]
    for stray in strays:
        body = json.dumps(GOOD[operation] | stray)
        reply = till.send(operation, member, body, path=OTHERS)
        assert reply.problem == (400, "request_invalid")


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("operation", [name for name in OPERATIONS if GOOD[name]])
def test_what_an_operation_needs_may_not_be_missing(
    till: PointsTill, member: str, operation: str
) -> None:
    needed = set(GOOD[operation]) if operation in {"earn", "refund", "adjust"} else set()
    for name in needed or ({"points"} if operation in {"spend", "hold"} else set()):
        body = {known: value for known, value in GOOD[operation].items() if known != name}
        assert till.move(operation, member, path=OTHERS, **body).problem == (
            400,
            "request_invalid",
        )


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    "body",
    [
        "points=5",
        "5",
        "[5]",
        "null",
        '{"points": 5',
        '{"points": 5, "points": 6}',
        '{"points": NaN}',
        '{"points": ' + "9" * 5000 + "}",
        b'{"points": \xff}',
        json.dumps({"points": 5}) + " " * 16_384,
    ],
)
@pytest.mark.parametrize("operation", ["spend", "capture", "close"])
def test_a_body_that_is_no_object_is_refused(
    till: PointsTill, member: str, operation: str, body: str | bytes
) -> None:
    reply = till.send(operation, member, body, path=OTHERS)
    assert reply.problem == (400, "request_invalid")


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    "nobody", [NOBODY, "mem_1", "mem_", "ret_01JXC0000000000000000000C0", "M#1", "*", "m" * 2000]
)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_is_no_member_is_told_the_same_whoever_asks_for_what(
    till: PointsTill, operation: str, nobody: str
) -> None:
    reply = till.move(operation, nobody, path=OTHERS, **GOOD[operation])
    assert reply.problem == (404, "member_not_found")
    assert reply.body["detail"] == till.balance(NOBODY).body["detail"]
    assert till.statement(nobody).problem == (404, "member_not_found")


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("operation", ["return", "capture", "release", "return_capture", "refund"])
def test_what_was_never_done_cannot_be_taken_back(
    till: PointsTill, member: str, operation: str
) -> None:
    reply = till.move(operation, member, path=OTHERS, **GOOD[operation])
    assert reply.problem == (404, "operation_not_found")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_is_written_to_a_closed_account(till: PointsTill, operation: str) -> None:
    member = joined().member_id
    till.earn(member, 20)
    path = {
        "spend_id": till.move("spend", member, points=5).body["spend_id"],
        "hold_id": till.move("hold", member, points=5).body["hold_id"],
    }
    till.send("close", member, None)
    with counted("dynamodb") as calls:
        reply = till.move(operation, member, path=path, **(GOOD[operation] | _own(operation)))
    if operation == "close":
        assert (reply.status, reply.headers["Idempotent-Replayed"]) == (200, "true")
    else:
        assert reply.status in {404, 409}
        assert reply.body["code"] in {"account_closed", "hold_ended", "operation_not_found"}
    # A key that is new, and asks for what was done before, is noted.
    assert set(calls) <= READS | ({"PutItem"} if operation == "close" else set())
    assert sound(member)


def _own(operation: str) -> dict[str, Any]:
    return {"receipt": fresh("R")} if operation == "earn" else {}


def test_one_members_spends_and_holds_are_not_anothers(till: PointsTill, member: str) -> None:
    other = joined().member_id
    till.earn(other, 20)
    path = {
        "spend_id": till.move("spend", other, points=5).body["spend_id"],
        "hold_id": till.move("hold", other, points=5).body["hold_id"],
    }
    with counted("dynamodb") as calls:
        for operation in ("return", "capture", "release", "return_capture"):
            reply = till.move(operation, member, path=path, **GOOD[operation])
            assert reply.problem == (404, "operation_not_found")
    assert set(calls) <= READS
    assert (till.available(member), till.available(other)) == (20, 10)


@pytest.mark.usefixtures("nothing_written")
def test_more_than_there_is_cannot_be_spent_or_held(till: PointsTill, member: str) -> None:
    for operation in ("spend", "hold"):
        reply = till.move(operation, member, points=21)
        assert reply.problem == (409, "not_enough_points")
    down = GOOD["adjust"] | {"points": -21}
    refusal = till.move("adjust", member, **down)
    assert refusal.problem == (409, "not_enough_points")
    assert refusal.body.keys() >= {"asked", "available"}


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_key_without_the_scope_moves_nothing(member: str, operation: str) -> None:
    others = "points:write" if operation in {"adjust", "close"} else "points:admin"
    reader = PointsTill(scopes=f"points:read authenticity:check {others}")
    reply = reader.move(operation, member, path=OTHERS, **GOOD[operation])
    assert reply.problem == (403, "insufficient_scope")


@pytest.mark.usefixtures("nothing_written")
def test_a_key_without_the_scope_reads_nothing(member: str) -> None:
    writer = PointsTill(scopes="points:write authenticity:check")
    assert writer.balance(member).problem == (403, "insufficient_scope")
    assert writer.statement(member).problem == (403, "insufficient_scope")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "", "²", "9" * 9])
def test_a_page_of_an_impossible_length_is_refused(
    till: PointsTill, member: str, limit: str
) -> None:
    assert till.statement(member, limit=limit).problem[0] == 400


@pytest.mark.parametrize(
    "cursor",
    ["x", "MjAyNg", "~", "ä", "=" * 8, "bm90IGEgdGltZSNlYXJu", "A" * 4000, "//8=", *CURSORS],
)
def test_a_cursor_that_is_none_of_ours_is_refused(
    till: PointsTill, member: str, cursor: str
) -> None:
    assert till.statement(member, cursor=cursor).problem[0] == 400


def test_while_the_table_does_not_answer_it_is_said_to_come_again(
    till: PointsTill, member: str
) -> None:
    with dynamodb_at(closed_port):
        reply = till.move("spend", member, points=5)
    assert reply.problem == (503, "unavailable")
    assert reply.headers["Retry-After"] == "30"
    assert till.available(member) == 20
