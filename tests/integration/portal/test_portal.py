"""The pages, asked as API Gateway asks them, and the workers behind them, in one process."""

import re
from datetime import UTC, datetime

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

import evidence_intake.app
import orders_ingest.app
import returns_worker.app
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.ids import new_id
from aftercare.labels.errors import LabelUnreadableError
from aftercare.orders.model import email_key_of
from aftercare.returns.model import ReturnStatus
from aftercare.web.customers import anonymous
from portal import rooms
from tests.fakes.browser import Browser, Page, deployed_with
from tests.fakes.deliveries import Deliveries
from tests.fakes.events import CONTEXT, queue_event
from tests.fakes.house import WORKER, House, unreadable_page
from tests.fakes.logs import logged
from tests.fakes.mails import message_in
from tests.fakes.orders import EMAIL, HOME, address_detail, shop_detail
from tests.fakes.photos import jpeg

pytestmark = pytest.mark.integration
NUMBER = "WALK-0001"


def code_in_the_mailbox() -> str:
    """The code in the last mail that SES sent to the customer."""
    mail = ses_backends[DEFAULT_ACCOUNT_ID]["us-west-2"].sent_messages[-1]
    assert set(mail.destinations) == {EMAIL}
    found = re.search(r"\b\d{6}\b", str(message_in(mail.raw_data.encode())["Subject"]))
    assert found
    return found.group()


def shop_tells(event_type: str) -> None:
    detail = shop_detail(
        order_number=NUMBER,
        occurred_at=datetime.now(UTC).isoformat(),
        ship_to=address_detail(line2="Apt 5C"),
    )
    message = {"source": "shop.orders", "detail-type": event_type, "detail": detail}
    answer = orders_ingest.app.handler(queue_event(message), CONTEXT)
    assert answer == {"batchItemFailures": []}


def upload(browser: Browser, path: str, photo: bytes) -> None:
    """Asks for a place for a photo and puts it there, as the page's script does."""
    browser.accept = "application/json"
    place = browser.post(f"{path}/photos", content_type="image/jpeg")
    browser.accept = "text/html"
    assert place.status == 201
    found = re.search(r'"key": ?"([^"]+)"', place.body)
    assert found
    bucket = rooms.evidence().photos.uploads
    client("s3").put_object(Bucket=bucket, Key=found.group(1), Body=photo)
    message = {"detail": {"bucket": {"name": bucket}, "object": {"key": found.group(1)}}}
    answer = evidence_intake.app.handler(queue_event(message), CONTEXT)
    assert answer == {"batchItemFailures": []}


def signed_in_by_mail(browser: Browser, post: Deliveries) -> str:
    """Walks through the way in; returns the code that was typed."""
    browser.get("/")
    assert browser.post("/", order_number=NUMBER, email=EMAIL).location == "/code"
    assert post.carry() == ["access.code_requested"]
    browser.get("/code")
    code = code_in_the_mailbox()
    assert browser.post("/code", code=code).location == f"/orders/{NUMBER}"
    return code


def chosen_and_submitted(browser: Browser) -> str:
    """Walks from the orders to a submitted return; returns its path."""
    assert NUMBER in browser.get("/orders").body
    item = f"/orders/{NUMBER}/item?line=1"
    assert item in browser.get(f"/orders/{NUMBER}").body
    browser.get(item)
    form = {"units": "1", "reason": "missing_parts", "note": "Ask Mei Tanaka about it."}
    path = browser.post(item, **form).location
    upload(browser, path, jpeg(640, 480))
    assert "too small" in browser.get(path).body
    upload(browser, path, jpeg())
    assert browser.post(f"{path}/submit").location == path
    return path


@pytest.fixture
def post(tables: dict[str, str]) -> Deliveries:
    client("ses").verify_email_identity(EmailAddress="returns@aftercare.example")
    return Deliveries([tables["AccessTable"], tables["ReturnsTable"], tables["LabelsTable"]])


def personal(code: str) -> list[str]:
    """What no log may contain: who they are, where they live, what they typed, what they own."""
    return [
        EMAIL,
        EMAIL.partition("@")[0] + "@",
        email_key_of(EMAIL),
        HOME.name,
        HOME.name.split()[1],
        HOME.line1,
        HOME.city,
        HOME.postal_code,
        "Apt 5C",
        code,
        "203.0.113.7",
        "test key",
    ]


def test_a_return_walks_from_the_first_page_to_its_label_and_no_log_names_anybody(
    portal: Browser, post: Deliveries, caplog: pytest.LogCaptureFixture
) -> None:
    with logged() as log:
        for event_type in ("order.paid", "order.shipped", "order.delivered"):
            shop_tells(event_type)
        code = signed_in_by_mail(portal, post)
        path = chosen_and_submitted(portal)
        types = [
            "return.created",
            "return.submitted",
            "return.approved",
            "label.released",
            "return.label_ready",
        ]
        assert post.carry() == types
        page = portal.get(path)
        assert "Your label is ready" in page.body
        assert ".pdf" in portal.get(f"{path}/label").location
        assert portal.post("/sign-out").location == "/"
    said = log.getvalue() + caplog.text
    assert len(log.lines) > 20
    for name in personal(code):
        assert name not in said, name


def test_when_every_handler_fails_no_log_names_anybody_either(
    portal: Browser, post: Deliveries, caplog: pytest.LogCaptureFixture
) -> None:
    with logged() as log:
        failing_everywhere(portal, post)
    said = log.getvalue() + caplog.text
    assert said.count('"message failed"') == 4
    for name in personal("042042"):
        assert name not in said, name


