"""My points on the portal: total, expiries, history, file; for members alone."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aftercare.kernel.clock import local_day, utc_now
from aftercare.members.model import Member
from aftercare.points.request import Caller
from aftercare.points.rules import published
from portal import rooms
from portal.edge import sessions_of
from portal.points.words import MINUS
from tests.fakes import points_desk
from tests.fakes.actors import MAILER
from tests.fakes.aws import counted
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.hostile import CURSORS
from tests.fakes.house import House
from tests.fakes.mails import Mailbox
from tests.fakes.orders import FIGURE, NOON, ORDERS_INGEST, paid, refunded
from tests.fakes.points import BY_TILL
from tests.fakes.points_desk import PointsTill, earned_long_ago, fresh, joined

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
HEADER = ["Day", "What happened", "Points", "Where", "Details", "Good through"]


@pytest.fixture
def member(functions: None) -> Member:  # noqa: ARG001 - what it stands on
    return joined()


@pytest.fixture
def till() -> PointsTill:
    return PointsTill()


@pytest.fixture
def browser(portal: Browser, member: Member) -> Browser:
    return portal.sign_in(member.email)


def program_day(days: int) -> str:
    """A day from now in the program's zone, as the page writes it."""
    day = (datetime.now(UTC) + timedelta(days=days)).astimezone(published().zone)
    return f"{day:%B} {day.day}, {day.year}"


@pytest.mark.parametrize("path", ["/points", "/points/history", "/points.csv"])
def test_who_has_not_proved_an_address_is_asked_to(portal: Browser, path: str) -> None:
    page = portal.get(path)
    assert (page.status, page.location) == (303, "/points/sign-in")


def test_after_signing_in_they_are_where_they_wanted_to_be(
    portal: Browser, house: House, member: Member
) -> None:
    number = f"A-{fresh('order')}".upper()
    house.orders.record(paid(number=number, email=member.email), actor=ORDERS_INGEST)
    portal.get("/?to=/points")
    portal.post("/", order_number=number, email=member.email)
    session = sessions_of(SIGNING_KEY.encode(), secure=False).read(portal.cookie)
    assert session is not None
    mailbox = Mailbox()
    rooms.access().send_code(session.requests, mailbox, actor=MAILER)
    [(_, code)] = mailbox.sent
    assert portal.post("/code", code=code).location == "/points"


def test_who_is_no_member_is_told_so_kindly(portal: Browser) -> None:
    stranger = portal.sign_in(f"{fresh('stranger')}@example.com")
    page = stranger.get("/points")
    assert page.status == 200
    assert "No points under this address" in page.text
    assert stranger.get("/points/history").location == "/points"
    assert stranger.get("/points.csv").location == "/points"


def test_a_member_without_points_reads_how_to_get_some(browser: Browser) -> None:
    page = browser.get("/points")
    assert "0 points to spend" in page.text
    assert "You get a point for each dollar" in page.text
    assert '<svg class="chart"' not in page.body


def test_the_page_tells_the_total_and_what_is_set_aside(
    browser: Browser, till: PointsTill, member: Member
) -> None:
    till.earn(member.member_id, 1_250)
    till.move("hold", member.member_id, points=50)
    text = browser.get("/points").text
    assert "1,200 points to spend" in text
    assert "50 points set aside for a purchase" in text
    day = local_day(utc_now() + timedelta(days=30), published().zone)
    written = f"{day:%B} {day.day}, {day.year}"
    assert f"50 points until {written} at the latest" in text
    assert f"Until {written} at the latest" in text


@pytest.mark.parametrize("path", ["/points", "/points/history", "/points.csv"])
def test_a_page_reads_the_session_the_member_the_account_and_its_movements_once(
    browser: Browser, till: PointsTill, member: Member, path: str
) -> None:
    till.earn(member.member_id, 178)
    browser.get(path)  # the first request of all reads the key that signs sessions
    with counted("dynamodb") as calls:
        assert browser.get(path).status == 200
    assert calls == ["GetItem", "Query", "GetItem", "Query"]


