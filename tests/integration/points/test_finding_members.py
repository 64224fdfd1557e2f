"""A till finds the member in front of it, within what its client may ask."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from aftercare.kernel.clock import utc_now
from aftercare.points.limits import published, read_limits
from aftercare.points.limits_store import LimitStore
from tests.fakes import cards_shown, points_desk
from tests.fakes.actors import SOMEBODY
from tests.fakes.logs import logged
from tests.fakes.points_desk import PointsTill, fresh, joined

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
DAY = published().versions[-1].everybody.finds
FORGED = cards_shown.forged()


@pytest.fixture
def till() -> PointsTill:
    return PointsTill(client_id=fresh("ac_finds").replace("-", "_"), scopes="members:find")


def test_a_member_is_found_by_card_phone_and_email(till: PointsTill) -> None:
    member = joined(phone="+14155550160", language="fr")
    card = cards_shown.card_of(member.member_id)
    by = {"card": card, "phone": "001 (415) 555-0160", "email": f" {member.email.upper()} "}
    for name, text in by.items():
        reply = till.find(**{name: text})
        assert (reply.status, reply.body) == (
            200,
            {"member_id": member.member_id, "language": "fr", "found_by": name},
        )
        assert reply.headers["Cache-Control"] == "no-store"


def test_nobody_is_found_in_the_same_words_whatever_the_reason(till: PointsTill) -> None:
    left = joined(phone="+14155550161")
    card = cards_shown.card_of(left.member_id)
    points_desk.members().close(left.member_id, actor=SOMEBODY)
    for _ in range(2):
        joined(phone="+14155550162")
    answers = [
        till.find(card=card),
        till.find(card=FORGED),
        till.find(phone="+14155550161"),
        till.find(phone="+14155550162"),
        till.find(phone="+14155550163"),
        till.find(email=left.email),
        till.find(email="nobody.here@example.com"),
    ]
    said = {json.dumps(reply.body | {"instance": ""}) for reply in answers}
    assert {reply.problem for reply in answers} == {(404, "member_not_found")}
    assert len(said) == 1


def test_a_slip_of_a_scanner_is_told_apart_and_looks_nobody_up(till: PointsTill) -> None:
    card = cards_shown.card_of(joined().member_id)
    for slip in (card[:-1], card[1:] + card[0], "0", "mem_01JXC0000000000000000000C0"):
        assert till.find(card=slip).problem == (400, "card_unreadable")
    old = cards_shown.card_of(joined().member_id, utc_now() - timedelta(minutes=11))
    assert till.find(card=old).problem == (409, "card_expired")


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({}, "request_invalid"),
        ({"card": ""}, "request_invalid"),
        ({"phone": "+14155550160", "email": "mei@example.com"}, "request_invalid"),
        ({"name": "Mei"}, "request_invalid"),
        ({"phone": 4155550160}, "request_invalid"),
        ({"phone": "(415) 555-0160"}, "points_invalid"),
        ({"email": "mei"}, "points_invalid"),
    ],
)
def test_what_names_nobody_is_told_by_field(
    till: PointsTill, named: dict[str, object], code: str
) -> None:
    assert till.find(**named).problem == (400, code)


def test_a_key_without_the_scope_finds_nobody() -> None:
    till = PointsTill(scopes="points:read points:write points:admin")
    assert till.find(email="mei@example.com").problem == (403, "insufficient_scope")


def test_who_tries_numbers_is_stopped_after_a_tenth_of_a_day(
    till: PointsTill, tables: dict[str, str]
) -> None:
    assert DAY
    assert DAY.day == 10 * 2_000 == 2_000 * DAY.missed
    now, member = datetime.now(UTC), joined(phone="+14155550164")
    store = LimitStore(tables["PointsTable"])
    assert store.add(till.client_id, "find", now, DAY.day - 11, DAY.day)
    assert till.find(phone=member.phone).status == 200
    assert till.find(phone="+14155550165").problem == (404, "member_not_found")
    with logged() as log:
        refused = till.find(phone=member.phone)
    assert refused.problem == (429, "finds_limit_reached")
    assert 0 < int(str(refused.headers["Retry-After"])) <= 24 * 3600
    [line] = [line for line in log.lines if line["message"] == "points limit"]
    assert (line["kind"], line["client_id"]) == ("find", till.client_id)
    # Earning goes on: the limits are counted apart.
    assert PointsTill(client_id=till.client_id).earn(member.member_id, 10).status == 200


def test_a_slip_is_not_counted(till: PointsTill, tables: dict[str, str]) -> None:
    assert DAY
    store = LimitStore(tables["PointsTable"])
    assert store.add(till.client_id, "find", datetime.now(UTC), DAY.day - 1, DAY.day)
    for named in ({"card": "1"}, {"phone": "1"}, {"email": "1"}, {}):
        assert till.find(**named).status == 400
    assert till.find(email=joined().email).status == 200


def test_no_log_line_has_what_a_member_is_found_by(till: PointsTill) -> None:
    member = joined(phone="+14155550166")
    card = cards_shown.card_of(member.member_id)
    with logged() as log:
        till.find(card=card)
        till.find(phone=member.phone)
        till.find(email=member.email)
        till.find(phone="+14155550167")
        till.find(email="nobody.here@example.com")
    text = log.getvalue()
    assert member.member_id in text
    for personal in (card, card[:10], "4155550166", "4155550167", "example.com"):
        assert personal not in text


def test_before_limits_said_how_many_nobody_was_found() -> None:
    older, newer = published().versions
    assert older.finds_of("ac_1").day == 0
    assert newer.finds_of("ac_1") == DAY


def test_a_client_may_have_finds_of_its_own() -> None:
    text = (
        'version = "x"\nvalid_from = "2026-12-01"\nsource = "tests"\n'
        "[operation]\nearn = 1\nspend = 1\nhold = 1\nadjust_up = 1\n"
        "[day]\nearn = 1\nspend = 1\nhold = 1\nadjust_up = 1\n"
        "[finds]\nday = 5\nmissed = 2\n"
        "[clients.ac_busy.operation]\nearn = 2\nspend = 2\nhold = 2\nadjust_up = 2\n"
        "[clients.ac_busy.day]\nearn = 2\nspend = 2\nhold = 2\nadjust_up = 2\n"
        "[clients.ac_large.operation]\nearn = 2\nspend = 2\nhold = 2\nadjust_up = 2\n"
        "[clients.ac_large.day]\nearn = 2\nspend = 2\nhold = 2\nadjust_up = 2\n"
        "[clients.ac_large.finds]\nday = 50\nmissed = 1\n"
    )
    limits = read_limits(text)
    days = [limits.finds_of(client).day for client in ("ac_other", "ac_busy", "ac_large")]
    assert days == [5, 5, 50]
