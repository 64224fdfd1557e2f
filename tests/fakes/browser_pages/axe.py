"""Axe on a page as it stands: put into each document once, and telling only what is wrong."""

from collections.abc import Mapping
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import BrowserContext, Page

type Colours = Literal["light", "dark"]

# The rules that a page is held to in each of its colours; all, if none is named. In the dark those
# that look at colours: nothing else differs, as tests/unit/web/test_dark.py checks.
RULES: Mapping[Colours, tuple[str, ...]] = {
    "light": (),
    "dark": ("color-contrast", "link-in-text-block"),
}

_RUN = "options => axe.run(options).then(({ violations }) => ({ violations }))"


def awaits(context: BrowserContext) -> None:
    """Has each document come with axe in it: a browser keeps what it has compiled of a script."""
    context.add_init_script(AXE_SCRIPT)


def violations(page: Page, *rules: str) -> str:
    """Axe's report on the page, by all rules or by those; empty if it finds nothing."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = AxeResults(page.evaluate(_RUN, options))
    return str(found.generate_report()) if found.violations_count else ""
