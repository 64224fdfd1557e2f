"""Our way of asking axe finds what axe finds."""

import pytest
from playwright.sync_api import Browser

from tests.fakes.browser_pages import axe

pytestmark = pytest.mark.browser

FAULTLESS = """<!doctype html><html lang="en"><title>A page</title>
<style>:root { background: #fff; color: #111 }</style>
<main><h1>A page</h1><p id="text">Some words.</p></main>"""
FAULTS = {
    "a picture without words": ('<p id="text">', '<img src="data:,"><p id="text">', "image-alt"),
    "pale in light": ("#111", "#ddd", "color-contrast"),
    "pale in the dark": (
        "</style>",
        "@media (prefers-color-scheme: dark) { p { color: #ddd } }</style>",
        "color-contrast",
    ),
}


def found(chromium: Browser, html: str) -> dict[str, str]:
    """The reports on that page, in light and in the dark, each asked for twice."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_content(html)
        reports: dict[str, str] = {}
        for colours, rules in axe.RULES.items():
            page.emulate_media(color_scheme=colours)
            reports[colours] = axe.violations(page, *rules)
            assert axe.violations(page, *rules) == reports[colours]
        return reports


def test_a_page_without_faults_has_no_report(chromium: Browser) -> None:
    assert found(chromium, FAULTLESS) == {"light": "", "dark": ""}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_reported_where_it_can_be_seen(chromium: Browser, fault: str) -> None:
    good, bad, rule = FAULTS[fault]
    reports = found(chromium, FAULTLESS.replace(good, bad))
    colours = "dark" if fault.endswith("dark") else "light"
    assert rule in reports[colours]
    assert (reports["light"] == "") == (colours == "dark")
