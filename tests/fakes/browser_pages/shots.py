"""Takes pictures of every page and state, from the running stack, to look at.

Each in two sizes, light and dark, in `.local/shots`, which git ignores.
"""

import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from infra.local.processes import running_stack
from infra.local.settings import ROOT, from_environment
from tests.fakes.browser_pages.chromium import launched
from tests.fakes.browser_pages.customer import Customer
from tests.fakes.browser_pages.files import NOT_A_PHOTO, own_photo
from tests.fakes.browser_pages.shop import Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack

FOLDER = ROOT / ".local" / "shots"
SIZES: dict[str, ViewportSize] = {
    "desk": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}
PAGES = ("contact", "privacy", "accessibility", "unboxing", "policy", "track", "nothing-here")
_TIDY = "document.activeElement.blur(); scrollTo(0, 0); document.querySelector('aside')?.remove()"


@dataclass
class Camera:
    """Takes pictures of one page, numbered in the order of a visit."""

    page: Page
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def takes(self, what: str) -> None:
        """The page as it is, in every size and colour scheme."""
        name = f"{next(self.numbers):02d}-{what}.png"
        self.page.evaluate(_TIDY)
        for size, viewport in SIZES.items():
            self.page.set_viewport_size(viewport)
            for colours in ("light", "dark"):
                self.page.emulate_media(
                    color_scheme="light" if colours == "light" else "dark", reduced_motion="reduce"
                )
                path = FOLDER / f"{size}-{colours}" / name
                self.page.screenshot(path=path, full_page=True)
        print(name)  # noqa: T201


def main() -> None:
    """Visit every page as one customer."""
    settings = from_environment()
    if not running_stack(settings):
        sys.exit("error: The stack is not running: `make up` starts it.")
    shutil.rmtree(FOLDER, ignore_errors=True)
    stack = LocalStack(Path(settings.data), settings.port)
    with launched() as browser, browser.new_context() as context:
        page = context.new_page()
        customer = Customer(page, stack.portal_url, Mailbox(str(stack.facts["mailbox_url"])))
        camera = Camera(page)
        _open_to_everybody(customer, camera, stack)
        _a_return(customer, camera, stack)
        _points(customer, camera, stack)
    print(f"Look at {FOLDER.relative_to(ROOT)}")  # noqa: T201


def _open_to_everybody(customer: Customer, camera: Camera, stack: LocalStack) -> None:
    customer.opens()
    camera.takes("find")
    customer.asks_for_a_code("??", "sam@example.com")
    customer.sees("looks like PM-2026-10001")
    camera.takes("find-refused")
    for each in PAGES:
        customer.opens(f"/{each}")
        camera.takes(each)
    customer.opens("/authenticity")
    camera.takes("check")
    stack.command("seed")  # codes that nobody has checked yet
    for verdict, code in stack.facts["demo"]["codes"].items():
        customer.checks_a_code(code)
        customer.page.wait_for_url("**state=checked**")
        camera.takes(f"verdict-{verdict}")


def _a_return(customer: Customer, camera: Camera, stack: LocalStack) -> None:
    number = f"{int(time.time()) % 100_000:05d}"
    order = Shop(stack).sells(Order(f"PM-2026-{number}", f"sam.{number}@example.com"))
    customer.opens("/?lang=en")
    customer.asks_for_a_code(order.number, order.email)
    customer.sees_heading("Check your mail")
    camera.takes("code")
    customer.types_the_code("12")
    customer.sees("A code has six digits")
    camera.takes("code-refused")
    customer.types_the_code(customer.mailbox.next_code(order.email, 0))
    customer.page.wait_for_url(f"**/orders/{order.number}")
    camera.takes("order")
    customer.opens("/orders")
    camera.takes("orders")
    customer.opens(f"/orders/{order.number}")
    customer.page.get_by_role("link", name="Moon Hare 400% Figure").click()
    customer.sees_heading("Moon Hare 400% Figure")
    camera.takes("item")
    customer.starts_a_return(order)
    camera.takes("photos-none")
    customer.picks(own_photo(number), NOT_A_PHOTO)
    customer.page.locator('[data-state="accepted"]').first.wait_for()
    camera.takes("photos")
    customer.checks_answers()
    camera.takes("answers")
    customer.submit_button.click()
    customer.sees_heading("Your label is ready")
    camera.takes("label")
    customer.page.get_by_role("button", name="Sign out").click()


def _points(customer: Customer, camera: Camera, stack: LocalStack) -> None:
    demo = stack.facts["demo"]
    customer.signs_in(Order(demo["order_number"], demo["email"]))
    for path in ("/points", "/points/history", "/orders", f"/orders/{demo['order_number']}"):
        customer.opens(path)
        camera.takes(path.strip("/").replace("/", "-"))


if __name__ == "__main__":
    main()
