"""Measures of a page's layout, taken in the browser."""

from pathlib import Path

from playwright.sync_api import Page, ViewportSize

# Fewer characters a line than this is a vertical word: it stands where a line should be.
LEAST_LETTERS = 4

_FAULTS = (Path(__file__).parent / "layout_faults.js").read_text("utf-8")

_SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    list.getEntries().forEach((entry) => { if (!entry.hadRecentInput) sum += entry.value; });
  }).observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum), 0)));
})"""

_PLACES = """() => Object.fromEntries([...document.querySelectorAll('body *')].flatMap((each) => {
  if (!each.checkVisibility({ visibilityProperty: true })) return [];
  const path = [];
  for (let one = each; one !== document.body; one = one.parentElement) {
    path.unshift(`${one.localName}${[...one.parentElement.children].indexOf(one)}`);
  }
  const { x, y } = each.getBoundingClientRect();
  return [[path.join('>'), [Math.round(x), Math.round(y)]]];
}))"""


def faults(page: Page, width: int, per_cent: int) -> list[str]:
    """What is wrong with the layout on a screen of that width, for readers with that size of text.

    Nothing if all can be read.
    """
    set_width(page, width)
    found: list[str] = page.evaluate(_FAULTS, [LEAST_LETTERS, _font_size(per_cent)])
    return found


def shifts(page: Page) -> float:
    """How far the page's parts moved while it loaded (cumulative layout shift)."""
    moved: float = page.evaluate(_SHIFTS)
    return moved


def places(page: Page) -> dict[str, list[int]]:
    """The corner of each element that is seen, in CSS pixels, by its place in the document."""
    found: dict[str, list[int]] = page.evaluate(_PLACES)
    return found


def set_width(page: Page, width: int) -> None:
    """Gives the page a screen of so many CSS pixels, if it has not one already."""
    size: ViewportSize = {"width": width, "height": 800}
    if page.viewport_size != size:
        page.set_viewport_size(size)


def set_text_size(page: Page, per_cent: int) -> None:
    """As readers do who set their browser's text larger."""
    page.evaluate(
        "size => { document.documentElement.style.fontSize = size; }", _font_size(per_cent)
    )


def _font_size(per_cent: int) -> str:
    return f"{per_cent}%"
