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

# Axe reads each colour of each element anew, and converts it: a third of the time of its contrast.
# A page has a dozen colours, and each text means one.
_SCRIPT = (
    AXE_SCRIPT
    + """;(({ prototype }) => {
  const read = prototype.parseString, known = new Map();
  prototype.parseString = function parseString(text) {
    if (known.has(text)) {
      [this.r, this.g, this.b, this.alpha] = known.get(text);
      return this;
    }
    read.call(this, text);
    known.set(text, [this.r, this.g, this.b, this.alpha]);
    return this;
  };
})(axe.commons.color.Color);"""
)
_RUN = """options => 'axe' in window
  && axe.run(options).then(({ violations }) => ({ violations }))"""


def awaits(context: BrowserContext) -> None:
    """Has each document come with axe in it: a browser keeps what it has compiled of a script."""
    context.add_init_script(_SCRIPT)


def violations(page: Page, *rules: str) -> str:
    """Axe's report on the page, by all rules or by those; empty if it finds nothing."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    answer = page.evaluate(_RUN, options)
    if not answer:
        page.evaluate(_SCRIPT)
        answer = page.evaluate(_RUN, options)
    found = AxeResults(answer)
    return str(found.generate_report()) if found.violations_count else ""
