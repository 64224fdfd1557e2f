"""A complete return from the order to the label, on a phone and on a desktop screen."""

import math
import os
import re
import time
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Response, expect

from tests.browser.conftest import Visit
from tests.fakes.browser_pages.chromium import DESK, PHONE, Device, Network
from tests.fakes.browser_pages.customer import Customer
from tests.fakes.browser_pages.files import (
    PHONE_PHOTO,
    TOO_SMALL,
    own_heic_photo,
    own_photo,
)
from tests.fakes.browser_pages.shop import Order
from tests.fakes.labels import scanned
from tests.fakes.photos import SECRET
from tests.fakes.stack.local_stacks import LocalStack

pytestmark = pytest.mark.browser

VERDICT_SECONDS = 2.0
TICKET = re.compile(r"R-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
TOLD = [
    "You started this return and got its ticket.",
    "You submitted your return.",
    "We approved it.",
    "Your label is ready.",
]


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_an_order_a_code_two_photos_and_a_label_that_scans(
    visit: Visit, newcomers_order: Order, stack: LocalStack, device: Device
) -> None:
    customer = visit(device)
    customer.signs_in(newcomers_order)
    customer.opens_order(newcomers_order)
    customer.chooses("Moon Hare 400% Figure", "2 (all)", "Parts are missing", "An ear.")
    customer.sees_heading("Show us what’s wrong")
    expect(customer.is_ready).to_have_count(0)
    assert_progress_shows(customer, newcomers_order)
    assert_a_small_photo_is_refused_with_a_reason(customer)
    customer.sends_a_photo(own_heic_photo(newcomers_order.number))
    assert_thumbnails_show(customer, 2)
    customer.submits()
    customer.sees_heading("Your label is ready")
    assert TICKET.fullmatch(customer.ticket)
    assert_label_scans(customer)
    assert customer.timeline == TOLD
    assert_nothing_personal_is_kept(stack, customer.return_id)


def assert_progress_shows(customer: Customer, order: Order) -> None:
    network = Network(customer.page)
    network.slows_to(1_000_000)
    customer.picks(own_photo(order.number))
    assert 0 < seen_progress(customer) < 1
    network.comes_back()
    customer.sees("Photo 1 looks good. Thank you!")
    expect(customer.page.locator(".upload")).to_have_count(0)


def seen_progress(customer: Customer) -> float:
    """The first progress above zero."""
    bar = customer.page.locator("progress")
    deadline = time.monotonic() + 10
    while not (seen := float(bar.evaluate("bar => bar.value"))):
        assert time.monotonic() < deadline, "no progress was shown"
    return seen


def assert_a_small_photo_is_refused_with_a_reason(customer: Customer) -> None:
    customer.picks(TOO_SMALL)
    customer.sees(
        "Photo 2 is too small to see details. It needs at least 800 pixels on its longer side."
    )
    expect(customer.is_ready).to_be_visible()


def assert_thumbnails_show(customer: Customer, count: int) -> None:
    pictures = customer.page.locator(".photo img")
    expect(pictures).to_have_count(count)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("picture => picture.naturalWidth") > 100


def assert_label_scans(customer: Customer) -> None:
    bars, ticket = sorted(scanned(customer.downloads_the_label()))
    # The carrier prints its number after the postal code.
    assert bars.endswith(customer.tracking_number)
    assert ticket == customer.ticket


def assert_nothing_personal_is_kept(stack: LocalStack, return_id: str) -> None:
    storage, bucket = stack.client("s3"), stack.outputs["DocumentsBucket"]
    kept = storage.list_objects_v2(Bucket=bucket, Prefix=f"evidence/{return_id}/")["Contents"]
    assert len(kept) == 4, "two photos, each with a thumbnail"
    for stored_object in kept:
        with storage.get_object(Bucket=bucket, Key=stored_object["Key"])["Body"] as stored:
            body = stored.read()
        with Image.open(BytesIO(body)) as photo:
            assert photo.format == "JPEG"
            assert not photo.getexif()
        assert SECRET.encode() not in body


def test_a_large_photo_is_judged_within_two_seconds(visit: Visit, order: Order) -> None:
    """The limit is two seconds on an idle core; it is longer when the machine is loaded."""
    customer = visit(signed_in=True)
    customer.starts_a_return(order)
    crowd = max(os.getloadavg()[0] / (os.cpu_count() or 1), 1.0)
    waits: list[float] = []
    while len(waits) < 3 and min(waits, default=math.inf) > VERDICT_SECONDS * crowd:
        waits.append(wait_for_verdict(customer, len(waits) + 1))
    assert min(waits) <= VERDICT_SECONDS * crowd, f"{waits} s, load per core {crowd:.1f}"


def wait_for_verdict(customer: Customer, number: int) -> float:
    """Seconds from the end of the upload to the verdict."""
    with customer.page.expect_response(is_upload) as upload:
        customer.picks(PHONE_PHOTO)
    ended = time.monotonic()
    assert upload.value.ok
    customer.page.get_by_role("listitem").filter(has_text=f"Photo {number} looks good").wait_for()
    return time.monotonic() - ended


def is_upload(response: Response) -> bool:
    return response.request.method == "POST" and "uploadsbucket" in response.url
