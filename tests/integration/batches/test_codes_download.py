"""The one-time link over HTTP: looked at freely, used once, and as dead as any other then."""

import base64
import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from aftercare.batches.model import first_export_id
from aftercare.batches.service import BatchService
from aftercare.batches.wiring import BatchesConfig, batch_service
from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import read
from aftercare.words.service import words
from codes_download.app import app
from codes_export.bucket import upload
from codes_export.sheet import Sheet
from tests.fakes.actors import CODES_EXPORT, LI
from tests.fakes.aws import Json, RefusalError, answering
from tests.fakes.browser import FORM, Page
from tests.fakes.logs import logged
from tests.fakes.template import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]

LOOK = json.loads((ROOT / "events" / "codes_download" / "look.json").read_text())
CONTENT = b"code,digital_link\r\nsomething\r\n"


@pytest.fixture
def batches(functions: None) -> BatchService:  # noqa: ARG001 - its settings
    return batch_service(read(BatchesConfig))


@pytest.fixture
def token(batches: BatchService, buckets: dict[str, str]) -> str:
    """A link to a file that is there."""
    batch = batches.draft(
        sku="<b>BB-1</b>", product="Tiny Tide", key_id=0, count=1_000_000, actor=LI
    )
    export = batches.begin_export(
        first_export_id(batch.batch_id), batch.batch_id, actor=CODES_EXPORT
    )[1]
    upload(buckets["CodesBucket"], export.object_key, Sheet(iter(["something\r\n"]), _nobody))
    batches.finish_export(export.export_id, 87_000_021, actor=CODES_EXPORT)
    return batches.offer_link(export.export_id, actor=LI)


def _nobody(_: int) -> None:
    """Progress that nobody sees."""


def ask(method: str, token: str, content_type: str = FORM, **sent: str) -> Page:
    context = LOOK["requestContext"] | {"httpMethod": method}
    headers = {"accept": "text/html", **sent}
    if method == "POST":
        headers["content-type"] = content_type
    event: dict[str, Any] = LOOK | {
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "path": f"/codes/{token}",
        "pathParameters": {"token": token},
        "requestContext": context,
        "body": "" if method == "POST" else None,
    }
    answer = app(event, None)
    return Page(int(answer["statusCode"]), {**answer["headers"]}, answer["body"])


def without_request(page: Page) -> tuple[int, dict[str, str], str]:
    return page.status, page.headers, page.body


def test_looking_shows_what_the_link_is_and_a_button(token: str) -> None:
    page = ask("GET", token)
    assert page.status == 200
    for said in ("B00-0000000000", "1,000,000", "CSV, 87.0 MB", "Download the file"):
        assert said in page.body
    assert "<b>BB-1" not in page.body
    assert "&lt;b&gt;BB-1&lt;/b&gt;" in page.body
    assert re.findall(r"<form[^>]*>", page.body) == ['<form method="post">']


@pytest.mark.parametrize(("language", "number"), [("en", "1,000,000"), ("es", "1.000.000")])
def test_the_pages_are_in_the_visitors_language(token: str, language: str, number: str) -> None:
    spoken = words(language, typeset=True)
    for sent in ({"accept-language": language}, {"cookie": f"aftercare-language={language}"}):
        page = ask("GET", token, **sent)
        assert f'<html lang="{language}">' in page.body
        assert number in page.body
        assert spoken.text("codes_link.title") in page.body
        assert spoken.text("codes_link.dead_title") in ask("GET", "gone", **sent).body


def test_looking_however_often_uses_nothing_up(token: str) -> None:
    pages = [without_request(ask("GET", token)) for _ in range(5)]
    assert pages == pages[:1] * 5
    assert ask("POST", token).status == 303


def test_the_button_leads_to_the_file_for_ten_seconds(token: str, buckets: dict[str, str]) -> None:
    page = ask("POST", token)
    url = urlsplit(page.location)
    query = parse_qs(url.query)
    assert (page.status, page.body) == (303, "")
    assert url.hostname == f"{buckets['CodesBucket']}.s3.us-west-2.amazonaws.com"
    assert query["X-Amz-Expires"] == ["10"]
    assert query["response-cache-control"] == ["no-store"]
    assert query["response-content-disposition"][0].startswith('attachment; filename="codes-B00-')
    assert url.path.startswith("/codes/B00-")


def test_of_twenty_who_press_the_button_at_once_one_gets_the_file(token: str) -> None:
    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda _: ask("POST", token).status, range(20)))
    assert sorted(statuses) == [303] + [404] * 19


def test_a_link_that_is_used_unknown_or_too_old_gets_the_same_page(
    token: str, batches: BatchService
) -> None:
    ask("POST", token)
    late = replace(batches, clock=lambda: utc_now() - timedelta(days=8))
    old = late.draft(sku="BB-1", product="Tiny Tide", key_id=0, count=1, actor=LI)
    export_id = first_export_id(old.batch_id)
    late.begin_export(export_id, old.batch_id, actor=CODES_EXPORT)
    late.finish_export(export_id, 5, actor=CODES_EXPORT)
    dead = [token, late.offer_link(export_id, actor=LI), "A" * 43, "x", "%00", "../../batches"]
    pages = [without_request(ask(method, each)) for each in dead for method in ("GET", "POST")]
    assert pages == pages[:1] * len(pages)
    status, _, body = pages[0]
    assert status == 404
    assert "ask the person who sent it for a new link" in body


def test_every_answer_is_guarded_and_kept_nowhere(token: str, buckets: dict[str, str]) -> None:
    for page in (ask("GET", token), ask("GET", "unknown"), ask("POST", token)):
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert f"form-action 'self' https://{buckets['CodesBucket']}.s3.us-west-2" in policy
        assert policy.endswith("base-uri 'none'; frame-ancestors 'none'")
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "Set-Cookie" not in page.headers


def test_the_pages_only_style_is_the_one_that_its_policy_allows(token: str) -> None:
    page = ask("GET", token)
    [style] = re.findall(r"<style>(.*?)</style>", page.body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.body


def test_a_table_that_does_not_answer_is_a_page_that_says_later(token: str) -> None:
    def refuse(_: Json) -> Json:
        raise RefusalError("ProvisionedThroughputExceededException")

    with answering("dynamodb", "GetItem", refuse), logged():
        page = ask("GET", token)
    assert (page.status, page.headers["Retry-After"]) == (503, "30")
    assert "Please try again in a minute." in page.body
    assert ask("GET", token).status == 200


def test_another_kind_of_body_is_a_problem_and_uses_nothing_up(
    token: str, batches: BatchService
) -> None:
    page = ask("POST", token, "application/json", accept="*/*")
    assert (page.status, page.problem["code"]) == (415, "unsupported_media_type")
    assert batches.look_at(token)


def test_no_line_of_the_log_has_the_link_in_it(token: str) -> None:
    with logged() as log:
        ask("GET", token)
        ask("POST", token)
    assert [line["route"] for line in log.lines] == ["GET /codes/{token}", "POST /codes/{token}"]
    assert token not in log.getvalue()


def test_a_method_that_the_link_does_not_have_is_a_page_for_browsers(token: str) -> None:
    page = ask("PUT", token)
    assert page.status == 405
    assert "<h1>This address works another way</h1>" in page.body
    assert ask("PUT", token, accept="*/*").problem["code"] == "method_not_allowed"
