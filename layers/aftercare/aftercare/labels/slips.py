"""What a customer shows at a store's counter instead of sending a parcel (R-LBL-22)."""

from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from aftercare.labels import lettering, rasters, sscc
from aftercare.labels.drawing import Box, barcode, square, write
from aftercare.labels.model import LabelDetails
from aftercare.labels.printing import HEIGHT, WIDTH, spoken_words

_MARGIN = 18.0
_SIDE = 1.9 * inch
_BAR_BOTTOM = 30.0


def slip(details: LabelDetails) -> bytes:
    """A PNG for a phone's screen or paper: the ticket large as a QR code, and the label's number.

    It has no address. The same details give the same bytes.

    Raises:
        SsccInvalidError: The tracking number is not an SSCC.
    """
    return rasters.shown(f"Return {details.shown_ticket}", lambda canvas: _fill(canvas, details))


def _fill(canvas: Canvas, details: LabelDetails) -> None:
    spoken = spoken_words(details)
    wide = WIDTH - 2 * _MARGIN
    title = Box(_MARGIN, HEIGHT - 52, wide, 34)
    write(
        canvas, [spoken.text("label.counter.title")], title, (20, 9), lettering.BOLD, centred=True
    )
    text = Box(_MARGIN, HEIGHT - 108, wide, 52)
    write(canvas, [spoken.text("label.counter.text")], text, (11, 6), centred=True)
    bottom = HEIGHT - 112 - _SIDE
    square(canvas, details.square_code, (WIDTH - _SIDE) / 2, bottom, _SIDE)
    ticket = Box(_MARGIN, bottom - 22, wide, 22)
    write(canvas, [details.shown_ticket], ticket, (16, 6), lettering.BOLD, centred=True)
    barcode(canvas, details.tracking_number, WIDTH / 2, _BAR_BOTTOM)
    canvas.setFont(lettering.REGULAR, 9)
    number = sscc.shown(details.tracking_number)
    canvas.drawCentredString(WIDTH / 2, _BAR_BOTTOM - 14, number)
