"""My card on screens as people hold them to a scanner: its bars are read off the picture."""

import io
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

from aftercare.members.card import LENGTH
from tests.fakes.browser_pages import measures
from tests.fakes.browser_pages.scenes import Scene

pytestmark = pytest.mark.browser

# Width in CSS pixels, dots a pixel, and the reader's text size in per cent.
SCREENS = [(320, 2, 100), (390, 3, 100), (390, 3, 200), (1280, 1, 100), (1280, 1, 200)]


@pytest.fixture(params=["light", "dark"])
def colours(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=SCREENS, ids=lambda screen: "-".join(map(str, screen)))
def page(
    request: pytest.FixtureRequest, chromium: Browser, colours: Literal["light", "dark"]
) -> Iterator[Page]:
    width, dots, _ = request.param
    screen: dict[str, Any] = {"viewport": {"width": width, "height": 800}}
    with chromium.new_context(
        **screen, device_scale_factor=dots, color_scheme=colours, java_script_enabled=True
    ) as context:
        yield context.new_page()


def test_the_bars_are_read_as_the_digits_below_them(
    request: pytest.FixtureRequest, page: Page, portal_url: str, every_scene: list[Scene]
) -> None:
    [scene] = [scene for scene in every_scene if scene.name == "points, card"]
    pairs = [cookie.partition("=") for cookie in scene.cookies.split("; ") if cookie]
    page.context.add_cookies(
        [{"name": name, "value": value, "url": portal_url} for name, _, value in pairs]
    )
    page.goto(f"{portal_url}{scene.path}")
    measures.set_text_size(page, request.node.callspec.params["page"][2])
    digits = "".join(filter(str.isdigit, page.locator(".digits").inner_text()))
    assert len(digits) == LENGTH
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("L")
    [code] = zxingcpp.read_barcodes(picture)
    assert (code.symbology_identifier, code.text) == ("]C0", digits)
