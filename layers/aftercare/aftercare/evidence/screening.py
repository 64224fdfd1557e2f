"""Makes a clean photo of an upload, or refuses it with a reason."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms

from aftercare.evidence.verdict import Accepted, RefusalReason, Refused

MOST_PIXELS = 40_000_000
LEAST_LONG_SIDE = 800
LEAST_SHORT_SIDE = 200
PHOTO_SIDE = 3000
THUMBNAIL_SIDE = 320

_QUALITY = 85
# A progressive JPEG repeats a pass over the whole picture per scan; cameras write about ten.
_MOST_SCANS = 100
_ORIENTATION = 0x0112
# Further pictures in a JPEG or HEIF are gain maps and bursts, not frames.
_MOVING = frozenset({"PNG", "WEBP", "AVIF"})
_DIRECT_MODES = frozenset({"L", "RGB", "CMYK"})
_SIXTEEN_BIT = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})

# How each picture format begins. `None` names a picture that browsers or reviewers cannot use.
_SIGNATURES: tuple[tuple[re.Pattern[bytes], str | None], ...] = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WEBP"),
    (re.compile(rb"....ftyp(avi[fs]|m[is][fa][1f]....(....){0,8}?avif)", re.DOTALL), "AVIF"),
    (re.compile(rb"....ftyp(he[iv][cxms]|m[is]f1)", re.DOTALL), "HEIF"),
    (re.compile(rb"GIF8[79]a|BM.{4}\0\0\0\0|II\*\0|MM\0\*|8BPS|\0\0\x01\0", re.DOTALL), None),
    (re.compile(rb"\0\0\0\x0cJXL |\xff\x0a|\0\0\0\x0cjP  |\xff\x4f\xff\x51"), None),
    (re.compile(rb"\s*(<\?xml[^>]*>\s*)?<(svg|!DOCTYPE svg)"), None),
)
_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


class _RefusedError(Exception):
    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason)
        self.reason = reason


def screen(data: bytes) -> Accepted | Refused:
    """Decodes and checks the picture, and copies its pixels without metadata. Safe to repeat.

    Raises only MemoryError. Names and content types are ignored: the bytes decide the format. JPEG,
    PNG, WebP, HEIC and AVIF are accepted (R-EVD-03 to R-EVD-07):

    - More than 40 megapixels are refused from the header, before anything is decoded.
    - "Under 800 px" means the *longer* side: a phone's photo cropped to the flaw is often a narrow
      strip, and the longer side separates a usable photo from a thumbnail. A strip under 200 px on
      its shorter side shows nothing and is refused too.
    - A moving picture is refused: a reviewer would see only its first frame.

    The copy is turned upright, converted to sRGB and flattened on white. Memory peaks at 0.75 GB
    for the worst 40-megapixel picture (a WebP with alpha). Not thread-safe: Pillow's pixel limit
    and the warnings filter are process-wide.
    """
    try:
        with _guarded():
            photo = _decoded(data)
        return _accepted(photo, data)
    except _RefusedError as refusal:
        return Refused(refusal.reason)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Refused(RefusalReason.TOO_MANY_PIXELS)
    except MemoryError:
        raise  # not the photo's fault: it is screened again, and in the end an operator looks
    except Exception:  # noqa: BLE001  decoders raise anything on hostile bytes: see the fuzz tests
        return Refused(RefusalReason.DAMAGED)


@contextmanager
def _guarded() -> Iterator[None]:
    usual = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = usual


def _decoded(data: bytes) -> Image.Image:
    kind = _format_of(data)
    _check_before_opening(data, kind)
    with Image.open(BytesIO(data), formats=[kind]) as image:
        _check_size(image.size)
        if kind in _MOVING and getattr(image, "is_animated", False):
            raise _RefusedError(RefusalReason.ANIMATED)
        if kind == "JPEG":
            _draft(image)
        image.load()
        if kind == "HEIF":
            _check_size(image.size)  # the codestream may contradict the header
        return _upright_rgb(image)


def _format_of(data: bytes) -> str:
    for signature, kind in _SIGNATURES:
        if signature.match(data[:1024]):
            if kind is None:
                raise _RefusedError(RefusalReason.UNSUPPORTED_FORMAT)
            return kind
    raise _RefusedError(RefusalReason.NOT_AN_IMAGE)


def _check_before_opening(data: bytes, kind: str) -> None:
    """Checks what Pillow would notice only after using the memory or the time."""
    if kind == "WEBP" and data[12:16] == b"VP8X":
        width, height = (int.from_bytes(data[i : i + 3], "little") + 1 for i in (24, 27))
        _check_size((width, height))
    if kind == "JPEG" and _scans(data) > _MOST_SCANS:
        raise _RefusedError(RefusalReason.DAMAGED)


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MOST_PIXELS:
        raise _RefusedError(RefusalReason.TOO_MANY_PIXELS)
    if max(size) < LEAST_LONG_SIDE or min(size) < LEAST_SHORT_SIDE:
        raise _RefusedError(RefusalReason.TOO_SMALL)


def _scans(jpeg: bytes) -> int:
    scans, position = 0, 2
    while (marker := _JPEG_MARKER.search(jpeg, position)) and scans <= _MOST_SCANS:
        if marker[1] == b"\xd9":
            break
        scans += marker[1] == b"\xda"
        length = int.from_bytes(jpeg[marker.end() : marker.end() + 2])
        position = marker.end() + max(length, 2)
    return scans


def _draft(image: Image.Image) -> None:
    """Let libjpeg drop what the copy would not keep; the JPEG's own draft never uses a preview."""
    shrink = PHOTO_SIDE / max(image.size)
    if shrink < 1:
        image.draft(None, (int(image.width * shrink), int(image.height * shrink)))


def _upright_rgb(image: Image.Image) -> Image.Image:
    """Shrunk before anything costly, so that it works on few pixels."""
    orientation = _orientation_of(image)
    profile = image.info.get("icc_profile")
    pixels = _opaque(image)
    pixels.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS, reducing_gap=None)
    return _turned(_to_srgb(pixels, profile), orientation)


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode in _SIXTEEN_BIT:
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        # Before shrinking: shrinking with alpha would need two more copies of the large picture.
        cut_out = image if image.mode == "RGBA" else image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(cut_out, mask=cut_out)
        return paper
    return image if image.mode in _DIRECT_MODES else image.convert("RGB")


def _to_srgb(image: Image.Image, profile: object) -> Image.Image:
    if isinstance(profile, bytes) and profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            return converted or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image.convert("RGB")  # a profile for another kind of picture, or a broken one
    return image.convert("RGB")


def _orientation_of(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  a broken EXIF block is no reason to refuse the picture
        return 1
    return value if isinstance(value, int) else 1


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return image.transpose(turn) if turn is not None else image


def _accepted(photo: Image.Image, data: bytes) -> Accepted:
    photo.info = {}
    thumbnail = photo.copy()
    thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Accepted(
        photo=_jpeg(photo),
        thumbnail=_jpeg(thumbnail),
        width=photo.width,
        height=photo.height,
        sha256=sha256(data).hexdigest(),
    )


def _jpeg(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format="JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()
