"""Products' pictures: fetched once, kept small, shown from our own origin."""

import re
import socket
import ssl
from base64 import b64decode
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

import product_pictures.app
from aftercare.evidence.screening import small_copy_in_child
from aftercare.kernel.aws import client
from aftercare.kernel.clock import utc_now
from aftercare.kernel.timeline import Entry
from aftercare.pictures.download import Downloads, connected
from aftercare.pictures.errors import PictureRefusedError
from aftercare.pictures.model import MOST_AT_ONCE, SIDE, picture_key
from aftercare.pictures.service import PictureService
from aftercare.pictures.store import PictureBucket
from tests.fakes import hostile_photos as hostile
from tests.fakes import photos
from tests.fakes.actors import SOMEBODY
from tests.fakes.browser import Browser
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, FIGURE, NOON
from tests.fakes.origins import PUBLIC, Origins, answer

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
URL = "https://cdn.example/moon-hare.jpg"


@pytest.fixture
def pictures(buckets: dict[str, str]) -> PictureService:
    bucket = buckets["DocumentsBucket"]
    for found in (
        client("s3").list_objects_v2(Bucket=bucket, Prefix="pictures/").get("Contents", [])
    ):
        client("s3").delete_object(Bucket=bucket, Key=found["Key"])
    return PictureService(PictureBucket(bucket), utc_now)


def fetch(pictures: PictureService, origins: Origins, *urls: str) -> int:
    return pictures.fetch(urls, origins.downloads().get, small_copy_in_child, actor=WORKER)


def opened(copy: bytes | None) -> Image.Image:
    assert copy
    image = Image.open(BytesIO(copy), formats=["WEBP"])
    image.load()
    return image


@pytest.mark.parametrize(
    "builder",
    [photos.jpeg, photos.transparent_png, photos.webp, photos.heic, photos.avif, photos.tiny_jpeg],
)
def test_a_picture_is_kept_as_a_small_webp(pictures: PictureService, builder: object) -> None:
    assert callable(builder)
    assert fetch(pictures, Origins({"cdn.example": answer(builder())}), URL) == 1
    image = opened(pictures.copy(picture_key(URL)))
    assert max(image.size) == SIDE
    assert image.format == "WEBP"
    assert not image.getexif()


def test_a_picture_is_fetched_once(pictures: PictureService) -> None:
    origins = Origins({"cdn.example": answer(photos.jpeg())})
    assert fetch(pictures, origins, URL, URL) == 1
    assert fetch(pictures, origins, URL) == 0
    assert len(origins.connections) == 1


@pytest.mark.parametrize(
    "sent",
    [
        answer(hostile.lying_avif()),
        answer(hostile.cropped_heic()),
        answer(photos.bomb_png(8000)),
        answer(photos.SVG),
        answer(photos.HTML),
        answer(photos.animated("WEBP")),
        answer(b""),
        answer(status="404 Not Found"),
        b"",
    ],
)
def test_what_is_no_picture_is_noted_and_tried_again_after_a_day(
    pictures: PictureService, sent: bytes
) -> None:
    origins = Origins({"cdn.example": sent})
    assert fetch(pictures, origins, URL) == 0
    assert fetch(pictures, origins, URL) == 0
    assert len(origins.connections) == 1
    assert pictures.copy(picture_key(URL)) is None

    def tomorrow() -> datetime:
        return utc_now() + timedelta(days=1, minutes=1)

    later = replace(pictures, clock=tomorrow)
    assert fetch(later, Origins({"cdn.example": answer(photos.jpeg())}), URL) == 1
    assert pictures.copy(picture_key(URL))


def test_a_very_large_order_is_fetched_in_part(pictures: PictureService) -> None:
    origins = Origins({"cdn.example": b""})
    fetch(pictures, origins, *(f"https://cdn.example/{number}" for number in range(500)))
    assert len(origins.connections) == MOST_AT_ONCE


