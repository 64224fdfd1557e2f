"""A client that finds members spends and holds with the card that they show, and not otherwise."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import boto3
import pytest

from aftercare.kernel.clock import utc_now
from tests.fakes import cards_shown, points_desk
from tests.fakes.cards_shown import card_of
from tests.fakes.logs import logged
from tests.fakes.points_desk import NOBODY, PointsTill, joined

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
SPENDING = pytest.mark.parametrize("operation", ["spend", "hold"])


@pytest.fixture
def till() -> PointsTill:
    return PointsTill(scopes="points:read points:write members:find")


@pytest.fixture
def member(functions: None) -> str:  # noqa: ARG001 - what it stands on
    """A member with 100 points."""
    member_id = joined().member_id
    assert PointsTill().earn(member_id, 100).status == 200
    return member_id


@SPENDING
def test_a_till_that_finds_members_spends_with_the_card_alone(
    till: PointsTill, member: str, operation: str
) -> None:
    assert till.move(operation, member, points=10).problem == (403, "card_required")
    assert till.available(member) == 100
    spent = till.move(operation, member, points=10, shown=card_of(member))
    assert (spent.status, spent.body["available"]) == (200, 90)
    assert points_desk.sound(member)


@SPENDING
def test_todays_clients_go_on_without_a_card(member: str, operation: str) -> None:
    shop = PointsTill(scopes="points:read points:write")
    assert shop.move(operation, member, points=10).status == 200
    # What they send nevertheless is held to.
    forged = cards_shown.forged()
    assert shop.move(operation, member, points=10, shown=forged).problem == (409, "card_mismatch")
    assert shop.available(member) == 90


@SPENDING
def test_a_card_that_is_not_this_members_now_spends_nothing(
    till: PointsTill, member: str, operation: str
) -> None:
    card, now = card_of(member), utc_now()
    refusals = {
        card_of(joined().member_id): (409, "card_mismatch"),
        cards_shown.forged(card[:10]): (409, "card_mismatch"),
        card_of(member, now - timedelta(minutes=11)): (409, "card_expired"),
        card_of(member, now - timedelta(hours=9)): (409, "card_mismatch"),
        card_of(member, now + timedelta(minutes=3)): (409, "card_mismatch"),
        card[1:] + card[0]: (400, "card_unreadable"),
        "x": (400, "card_unreadable"),
        "": (400, "request_invalid"),
    }
    for shown, problem in refusals.items():
        assert till.move(operation, member, points=10, shown=shown).problem == problem
    assert till.available(member) == 100


def test_a_card_pays_once(till: PointsTill, member: str) -> None:
    card = card_of(member)
    assert till.move("spend", member, points=10, shown=card).status == 200
    for operation in ("spend", "hold"):
        again = till.move(operation, member, points=10, shown=card)
        assert again.problem == (409, "card_used")
    newer = card_of(member, utc_now() + timedelta(seconds=30))
    assert till.move("hold", member, points=10, shown=newer).status == 200
    assert till.available(member) == 80


def test_a_retry_gets_the_first_answer_with_whatever_card(till: PointsTill, member: str) -> None:
    card = card_of(member)
    first = till.move("spend", member, key="one", points=10, spend_id="s", shown=card)
    newer = card_of(member, utc_now() + timedelta(seconds=30))
    expired = card_of(member, utc_now() - timedelta(hours=1))
    for shown in (card, newer, expired):
        for key in ("one", None):
            again = till.move("spend", member, key=key, points=10, spend_id="s", shown=shown)
            assert (again.status, again.body) == (200, first.body)
            assert again.headers["Idempotent-Replayed"] == "true"
    changed = till.move("spend", member, points=11, spend_id="s", shown=newer)
    assert changed.problem == (409, "operation_reused")
    assert till.available(member) == 90
    # The newer card was shown for nothing but a retry: it pays for the next purchase.
    assert till.move("spend", member, points=10, shown=newer).status == 200


def test_a_refused_purchase_leaves_the_card_good(till: PointsTill, member: str) -> None:
    card = card_of(member)
    refused = till.move("spend", member, points=101, shown=card)
    assert refused.problem == (409, "not_enough_points")
    assert till.move("spend", member, points=100, shown=card).status == 200


def test_what_gives_or_ends_needs_no_card(till: PointsTill, member: str) -> None:
    card = card_of(member)
    held = till.move("hold", member, points=20, hold_id="h", shown=card)
    assert held.status == 200
    path = {"hold_id": "h"}
    assert till.earn(member, 1).status == 200
    assert till.move("extend", member, path=path).status == 200
    assert till.move("capture", member, path=path, points=10).status == 200
    assert till.move("return_capture", member, path=path).status == 200
    newer = card_of(member, utc_now() + timedelta(seconds=30))
    assert till.move("spend", member, points=5, spend_id="s", shown=newer).status == 200
    assert till.move("return", member, path={"spend_id": "s"}).status == 200
    assert till.available(member) == 101


def test_of_many_clerks_with_one_card_one_gets_the_points(till: PointsTill, member: str) -> None:
    card = card_of(member)

    def spend(_: int) -> tuple[int, str]:
        reply = till.move("spend", member, points=10, shown=card)
        return reply.status, reply.body.get("code", "")

    with ThreadPoolExecutor(8) as crowd:
        answers = sorted(crowd.map(spend, range(8)))
    assert answers == [(200, ""), *[(409, "card_used")] * 7]
    assert till.available(member) == 90
    assert points_desk.sound(member)


def test_a_member_nobody_knows_is_told_of_after_the_card_is_read(till: PointsTill) -> None:
    card = card_of(joined().member_id)
    assert till.move("spend", NOBODY, points=1, shown=card).problem == (404, "member_not_found")
    assert till.move("spend", NOBODY, points=1, shown="1").problem == (400, "card_unreadable")


def test_a_used_card_is_kept_for_a_day_without_a_name(
    till: PointsTill, member: str, tables: dict[str, str]
) -> None:
    card = card_of(member)
    with logged() as log:
        spent = till.move("spend", member, points=10, shown=card)
    assert card[:10] not in log.getvalue()
    items = boto3.client("dynamodb").scan(TableName=tables["PointsTable"])["Items"]
    [item] = [item for item in items if item["pk"]["S"].startswith(f"SHOWN#{card[:10]}#")]
    assert item["operation_id"]["S"] == spent.body["operation_id"]
    left = int(item["expires_at"]["N"]) - utc_now().timestamp()
    assert 23 * 3600 < left <= 24 * 3600
    assert card[13:] not in json.dumps(item)
