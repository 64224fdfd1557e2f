"""Every mail in every language has no accessibility violations and fits the screen.

Without the stack: a mail is a page of its own.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from aftercare.mail.rendering import Renderer
from aftercare.words.model import LANGUAGES
from infra.mails.samples import SAMPLES
from tests.fakes.browser_pages.chromium import DARK, DESK, Device

pytestmark = pytest.mark.browser

SMALL: Device = {"viewport": {"width": 320, "height": 568}}
# As a program that turns all colours round by itself, and one that drops the style sheet.
TURNED = "html { filter: invert(1) hue-rotate(180deg); }"
BIG = "html { zoom: 2; }"


LONGEST = "fr"


@pytest.mark.parametrize(
    ("language", "device", "style"),
    [
        *(pytest.param(each, SMALL, "", id=f"{each} on a small phone") for each in LANGUAGES),
        pytest.param(LONGEST, SMALL | DARK, "", id="dark"),
        pytest.param(LONGEST, DESK, TURNED, id="colours turned round"),
        pytest.param(LONGEST, DESK | DARK, BIG, id="dark at 200 percent"),
    ],
)
def test_every_mail_is_readable_by_everybody(
    chromium: Browser, language: str, device: Device, style: str
) -> None:
    context = chromium.new_context(**device)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for sample in SAMPLES:
        letter = Renderer("https://returns.example.com")(sample.mail(language))
        page.set_content(letter.html)
        if style:
            page.add_style_tag(content=style)
        assert violations(page) == [], sample.name
        assert widest(page) <= device["viewport"]["width"], sample.name
    assert asked == [], "a mail loads nothing"
    context.close()


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


def widest(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))
