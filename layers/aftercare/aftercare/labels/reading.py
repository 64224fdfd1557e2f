"""Reads a label as a scanner would, so that no unreadable label is released (R-LBL-03)."""

import re
import zlib
from base64 import b64decode
from binascii import Error as Base64Error
from binascii import crc_hqx
from dataclasses import dataclass
from io import BytesIO

import pypdfium2
import zxingcpp
from PIL import Image, UnidentifiedImageError

from aftercare.labels import sscc
from aftercare.labels.errors import LabelFault, LabelUnreadableError
from aftercare.labels.model import LabelDetails, LabelFormat

_DPI = 203
_POINTS_PER_INCH = 72
_MOST_PIXELS_A_SIDE = 2600
_GS1_CODE_128, _CODE_128 = "]C1", "]C0"
_SSCC_IDENTIFIER = "00"
_GRAPHIC = re.compile(
    rb"\^XA\n\^PW(\d{1,4})\n\^LL(\d{1,4})\n\^FO0,0\^GFA,(\d+),(\d+),(\d+)"
    rb",(:Z64:([A-Za-z0-9+/]+=*):([0-9A-F]{4}))\^FS\n\^XZ\n"
)
# A packing slip has its ticket in the upper quarter of its page.
_HEAD = 0.25
_SHEETS = frozenset({LabelFormat.A4, LabelFormat.LETTER})
_PICTURES = frozenset({LabelFormat.PNG_203, LabelFormat.PNG_300, LabelFormat.COUNTER})


@dataclass(frozen=True, slots=True)
class LabelReading:
    """The contents of a label's symbols."""

    tracking_number: str
    ticket: str


def read(document: bytes, kind: LabelFormat = LabelFormat.PDF, dpi: int = _DPI) -> LabelReading:
    """Decode both symbols of a label in that format, as a printer would print it.

    A PDF is rendered at 203 dpi, its page 1; a picture and a printer's graphic have dots already.
    An SSCC counts only as GS1-128: Code 128 with FNC1 in first position (symbology identifier ]C1)
    that carries AI (00). A carrier's own number is in plain Code 128. The ticket is the only QR
    code. A pure function of the bytes: safe to repeat.

    Raises:
        LabelUnreadableError: It is not of that format, or a symbol is missing, ambiguous or not
        GS1.
    """
    barcodes = _scan(dots_of(document, kind, dpi))
    return LabelReading(tracking_number=_tracking_number(barcodes), ticket=_ticket(barcodes))


def verify_ticket(pdf: bytes, details: LabelDetails) -> None:
    """Passes only if a scanner reads the ticket on top of the first page of that PDF.

    Raises:
        LabelUnreadableError: It is no PDF, or its QR code is missing or carries another ticket.
    """
    _require_ticket(_ticket(_scan(_first_page(pdf, _DPI, upper=_HEAD))), details)


def verify(document: bytes, details: LabelDetails, kind: LabelFormat = LabelFormat.PDF) -> None:
    """Passes only if a scanner reads exactly what was printed.

    Raises:
        LabelUnreadableError: As `read`, or a symbol does not match `details`.
    """
    reading = read(document, kind)
    if reading.tracking_number != details.tracking_number:
        raise LabelUnreadableError(
            LabelFault.TRACKING_DIFFERS, "The barcode carries another tracking number."
        )
    _require_ticket(reading.ticket, details)


def _require_ticket(ticket: str, details: LabelDetails) -> None:
    if ticket != details.square_code:
        raise LabelUnreadableError(
            LabelFault.TICKET_DIFFERS, "The QR code carries another ticket number."
        )


def _scan(dots: memoryview) -> list[zxingcpp.Barcode]:
    formats = [zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode]
    return zxingcpp.read_barcodes(
        dots,
        formats=zxingcpp.BarcodeFormats(formats),
        text_mode=zxingcpp.TextMode.Plain,
        try_downscale=False,  # a label has the size that scanners expect
    )


def dots_of(document: bytes, kind: LabelFormat, dpi: int = _DPI) -> memoryview:
    """A label in that format as grey dots, of which a sheet's are those above its fold.

    Raises:
        LabelUnreadableError: It is not of that format.
    """
    if kind is LabelFormat.ZPL:
        return _graphic(document)
    if kind in _PICTURES:
        return _picture(document)
    return _first_page(document, dpi, upper=0.5 if kind in _SHEETS else 1)


