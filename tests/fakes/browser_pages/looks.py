"""What every page must look like, whatever it shows."""

from axe_playwright_python.sync_playwright import Axe

from tests.fakes.browser_pages.customer import Customer

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def looks_right(customer: Customer) -> None:
    """Axe reports nothing, and the page is no wider than the screen."""
    # Words are there before the style sheet is, and a page without its colours never looks right.
    customer.page.wait_for_load_state("load")
    found = Axe().run(customer.page)
    assert found.violations_count == 0, f"{customer.page.url}\n{found.generate_report()}"
    assert_fits(customer)


def assert_fits(customer: Customer) -> None:
    """Nothing is wider than the screen."""
    assert customer.page.evaluate(OVERFLOW) <= 0, f"{customer.page.url} is wider than the screen"
