"""Videos on the deployed stack: sent in parts, judged, watched by staff by a link that ends."""

from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3

from aftercare.evidence.videos import PART_BYTES
from tests.fakes.browser_pages.shop import FIGURES, Mailbox, Order, Shop
from tests.fakes.stack.film import Film, fetched, opened_by_form, put, sent_by_form
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.staff_member import StaffMember
from tests.fakes.stack.visitor import Visitor
from tests.fakes.videos import mp4

pytestmark = pytest.mark.stack
# Three parts, the last one short.
LONG = mp4(60, size=2 * PART_BYTES)


@pytest.fixture(scope="module")
def order(stack: LocalStack) -> Order:
    figures = [FIGURES | {"quantity": 6}]
    return Shop(stack).sells(Order("PM-VIDEO", "video@example.com", lines=figures))


@pytest.fixture(scope="module")
def customer(stack: LocalStack, order: Order) -> Visitor:
    visitor = Visitor(stack.portal_url)
    visitor.signs_in(order, Mailbox(str(stack.facts["mailbox_url"])))
    return visitor


def awaits_words(customer: Visitor, path: str, words: str) -> None:
    await_true(lambda: words in unescape(customer.get(path).body), what=words)


def test_a_video_in_parts_goes_on_after_a_loss_counts_as_evidence_and_is_watched_by_staff(
    stack: LocalStack, customer: Visitor, order: Order
) -> None:
    draft = customer.drafts(order)
    film = Film.of(customer, draft, LONG, "video/quicktime")
    assert film.begins()[0] == [1, 2, 3]
    film.sends([1])
    assert customer.get(film.path).status == 200, "its place waits still"
    # The page is loaded again: nothing but its path and the file is left.
    again = Film(customer, film.path, LONG)
    assert again.begins()[0] == [2, 3]
    assert again.completes().status == 409
    again.sends([3, 2])
    assert again.completes().status == 200
    awaits_words(customer, draft, "Video 1 is here, 1:00 long.")
    customer.submits(draft)
    assert customer.awaits_the_label(draft).startswith(b"%PDF")

    agent = StaffMember.at(stack)
    agent.enters("agent")
    case = draft.replace("/returns/", "/cases/")
    link = unescape(agent.get(case).find(r'href="([^"]+size=video)"'))
    where = agent.get(link).location
    assert parse_qs(urlsplit(where).query)["X-Amz-Expires"] == ["300"]
    whole = fetched(where)
    assert (whole.status, whole.data) == (200, LONG)
    assert whole.headers["Content-Type"] == "video/mp4", "by its container, not as it was declared"
    some = fetched(where, Range="bytes=100-199")
    assert (some.status, some.data) == (206, LONG[100:200])
    assert fetched(where.replace("X-Amz-Expires=300", "X-Amz-Expires=3000")).status == 403
    assert fetched(where.split("?")[0]).status == 403
    assert Visitor(stack.portal_url).get(f"{film.path}/watch").location.startswith("/?")


def test_a_link_takes_its_own_part_and_nothing_else(customer: Visitor, order: Order) -> None:
    film = Film.of(customer, customer.drafts(order), LONG, "video/mp4")
    film.begins()
    link, part = film.link(3), film.part(3)
    other = link.replace("partNumber=3", "partNumber=1")
    assert put(other, part) == 403
    assert (
        put(link.replace(film.path.split("/")[-1], "evd_00000000000000000000000000"), part) == 403
    )
    assert put(link, part) == 200
    assert film.begins()[0] == [1, 2]


def test_without_scripts_one_form_takes_the_whole_video_and_a_refusal_says_why(
    customer: Visitor, order: Order
) -> None:
    draft = customer.drafts(order)
    for video, words in (
        (mp4(2), "Video 1 is too short. It needs at least 3 seconds."),
        (b"\xff\xd8\xff\xe0 a photo with the name of a video", "Video 2 isn’t a video."),
        (LONG, "Video 3 is here, 1:00 long."),
    ):
        slot = opened_by_form(customer, draft)
        assert sent_by_form(slot, video) == f"{customer.portal_url}{draft}"
        awaits_words(customer, draft, words)
    customer.submits(draft)
    assert customer.awaits_the_label(draft).startswith(b"%PDF")


def test_the_bucket_answers_a_preflight_of_the_portal_and_of_nobody_else(
    stack: LocalStack, customer: Visitor, order: Order
) -> None:
    film = Film.of(customer, customer.drafts(order), LONG, "video/mp4")
    film.begins()
    where = film.link(1)
    for origin, allowed in (
        (stack.portal_url, stack.portal_url),
        ("https://elsewhere.example", None),
        (str(stack.facts["console_url"]), None),
    ):
        asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
        with urllib3.PoolManager(retries=False) as pool:
            answer = pool.request("OPTIONS", where, headers=asked)
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed, answer.data
        assert (answer.status == 200) is (allowed is not None)
