"""Real pictures as a phone would upload them; each builder returns the file's bytes."""

import random
import zlib
from functools import cache
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageDraw

ORIENTATION = 0x0112
GPS = 0x8825
ARTIST = 0x013B
SECRET = "Jordan Ellis, 2741 Maple Hollow Rd"
UPPER_LEFT_COLOUR = (220, 30, 30)
_THINGS = 24

pillow_heif.register_heif_opener()


def scene(width: int = 1200, height: int = 900, mode: str = "RGB") -> Image.Image:
    """A picture with a red upper left corner, so that a rotation is visible."""
    image = Image.new("RGB", (width, height), (90, 140, 200))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, width // 3, height // 3), fill=UPPER_LEFT_COLOUR)
    pen.ellipse((width // 2, height // 2, width - 1, height - 1), fill=(240, 220, 120))
    return image.convert(mode)


def scene_of(owner: str, width: int = 1200, height: int = 900) -> Image.Image:
    """A picture of its owner's own: no other's is like it, so that none is taken for a copy."""
    dice = random.Random(owner)  # noqa: S311 - the same picture each time
    colours = [tuple(dice.randrange(256) for _ in range(3)) for _ in range(_THINGS)]
    image = Image.new("RGB", (width, height), colours[0])
    pen = ImageDraw.Draw(image)
    for colour in colours[1:]:
        left, top = dice.randrange(width), dice.randrange(height)
        place = (left, top, left + dice.randrange(60, width), top + dice.randrange(60, height))
        dice.choice((pen.ellipse, pen.rectangle))(place, fill=colour)
    return image


def exif(orientation: int = 1) -> Image.Exif:
    tags = Image.Exif()
    tags[ORIENTATION] = orientation
    tags[ARTIST] = SECRET
    gps = tags.get_ifd(GPS)
    gps.update({1: "N", 2: (45.0, 31.0, 12.0), 3: "W", 4: (122.0, 40.0, 5.0)})
    return tags


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


def own_jpeg(owner: str) -> bytes:
    """A phone's JPEG of something that only its owner has."""
    return saved(scene_of(owner), "JPEG", exif=exif(), quality=85)


def own_heic(owner: str) -> bytes:
    return saved(scene_of(owner), "HEIF", exif=exif().tobytes(), quality=60)


@cache
def jpeg(width: int = 1200, height: int = 900, orientation: int = 1) -> bytes:
    """A phone's JPEG: orientation, GPS position, a name, a comment and XMP in it."""
    return saved(
        scene(width, height),
        "JPEG",
        exif=exif(orientation),
        comment=SECRET.encode(),
        xmp=f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode(),
    )


@cache
def png(mode: str = "RGB") -> bytes:
    return saved(scene(mode=mode), "PNG")


@cache
def sixteen_bit_png() -> bytes:
    image = Image.new("I;16", (1000, 800), 32768)
    image.paste(0, (0, 0, 300, 200))
    return saved(image, "PNG")


@cache
def transparent_png() -> bytes:
    image = Image.new("RGBA", (1000, 800), (255, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 300, 200))
    return saved(image, "PNG")


@cache
def webp() -> bytes:
    return saved(scene(), "WEBP", exif=exif(), xmp=SECRET.encode())


@cache
def heic(orientation: int = 1) -> bytes:
    return saved(scene(800, 640), "HEIF", exif=exif(orientation).tobytes(), quality=60)


@cache
def avif() -> bytes:
    return saved(scene(1000, 800), "AVIF", exif=exif(), speed=10)


@cache
def cmyk_jpeg() -> bytes:
    return saved(scene(mode="CMYK"), "JPEG")


@cache
def grey_jpeg() -> bytes:
    return saved(scene(mode="L"), "JPEG")


@cache
def white_jpeg() -> bytes:
    """A thing on white paper, of which a JPEG's last rows take next to no bytes."""
    image = Image.new("RGB", (1200, 900), "white")
    image.paste("black", (0, 0, 300, 200))
    return saved(image, "JPEG")


@cache
def multi_picture_jpeg() -> bytes:
    """A phone's JPEG with a gain map: a second, smaller JPEG after the first."""
    return saved(scene(), "MPO", save_all=True, append_images=[scene(300, 225)])


@cache
def swapped_colours_jpeg() -> bytes:
    """A picture whose colour profile shows stored red as green."""
    image = Image.new("RGB", (1000, 800), (255, 0, 0))
    image.paste("black", (700, 600, 1000, 800))
    return saved(image, "JPEG", icc_profile=_swapped_profile())


def _swapped_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert profile.count(b"rXYZ") == profile.count(b"gXYZ") == 1
    return profile.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")


@cache
def animated(kind: str) -> bytes:
    frames = [scene(), Image.new("RGB", (1200, 900), "white")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


@cache
def gif() -> bytes:
    return saved(scene(), "GIF")


@cache
def bomb_png(side: int = 20_000) -> bytes:
    """An empty picture of 400 megapixels in 50 kilobytes."""
    return saved(Image.new("1", (side, side)), "PNG")


def lying_png(width: int, height: int) -> bytes:
    """A small picture whose header claims another size, with a valid checksum."""
    data = bytearray(saved(scene(900, 900), "PNG"))
    data[16:24] = width.to_bytes(4) + height.to_bytes(4)
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4)
    return bytes(data)


def lying_webp(width: int, height: int) -> bytes:
    """An extended WebP whose canvas claims another size than its picture has."""
    data = bytearray(saved(scene(900, 900), "WEBP", exif=exif()))
    assert data[12:16] == b"VP8X"
    data[24:30] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(data)


def lying_heic(width: int, height: int) -> bytes:
    """A HEIC whose `ispe` property claims another size than the codestream has."""
    data = bytearray(heic())
    at = data.index(b"ispe") + 8
    data[at : at + 8] = width.to_bytes(4) + height.to_bytes(4)
    return bytes(data)


@cache
def scan_bomb_jpeg(scans: int = 5000) -> bytes:
    """A progressive JPEG that repeats its last scan, each time a pass over the whole picture."""
    data = saved(scene(2000, 1500), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + b"\xff\xd9"


def truncated(data: bytes, kept: float = 0.6) -> bytes:
    return data[: int(len(data) * kept)]


SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
HTML = b"<!doctype html><html><body><img src=x onerror=alert(1)></body></html>"
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF"


def polyglot() -> bytes:
    """A JPEG that can be read as a web page and as an archive, too."""
    return jpeg() + HTML + b"PK\x05\x06" + bytes(18)


@cache
def phone_jpeg(owner: str = "") -> bytes:
    """Twelve megapixels with grain, as a phone's camera writes them: several megabytes."""
    grain = Image.effect_noise((2016, 1512), 32).resize((4032, 3024))
    shown = scene_of(owner, 4032, 3024) if owner else scene(4032, 3024)
    image = Image.blend(shown, grain.convert("RGB"), 0.3)
    return saved(image, "JPEG", quality=92, exif=exif(), comment=SECRET.encode())


@cache
def tiny_jpeg() -> bytes:
    return jpeg(640, 480)
