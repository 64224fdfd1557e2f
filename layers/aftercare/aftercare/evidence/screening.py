"""Makes a clean photo of an upload, or refuses it with a reason."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from io import SEEK_END, BytesIO

import msgspec
import pillow_heif
from PIL import AvifImagePlugin, Image, ImageCms

from aftercare.evidence.budget import Allow, unlimited, within_budget
from aftercare.evidence.camera import Camera, camera_of
from aftercare.evidence.captures import label_text
from aftercare.evidence.fingerprints import fingerprint_of
from aftercare.evidence.formats import coded_pixels, format_of
from aftercare.evidence.jpeg import missing_end
from aftercare.evidence.measures import measured
from aftercare.evidence.qr_codes import texts_in
from aftercare.evidence.quality import advice, refusal
from aftercare.evidence.verdict import Accepted, RefusalReason, Refused, RefusedError

MOST_PIXELS = 40_000_000
LEAST_LONG_SIDE = 800
LEAST_SHORT_SIDE = 200
PHOTO_SIDE = 3000
THUMBNAIL_SIDE = 320

# The copy on which a photo is measured and its label read, and of which the thumbnail is made: half
# of a phone's photo, on which a label that takes a tenth of the width can still be read.
_SMALL_SIDE = 1400
_QUALITY = 85
_ORIENTATION = 0x0112
# Further pictures in a JPEG or HEIF are gain maps and bursts, not frames.
_MOVING = frozenset({"PNG", "WEBP", "AVIF"})
_DIRECT_MODES = frozenset({"L", "RGB", "CMYK"})
_SIXTEEN_BIT = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})

# Loads all decoders now: what a child loads is gone with it.
Image.preinit()
import_module("PIL.MpoImagePlugin")
import_module("PIL.WebPImagePlugin")
# A decoder's memory depends on its threads; the function has one processor.
_THREADS = 2
AvifImagePlugin.DEFAULT_MAX_THREADS = _THREADS
pillow_heif.register_heif_opener(
    thumbnails=False, depth_images=False, aux_images=False, decode_threads=_THREADS
)


class _Answer(msgspec.Struct, frozen=True):
    accepted: Accepted | None = None
    refused: Refused | None = None


def screen_in_child(data: bytes) -> Accepted | Refused:
    """Screens a file that nobody trusts: as `screen`, in a child process with a bounded budget.

    A file that kills its decoder, or takes more memory than its stated size explains or more than
    20 s of processor time, is refused as unreadable (R-EVD-10). Safe to repeat.
    """
    answer = within_budget(lambda allow: _encoded(screen(data, allow)))
    if answer is None:
        return Refused(RefusalReason.UNREADABLE)
    told = msgspec.json.decode(answer, type=_Answer)
    return told.accepted or told.refused or Refused(RefusalReason.UNREADABLE)


def _encoded(verdict: Accepted | Refused) -> bytes:
    accepted = verdict if isinstance(verdict, Accepted) else None
    refused = verdict if isinstance(verdict, Refused) else None
    return msgspec.json.encode(_Answer(accepted, refused))


def small_copy_in_child(data: bytes, side: int) -> bytes | None:
    """A WebP of at most `side` pixels on its longer side; none of a file that is no still picture.

    Decoded as in `screen_in_child`, whatever the picture's own size up to 40 megapixels.
    """
    return within_budget(lambda allow: _small_copy(data, side, allow)) or None


def _small_copy(data: bytes, side: int, allow: Allow) -> bytes:
    try:
        with _guarded():
            copy, _ = _decoded(data, allow, _check_few_pixels)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  as in `screen`
        return b""
    copy.info = {}
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    copy.save(buffer, format="WEBP", quality=_QUALITY)
    return buffer.getvalue()


def screen(data: bytes, allow: Allow = unlimited) -> Accepted | Refused:
    """Decodes and checks the picture, and copies its pixels without metadata. Safe to repeat.

    Raises only MemoryError. Names and content types are ignored: the bytes decide the format. JPEG,
    PNG, WebP, HEIC and AVIF are accepted (R-EVD-03 to R-EVD-07):

    - More than 40 megapixels are refused before anything is decoded, by the file's header and by
      its coded picture. `allow` gets their number of pixels before they are decoded.
    - "Under 800 px" means the *longer* side: a phone's photo cropped to the flaw is often a narrow
      strip, and the longer side separates a usable photo from a thumbnail. A strip whose kept copy
      is under 200 px on its shorter side shows nothing and is refused too.
    - A moving picture is refused: a reviewer would see only its first frame.
    - A picture that shows nothing is refused; what could be better is advice (R-EVD-40, R-EVD-41).

    The copy is turned upright, converted to sRGB and flattened on white. Memory peaks at 0.75 GB
    for the worst 40-megapixel picture (a WebP with alpha). Not thread-safe: Pillow's pixel limit
    and the warnings filter are process-wide.
    """
    try:
        with _guarded():
            photo, camera = _decoded(data, allow, _check_size)
        return _accepted(photo, camera, data)
    except RefusedError as refusal:
        return Refused(refusal.reason)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Refused(RefusalReason.TOO_MANY_PIXELS)
    except MemoryError:
        raise  # within a budget, the child's end
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


def _decoded(
    data: bytes, allow: Allow, check: Callable[[tuple[int, int]], None]
) -> tuple[Image.Image, Camera]:
    kind = format_of(data)
    coded = coded_pixels(data, kind)
    _check_pixels(coded)
    allow(coded)  # Pillow reserves the memory of a WebP when it opens it
    file = BytesIO(data)
    with Image.open(file, formats=[kind]) as image:
        check(image.size)
        allow(max(coded, image.width * image.height))
        if kind in _MOVING and getattr(image, "is_animated", False):
            raise RefusedError(RefusalReason.ANIMATED)
        if kind == "JPEG":
            file.seek(0, SEEK_END)
            file.write(missing_end(data))
            _draft(image)
        image.load()  # of a HEIF whose stream contradicts its header, libheif loads nothing
        return _upright_rgb(image), camera_of(image)


def _check_few_pixels(size: tuple[int, int]) -> None:
    _check_pixels(size[0] * size[1])


def _check_pixels(pixels: int) -> None:
    if pixels > MOST_PIXELS:
        raise RefusedError(RefusalReason.TOO_MANY_PIXELS)


def _check_size(size: tuple[int, int]) -> None:
    longer, shorter = max(size), min(size)
    _check_pixels(longer * shorter)
    if longer < LEAST_LONG_SIDE:
        raise RefusedError(RefusalReason.TOO_SMALL)
    if shorter * min(1, PHOTO_SIDE / longer) < LEAST_SHORT_SIDE:  # of the copy that is kept
        raise RefusedError(RefusalReason.TOO_NARROW)


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


def _accepted(photo: Image.Image, camera: Camera, data: bytes) -> Accepted:
    photo.info = {}
    small = photo.reduce(max(1, max(photo.size) // _SMALL_SIDE))
    grey = small.convert("L")
    measures = measured(grey)
    if reason := refusal(measures):
        raise RefusedError(reason)
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Accepted(
        photo=_jpeg(photo),
        thumbnail=_jpeg(small),
        width=photo.width,
        height=photo.height,
        sha256=sha256(data).hexdigest(),
        advice=advice(measures),
        measures=measures,
        serial=label_text(texts_in(grey)),
        taken=camera.taken,
        capture=camera.capture,
        fingerprint=fingerprint_of(small),
    )


def _jpeg(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format="JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()