def _picture(png: bytes) -> memoryview:
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            if max(image.size) > _MOST_PIXELS_A_SIDE:
                raise UnidentifiedImageError
            return grey_dots(image)
    except (OSError, SyntaxError) as error:  # Pillow's refusals of a broken PNG
        raise LabelUnreadableError(
            LabelFault.NOT_A_PICTURE, "The label is not a picture of a label's size."
        ) from error


def _graphic(zpl: bytes) -> memoryview:
    """The dots that a printer makes of it: in ZPL a set bit is a dark one."""
    found = _GRAPHIC.fullmatch(zpl)
    if found is None:
        raise LabelUnreadableError(LabelFault.NOT_A_GRAPHIC, "The label is not one graphic in ZPL.")
    across, down, counted, total, per_row = map(int, found.group(1, 2, 3, 4, 5))
    whole, encoded, checksum = found.group(6, 7, 8)
    try:
        bits = zlib.decompressobj().decompress(b64decode(encoded, validate=True), total)
    except (Base64Error, zlib.error):
        bits = b""
    right = (len(whole), (across + 7) // 8, down * per_row, len(bits), int(checksum, 16))
    if right != (counted, per_row, total, total, crc_hqx(encoded, 0)):
        raise LabelUnreadableError(LabelFault.NOT_A_GRAPHIC, "The label's graphic is damaged.")
    return grey_dots(Image.frombytes("1", (across, down), bits, "raw", "1;I", per_row))


def grey_dots(image: Image.Image) -> memoryview:
    """A picture's dots, as the reader of barcodes takes them."""
    width, height = image.size
    return memoryview(image.convert("L").tobytes()).cast("B", (height, width))


def _first_page(pdf: bytes, dpi: int, upper: float) -> memoryview:
    """Its upper part; the part of a sheet below the fold is not on the parcel."""
    try:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[0]
            largest = _MOST_PIXELS_A_SIDE / max(page.get_width(), page.get_height())
            scale = min(dpi / _POINTS_PER_INCH, largest)
            below = (0, page.get_height() * (1 - upper), 0, 0)
            bitmap = page.render(scale=scale, crop=below, grayscale=True)
            height, width, stride = bitmap.height, bitmap.width, bitmap.stride
            padded = bytes(bitmap.buffer)
        finally:
            document.close()
    except (pypdfium2.PdfiumError, IndexError, ZeroDivisionError) as error:
        raise LabelUnreadableError(
            LabelFault.NOT_A_PDF, "The label is not a PDF with a page."
        ) from error
    rows = b"".join(padded[start : start + width] for start in range(0, height * stride, stride))
    # Not an ImageView: zxing-cpp 3.1 neither keeps alive what that looks at nor survives ctypes.
    return memoryview(rows).cast("B", (height, width))


def _tracking_number(barcodes: list[zxingcpp.Barcode]) -> str:
    linear = [code for code in barcodes if code.format != zxingcpp.BarcodeFormat.QRCode]
    if len(linear) != 1:
        raise LabelUnreadableError(
            LabelFault.TRACKING_MISSING, f"Found {len(linear)} tracking barcodes instead of one."
        )
    text, symbology = linear[0].text, linear[0].symbology_identifier
    if symbology == _CODE_128 and sscc.is_of_a_carrier(text):
        return text
    identifier, number = text[:2], text[2:]
    is_gs1 = symbology == _GS1_CODE_128
    if not is_gs1 or identifier != _SSCC_IDENTIFIER or not sscc.is_valid(number):
        raise LabelUnreadableError(
            LabelFault.TRACKING_NOT_GS1, "The tracking barcode is not a GS1-128 of an SSCC."
        )
    return number


def _ticket(barcodes: list[zxingcpp.Barcode]) -> str:
    square = [code for code in barcodes if code.format == zxingcpp.BarcodeFormat.QRCode]
    if len(square) != 1:
        raise LabelUnreadableError(
            LabelFault.TICKET_MISSING, f"Found {len(square)} ticket QR codes instead of one."
        )
    return square[0].text
