"""A body that is refused names the field and its rule, and never the value."""

from typing import Any

import pytest

from tests.fakes.points_desk import NOBODY, PointsTill
from tests.integration.points.test_points_api_refusals import GOOD, OTHERS

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
POINTS = "points must be a whole number from 1 to 10000000."
ID = (
    "must be 1 to 64 letters, digits, dots, dashes, underscores or colons, a letter or digit first."
)
CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("spend", {"points": "mei@example.com"}, "points", POINTS),
    ("spend", {"points": 10_000_001}, "points", POINTS),
    ("spend", {"spend_id": "mei tanaka"}, "spend_id", f"spend_id {ID}"),
    ("hold", {"hold_id": "h\n"}, "hold_id", f"hold_id {ID}"),
    ("capture", {"points": None}, "points", POINTS),
    ("return", {"return_id": None}, "return_id", f"return_id {ID}"),
    (
        "earn",
        {"amount": 0},
        "amount",
        "amount must be in whole minor units, from 1 to 1000000000.",
    ),
    (
        "earn",
        {"occurred_at": "yesterday"},
        "occurred_at",
        "occurred_at must be a time with an offset, as in 2026-11-27T09:30:00Z, from 1900 to 2199.",
    ),
    (
        "adjust",
        {"points": 0},
        "points",
        "points must be a whole number, from 1 to 10000000 up or down.",
    ),
    ("adjust", {"who": "Dana\n"}, "who", "who must be one line of text of 1 to 200 characters."),
]


@pytest.mark.parametrize(("operation", "changes", "field", "detail"), CASES)
def test_a_refused_body_names_the_field_and_its_rule(
    operation: str, changes: dict[str, Any], field: str, detail: str
) -> None:
    body = GOOD[operation] | changes
    reply = PointsTill().move(operation, NOBODY, path=OTHERS, **body)
    assert reply.problem == (400, "request_invalid")
    assert (reply.body["field"], reply.body["detail"]) == (field, detail)


def test_a_field_that_is_missing_is_named() -> None:
    reply = PointsTill().move("spend", NOBODY)
    assert (reply.body["field"], reply.body["detail"]) == ("points", "points is missing.")


def test_a_field_that_no_operation_knows_is_named_in_the_sentence() -> None:
    reply = PointsTill().move("spend", NOBODY, points=5, member=NOBODY)
    assert reply.body["detail"] == "There is no member 'member' in this body."


@pytest.mark.parametrize("points", ["5.0", "5", "50e-1"])
def test_a_whole_number_may_be_written_in_any_way_that_json_has(points: str) -> None:
    reply = PointsTill().send("spend", NOBODY, f'{{"points": {points}}}')
    assert reply.problem == (404, "member_not_found")
