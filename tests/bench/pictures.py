"""Draws photos of figures as people take them, and what becomes of one that is reused.

Everything follows from seeds. A scene is 640 by 480 pixels: fingerprints are made of small ones.
"""

import math
import random
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

SIZE = (640, 480)
_FIGURE = (360, 460)
BACKGROUNDS = ("sweep", "wood", "cloth", "clutter", "shelf")

type Picture = Image.Image
type Colour = tuple[int, int, int]


# ---------------------------------------------------------------- photos


def seeded(seed: object) -> random.Random:
    return random.Random(str(seed))  # noqa: S311


def ordinary(seed: int, products: int = 60) -> Picture:
    """Somebody's photo of a product: any place, light and framing."""
    chance = seeded(f"ordinary {seed}")
    place = chance.choice(BACKGROUNDS)
    return _photo(
        chance,
        figure(chance.randrange(products)),
        background(place, chance),
        centre=(chance.uniform(0.35, 0.65), chance.uniform(0.4, 0.6)),
        height=chance.uniform(0.45, 0.95),
        turn=chance.uniform(-12, 12),
        skew=0.08,
    )


def posed(product: int, person: int) -> Picture:
    """The product in the pose in which everybody takes it: alike in place, framing and angle."""
    pose = seeded(f"pose {product}")
    place = pose.choice(BACKGROUNDS)
    centre, height = (0.5, pose.uniform(0.48, 0.55)), pose.uniform(0.7, 0.9)
    chance = seeded(f"posed {product} {person}")
    return _photo(
        chance,
        figure(product),
        background(place, chance),
        centre=(centre[0] + chance.uniform(-0.03, 0.03), centre[1] + chance.uniform(-0.03, 0.03)),
        height=height * chance.uniform(0.95, 1.05),
        turn=chance.uniform(-3, 3),
        skew=0.03,
    )


def same_desk(product: int, shot: int) -> Picture:
    """Another shot from the same spot: the same background and light, another moment."""
    pose = seeded(f"desk {product}")
    back = background(pose.choice(BACKGROUNDS), pose)
    light = pose.getrandbits(32)
    chance = seeded(f"desk {product} {shot}")
    left, top = chance.uniform(0, 30), chance.uniform(0, 30)
    box = (left, top, SIZE[0] - 30 + left, SIZE[1] - 30 + top)
    moved = back.resize(SIZE, Image.Resampling.BILINEAR, box=box)
    return _photo(
        chance,
        figure(product),
        moved,
        centre=(0.5 + chance.uniform(-0.03, 0.03), 0.52 + chance.uniform(-0.03, 0.03)),
        height=0.8 * chance.uniform(0.96, 1.04),
        turn=chance.uniform(-3, 3),
        skew=0.03,
        light=seeded(light),
    )


def _photo(
    chance: random.Random,
    subject: Picture,
    back: Picture,
    *,
    centre: tuple[float, float],
    height: float,
    turn: float,
    skew: float,
    light: random.Random | None = None,
) -> Picture:
    scale = height * SIZE[1] / subject.height
    small = subject.resize(
        (round(subject.width * scale), round(subject.height * scale)), Image.Resampling.LANCZOS
    )
    small = _tilted(small, chance, skew).rotate(turn, Image.Resampling.BICUBIC, expand=True)
    at = (
        round(centre[0] * SIZE[0] - small.width / 2),
        round(centre[1] * SIZE[1] - small.height / 2),
    )
    scene = back.copy()
    shadow = Image.new("L", SIZE, 0)
    off = (chance.randrange(-30, 30), chance.randrange(4, 18))
    shadow.paste(small.getchannel("A"), (at[0] + off[0], at[1] + off[1]))
    shadow = shadow.filter(ImageFilter.GaussianBlur(chance.uniform(6, 16)))
    dark = shadow.point(lambda value: int(value * 0.45))
    scene.paste((20, 18, 24), mask=dark)
    scene.paste(small, at, small)
    return _exposed(scene, light or chance, chance)


