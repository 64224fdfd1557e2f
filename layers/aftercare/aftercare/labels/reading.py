"""Reads a label as a scanner would, so that no unreadable label is released (R-LBL-03)."""

from dataclasses import dataclass

import pypdfium2
import zxingcpp

from aftercare.labels import sscc
from aftercare.labels.errors import LabelFault, LabelUnreadableError
from aftercare.labels.model import LabelDetails

_DPI = 203
_POINTS_PER_INCH = 72
_MOST_PIXELS_A_SIDE = 2600
_GS1_CODE_128 = "]C1"
_SSCC_IDENTIFIER = "00"


@dataclass(frozen=True, slots=True)
class LabelReading:
    """The contents of a label's symbols."""

    tracking_number: str
    ticket: str


def read(pdf: bytes, dpi: int = _DPI) -> LabelReading:
    """Decode both symbols from page 1, rendered as a 203-dpi thermal printer would print it.

    The tracking number counts only as GS1-128: Code 128 with FNC1 in first position (symbology
    identifier ]C1) that carries AI (00) and a valid SSCC. The ticket is the only QR code. A pure
    function of the bytes: safe to repeat.

    Raises:
        LabelUnreadableError: The file is not a PDF, or a symbol is missing, ambiguous or not GS1.
    """
    barcodes = _scan(pdf, dpi)
    return LabelReading(tracking_number=_tracking_number(barcodes), ticket=_ticket(barcodes))


def verify(pdf: bytes, details: LabelDetails) -> None:
    """Passes only if a scanner reads exactly what was printed.

    Raises:
        LabelUnreadableError: As `read`, or a symbol does not match `details`.
    """
    reading = read(pdf)
    if reading.tracking_number != details.tracking_number:
        raise LabelUnreadableError(
            LabelFault.TRACKING_DIFFERS, "The barcode carries another tracking number."
        )
    if reading.ticket != details.ticket:
        raise LabelUnreadableError(
            LabelFault.TICKET_DIFFERS, "The QR code carries another ticket number."
        )


def _scan(pdf: bytes, dpi: int) -> list[zxingcpp.Barcode]:
    formats = [zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode]
    return zxingcpp.read_barcodes(
        _first_page(pdf, dpi),
        formats=zxingcpp.BarcodeFormats(formats),
        text_mode=zxingcpp.TextMode.Plain,
    )


def _first_page(pdf: bytes, dpi: int) -> memoryview:
    try:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[0]
            largest = _MOST_PIXELS_A_SIDE / max(page.get_width(), page.get_height())
            scale = min(dpi / _POINTS_PER_INCH, largest)
            bitmap = page.render(scale=scale, grayscale=True)
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
    identifier, number = linear[0].text[:2], linear[0].text[2:]
    is_gs1 = linear[0].symbology_identifier == _GS1_CODE_128
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