@pytest.mark.parametrize("url", ["", "http://cdn.example/a.png", "data:image/png;base64,AA", "x"])
def test_an_address_that_is_not_https_is_left_alone(pictures: PictureService, url: str) -> None:
    origins = Origins({})
    assert fetch(pictures, origins, url) == 0
    assert origins.resolved == []


@pytest.mark.parametrize("key", ["", "../evidence/x", "x" * 32, "A" * 32, "0" * 33, "0" * 5000])
def test_what_is_no_key_leads_to_nothing(pictures: PictureService, key: str) -> None:
    assert pictures.copy(key) is None


def test_the_worker_fetches_the_pictures_of_a_changed_order(
    house: House, pictures: PictureService, monkeypatch: pytest.MonkeyPatch
) -> None:
    origins = Origins({"cdn.example": answer(photos.jpeg())})
    monkeypatch.setattr(product_pictures.app, "_downloads", origins.downloads())
    order = house.delivered_order(replace(FIGURE, image_url=URL))
    changed = Entry("ent_0", "order.changed", order.order_number, NOON, actor=SOMEBODY)
    for _ in range(2):
        event = queue_event(bus_event(changed))
        assert product_pictures.app.handler(event, CONTEXT) == {"batchItemFailures": []}
    assert len(origins.connections) == 1
    assert pictures.copy(picture_key(URL))


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/a.png", "https://[::1]/a.png", "https://2130706433/", "https://0x7f.1/"],
)
def test_an_address_in_the_place_of_a_host_is_judged_by_the_resolver_too(url: str) -> None:
    with pytest.raises(PictureRefusedError) as refusal:
        Downloads().get(url)
    assert refusal.value.facts["reason"] in {"address", "gaierror"}


def test_a_connection_checks_the_servers_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_kwargs: ours)
    theirs.sendall(b"no TLS here")
    with theirs, pytest.raises(ssl.SSLError):
        connected(PUBLIC, "cdn.example", 1.0)
    assert ours.fileno() == -1, "it is closed"


# ---------------------------------------------------------------- on the page


def test_a_page_gets_the_picture_from_our_own_origin(
    portal: Browser, pictures: PictureService
) -> None:
    path = f"/pictures/{picture_key(URL)}.svg"
    before = portal.get(path)
    assert before.status == 200
    assert "image/webp" not in before.body, "nothing is there yet"
    assert before.headers["Cache-Control"] == "public, max-age=300"
    fetch(pictures, Origins({"cdn.example": answer(photos.jpeg())}), URL)
    after = portal.get(path)
    assert after.headers["Content-Type"] == "image/svg+xml"
    assert after.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert after.headers["Content-Security-Policy"] == (
        "default-src 'none'; img-src data:; frame-ancestors 'none'; sandbox"
    )
    found = re.search(r'href="data:image/webp;base64,([^"]+)"', after.body)
    assert found
    assert max(opened(b64decode(found[1])).size) == SIDE


def test_an_orders_page_shows_the_picture_and_never_the_shops_address(
    house: House, portal: Browser
) -> None:
    bare = replace(FIGURE, line_id="2", image_url="http://cdn.example/old.jpg")
    order = house.delivered_order(replace(FIGURE, image_url=URL), bare)
    page = portal.sign_in(EMAIL).get(f"/orders/{order.order_number}")
    assert page.status == 200
    [picture] = re.findall(r'<img class="picture"[^>]+>', page.body)
    assert f'src="/pictures/{picture_key(URL)}.svg"' in picture
    assert 'width="48" height="48"' in picture, "the page does not move when it arrives"
    assert 'alt=""' in picture, "the name stands beside it, and a screen reader says it once"
    assert "cdn.example" not in page.body
    assert "cdn.example" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["x", "x.svg", "..%2Fevidence%2Fx.svg", "a" * 3000])
def test_an_address_of_no_picture_is_an_empty_drawing(portal: Browser, name: str) -> None:
    page = portal.get(f"/pictures/{name}")
    assert page.status == 200
    assert "image/webp" not in page.body
