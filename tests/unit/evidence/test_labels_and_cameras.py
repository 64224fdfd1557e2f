"""A label's QR code, and what the EXIF block says of camera and time, before it is stripped."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercare.evidence.screening import screen, screen_in_child
from aftercare.evidence.verdict import Accepted, Taken
from tests.fakes import camera_photos as shot
from tests.fakes import photos as builders

LINK = "https://id.example.com/01/09506000134352/21/7K4M2P9DXW3RB6TN"
TIME, OFFSET, FRACTION, BODY = 0x9003, 0x9011, 0x9291, 0xA431
AT = "2026:11:09 18:30:05"
CLOCK = datetime(2026, 11, 9, 18, 30, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def accepted(data: bytes) -> Accepted:
    verdict = screen(data)
    assert isinstance(verdict, Accepted), verdict
    return verdict


# ---------------------------------------------------------------- labels


@pytest.mark.parametrize("turned", [0, 7, 90, 145, 180, 270])
def test_a_label_is_read_however_it_lies(turned: float) -> None:
    assert accepted(shot.label(LINK, turned=turned)).serial == LINK


def test_a_small_label_on_a_large_photo_is_read() -> None:
    assert accepted(shot.label(LINK, side=300, size=(3000, 2250))).serial == LINK


def test_a_photo_without_a_code_has_no_serial() -> None:
    assert accepted(builders.saved(shot.figure(), "JPEG")).serial == ""


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[2J", "x" * 501])
def test_a_code_that_is_no_plain_text_is_not_read(text: str) -> None:
    assert accepted(shot.label(text, side=600)).serial == ""


def test_the_child_reads_the_label_and_the_camera_too() -> None:
    label = shot.label(LINK)
    assert screen_in_child(label) == screen(label)
    photo = shot.taken({TIME: AT, FRACTION: "123", OFFSET: "+09:00"})
    assert screen_in_child(photo) == screen(photo)


# ---------------------------------------------------------------- when it was taken


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_the_camera_s_clock_and_zone_tell_when_a_photo_was_taken(kind: str) -> None:
    verdict = accepted(shot.taken({TIME: AT, OFFSET: "+09:00", FRACTION: "123"}, kind=kind))
    assert verdict.taken == Taken(CLOCK - 9 * HOUR, CLOCK - 9 * HOUR)
    assert verdict.capture == f"Rollei|Phone 12||{AT}|123"


def test_a_clock_without_a_zone_stands_for_all_zones() -> None:
    verdict = accepted(shot.taken({TIME: AT}))
    assert verdict.taken == Taken(CLOCK - 14 * HOUR, CLOCK + 12 * HOUR)


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "0000:00:00 00:00:00",
        "yesterday",
        "2026:13:40 99:00:00",
        "    :  :     :  :  ",
        "x" * 999,
    ],
)
def test_a_time_that_is_none_says_nothing(stated: str) -> None:
    verdict = accepted(shot.taken({TIME: stated, OFFSET: "+09:00", FRACTION: "123"}))
    assert (verdict.taken, verdict.capture) == (None, "")


@pytest.mark.parametrize("stated", ["0001:01:01 00:00:00", "9999:12:31 23:59:59"])
@pytest.mark.parametrize("offset", ["", "+14:00", "-12:00", "+99:99", "east"])
def test_no_stated_time_and_zone_break_the_screening(stated: str, offset: str) -> None:
    accepted(shot.taken({TIME: stated, OFFSET: offset}))


# ---------------------------------------------------------------- which camera took it


@pytest.mark.parametrize(
    ("tags", "known"),
    [
        ({FRACTION: "123"}, True),
        ({FRACTION: "004"}, True),
        ({FRACTION: "000"}, False),
        ({FRACTION: "12"}, False),
        ({FRACTION: "abc"}, False),
        ({BODY: "DA-991"}, True),
        ({BODY: "0000000"}, False),
        ({BODY: "  "}, False),
        ({}, False),
    ],
)
def test_a_moment_is_one_only_with_milliseconds_or_the_body_s_number(
    tags: dict[int, object], known: bool
) -> None:
    """Two strangers' phones are of one model, and take photos in one second."""
    assert bool(accepted(shot.taken({TIME: AT} | tags)).capture) is known


def test_a_camera_without_a_model_is_no_camera() -> None:
    assert accepted(shot.taken({TIME: AT, FRACTION: "123"}, base={})).capture == ""


def test_two_photos_of_one_camera_differ_in_their_moment() -> None:
    first, second = (
        accepted(shot.taken({TIME: AT, FRACTION: fraction})).capture for fraction in ("123", "124")
    )
    assert first != second


def test_nothing_of_camera_or_time_is_left_in_the_copies() -> None:
    verdict = accepted(shot.taken({TIME: AT, BODY: "DA-991", FRACTION: "123"}))
    for copy in (verdict.photo, verdict.thumbnail):
        assert not [part for part in (b"Rollei", b"DA-991", b"2026:11") if part in copy]
