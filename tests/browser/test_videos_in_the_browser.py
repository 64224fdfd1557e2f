"""A video leaves the browser in parts, and goes on after a lost connection and a reload."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from aftercare.evidence.videos import PART_BYTES
from aftercare.kernel.aws import client
from aftercare.kernel.ids import new_id
from tests.fakes.browser import Browser as Session
from tests.fakes.browser_pages.chromium import PHONE
from tests.fakes.browser_pages.served import serving_pages
from tests.fakes.house import WORKER, House, good_photo
from tests.fakes.orders import EMAIL
from tests.fakes.videos import mp4

pytestmark = pytest.mark.browser
VIDEO = mp4(60, size=2 * PART_BYTES)
STATE = "[data-video-uploads] [data-words]"


@dataclass
class Bucket:
    """Takes parts as S3 does, into the emulated one; refuses those of these numbers."""

    name: str
    lost: set[int] = field(default_factory=set)
    took: list[int] = field(default_factory=list)

    def take(self, route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "PUT"}
        if route.request.method == "OPTIONS":
            route.fulfill(status=204, headers=headers)
            return
        parts = urlsplit(route.request.url)
        query = parse_qs(parts.query)
        number = int(query["partNumber"][0])
        if number in self.lost:
            route.abort()
            return
        client("s3").upload_part(
            Bucket=self.name,
            Key=parts.path.lstrip("/"),
            UploadId=query["uploadId"][0],
            PartNumber=number,
            Body=VIDEO[(number - 1) * PART_BYTES : number * PART_BYTES],
        )
        self.took.append(number)
        route.fulfill(status=200, headers=headers)


@pytest.fixture
def bucket(buckets: dict[str, str]) -> Bucket:
    return Bucket(buckets["UploadsBucket"])


@pytest.fixture
def draft(
    house: House,
    functions: None,  # noqa: ARG001
    chromium: Browser,
    bucket: Bucket,
) -> Iterator[Page]:
    house.clock.now = datetime.now(UTC)
    ret = house.draft(house.delivered_order(), new_id("ret", house.clock.now))
    name, _, value = Session().sign_in(EMAIL).cookie.partition("=")
    with serving_pages() as address, chromium.new_context(**PHONE) as context:
        context.add_cookies([{"name": name, "value": value, "url": address}])
        page = context.new_page()
        page.route("https://test-uploads.s3.*/**", bucket.take)
        page.goto(f"{address}/returns/{ret.return_id}")
        yield page


def payload(
    data: bytes = VIDEO, name: str = "unpacking.mp4", kind: str = "video/mp4"
) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


def test_a_video_leaves_in_parts_and_is_shown_when_it_was_judged(
    draft: Page, house: House, bucket: Bucket
) -> None:
    draft.get_by_label("Record or choose a video").set_input_files(payload())
    expect(draft.locator("[data-photo]")).to_contain_text("Video 1 is on its way")
    assert bucket.took == [1, 2, 3]
    [slot] = house.evidence.of_return(draft.url.rpartition("/")[2])
    house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    expect(draft.locator("[data-photo]")).to_contain_text("1:00 long")
    expect(draft.locator(STATE)).to_have_count(0)


def test_after_a_reload_the_same_file_goes_on_where_it_was(draft: Page, bucket: Bucket) -> None:
    bucket.lost = {2}
    with draft.expect_request(lambda request: "partNumber=2" in request.url):
        draft.get_by_label("Record or choose a video").set_input_files(payload())
    draft.on("dialog", lambda dialog: dialog.accept())
    draft.reload()
    bucket.lost = set()
    draft.get_by_label("Choose video 1 again").set_input_files(payload())
    expect(draft.locator(STATE)).to_have_count(1)
    expect(draft.locator(STATE)).to_have_count(0)
    expect(draft.locator("[data-photo]")).to_contain_text("Video 1 is on its way")
    assert sorted(bucket.took) == [1, 2, 3]
    assert bucket.took[0] == 1


def test_a_lost_part_is_sent_again_by_itself(draft: Page, bucket: Bucket) -> None:
    bucket.lost = {3}
    draft.get_by_label("Record or choose a video").set_input_files(payload())
    with draft.expect_event("requestfailed"):
        pass
    bucket.lost = set()
    expect(draft.locator("[data-photo]")).to_contain_text("Video 1 is on its way")
    assert bucket.took == [1, 2, 3]


def test_a_file_of_another_kind_says_so(draft: Page) -> None:
    draft.get_by_label("Record or choose a video").set_input_files(
        payload(b"%PDF", "receipt.pdf", "application/pdf")
    )
    expect(draft.locator(STATE)).to_contain_text("MP4, MOV and WebM all work")
