"""Checks that all pages must pass."""

from axe_playwright_python.sync_playwright import Axe

from tests.fakes.browser_pages.customer import Customer

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def looks_right(customer: Customer) -> None:
    """Axe reports nothing, and the page is no wider than the screen."""
    # The text appears before the style sheet, and a page without its colours fails.
    customer.page.wait_for_load_state("load")
    report = Axe().run(customer.page)
    assert report.violations_count == 0, f"{customer.page.url}\n{report.generate_report()}"
    assert_fits(customer)


def assert_fits(customer: Customer) -> None:
    """The page is no wider than the screen."""
    assert customer.page.evaluate(OVERFLOW) <= 0, f"{customer.page.url} is wider than the screen"
