"""Marks on a photo by finger, by keyboard, by screen reader and without JavaScript."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from aftercare.evidence.model import Evidence, EvidenceKind
from aftercare.kernel.ids import new_id
from tests.fakes import photos as builders
from tests.fakes.browser import Browser as Session
from tests.fakes.browser_pages.chromium import DARK, DESK, NO_JAVASCRIPT, PHONE, Device
from tests.fakes.browser_pages.served import serving_pages
from tests.fakes.house import House
from tests.fakes.orders import EMAIL

pytestmark = pytest.mark.browser

SIDE = pytest.mark.parametrize("device", [PHONE, DESK | DARK], ids=["phone", "desk in dark"])


# In one step: between two, the page may scroll to the list of marks.
_PLACE = """() => {
    const image = document.querySelector(".canvas img").getBoundingClientRect();
    const pin = document.querySelector(".pins circle").getBoundingClientRect();
    return [
        (pin.x + pin.width / 2 - image.x) / image.width,
        (pin.y + pin.height / 2 - image.y) / image.height,
    ];
}"""
"""The first pin's centre as parts of the picture's sides."""


@pytest.fixture
def photo(house: House, functions: None) -> Evidence:  # noqa: ARG001
    """An accepted close-up of a draft."""
    house.clock.now = datetime.now(UTC)
    draft = house.draft(house.delivered_order(), new_id("ret", house.clock.now))
    return house.add_good_photo(draft, EvidenceKind.CLOSE_UP)


@contextmanager
def opened(chromium: Browser, photo: Evidence, *devices: Device) -> Iterator[Page]:
    """The photo's page; the bucket has a picture of 1200 by 900."""
    name, _, value = Session().sign_in(EMAIL).cookie.partition("=")
    device = {key: value for given in devices for key, value in given.items()}
    with serving_pages() as address, chromium.new_context(**device) as context:
        context.add_cookies([{"name": name, "value": value, "url": address}])
        page = context.new_page()
        picture = builders.jpeg()
        page.route(
            "**/photos/*/picture",
            lambda route: route.fulfill(body=picture, content_type="image/jpeg"),
        )
        page.goto(f"{address}/returns/{photo.return_id}/photos/{photo.evidence_id}")
        yield page


def kept(house: House, photo: Evidence) -> list[tuple[int, int, str]]:
    """The photo's marks, in hundredths of its sides."""
    marks = house.evidence.slot(photo.return_id, photo.evidence_id).marks
    return [(round(mark.x / 100), round(mark.y / 100), mark.text) for mark in marks]


def says(page: Page, text: str) -> None:
    page.get_by_label("What is wrong there?").fill(text)
    page.get_by_role("button", name="Add this mark").click()
    lists(page, text)


def lists(page: Page, text: str) -> None:
    """Waits until the answer lists that mark, and is loaded.

    Before that its pins are drawn below the picture, and a key that is pressed may be lost.
    """
    expect(page.get_by_role("listitem").filter(has_text=text)).to_be_visible()
    page.wait_for_load_state()


@SIDE
def test_a_finger_marks_exactly_what_it_touches(
    house: House, photo: Evidence, chromium: Browser, device: Device
) -> None:
    with opened(chromium, photo, device) as page:
        box = page.get_by_label("Crosshair over the photo").bounding_box()
        assert box
        page.get_by_label("Crosshair over the photo").click(
            position={"x": box["width"] * 0.25, "y": box["height"] * 0.9}
        )
        expect(page.get_by_label("What is wrong there?")).to_be_focused()
        says(page, "A crack")
        assert [round(part, 2) for part in page.evaluate(_PLACE)] == [0.25, 0.9]
    [(x, y, text)] = kept(house, photo)
    assert (abs(x - 25) <= 1, abs(y - 90) <= 1, text) == (True, True, "A crack")


def test_the_keyboard_alone_marks_and_takes_off(
    house: House, photo: Evidence, chromium: Browser
) -> None:
    with opened(chromium, photo, DESK) as page:
        page.get_by_label("Crosshair over the photo").focus()
        for key in ("Shift+ArrowLeft", "Shift+ArrowLeft", "ArrowLeft", "Shift+ArrowUp"):
            page.keyboard.press(key)
        expect(page.locator("[data-announcer]")).to_have_text("Left, 29 % across, 40 % down")
        page.keyboard.press("Enter")
        expect(page.locator("[data-announcer]")).to_contain_text("Now say what is wrong there.")
        page.keyboard.type("Glue")
        page.keyboard.press("Enter")
        lists(page, "1. Left: Glue")
        assert kept(house, photo) == [(29, 40, "Glue")]
        page.get_by_role("button", name="Remove mark 1").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("No marks yet.")).to_be_visible()
    assert kept(house, photo) == []


def test_a_mark_without_a_place_or_words_says_so_and_keeps_the_words(
    photo: Evidence, chromium: Browser
) -> None:
    with opened(chromium, photo, PHONE) as page:
        page.get_by_label("What is wrong there?").fill("A crack")
        page.get_by_role("button", name="Add this mark").click()
        expect(page.get_by_role("alert")).to_contain_text("Please choose a place in the picture.")
        expect(page.get_by_label("What is wrong there?")).to_have_value("A crack")
        page.get_by_role("alert").get_by_role("link").click()
        expect(page).to_have_url(re.compile("#place$"))


def test_without_javascript_one_of_nine_areas_is_marked(
    house: House, photo: Evidence, chromium: Browser
) -> None:
    with opened(chromium, photo, PHONE, NO_JAVASCRIPT) as page:
        box = page.locator(".areas").bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.8)
        expect(page.get_by_label("Bottom right")).to_be_checked()
        says(page, "A crack")
        page.get_by_label("Top left").focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_label("Top", exact=True)).to_be_checked()
        says(page, "Glue")
    assert kept(house, photo) == [(83, 83, "A crack"), (50, 17, "Glue")]
