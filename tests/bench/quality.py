"""How often the intake is right about blur, darkness and emptiness, on pictures made for it.

Each picture is a drawn scene of its own: things, boxes and print in places that a printed seed
decides, under uneven light, with a sensor's grain, as a JPEG of a phone's quality.
"""

import random
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from aftercare.evidence.measures import measured
from aftercare.evidence.model import Advice
from aftercare.evidence.quality import advice, refusal
from tests.bench.shares import wilson
from tests.bench.tables import table

SEED = 20261128
SCENES = 100
_SIZE = (1400, 1050)

type Change = Callable[[Image.Image, random.Random], Image.Image]


def _blurred(radius: float) -> Change:
    return lambda image, _: image.filter(ImageFilter.GaussianBlur(radius))


def _moved(pixels: int) -> Change:
    def change(image: Image.Image, chance: random.Random) -> Image.Image:
        along = (pixels / 2, 0) if chance.random() < 0.5 else (0, pixels / 2)
        return image.filter(ImageFilter.BoxBlur(along))

    return change


def _lit(factor: float) -> Change:
    return lambda image, _: image.point(lambda value: min(255, round(value * factor)))


def _noise(grain: int) -> Change:
    """Noise whose grains are so many pixels wide."""

    def change(image: Image.Image, chance: random.Random) -> Image.Image:
        small = (image.width // grain, image.height // grain)
        return Image.effect_noise(small, chance.uniform(15, 120)).resize(image.size)

    return change


def _plain(image: Image.Image, chance: random.Random) -> Image.Image:
    shade = Image.linear_gradient("L").resize(image.size)
    light = chance.randrange(60, 200)
    return shade.point(lambda value: light + value // 6)


CASES: dict[str, tuple[Change, str]] = {
    "as a phone takes it": (lambda image, _: image, ""),
    "at half of the light": (_lit(0.5), ""),
    "a little soft (1 px)": (_blurred(1), ""),
    "blurred by 3 px": (_blurred(3), Advice.BLURRED),
    "blurred by 6 px": (_blurred(6), Advice.BLURRED),
    "moved by 10 px": (_moved(10), Advice.BLURRED),
    "a fifth of the light": (_lit(0.2), Advice.DARK),
    "a tenth of the light": (_lit(0.1), Advice.DARK),
    "nothing but blur (40 px)": (_blurred(40), "refused"),
    "black": (_lit(0.02), "refused"),
    "a bare wall": (_plain, "refused"),
    "grey noise": (_noise(1), "refused"),
    "grey noise, 2 px": (_noise(2), "refused or empty"),
    "grey noise, 4 px": (_noise(4), "refused or empty"),
}


def report() -> str:
    """The share of verdicts per case, with 95 % intervals (Wilson)."""
    rows = []
    for name, (change, meant) in CASES.items():
        said = [_said(change, number) for number in range(SCENES)]
        right = sum(_is_right(each, meant) for each in said)
        refused = sum(each == "refused" for each in said)
        rows.append([name, meant or "no advice", _rate(right), _rate(refused)])
    heads = [f"{SCENES} scenes each, seed {SEED}", "meant", "right", "refused"]
    return table(heads, rows)


def _said(change: Change, number: int) -> str:
    chance = random.Random(f"{SEED} {number}")  # noqa: S311  pictures, no secrets
    photo = _photographed(change(scene(chance), chance))
    measures = measured(photo)
    if refusal(measures):
        return "refused"
    return " ".join(advice(measures))


def _is_right(said: str, meant: str) -> bool:
    if meant == "refused or empty":
        return said in {"refused", Advice.EMPTY}
    return meant in said.split() if meant else not said


def scene(chance: random.Random) -> Image.Image:
    """Something on a table, in shades of grey."""
    image = Image.linear_gradient("L").rotate(chance.choice([0, 90, 180, 270])).resize(_SIZE)
    light = chance.randrange(60, 190)
    image = image.point(lambda value: light + value // 5)
    pen = ImageDraw.Draw(image)
    for _ in range(chance.randrange(3, 9)):
        x, y = chance.randrange(_SIZE[0]), chance.randrange(_SIZE[1])
        side = chance.randrange(60, 500)
        draw = chance.choice([pen.ellipse, pen.rectangle])
        draw((x, y, x + side, y + round(side * chance.uniform(0.5, 1.5))), chance.randrange(256))
    for line in range(chance.randrange(0, 12)):
        pen.text((200, 100 + 40 * line), "Collectible figure", chance.randrange(80), font_size=24)
    return image.filter(ImageFilter.GaussianBlur(0.6))


def _photographed(image: Image.Image) -> Image.Image:
    grain = ImageChops.add(image, Image.effect_noise(image.size, 3), 1, -128)
    file = BytesIO()
    grain.save(file, "JPEG", quality=85)
    photo = Image.open(file)
    photo.load()
    return photo


def _rate(hits: int) -> str:
    low, high = wilson(hits, SCENES)
    return f"{hits / SCENES:.1%} ({low:.1%} to {high:.1%})"