def _exposed(scene: Picture, light: random.Random, chance: random.Random) -> Picture:
    """Light from a side, a colour cast, an exposure, and the sensor's noise."""
    ramp = Image.linear_gradient("L").rotate(light.uniform(0, 360), Image.Resampling.BILINEAR)
    ramp = ramp.crop((64, 64, 192, 192)).resize(SIZE)
    low = light.uniform(0.55, 0.95)
    ramp = ramp.point(lambda value: int(255 * (low + (1 - low) * value / 255)))
    scene = ImageChops.multiply(scene, Image.merge("RGB", (ramp, ramp, ramp)))
    gains = [light.uniform(0.9, 1.1) for _ in range(3)]
    scene = Image.merge(
        "RGB",
        [
            band.point(lambda v, g=gain: int(v * g))
            for band, gain in zip(scene.split(), gains, strict=True)
        ],
    )
    scene = ImageEnhance.Brightness(scene).enhance(light.uniform(0.85, 1.15))
    scene = scene.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 1.0)))
    return Image.blend(scene, _noise(chance), chance.uniform(0.02, 0.05))


def _noise(chance: random.Random) -> Picture:
    grey = Image.frombytes("L", SIZE, chance.randbytes(SIZE[0] * SIZE[1]))
    return Image.merge("RGB", (grey, grey, grey))


def _tilted(image: Picture, chance: random.Random, skew: float) -> Picture:
    width, height = image.size
    corners = [
        (x + chance.uniform(-skew, skew) * width, y + chance.uniform(-skew, skew) * height)
        for x, y in ((0, 0), (width, 0), (width, height), (0, height))
    ]
    return _warped(image, corners)


def _warped(image: Picture, corners: list[tuple[float, float]]) -> Picture:
    """The picture whose corners were there, seen from the front."""
    top_left, top_right, bottom_right, bottom_left = corners
    quad = (*top_left, *bottom_left, *bottom_right, *top_right)
    return image.transform(image.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)


# ---------------------------------------------------------------- what is in them


def background(place: str, chance: random.Random) -> Picture:
    """One place of its kind: no two people's are the same."""
    match place:
        case "sweep":
            return _grained(_tint(chance, 225, 250), chance, 3, 10)
        case "wood":
            grain = Image.frombytes("L", (6, 60), chance.randbytes(360)).resize(
                SIZE, Image.Resampling.BICUBIC
            )
            return ImageOps.colorize(grain, _tint(chance, 60, 120), _tint(chance, 140, 220))
        case "cloth":
            return _cloth(chance)
        case "shelf":
            return _shelf(chance)
    return _clutter(chance)


def _tint(chance: random.Random, low: int, high: int) -> Colour:
    base = chance.randint(low, high)
    red, green, blue = (max(0, min(255, base + chance.randint(-18, 18))) for _ in range(3))
    return red, green, blue


def _any_colour(chance: random.Random) -> Colour:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)


def _grained(colour: Colour, chance: random.Random, cells: int, depth: int) -> Picture:
    grey = Image.frombytes("L", (cells, cells), chance.randbytes(cells * cells))
    grey = grey.resize(SIZE, Image.Resampling.BICUBIC)
    low: Colour = tuple(max(0, value - depth) for value in colour)  # type: ignore[assignment]
    return ImageOps.colorize(grey, low, colour)


def _cloth(chance: random.Random) -> Picture:
    scene = _grained(_tint(chance, 80, 220), chance, 8, 25)
    draw = ImageDraw.Draw(scene)
    step, colour = chance.randint(24, 70), _any_colour(chance)
    for x in range(chance.randrange(step), SIZE[0], step):
        draw.line((x, 0, x, SIZE[1]), colour, chance.randint(2, 9))
    for y in range(chance.randrange(step), SIZE[1], step):
        draw.line((0, y, SIZE[0], y), colour, chance.randint(2, 9))
    return scene.rotate(chance.uniform(-20, 20), Image.Resampling.BILINEAR, fillcolor=colour)


def _shelf(chance: random.Random) -> Picture:
    scene = _grained(_tint(chance, 150, 235), chance, 5, 30)
    draw = ImageDraw.Draw(scene)
    floor = chance.randint(300, 400)
    draw.rectangle((0, floor, *SIZE), _tint(chance, 70, 180))
    x = -chance.randrange(40)
    while x < SIZE[0]:
        wide = chance.randint(30, 110)
        draw.rectangle((x, chance.randint(20, 220), x + wide, floor), _any_colour(chance))
        x += wide + chance.randint(2, 50)
    return scene.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 5)))