def test_one_point_is_no_points(browser: Browser, till: PointsTill, member: Member) -> None:
    till.earn(member.member_id, 1)
    assert "1 point to spend" in browser.get("/points").text


def test_a_debt_is_told_and_how_it_ends(browser: Browser, till: PointsTill, member: Member) -> None:
    receipt = till.earn(member.member_id, 42).body["operation_id"].rpartition("#")[2]
    till.move("spend", member.member_id, points=30)
    till.move("refund", member.member_id, receipt=receipt, amount=4200)
    text = browser.get("/points").text
    assert "0 points to spend" in text
    assert "You owe 30 points after a refund." in text
    assert "Nothing: you have no points to spend right now." in text


def test_the_table_tells_what_expires_when_as_the_chart_shows_it(
    browser: Browser, till: PointsTill, member: Member
) -> None:
    for points, days_ago in ((35, 364), (64, 358), (230, 200)):
        till.earn(member.member_id, points, days_ago)
    page = browser.get("/points")
    assert "35 by tomorrow 99 within 7 days" in page.text
    rows = re.findall(r'<th scope="row">([^<]+?) ?<(?:.*?)<td>([^<]+)</td>', page.body)
    told = [(day.strip(), points) for day, points in rows]
    assert told == [(program_day(1), "35"), (program_day(7), "64"), (program_day(165), "230")]
    assert 'role="img" aria-label="Bar chart' in page.body
    shown = sum(int(bar) for bar in re.findall(r"<title>\w+: (\d+)</title>", page.body))
    assert shown == 35 + 64 + 230


def test_later_days_fold_away(browser: Browser, till: PointsTill, member: Member) -> None:
    for days_ago in range(10, 90, 10):
        till.earn(member.member_id, 5, days_ago)
    assert "Later: 10 points" in browser.get("/points").text


def test_each_movement_is_told_in_words(browser: Browser, till: PointsTill, member: Member) -> None:
    of = member.member_id
    receipt = till.earn(of, 100).body["operation_id"].rpartition("#")[2]
    till.earn(of, 60, days_ago=367)
    spent = till.move("spend", of, points=30).body["spend_id"]
    till.move("return", of, path={"spend_id": spent}, points=10)
    held = till.move("hold", of, points=20).body["hold_id"]
    till.move("capture", of, path={"hold_id": held}, points=5)
    till.move("adjust", of, points=7, who="Dana", why="The price tag was wrong.")
    till.move("refund", of, receipt=receipt, amount=100)
    text = browser.get("/points/history").text
    for words in (
        "Points for your purchase",
        f"Store S-0412, receipt {receipt}",
        f"Good through the end of {program_day(365)}",
        "60 points had expired already",
        "Spent",
        "Back from a purchase",
        "For a purchase that isn’t settled yet",
        "5 points of it; the rest came back",
        "Added by our team",
        "Taken back after a refund",
        f"{MINUS}30 points",
        "+10 points",
    ):
        assert words in text, words
    assert "Dana" not in text


def test_what_somebody_wrote_cannot_become_markup(
    browser: Browser, till: PointsTill, member: Member
) -> None:
    till.move("adjust", member.member_id, points=7, who="x", why="<script>alert(1)</script>")
    for path in ("/points", "/points/history"):
        assert "<script>alert" not in browser.get(path).body


def test_an_order_that_earned_is_a_link(browser: Browser, member: Member) -> None:
    order = f"A-{fresh('order')}".upper()
    bought = rooms.orders().record(paid(number=order, email=member.email), actor=ORDERS_INGEST)
    points_desk.earning().settle_order(bought, actor=BY_TILL)
    assert f'<a href="/orders/{order}">Order {order}</a>' in browser.get("/points").body


