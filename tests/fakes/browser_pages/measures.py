"""Measures of a page's layout, taken in the browser."""

from pathlib import Path

from playwright.sync_api import Page

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


def faults(page: Page) -> list[str]:
    """What is wrong with the layout at the page's present size; nothing if all can be read."""
    found: list[str] = page.evaluate(_FAULTS, LEAST_LETTERS)
    return found


def shifts(page: Page) -> float:
    """How far the page's parts moved while it loaded (cumulative layout shift)."""
    moved: float = page.evaluate(_SHIFTS)
    return moved


def set_text_size(page: Page, per_cent: int) -> None:
    """As readers do who set their browser's text larger."""
    page.evaluate("size => { document.documentElement.style.fontSize = size; }", f"{per_cent}%")
