"""What the browser makes of photos before they leave it, on pages of this process."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from aftercare.evidence.model import CONTENT_TYPES, MOST_BYTES
from aftercare.kernel.ids import new_id
from tests.fakes import photos as builders
from tests.fakes.browser import Browser as Session
from tests.fakes.browser_pages.chromium import PHONE
from tests.fakes.browser_pages.customer import File
from tests.fakes.browser_pages.served import serving_pages
from tests.fakes.house import House
from tests.fakes.orders import EMAIL

pytestmark = pytest.mark.browser

# Keeps what the page sends to the bucket; an intercepted request shows no file.
KEEP_FILES = """
window.sent = [];
const append = FormData.prototype.append;
FormData.prototype.append = function (name, value) {
  if (value instanceof Blob) document.documentElement.dataset.sent = window.sent.push(value);
  return append.call(this, name, value);
};
"""
LAST_SENT = """async () => {
  const photo = window.sent.at(-1);
  const drawn = await createImageBitmap(photo).catch(() => ({ width: 0, height: 0 }));
  return [photo.type, drawn.width, drawn.height, photo.size];
}"""
STATE = ".upload [data-words]"


@pytest.fixture
def draft(house: House, functions: None, chromium: Browser) -> Iterator[Page]:  # noqa: ARG001
    """The page of a draft, with a bucket that takes everything."""
    house.clock.now = datetime.now(UTC)
    ret = house.draft(house.delivered_order(), new_id("ret", house.clock.now))
    name, _, value = Session().sign_in(EMAIL).cookie.partition("=")
    with serving_pages() as address, chromium.new_context(**PHONE) as context:
        context.add_cookies([{"name": name, "value": value, "url": address}])
        context.add_init_script(KEEP_FILES)
        page = context.new_page()
        page.route("https://test-uploads.s3.*/**", took)
        page.goto(f"{address}/returns/{ret.return_id}")
        yield page


def took(route: Route) -> None:
    route.fulfill(status=204, headers={"Access-Control-Allow-Origin": "*"})


def pick(page: Page, *files: File) -> None:
    picker = page.get_by_label("Take or choose photos")
    picker.set_input_files([file.payload for file in files])


def sent(page: Page, tries: int = 1) -> tuple[str, int, int, int]:
    """Type, width, height and bytes of the photo that left last, in that many tries."""
    expect(page.locator("html")).to_have_attribute("data-sent", str(tries))
    kind, width, height, size = page.evaluate(LAST_SENT)
    return kind, width, height, size


def test_a_photo_of_48_megapixels_is_made_small_enough_to_be_screened(draft: Page) -> None:
    photo = builders.saved(builders.scene(8000, 6000), "JPEG", exif=builders.exif(6), quality=50)
    pick(draft, File("IMG_48.JPG", "image/jpeg", photo))
    kind, width, height, _ = sent(draft)
    assert (kind, width, height) == ("image/jpeg", 1920, 2560)  # upright


def test_a_photo_of_ordinary_size_leaves_as_it_is(draft: Page) -> None:
    photo = builders.jpeg(2560, 1920)
    pick(draft, File("IMG_5.JPG", "image/jpeg", photo))
    assert sent(draft) == ("image/jpeg", 2560, 1920, len(photo))


def test_a_photo_above_15_mb_is_made_smaller_before_it_is_refused(draft: Page) -> None:
    photo = builders.jpeg(2400, 1800) + b"\0" * MOST_BYTES
    pick(draft, File("IMG_6.JPG", "image/jpeg", photo))
    kind, width, height, size = sent(draft)
    assert (kind, width, height) == ("image/jpeg", 2400, 1800)
    assert size < MOST_BYTES


def test_what_the_browser_cannot_draw_leaves_as_it_is(draft: Page) -> None:
    photo = builders.heic()
    with draft.expect_request("**/photos") as asked:
        pick(draft, File("IMG_7.HIF", "", photo))
    assert asked.value.post_data is not None
    assert "content_type=image%2Fheif" in asked.value.post_data
    assert sent(draft)[1:] == (0, 0, len(photo))


@pytest.mark.parametrize("kind", sorted(CONTENT_TYPES))
def test_no_type_that_the_server_takes_is_stopped_in_the_browser(draft: Page, kind: str) -> None:
    with draft.expect_request("**/photos") as asked:
        pick(draft, File("photo", kind, b"whatever the server says of it"))
    assert asked.value.post_data is not None
    assert kind.replace("/", "%2F") in asked.value.post_data
    sent(draft)


def test_a_file_that_says_nothing_of_itself_is_for_the_server_to_judge(draft: Page) -> None:
    pick(draft, File("IMG_8", "", builders.png()))
    sent(draft)


def test_a_file_of_another_kind_and_an_empty_one_say_so(draft: Page) -> None:
    pick(draft, File("receipt.pdf", "application/pdf", b"%PDF"), File("e.jpg", "image/jpeg", b""))
    expect(draft.locator(STATE)).to_contain_text(["We can’t open this kind", "This file is empty."])


def test_a_file_that_changed_after_it_was_picked_says_so_and_is_asked_for_again(
    draft: Page, tmp_path: Path
) -> None:
    photo = tmp_path / "IMG_9.jpg"
    photo.write_bytes(builders.jpeg())
    draft.route("https://test-uploads.s3.*/**", lambda route: route.abort())
    draft.get_by_label("Take or choose photos").set_input_files(photo)
    expect(draft.locator(STATE)).to_contain_text("The connection dropped.")
    photo.write_bytes(builders.jpeg(1000, 800))
    draft.get_by_role("button", name="Try again").click()
    expect(draft.locator(STATE)).to_contain_text("This photo changed after you chose it")
    with draft.expect_file_chooser() as asked:
        draft.get_by_role("button", name="Try again").click()
    draft.unroute("https://test-uploads.s3.*/**")
    draft.route("https://test-uploads.s3.*/**", took)
    asked.value.set_files(photo)
    assert sent(draft, tries=3)[1:3] == (1000, 800)
