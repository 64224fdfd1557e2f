"""Photos as cameras and shaking hands make them; each builder returns a picture or its bytes."""

import random
from io import BytesIO

import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.fakes.photos import saved

MODEL = {0x010F: "Rollei", 0x0110: "Phone 12"}
_EXIF = 0x8769


def figure(width: int = 1200, height: int = 900) -> Image.Image:
    """A toy on a table: round, striped, with eyes, under a lamp."""
    image = Image.linear_gradient("L").resize((width, height)).point(lambda value: 150 + value // 4)
    picture = Image.merge("RGB", (image, image, image.point(lambda value: value - 20)))
    pen = ImageDraw.Draw(picture)
    middle, size = width // 2, height // 3
    pen.ellipse((middle - size, height // 4, middle + size, height - 40), fill=(200, 90, 120))
    for stripe in range(6):
        top = height // 2 + stripe * height // 16
        pen.rectangle((middle - size // 2, top, middle + size // 2, top + 12), fill=(240, 230, 90))
    for eye in (middle - size // 3, middle + size // 3):
        pen.ellipse((eye - 30, height // 3, eye + 30, height // 3 + 60), fill="white")
        pen.ellipse((eye - 12, height // 3 + 18, eye + 12, height // 3 + 42), fill="black")
    return with_grain(picture, 4)


def with_grain(picture: Image.Image, deviation: float) -> Image.Image:
    grain = _noise(picture.size, deviation).convert("RGB")
    return ImageChops.add(picture, grain, 1, -128)


def blurred(radius: float, picture: Image.Image | None = None) -> Image.Image:
    return with_grain((picture or figure()).filter(ImageFilter.GaussianBlur(radius)), 2)


def shaken(pixels: int) -> Image.Image:
    """A picture of a camera that moved sideways."""
    return with_grain(figure().filter(ImageFilter.BoxBlur((pixels / 2, 0))), 2)


def exposed(factor: float) -> Image.Image:
    """With so much of the right light; the sensor's grain stays."""
    darker = figure().point(lambda value: min(255, round(value * factor)))
    return with_grain(darker, 2) if factor < 1 else darker


def noise(width: int = 1200, height: int = 900, deviation: float = 60) -> Image.Image:
    return _noise((width, height), deviation).convert("RGB")


def _noise(size: tuple[int, int], deviation: float) -> Image.Image:
    """Grey noise about the middle, the same each time: Pillow's own can't be repeated."""
    dice = random.Random(0)  # noqa: S311
    width, height = size
    first, second = (Image.frombytes("L", size, dice.randbytes(width * height)) for _ in range(2))
    # The mean of two even throws deviates by 52.
    return Image.blend(first, second, 0.5).point(
        lambda value: round(128 + (value - 127.5) * deviation / 52)
    )


def blank(shade: int | tuple[int, int, int]) -> Image.Image:
    colour = (shade,) * 3 if isinstance(shade, int) else shade
    return Image.new("RGB", (1200, 900), colour)


def label(
    text: str, *, side: int = 200, turned: float = 0, size: tuple[int, int] = (1200, 900)
) -> bytes:
    """A phone's photo of a label with that QR code, `side` pixels wide."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=8)
    symbol = Image.frombytes("L", code.shape[::-1], bytes(memoryview(code)))
    photo = figure(*size)
    paper = Image.new("L", (side + 40, side + 40), 245)
    paper.paste(symbol.resize((side, side)), (20, 20))
    tilted = paper.rotate(turned, expand=True, fillcolor=245)
    photo.paste(tilted, (60, 60))
    return saved(photo, "JPEG", quality=85)


def taken(
    tags: dict[int, object], base: dict[int, object] | None = None, kind: str = "JPEG"
) -> bytes:
    """A photo with these tags in its EXIF block; `base` are those of the camera itself."""
    exif = Image.Exif()
    exif.update(MODEL if base is None else base)
    exif.get_ifd(_EXIF).update(tags)
    buffer = BytesIO()
    figure(1000, 800).save(buffer, kind, exif=exif.tobytes() if kind == "HEIF" else exif)
    return buffer.getvalue()
