"""What a photo's sharpness, light and contents mean: advice, or a refusal if it shows nothing."""

from collections.abc import Callable

import pytest
from PIL import Image, ImageFilter

from aftercare.evidence.measures import measured
from aftercare.evidence.model import Advice
from aftercare.evidence.quality import advice, refusal
from aftercare.evidence.screening import screen
from aftercare.evidence.verdict import Accepted, RefusalReason, Refused
from tests.fakes import camera_photos as shot
from tests.fakes import photos as builders

type Shoot = Callable[[], Image.Image]

ADVISED: dict[str, tuple[Shoot, tuple[Advice, ...]]] = {
    "a good photo": (shot.figure, ()),
    "one at dusk": (lambda: shot.exposed(0.5), ()),
    "one with grain": (lambda: shot.with_grain(shot.figure(), 12), ()),
    "a little blurred": (lambda: shot.blurred(1), ()),
    "blurred": (lambda: shot.blurred(5), (Advice.BLURRED,)),
    "moved": (lambda: shot.shaken(12), (Advice.BLURRED,)),
    "in the dark": (lambda: shot.exposed(0.15), (Advice.DARK,)),
    "overexposed": (lambda: shot.exposed(2.2), (Advice.BRIGHT,)),
    "dark and blurred": (
        lambda: shot.exposed(0.2).filter(ImageFilter.GaussianBlur(5)),
        (Advice.DARK, Advice.BLURRED),
    ),
    "a wall with a hair on it": (lambda: wall((400, 300, 402, 420)), (Advice.EMPTY,)),
    "coarse noise": (lambda: shot.noise(400, 300).resize((1200, 900)), (Advice.EMPTY,)),
}
REFUSED: dict[str, tuple[Shoot, RefusalReason]] = {
    "black": (lambda: shot.blank(0), RefusalReason.TOO_DARK),
    "a covered lens": (lambda: shot.with_grain(shot.blank(2), 2), RefusalReason.TOO_DARK),
    "white": (lambda: shot.blank(255), RefusalReason.EMPTY),
    "one colour": (lambda: shot.blank((30, 160, 90)), RefusalReason.EMPTY),
    "grey noise": (shot.noise, RefusalReason.EMPTY),
    "large grey noise": (lambda: shot.noise(3000, 2250, 100), RefusalReason.EMPTY),
    "small grey noise": (lambda: shot.noise(800, 600, 20), RefusalReason.EMPTY),
    "a bare wall": (lambda: wall((0, 0, 0, 0)), RefusalReason.EMPTY),
    "a blur": (lambda: shot.blurred(28), RefusalReason.TOO_BLURRED),
}


def wall(hair: tuple[int, int, int, int]) -> Image.Image:
    shade = Image.linear_gradient("L").resize((1200, 900)).point(lambda value: 150 + value // 6)
    picture = Image.merge("RGB", (shade, shade, shade))
    picture.paste((130, 130, 130), hair)
    return shot.with_grain(picture, 1)


@pytest.mark.parametrize("case", ADVISED)
def test_what_could_be_better_is_said_and_the_photo_is_taken(case: str) -> None:
    shoot, said = ADVISED[case]
    verdict = screen(builders.saved(shoot(), "JPEG", quality=88))
    assert isinstance(verdict, Accepted)
    assert verdict.advice == said, verdict.measures


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("case", REFUSED)
def test_what_shows_nothing_is_refused(case: str, kind: str) -> None:
    shoot, reason = REFUSED[case]
    assert screen(builders.saved(shoot(), kind, quality=80)) == Refused(reason)


@pytest.mark.parametrize("size", [(800, 600), (1200, 900), (2000, 1500), (3000, 2250), (800, 200)])
def test_a_good_photo_is_good_at_any_size(size: tuple[int, int]) -> None:
    measures = measured(shot.figure(*size).convert("L"))
    assert (refusal(measures), advice(measures)) == (None, ()), measures


@pytest.mark.parametrize(("width", "contrast"), [(2, 60), (4, 25), (10, 15)])
def test_a_scratch_on_a_plain_surface_is_never_refused(width: int, contrast: int) -> None:
    surface = shot.with_grain(Image.new("RGB", (3000, 2250), (170, 170, 170)), 2)
    surface.paste((170 - contrast,) * 3, (1200, 900, 1200 + width, 1500))
    assert refusal(measured(surface.convert("L"))) is None


def test_equal_pixels_have_equal_measures() -> None:
    grey = shot.figure().convert("L")
    assert measured(grey) == measured(grey.copy())
    assert all(isinstance(value, int) for value in measured(grey).values())


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 3000), (3000, 1), (7, 5)])
def test_the_smallest_pictures_are_measured(size: tuple[int, int]) -> None:
    assert measured(Image.new("L", size, 99))["detail"] == 0