def _clutter(chance: random.Random) -> Picture:
    scene = _grained(_tint(chance, 60, 230), chance, 6, 40)
    draw = ImageDraw.Draw(scene)
    for _ in range(chance.randint(8, 25)):
        x, y, wide, high = (chance.randrange(n) for n in (640, 480, 220, 220))
        box = (x - wide // 2, y - high // 2, x + wide // 2 + 2, y + high // 2 + 2)
        shape = chance.choice((draw.rectangle, draw.ellipse))
        shape(box, fill=_any_colour(chance))
    return scene.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 4)))


def figure(product: int) -> Picture:
    """A toy figure; the same number is the same product."""
    chance = seeded(f"figure {product}")
    image = Image.new("RGBA", _FIGURE, (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    skin, hair, cloth, trim = (_any_colour(chance) for _ in range(4))
    middle, head = 180, chance.randint(95, 130)
    _ears(draw, chance, hair, trim, head)
    for side in (-1, 1):
        x = middle + side * chance.randint(35, 50)
        draw.rounded_rectangle((x - 24, 350, x + 24, 445), 20, trim)
        arm = middle + side * chance.randint(80, 100)
        draw.ellipse((arm - 22, 260, arm + 22, 370), skin)
    draw.rounded_rectangle((middle - 80, 240, middle + 80, 400), 50, cloth)
    for _ in range(chance.randint(2, 9)):
        x, y, r = chance.randint(110, 250), chance.randint(270, 390), chance.randint(5, 20)
        draw.ellipse((x - r, y - r, x + r, y + r), _any_colour(chance))
    draw.ellipse((middle - head, 145 - head, middle + head, 145 + head), hair)
    face = int(head * chance.uniform(0.72, 0.9))
    draw.ellipse((middle - face, 160 - face, middle + face, 155 + face), skin)
    _face(draw, chance, face)
    return _rounded(image)


def _ears(
    draw: ImageDraw.ImageDraw, chance: random.Random, hair: Colour, trim: Colour, head: int
) -> None:
    long, wide, apart = chance.randint(30, 90), chance.randint(20, 40), chance.randint(50, 90)
    for side in (-1, 1):
        x, top = 180 + side * apart, max(2, 145 - head - long // 3)
        draw.ellipse((x - wide, top, x + wide, top + long + 60), hair)
        draw.ellipse((x - wide // 2, top + 12, x + wide // 2, top + long + 30), trim)


def _face(draw: ImageDraw.ImageDraw, chance: random.Random, face: int) -> None:
    eye, apart, iris = chance.randint(10, 26), chance.randint(30, 52), _any_colour(chance)
    for side in (-1, 1):
        x = 180 + side * apart
        draw.ellipse((x - eye, 150 - eye, x + eye, 150 + eye), (20, 20, 26))
        draw.ellipse((x - eye // 2, 150 - eye // 2, x + eye // 2, 150 + eye // 2), iris)
        draw.ellipse((x - eye // 2, 140 - eye // 4, x - eye // 8, 146), (250, 250, 250))
        draw.ellipse((x - 14 + side * 16, 185, x + 14 + side * 16, 203), (235, 120, 130))
    mouth = chance.randint(10, 30)
    draw.chord((180 - mouth, 180, 180 + mouth, 180 + mouth), 0, 180, (150, 40, 50))
    if chance.random() < 0.5:
        draw.rectangle(
            (180 - face, 95, 180 + face, 95 + chance.randint(6, 18)), _any_colour(chance)
        )


def _rounded(image: Picture) -> Picture:
    """Lit from above left, as vinyl is."""
    light = Image.radial_gradient("L").resize((520, 620)).crop((40, 60, 400, 520))
    light = ImageOps.invert(light).point(lambda value: min(255, 90 + int(value * 0.8)))
    lit = ImageChops.multiply(image.convert("RGB"), Image.merge("RGB", (light, light, light)))
    lit.putalpha(image.getchannel("A"))
    return lit


# ---------------------------------------------------------------- what becomes of a photo

type Change = Callable[[Picture, random.Random], Picture]


def recompressed(image: Picture, chance: random.Random) -> Picture:
    """As messengers do: smaller, and strongly compressed, perhaps twice."""
    for _ in range(chance.randint(1, 2)):
        scale = chance.uniform(0.5, 0.9)
        image = image.resize((round(image.width * scale), round(image.height * scale)))
        file = BytesIO()
        image.save(file, "JPEG", quality=chance.randint(30, 70))
        image = Image.open(file).convert("RGB")
    return image


def mirrored(image: Picture, _: random.Random) -> Picture:
    return ImageOps.mirror(image)


def bordered(image: Picture, chance: random.Random) -> Picture:
    """A frame of one colour, on all sides or, as a screenshot has it, on two."""
    wide, high = (chance.uniform(0.02, 0.15) for _ in range(2))
    if chance.random() < 0.4:
        wide, high = chance.choice(((0.0, high), (wide, 0.0)))
    x, y = round(wide * image.width), round(high * image.height)
    colour = chance.choice(((255, 255, 255), (0, 0, 0), _any_colour(chance)))
    framed = Image.new("RGB", (image.width + 2 * x, image.height + 2 * y), colour)
    framed.paste(image, (x, y))
    return recompressed(framed, chance)


def brightened(image: Picture, chance: random.Random) -> Picture:
    image = ImageEnhance.Brightness(image).enhance(chance.choice((0.7, 0.8, 1.2, 1.35)))
    image = ImageEnhance.Contrast(image).enhance(chance.uniform(0.8, 1.3))
    return ImageEnhance.Color(image).enhance(chance.uniform(0.6, 1.5))


def turned(image: Picture, chance: random.Random) -> Picture:
    return image.transpose(chance.choice((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)))


def cropped(share: float) -> Change:
    """That share of the width and of the height is gone, from either side."""

    def change(image: Picture, chance: random.Random) -> Picture:
        wide, high = share * image.width, share * image.height
        left, top = chance.uniform(0, wide), chance.uniform(0, high)
        box = (left, top, image.width - wide + left, image.height - high + top)
        return recompressed(image.crop(tuple(map(round, box))), chance)  # type: ignore[arg-type]

    return change


def stickered(image: Picture, chance: random.Random) -> Picture:
    """One to three stickers, which cover 3 to 10 % of the picture."""
    image = image.copy()
    draw = ImageDraw.Draw(image)
    count, area = chance.randint(1, 3), chance.uniform(0.03, 0.10)
    for _ in range(count):
        r = math.sqrt(area / count * image.width * image.height / math.pi)
        x, y = chance.uniform(r, image.width - r), chance.uniform(r, image.height - r)
        draw.ellipse((x - r, y - r, x + r, y + r), _any_colour(chance))
        draw.arc((x - r / 2, y - r / 2, x + r / 2, y + r / 2), 20, 160, (20, 20, 20), 4)
    return recompressed(image, chance)


def off_a_screen(image: Picture, chance: random.Random) -> Picture:
    """Held by hand: a little from the side, its pixel grid and glow, a bit of the rim or none."""
    width, height = image.size
    lines = Image.new("L", (4, 4), 255)
    ImageDraw.Draw(lines).line((0, 0, 3, 0), chance.randint(190, 235))
    grid = Image.new("L", image.size)
    for x in range(0, width, 4):
        for y in range(0, height, 4):
            grid.paste(lines, (x, y))
    shown = ImageChops.multiply(image, Image.merge("RGB", (grid, grid, grid)))
    rim = chance.uniform(-0.02, 0.03)
    wide, high = (side * rim for side in (width, height))
    corners = [
        (x + chance.uniform(-0.015, 0.015) * width, y + chance.uniform(-0.015, 0.015) * height)
        for x, y in (
            (-wide, -high),
            (width + wide, -high),
            (width + wide, height + high),
            (-wide, height + high),
        )
    ]
    seen = _exposed_again(_warped(shown, corners), chance)
    return recompressed(seen, chance)


def _exposed_again(image: Picture, chance: random.Random) -> Picture:
    image = ImageEnhance.Contrast(image).enhance(chance.uniform(0.75, 1.1))
    image = ImageEnhance.Brightness(image).enhance(chance.uniform(0.8, 1.2))
    blue = image.getchannel("B").point(lambda value: min(255, int(value * 1.08)))
    image = Image.merge("RGB", (image.getchannel("R"), image.getchannel("G"), blue))
    return Image.blend(image, _noise(chance).resize(image.size), 0.04)


CHANGES: dict[str, Change] = {
    "re-compressed by a messenger": recompressed,
    "mirrored": mirrored,
    "bordered": bordered,
    "brightened": brightened,
    "rotated by 90°": turned,
    "cropped by 1 %": cropped(0.01),
    "cropped by 3 %": cropped(0.03),
    "cropped by 5 %": cropped(0.05),
    "cropped by 7 %": cropped(0.07),
    "cropped by 10 %": cropped(0.10),
    "stickered": stickered,
    "photographed off a screen": off_a_screen,
}