def test_a_changed_order_says_so_and_is_a_link(browser: Browser, member: Member) -> None:
    order, orders = f"A-{fresh('order')}".upper(), rooms.orders()
    more = replace(FIGURE, quantity=3)
    events = (
        paid(number=order, email=member.email),
        paid(more, number=order, email=member.email, at=NOON + timedelta(hours=1)),
        refunded("rf-1", number=order, line_1=1),
    )
    for event in events:
        orders.record(event, actor=ORDERS_INGEST)
        points_desk.earning().settle_order(orders.get(order), actor=BY_TILL)
    page = browser.get("/points")
    for words in ("Your order was changed", "+89 points", "Taken back after a refund"):
        assert words in page.text, words
    assert page.body.count(f'<a href="/orders/{order}">Order {order}</a>') == 3


def test_the_history_comes_in_pages(browser: Browser, till: PointsTill, member: Member) -> None:
    for _ in range(27):
        till.earn(member.member_id, 1)
    assert 'href="/points/history"' in browser.get("/points").body
    first = browser.get("/points/history")
    assert first.body.count("Points for your purchase") == 25
    older = re.search(r'href="(/points/history\?cursor=[^"]+)"', first.body)
    assert older
    last = browser.get(older[1])
    assert last.body.count("Points for your purchase") == 2
    assert "?cursor=" not in last.body
    assert "Newest" in last.text


def test_a_cursor_that_is_none_of_ours_is_a_page_that_says_so(browser: Browser) -> None:
    for cursor in ("x", "%00", "A" * 2000, "~", *CURSORS):
        page = browser.get(f"/points/history?cursor={cursor}")
        assert page.status == 400
        assert "That link to earlier movements doesn’t work" in page.text


def test_the_file_has_every_movement_expiries_too(
    browser: Browser, till: PointsTill, member: Member
) -> None:
    earned_long_ago(member.member_id, 60, days_ago=370)
    for points in range(1, 103):
        points_desk.points().adjust(
            member.member_id,
            Caller("tests"),
            fresh("a"),
            points,
            who="Dana",
            why="A test.",
            actor=BY_TILL,
        )
    till.move("spend", member.member_id, points=5)
    page = browser.get("/points.csv")
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert page.headers["Content-Disposition"] == 'attachment; filename="my-points.csv"'
    header, *rows = csv.reader(io.StringIO(page.body.removeprefix("\ufeff")))
    assert header == HEADER
    assert len(rows) == 105
    assert [row[1] for row in (rows[0], rows[-2], rows[-1])] == [
        "Spent",
        "Expired",
        "Points for your purchase",
    ]
    assert "#" not in page.body, "an id of ours"
    changes = sum(int(row[2]) for row in rows)
    assert changes == points_desk.points().balance(member.member_id).available


def test_the_file_is_in_the_members_language(
    browser: Browser, till: PointsTill, member: Member
) -> None:
    till.earn(member.member_id, 10)
    body = browser.get("/points.csv?lang=fr").body
    assert body.startswith("\ufeffJour,Opération,Points")
    assert "Points pour votre achat" in body


@pytest.mark.parametrize("why", ["=1+1", "+49", "-2", "@SUM(A1)", "\tx"])
def test_a_spreadsheet_calculates_nothing_that_somebody_typed(
    browser: Browser, member: Member, why: str
) -> None:
    points_desk.points().adjust(
        member.member_id, Caller("tests"), fresh("a"), 5, who="Dana", why=why, actor=BY_TILL
    )
    rows = list(csv.reader(io.StringIO(browser.get("/points.csv").body)))
    assert all(not cell.startswith(("=", "@", "\t")) for row in rows for cell in row)


def test_nobody_reads_anothers_points(portal: Browser, till: PointsTill, member: Member) -> None:
    till.earn(member.member_id, 777)
    other = portal.sign_in(joined().email)
    for path in ("/points", "/points/history", "/points.csv"):
        assert "777" not in other.get(path).body


def test_whose_account_is_closed_is_no_member_any_more(
    browser: Browser, till: PointsTill, member: Member
) -> None:
    till.earn(member.member_id, 10)
    points_desk.points().close(member.member_id, actor=BY_TILL)
    assert "No points under this address" in browser.get("/points").text


def test_every_signed_in_page_leads_to_the_points(browser: Browser) -> None:
    assert '<a href="/points">My points</a>' in browser.get("/orders").body
