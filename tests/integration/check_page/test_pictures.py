"""The answer shows the product that a code was issued for, if its batch has a picture."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from aftercare.authenticity.codes import shown
from aftercare.batches.model import BatchStatus
from aftercare.batches.store import BatchStore
from aftercare.kernel.timeline import Entry
from aftercare.words.model import LANGUAGES
from tests.fakes.actors import SOMEBODY
from tests.fakes.batch_pictures import kept_picture
from tests.fakes.browser import Browser, Page
from tests.fakes.codes import BATCH_CODES, NOON, batch, code
from tests.fakes.counter import FORGED, customer_checks, fresh_code, stock, unissued_code
from tests.fakes.fixtures import forget_all

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("portal")]
PAGE, NAME = "/authenticity", 'Tiny "Tide" & <Friends>'
SHOWN = [status for status in BatchStatus if status is not BatchStatus.DRAFT]
DATA = {"batch_id": "B00-0000040000", "count": "1000"}
IMAGE = re.compile(r'<img[^>]+"/pictures/[^>]+>')

type Stock = Callable[[str], None]


@pytest.fixture
def stocked(tables: dict[str, str]) -> Stock:
    def put(picture: str) -> None:
        forget_all()  # batches of before are used for 30 seconds
        stock(tables["BatchesTable"], picture)

    return put


def checked(browser: Browser, code: str, language: str = "en") -> Page:
    browser.get(PAGE)
    answer = browser.post(f"{PAGE}?lang={language}", code=code)
    return browser.get(f"{answer.location}&lang={language}")


@pytest.mark.parametrize("status", SHOWN)
def test_the_answer_shows_what_should_be_in_the_customers_hand(
    portal: Browser, stocked: Stock, status: BatchStatus
) -> None:
    key = kept_picture()
    stocked(key)
    page = checked(portal, fresh_code(status))
    [image] = IMAGE.findall(page.body)
    assert f'src="/pictures/{key}.svg"' in image
    assert 'alt="Tiny Tide"' in image
    assert 'width="160" height="160"' in image, "the page does not move when it arrives"
    assert len(page.body.encode()) <= 40_000
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]


def test_a_repeat_check_and_a_doubt_show_it_too(portal: Browser, stocked: Stock) -> None:
    stocked(kept_picture())
    code = fresh_code()
    for visitor in "abcd":
        page = checked(portal, code)
        assert len(IMAGE.findall(page.body)) == 1
        customer_checks(code, visitor)
    assert 'data-verdict="suspect"' in checked(Browser(), code).body
    assert len(IMAGE.findall(checked(Browser(), code).body)) == 1


def test_a_batch_without_a_picture_shows_none(portal: Browser, stocked: Stock) -> None:
    stocked("")
    for status in SHOWN:
        page = checked(portal, fresh_code(status))
        assert "Tiny Tide" in page.text
        assert "Compare the product" not in page.text
        assert IMAGE.findall(page.body) == []


def test_what_we_never_issued_shows_no_picture(portal: Browser, stocked: Stock) -> None:
    stocked(kept_picture())
    for typed in (FORGED, unissued_code(), fresh_code(BatchStatus.DRAFT), "7K4M-2U9D"):
        assert "/pictures/" not in checked(portal, typed).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_products_name_is_the_pictures_in_every_language(
    portal: Browser, tables: dict[str, str], language: str
) -> None:
    made = replace(batch(number := 40 + list(LANGUAGES).index(language)), product=NAME)
    made = replace(made, picture=kept_picture())
    entry = Entry("ent_0", "batch.export_requested", made.batch_id, NOON, DATA, actor=SOMEBODY)
    BatchStore(tables["BatchesTable"]).add(made, entry)
    page = checked(portal, shown(code(number * BATCH_CODES + 7)), language)
    [image] = IMAGE.findall(page.body)
    assert 'alt="Tiny &#34;Tide&#34; &amp; &lt;Friends&gt;"' in image
    assert page.text.count(NAME) >= 2


def test_the_picture_is_an_image_of_our_origin_whichever_batch_it_is_of(portal: Browser) -> None:
    page = portal.get(f"/pictures/{kept_picture()}.svg")
    assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert 'viewBox="0 0 320 320"' in page.body
    assert 5_000 < len(page.body) < 12_000
