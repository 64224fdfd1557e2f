"""Takes the README's screenshots on the running stack."""

import random
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps
from playwright.sync_api import Browser

from infra.local.processes import running_stack
from infra.local.settings import ROOT, from_environment
from tests.fakes import photos as builders
from tests.fakes.browser_pages.chromium import DESK, PHONE, Device, launched
from tests.fakes.browser_pages.customer import Customer, File
from tests.fakes.browser_pages.files import TOO_SMALL
from tests.fakes.browser_pages.shop import Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack

IMAGES = ROOT / "docs" / "images"
COLOURS = 256
_BOXES = ["#f6b8c8", "#9fd3c7", "#f7d774", "#a9b8f0", "#6d5a7a", "#e88d67", "#fff4e4", "#4f7f6f"]

_TIDY = "document.activeElement.blur(); scrollTo(0, 0); document.querySelector('aside')?.remove()"

type Shoot = Callable[[str], None]


def main() -> None:
    """Take the screenshots on a phone and a desktop screen."""
    settings = from_environment()
    if not running_stack(settings):
        sys.exit("error: The stack is not running: `make up` starts it.")
    stack = LocalStack(settings.data, settings.port)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with launched() as browser:
        for name, device in (("phone", PHONE), ("desk", DESK)):
            _walk(browser, stack, name, device)
            _check(browser, stack, name, device)
            _points(browser, stack, name, device)


def _walk(browser: Browser, stack: LocalStack, name: str, device: Device) -> None:
    number = f"{int(time.time()) % 100_000:05d}"
    order = Shop(stack).sells(Order(f"PM-2026-{number}", f"sam.{number}@example.com"))
    with browser.new_context(**device) as context:
        page = context.new_page()
        customer = Customer(page, stack.portal_url, Mailbox(str(stack.facts["mailbox_url"])))

        def shoot(what: str) -> None:
            _settle(customer)
            _keep(page.screenshot(), f"{name}-{what}")

        customer.opens()
        shoot("find")
        customer.signs_in(order)
        customer.opens_order(order)
        shoot("choose")
        customer.starts_a_return(order)
        _send(customer, shoot, _toy(1.0, number), _toy(1.7, number), TOO_SMALL)
        customer.submits()
        customer.sees_heading("Your label is ready")
        shoot("label")


def _check(browser: Browser, stack: LocalStack, name: str, device: Device) -> None:
    stack.command("seed")  # a code that has not been photographed yet: checks are counted
    with browser.new_context(**device) as context:
        page = context.new_page()
        customer = Customer(page, stack.portal_url, Mailbox(str(stack.facts["mailbox_url"])))
        customer.checks_a_code(stack.facts["demo"]["codes"]["genuine_checked_before"])
        _settle(customer)
        _keep(page.screenshot(), f"{name}-authenticity")


def _points(browser: Browser, stack: LocalStack, name: str, device: Device) -> None:
    demo = stack.facts["demo"]
    with browser.new_context(**device) as context:
        page = context.new_page()
        customer = Customer(page, stack.portal_url, Mailbox(str(stack.facts["mailbox_url"])))
        customer.signs_in(Order(demo["order_number"], demo["email"]))
        customer.opens("/points")
        _settle(customer)
        _keep(page.screenshot(), f"{name}-points")


def _send(customer: Customer, shoot: Shoot, *files: File) -> None:
    customer.picks(*files)
    customer.page.locator('[data-state="refused"]').wait_for()
    customer.page.locator('[data-state="accepted"]').nth(1).wait_for()
    shoot("photos")


def _toy(closeness: float, number: str) -> File:
    """A figure that lacks an ear, on a table, before the boxes of that order's customer.

    Photos of another order that look the same would wait for a person.
    """
    photo = Image.linear_gradient("L").resize((1600, 1200))
    photo = ImageOps.colorize(photo, "#d9c7b3", "#a98f78")
    pen = ImageDraw.Draw(photo)
    dice = random.Random(number)  # noqa: S311 - the same boxes in each photo
    for left in range(0, 1600, 200):
        top, colour = dice.randrange(60, 700), dice.choice(_BOXES)
        pen.rectangle((left, top, left + dice.randrange(120, 200), 900), fill=colour)

    def blob(x: int, y: int, wide: int, high: int, fill: str) -> None:
        spots = [800 + (x - wide) * closeness, 620 + (y - high) * closeness]
        spots += [800 + (x + wide) * closeness, 620 + (y + high) * closeness]
        pen.ellipse(spots, fill=fill)

    blob(10, 420, 300, 60, "#8c7560")
    blob(0, 260, 190, 190, "#f2ece6")
    blob(-120, -250, 65, 190, "#f2ece6")
    blob(-118, -250, 30, 130, "#eeb8c4")
    blob(0, -40, 260, 220, "#f7f2ec")
    blob(125, -235, 45, 16, "#cdbfae")
    for side in (-1, 1):
        blob(side * 95, -40, 26, 34, "#33222e")
        blob(side * 160, 50, 42, 26, "#f3bcc8")
    blob(0, 25, 20, 13, "#c9587a")
    return File("IMG_3120.JPG", "image/jpeg", builders.saved(photo, "JPEG", quality=90))


def _settle(customer: Customer) -> None:
    """From the top, with every picture loaded, no focus, and no note of the local stack."""
    customer.page.evaluate(_TIDY)
    customer.page.wait_for_load_state("networkidle")


def _keep(png: bytes, name: str) -> None:
    """With the fewest colours that look right."""
    with Image.open(BytesIO(png)) as shot:
        small = shot.convert("RGB").quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE)
    path: Path = IMAGES / f"{name}.png"
    small.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)} {path.stat().st_size // 1024} KB")  # noqa: T201


if __name__ == "__main__":
    main()
