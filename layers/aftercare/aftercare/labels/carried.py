"""A label whose carrier drew its page: all that is made of it, each read back (R-LBL-31)."""

import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

import zxingcpp
from PIL import Image, UnidentifiedImageError
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from zebrafy.zebrafy_zpl import ZebrafyZPL

from aftercare.labels import sscc
from aftercare.labels.drawing import Box, one_page
from aftercare.labels.errors import LabelFault, LabelUnreadableError
from aftercare.labels.model import LabelDetails, LabelFormat, PageForm
from aftercare.labels.printing import HEIGHT, WIDTH
from aftercare.labels.reading import dots_of, grey_dots, verify
from aftercare.labels.sheets import sheet_with
from aftercare.labels.slips import slip

# Four inches at 300 dpi are 1,200 dots, at 203 dpi 812.
_DOTS_AT_300 = 1000
_MOST_DOTS = 2600
_SHEETS = (LabelFormat.A4, LabelFormat.LETTER)
# What carriers print their numbers with; the square one is ours.
_SYMBOLS = (
    zxingcpp.BarcodeFormat.Code128,
    zxingcpp.BarcodeFormat.Code39,
    zxingcpp.BarcodeFormat.ITF,
    zxingcpp.BarcodeFormat.Codabar,
    zxingcpp.BarcodeFormat.QRCode,
)


def printed_of_carrier(details: LabelDetails) -> dict[LabelFormat, bytes]:
    """The carrier's page as it came, and on paper above our instructions.

    A picture has its own resolution: another one would need uneven bars, so the label has no other
    format of dots. What Zebra's printers take is passed on if it holds a picture that scans. On a
    sheet, our square code stands beside the carrier's page; the page alone has the carrier's codes
    only. The same details give the same bytes.

    Raises:
        LabelUnreadableError: The page is no picture of a label's size, or its bars do not carry the
        tracking number.
    """
    png = details.pages.get(PageForm.PNG, b"")
    picture = _picture(png)
    draw = _drawn(picture)
    dots = LabelFormat.PNG_300 if picture.width > _DOTS_AT_300 else LabelFormat.PNG_203
    title = f"Shipping label for return {details.shown_ticket}"
    page = {dots: png, LabelFormat.PDF: one_page(title, (WIDTH, HEIGHT), draw)}
    for kind, document in page.items():
        _verify_number(dots_of(document, kind), details)
    sheets = {paper: sheet_with(details, paper, draw) for paper in _SHEETS}
    for paper, document in sheets.items():
        _verify_sheet(dots_of(document, paper), details)
    return {**page, **sheets, **_for_zebra(details), **_counter(details)}


def _picture(png: bytes) -> Image.Image:
    """The page upright, in greys."""
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            if max(image.size) > _MOST_DOTS:
                raise UnidentifiedImageError
            grey = _opaque(image).convert("L")
    except (OSError, SyntaxError) as error:  # Pillow's refusals of a broken PNG
        raise LabelUnreadableError(
            LabelFault.NOT_A_PICTURE, "The carrier's page is not a picture of a label's size."
        ) from error
    return grey.transpose(Image.Transpose.ROTATE_90) if grey.width > grey.height else grey


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGBA"))
    return white


def _drawn(picture: Image.Image) -> Callable[[Canvas], None]:
    """Draws the page on four by six inches from the canvas's origin, as large as it fits."""
    scale = min(WIDTH / picture.width, HEIGHT / picture.height)
    width, height = picture.width * scale, picture.height * scale
    place = Box((WIDTH - width) / 2, (HEIGHT - height) / 2, width, height)
    reader = ImageReader(picture)

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(reader, place.left, place.bottom, place.width, place.height)

    return draw


def _for_zebra(details: LabelDetails) -> Mapping[LabelFormat, bytes]:
    """The carrier's own, if it is one that can be read back."""
    zpl = details.pages.get(PageForm.ZPL)
    graphic = _graphic(zpl) if zpl else None
    if not zpl or graphic is None:
        return {}
    _verify_number(grey_dots(graphic), details)
    return {LabelFormat.ZPL: zpl}


def _graphic(zpl: bytes) -> Image.Image | None:
    """The picture that it is; none if it draws with commands, or can't be read."""
    try:
        [picture] = ZebrafyZPL(zpl.decode("ascii")).to_images()
    except (ValueError, zlib.error):
        return None
    return picture if max(picture.size) <= _MOST_DOTS else None


def _counter(details: LabelDetails) -> Mapping[LabelFormat, bytes]:
    """What is shown at a store, if the number's bars fit on it."""
    if not sscc.is_of_a_carrier(details.tracking_number):
        return {}
    shown = slip(details)
    verify(shown, details, LabelFormat.COUNTER)
    return {LabelFormat.COUNTER: shown}


def _verify_number(dots: memoryview, details: LabelDetails) -> list[str]:
    """What else is on it; a carrier's bars may carry more than the number, as a postal code."""
    codes = _codes(dots)
    square = [code.text for code in codes if code.format == zxingcpp.BarcodeFormat.QRCode]
    linear = [code.text for code in codes if code.format != zxingcpp.BarcodeFormat.QRCode]
    if not linear:
        raise LabelUnreadableError(
            LabelFault.TRACKING_MISSING, "The carrier's page has no bars that scan."
        )
    texts = ("".join(filter(str.isalnum, text)) for text in linear)
    if not any(details.tracking_number in text for text in texts):
        raise LabelUnreadableError(
            LabelFault.TRACKING_DIFFERS, "The carrier's bars carry another number."
        )
    return square


def _verify_sheet(dots: memoryview, details: LabelDetails) -> None:
    square = _verify_number(dots, details)
    if not square:
        raise LabelUnreadableError(LabelFault.TICKET_MISSING, "The ticket's QR code is missing.")
    if details.square_code not in square:
        raise LabelUnreadableError(
            LabelFault.TICKET_DIFFERS, "The QR code carries another ticket number."
        )


def _codes(dots: memoryview) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(
        dots,
        formats=zxingcpp.BarcodeFormats(list(_SYMBOLS)),
        text_mode=zxingcpp.TextMode.Plain,
        try_downscale=False,  # a label has the size that scanners expect
    )
