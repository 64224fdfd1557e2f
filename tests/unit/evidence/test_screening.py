"""What becomes of an upload, by what it really is."""

from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from aftercare.evidence.screening import PHOTO_SIDE, THUMBNAIL_SIDE, screen
from aftercare.evidence.verdict import Accepted, RefusalReason, Refused
from tests.fakes import hostile_photos as hostile
from tests.fakes import photos as builders

CLEAN_JPEG_KEYS = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}

PHOTOS: dict[str, Callable[[], bytes]] = {
    "jpeg": builders.jpeg,
    "grey jpeg": builders.grey_jpeg,
    "cmyk jpeg": builders.cmyk_jpeg,
    "jpeg with a second picture": builders.multi_picture_jpeg,
    "png": builders.png,
    "palette png": lambda: builders.png("P"),
    "one-bit png": lambda: builders.png("1"),
    "grey and alpha png": lambda: builders.png("LA"),
    "16-bit png": builders.sixteen_bit_png,
    "webp": builders.webp,
    "heic": builders.heic,
    "avif": builders.avif,
}


def accepted(data: bytes) -> Accepted:
    verdict = screen(data)
    assert isinstance(verdict, Accepted), verdict
    return verdict


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(BytesIO(jpeg), formats=["JPEG"])
    image.load()
    return image


def is_red(colour: object) -> bool:
    assert isinstance(colour, tuple)
    return bool(colour[0] > 190 and colour[1] < 80 and colour[2] < 80)


@pytest.mark.parametrize("kind", PHOTOS)
def test_a_photo_of_each_format_becomes_a_bare_jpeg_and_a_thumbnail(kind: str) -> None:
    verdict = accepted(PHOTOS[kind]())
    photo, thumbnail = opened(verdict.photo), opened(verdict.thumbnail)
    assert photo.mode == thumbnail.mode == "RGB"
    assert photo.size == (verdict.width, verdict.height)
    assert max(thumbnail.size) == THUMBNAIL_SIDE
    assert set(photo.info) | set(thumbnail.info) == CLEAN_JPEG_KEYS


@pytest.mark.parametrize("kind", ["jpeg", "webp", "heic", "avif"])
def test_nothing_personal_survives(kind: str) -> None:
    original, verdict = PHOTOS[kind](), accepted(PHOTOS[kind]())
    assert builders.SECRET.encode() in original
    for copy in (verdict.photo, verdict.thumbnail):
        assert builders.SECRET.encode() not in copy
        assert not opened(copy).getexif()


def test_what_hangs_behind_a_photo_is_left_behind() -> None:
    verdict = accepted(builders.polyglot())
    assert b"onerror" in builders.polyglot()
    assert b"onerror" not in verdict.photo
    assert verdict.photo.endswith(b"\xff\xd9")


@pytest.mark.parametrize(
    ("orientation", "red_corner"),
    [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)), (5, (0, 0)), (6, (1, 0)), (7, (1, 1)),
     (8, (0, 1))],
)  # fmt: skip
@pytest.mark.parametrize("builder", [builders.jpeg, builders.heic])
def test_a_photo_is_turned_upright(
    builder: Callable[..., bytes], orientation: int, red_corner: tuple[int, int]
) -> None:
    verdict = accepted(builder(orientation=orientation))
    photo = opened(verdict.photo)
    assert (photo.width < photo.height) == (orientation >= 5)
    across, down = (20, photo.width - 20), (20, photo.height - 20)
    corners = [(x, y) for x in (0, 1) for y in (0, 1)]
    red = [(x, y) for x, y in corners if is_red(photo.getpixel((across[x], down[y])))]
    assert red == [red_corner]


def test_transparency_becomes_white() -> None:
    photo = opened(accepted(builders.transparent_png()).photo)
    assert photo.getpixel((500, 400)) == (255, 255, 255)