def failing_everywhere(portal: Browser, post: Deliveries) -> None:
    detail = shop_detail(order_number=EMAIL, email=[EMAIL], ship_to=HOME.line1)
    bad = {"detail-type": "order.paid", "detail": detail}
    entry = {"detail": {"subject": EMAIL, "entry_id": HOME.name}}
    unknown = {
        "detail": {
            "entry_id": "ent_1",
            "entry_type": "return.submitted",
            "subject": EMAIL,
            "occurred_at": "2026-06-10T19:00:00Z",
            "data": {"name": HOME.name},
        }
    }
    orders_ingest.app.handler(queue_event(bad, EMAIL), CONTEXT)
    returns_worker.app.handler(queue_event(entry, unknown), CONTEXT)
    portal.sign_in(EMAIL)
    portal.get(f"/orders/{EMAIL}")
    portal.post("/", order_number=HOME.name, email=EMAIL + " " + HOME.line1)
    portal.post("/code", code="042042")
    assert post.carry() == []


# ---------------------------------------------------------------- known and unknown look the same


def looked_for(number: str, email: str) -> list[Page]:
    """Everything that a browser with the same first cookie sees on the way to the code."""
    browser = Browser(source=f"198.51.100.{len(number)}").take(SESSION)
    pages = [browser.get("/"), browser.post("/", order_number=number, email=email)]
    pages.append(browser.get("/code"))
    pages += [browser.post("/code", code="000000") for _ in range(6)]
    return pages


SESSION = anonymous()


def without_cookie(page: Page) -> dict[str, str]:
    headers = dict(page.headers)
    cookie = headers.pop("Set-Cookie", "")
    return headers | {"cookie's flags": cookie.partition(";")[2]}


@pytest.mark.usefixtures("functions")
def test_a_known_and_an_unknown_order_get_the_same_bytes_and_headers(house: House) -> None:
    house.clock.now = datetime.now(UTC)
    number = house.delivered_order(email="known@example.com").order_number
    mine = looked_for(number, "known@example.com")
    for other in ("PM-UNKNOWN-1", "PM-UNKNOWN-22"):
        theirs = looked_for(other, "unknown@example.com")
        assert [page.body for page in mine] == [page.body for page in theirs]
        assert [page.status for page in mine] == [page.status for page in theirs]
        assert [without_cookie(p) for p in mine] == [without_cookie(p) for p in theirs]


# ---------------------------------------------------------------- the cookie


def set_cookie(page: Page) -> list[str]:
    return [part.strip() for part in page.headers["Set-Cookie"].split(";")]


def test_the_cookie_is_for_our_server_alone_for_half_an_hour(portal: Browser) -> None:
    name, *flags = set_cookie(portal.get("/"))
    assert name.startswith("aftercare=")
    assert flags == ["Path=/", "Max-Age=1800", "HttpOnly", "SameSite=Lax"]


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("https://returns.example.com", True),
        ("http://returns.example.com", True),
        ("", True),
        ("http://localhost.example.com", True),
        ("http://localhost:8787", False),
        ("http://127.0.0.1:8787", False),
    ],
)
def test_off_loopback_the_cookie_travels_encrypted_only(
    portal: Browser, url: str, *, secure: bool
) -> None:
    with deployed_with(portal_url=url):
        page = portal.get("/")
    assert ("Secure" in set_cookie(page)) is secure


def test_signing_in_changes_every_token_and_signing_out_again(portal: Browser) -> None:
    portal.get("/")
    before = portal.csrf
    portal.sign_in(EMAIL)
    portal.get("/orders")
    assert portal.csrf != before
    inside = portal.csrf
    assert portal.post("/sign-out").location == "/"
    portal.get("/")
    assert portal.csrf not in {before, inside}
    assert portal.get("/orders").status == 303


def test_a_code_page_without_a_request_leads_back_to_the_start(portal: Browser) -> None:
    assert portal.get("/code").location == "/"
    assert portal.sign_in(EMAIL).get("/code").location == "/orders"


def test_what_a_customer_typed_is_shown_to_them_and_never_run(portal: Browser) -> None:
    portal.get("/")
    page = portal.refused("/", order_number='"><script>alert(1)</script>', email="<b>@x.y")
    assert "<script>alert" not in page.body
    assert "&lt;script&gt;alert" in page.body


def test_a_submitted_return_is_shown_again_however_often_it_is_submitted(
    house: House, portal: Browser
) -> None:
    house.clock.now = datetime.now(UTC)
    draft = house.draft(house.delivered_order(), new_id("ret", house.clock.now))
    house.add_good_photo(draft)
    portal.sign_in(EMAIL)
    path = f"/returns/{draft.return_id}"
    assert [portal.post(f"{path}/submit").location for _ in range(2)] == [path, path]
    ret = house.returns.owned(draft.email_key, draft.return_id)
    assert ret.status is ReturnStatus.SUBMITTED
    assert ret.ticket in portal.get(path).body


# ---------------------------------------------------------------- a label that takes longer


def test_a_label_that_could_not_be_made_is_on_the_returns_page_until_it_is(
    portal: Browser, house: House
) -> None:
    house.clock.now = datetime.now(UTC)
    draft = house.draft(house.delivered_order(), new_id("ret", house.clock()))
    house.add_good_photo(draft)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)
    with pytest.raises(LabelUnreadableError):
        house.print_label(draft.return_id, unreadable_page)
    for entry in house.label_entries(draft.return_id):
        house.deliver_label_entry(entry)
    page = portal.sign_in(EMAIL).get(f"/returns/{draft.return_id}")
    assert "Your label is taking longer than usual." in page.body
    assert "Download your prepaid label" not in page.body
    house.make_label(draft.return_id)
    assert "Download your prepaid label" in portal.get(f"/returns/{draft.return_id}").body