def test_sixteen_bit_grey_keeps_its_brightness() -> None:
    photo = opened(accepted(builders.sixteen_bit_png()).photo)
    assert photo.getpixel((500, 400)) == (128, 128, 128)


def test_colours_are_those_that_the_profile_means() -> None:
    colour = opened(accepted(builders.swapped_colours_jpeg()).photo).getpixel((9, 9))
    assert isinstance(colour, tuple)
    red, green, _blue = colour
    assert red < 30
    assert green > 225


@pytest.mark.parametrize("builder", [builders.jpeg, builders.heic, builders.avif])
def test_a_broken_colour_profile_is_ignored(builder: Callable[..., bytes]) -> None:
    data = builders.saved(opened(accepted(builder()).photo), "JPEG", icc_profile=b"no profile" * 20)
    assert is_red(opened(accepted(data).photo).getpixel((20, 20)))


def test_a_large_photo_is_brought_down_to_3000_px() -> None:
    verdict = accepted(builders.saved(builders.scene(4000, 2000), "JPEG"))
    assert (verdict.width, verdict.height) == (PHOTO_SIDE, PHOTO_SIDE // 2)


def test_the_same_upload_gives_the_same_copy_and_the_upload_s_own_digest() -> None:
    verdict = accepted(builders.jpeg())
    assert verdict == accepted(builders.jpeg())
    assert verdict.sha256 != accepted(builders.polyglot()).sha256
    assert len(verdict.sha256) == 64


@pytest.mark.parametrize(
    ("reason", "data"),
    [
        (RefusalReason.NOT_AN_IMAGE, b""),
        (RefusalReason.NOT_AN_IMAGE, b"\xff\xd8"),
        (RefusalReason.NOT_AN_IMAGE, builders.HTML),
        (RefusalReason.NOT_AN_IMAGE, builders.PDF),
        (RefusalReason.NOT_AN_IMAGE, b"PK\x03\x04" + builders.jpeg()),
        (RefusalReason.NOT_AN_IMAGE, b"\0\0\0\x18ftypmp42" + bytes(100)),
        (RefusalReason.UNSUPPORTED_FORMAT, builders.SVG),
        (RefusalReason.UNSUPPORTED_FORMAT, builders.gif()),
        (RefusalReason.UNSUPPORTED_FORMAT, builders.saved(builders.scene(), "TIFF")),
        (RefusalReason.UNSUPPORTED_FORMAT, builders.saved(builders.scene(), "BMP")),
        (RefusalReason.ANIMATED, builders.animated("PNG")),
        (RefusalReason.ANIMATED, builders.animated("WEBP")),
        (RefusalReason.ANIMATED, builders.animated("AVIF")),
        (RefusalReason.TOO_MANY_PIXELS, builders.lying_png(8000, 5001)),
        (RefusalReason.TOO_MANY_PIXELS, builders.lying_png(2**31 - 1, 2**31 - 1)),
        (RefusalReason.TOO_MANY_PIXELS, builders.lying_webp(16_000, 16_000)),
        (RefusalReason.TOO_MANY_PIXELS, builders.lying_heic(16_000, 16_000)),
        (RefusalReason.DAMAGED, builders.lying_webp(2000, 2000)),
        (RefusalReason.DAMAGED, builders.lying_heic(2000, 2000)),
        (RefusalReason.DAMAGED, builders.lying_heic(1000, 800)),
        (RefusalReason.DAMAGED, builders.scan_bomb_jpeg()),
        (RefusalReason.DAMAGED, b"\xff\xd8\xff" + bytes(1000)),
        (RefusalReason.TOO_SMALL, builders.saved(builders.scene(799, 799), "PNG")),
        (RefusalReason.TOO_NARROW, builders.saved(builders.scene(800, 199), "PNG")),
        (RefusalReason.TOO_NARROW, builders.saved(builders.scene(8000, 1), "PNG")),
        (RefusalReason.TOO_NARROW, builders.saved(builders.scene(4000, 265), "PNG")),
    ],
)  # fmt: skip
def test_what_is_no_usable_photo_is_refused_with_its_reason(
    reason: RefusalReason, data: bytes
) -> None:
    assert screen(data) == Refused(reason)


def test_refusal_reasons_are_stable_words() -> None:
    assert [reason.value for reason in RefusalReason] == [
        "not_an_image", "unsupported_format", "animated", "too_many_pixels", "too_small", "damaged",
        "too_narrow", "unreadable", "too_dark", "too_blurred", "empty",
    ]  # fmt: skip


def test_the_smallest_usable_strip_is_taken() -> None:
    assert accepted(builders.saved(builders.scene(800, 200), "PNG")).width == 800


@settings(max_examples=60, deadline=None)
@given(width=st.integers(1, 9000), height=st.integers(1, 9000))
def test_the_copy_that_is_kept_is_as_large_as_a_photo_must_be(width: int, height: int) -> None:
    assume(width * height <= 3_000_000)
    picture = Image.new("1", (width, height))
    picture.paste(1, (0, 0, width // 2, height))
    verdict = screen(builders.saved(picture, "PNG"))
    if isinstance(verdict, Accepted):
        assert max(verdict.width, verdict.height) >= 800
        assert min(verdict.width, verdict.height) >= 200
    else:
        assert max(width, height) < 800 or min(width, height) / max(width, height) < 0.25


@pytest.mark.parametrize(("width", "height"), [(4000, 267), (267, 4000), (12_000, 900)])
def test_a_panorama_is_taken(width: int, height: int) -> None:
    verdict = accepted(builders.saved(builders.scene(width, height), "JPEG"))
    assert min(verdict.width, verdict.height) >= 200


@pytest.mark.parametrize(
    "builder", [builders.phone_jpeg, builders.jpeg, builders.grey_jpeg, builders.white_jpeg]
)
def test_a_jpeg_without_its_end_marker_is_a_photo(builder: Callable[[], bytes]) -> None:
    photo = builder()
    assert accepted(hostile.without_end(photo)).photo == accepted(photo).photo


@pytest.mark.parametrize("missing", [30, 300, 3000])
@pytest.mark.parametrize("builder", [builders.jpeg, builders.grey_jpeg, builders.white_jpeg])
def test_a_jpeg_without_its_last_rows_is_damaged(
    builder: Callable[[], bytes], missing: int
) -> None:
    assert screen(builder()[:-missing]) == Refused(RefusalReason.DAMAGED)


def test_a_decompression_bomb_is_refused_from_its_header() -> None:
    usual = Image.MAX_IMAGE_PIXELS
    assert screen(builders.bomb_png(8000)) == Refused(RefusalReason.TOO_MANY_PIXELS)
    assert usual == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize("kind", PHOTOS)
def test_a_photo_cut_short_is_damaged(kind: str) -> None:
    assert screen(builders.truncated(PHOTOS[kind]())) == Refused(RefusalReason.DAMAGED)


@settings(max_examples=150, deadline=None)
@given(
    start=st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8X",
                           b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypavif", b"<svg"]),
    rest=st.binary(max_size=400),
)  # fmt: skip
def test_random_bytes_are_refused_and_never_raise(start: bytes, rest: bytes) -> None:
    assert isinstance(screen(start + rest), Refused)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(
    kind=st.sampled_from(["jpeg", "palette png", "webp", "heic", "avif", "cmyk jpeg"]),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=30
    ),
    only_head=st.booleans(),
)
def test_a_photo_with_flipped_bytes_never_raises(
    kind: str, changes: list[tuple[float, int]], only_head: bool
) -> None:
    data = bytearray(PHOTOS[kind]())
    reach = 700 if only_head else len(data)
    for place, value in changes:
        data[int(place * reach)] = value
    assert isinstance(screen(bytes(data)), Accepted | Refused)
