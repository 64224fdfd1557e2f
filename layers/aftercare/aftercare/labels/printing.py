"""Draws a 4 by 6 inch shipping label, for a thermal printer or a sheet of paper."""

from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from aftercare.addresses.service import label_lines
from aftercare.kernel.address import Address
from aftercare.labels import lettering, sscc
from aftercare.labels.drawing import BAR_HEIGHT, QR_SIDE, Box, barcode, one_page, square, write
from aftercare.labels.model import LabelDetails
from aftercare.words.model import language_of
from aftercare.words.service import Words, words

WIDTH, HEIGHT = 4 * inch, 6 * inch
_MARGIN = 9.0
_PADDING = 6.0
_OUTLINE, _STROKE = 0.5, 1

# The rules across the label, from the top, as heights above its lower edge.
_TOP = HEIGHT - _MARGIN
_UNDER_HEADER = 366.0
_UNDER_SERVICE = 338.0
_UNDER_SENDER = 274.0
_UNDER_RECIPIENT = 172.0
_UNDER_TRACKING = 36.0


def draw(details: LabelDetails) -> bytes:
    """One page of PDF; the same details give the same bytes, so drawing again is safe.

    The tracking number stands as GS1-128 (X = 0.5 mm, 32 mm high, 10X quiet zones), the ticket as
    a QR code. Texts wrap and shrink, and never leave their boxes. The document's properties name
    the ticket, and no name or address.

    Raises:
        SsccInvalidError: The tracking number is not an SSCC.
    """
    title = f"Shipping label for return {details.shown_ticket}"
    return one_page(title, (WIDTH, HEIGHT), lambda canvas: draw_on(canvas, details))


def draw_on(canvas: Canvas, details: LabelDetails, *, has_greys: bool = True) -> None:
    """The label on four by six inches from the canvas's origin, as `draw` has it.

    Without greys, what says SAMPLE across it is an outline.
    """
    if details.sample:
        _watermark(canvas, has_greys=has_greys)
    _frame(canvas)
    _header(canvas, details)
    _sender(canvas, details.ship_from)
    _recipient(canvas, details)
    _tracking(canvas, details.tracking_number)
    _footer(canvas, details)


def _watermark(canvas: Canvas, *, has_greys: bool) -> None:
    canvas.saveState()
    canvas.translate(WIDTH / 2 + 6, (_TOP + _UNDER_RECIPIENT) / 2 - 18)
    canvas.rotate(42)
    canvas.setFillGray(0.89)
    canvas.setFont(lettering.BOLD, 76)
    if has_greys:
        canvas.drawCentredString(0, -14, "SAMPLE")
    else:
        canvas.setLineWidth(_OUTLINE)
        canvas.drawCentredString(0, -14, "SAMPLE", mode=_STROKE)
    canvas.restoreState()


def _frame(canvas: Canvas) -> None:
    canvas.setLineWidth(1)
    canvas.rect(_MARGIN, _MARGIN, WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN)
    rules = {
        _UNDER_HEADER: 1,
        _UNDER_SERVICE: 1,
        _UNDER_SENDER: 0.5,
        _UNDER_RECIPIENT: 3,
        _UNDER_TRACKING: 3,
    }
    for height, thickness in rules.items():
        canvas.setLineWidth(thickness)
        canvas.line(_MARGIN, height, WIDTH - _MARGIN, height)


def _header(canvas: Canvas, details: LabelDetails) -> None:
    side = _TOP - _UNDER_HEADER
    canvas.rect(_MARGIN, _UNDER_HEADER, side, side, fill=1, stroke=0)
    canvas.setFillGray(1)
    canvas.setFont(lettering.BOLD, 44)
    canvas.drawCentredString(_MARGIN + side / 2, _UNDER_HEADER + 13, "R")
    canvas.setFillGray(0)
    left = _MARGIN + side + 8
    write(canvas, [_sold_by(details)], Box(left, 385, 132, 34), (18, 7), lettering.BOLD)
    canvas.setFont(lettering.REGULAR, 8)
    canvas.drawString(left, 374, "PREPAID RETURN" if details.prepaid else "POSTAGE NOT PAID")
    _captioned(canvas, "ISSUED", details.issued_on.isoformat(), 208, 404)
    _captioned(canvas, "RETURN", details.shown_ticket, 208, 382)
    service = Box(_MARGIN + 8, _UNDER_SERVICE, WIDTH - 2 * _MARGIN - 16, 28)
    write(canvas, [_service(details).upper()], service, (18, 7), lettering.BOLD, centred=True)


def _captioned(canvas: Canvas, caption: str, text: str, left: float, bottom: float) -> None:
    canvas.setFont(lettering.REGULAR, 5.5)
    canvas.drawString(left, bottom + 9.5, caption)
    width = WIDTH - _MARGIN - _PADDING - left
    write(canvas, [text], Box(left, bottom - 2, width, 11), (8.5, 4), lettering.BOLD)


def _sender(canvas: Canvas, address: Address) -> None:
    _caption(canvas, "FROM", _UNDER_SERVICE)
    left = _MARGIN + 48
    box = Box(left, _UNDER_SENDER + 3, WIDTH - _MARGIN - _PADDING - left, 58)
    write(canvas, label_lines(address), box, (10, 5))


def _recipient(canvas: Canvas, details: LabelDetails) -> None:
    _caption(canvas, "SHIP TO", _UNDER_SENDER)
    qr_left = WIDTH - _MARGIN - 5 - QR_SIDE
    left = _MARGIN + _PADDING
    box = Box(left, _UNDER_RECIPIENT + 4, qr_left - left - 4, 82)
    write(canvas, label_lines(details.ship_to), box, (13.5, 5.5), lettering.BOLD)
    square(canvas, details.square_code, qr_left, _UNDER_SENDER - 5 - QR_SIDE)
    caption = Box(qr_left, _UNDER_RECIPIENT + 4, QR_SIDE, 14)
    write(canvas, [details.shown_ticket], caption, (9, 4), lettering.BOLD, centred=True)


def _caption(canvas: Canvas, text: str, under: float) -> None:
    canvas.setFont(lettering.BOLD, 7)
    canvas.drawString(_MARGIN + _PADDING, under - 11, text)


def _tracking(canvas: Canvas, tracking_number: str) -> None:
    bottom = _UNDER_TRACKING + 24
    barcode(canvas, tracking_number, WIDTH / 2, bottom)
    is_own = sscc.is_of_a_carrier(tracking_number)
    caption = "TRACKING NUMBER" if is_own else "TRACKING NUMBER (SSCC)"
    canvas.setFont(lettering.BOLD, 8)
    canvas.drawCentredString(WIDTH / 2, bottom + BAR_HEIGHT + 7, caption)
    canvas.setFont(lettering.BOLD, 12)
    canvas.drawCentredString(WIDTH / 2, bottom - 16, sscc.shown(tracking_number))


def _footer(canvas: Canvas, details: LabelDetails) -> None:
    spoken = spoken_words(details)
    issued = spoken.day(details.issued_on, "medium")
    lines = [
        _notice(spoken, details),
        spoken.text("label.issued", ticket=details.shown_ticket, day=issued),
    ]
    box = Box(_MARGIN + _PADDING, _MARGIN, WIDTH - 2 * (_MARGIN + _PADDING), 24)
    write(canvas, lines, box, (8.5, 4), centred=True)


def spoken_words(details: LabelDetails) -> Words:
    """The customer's words; what carriers read is in English."""
    return words(language_of(details.language), typeset=True)


def _sold_by(details: LabelDetails) -> str:
    return (
        details.carrier_name if details.prepaid else spoken_words(details).text("label.slip_name")
    )


def _service(details: LabelDetails) -> str:
    return (
        details.service_level
        if details.prepaid
        else spoken_words(details).text("label.slip_service")
    )


def _notice(spoken: Words, details: LabelDetails) -> str:
    if not details.prepaid:
        return spoken.text("label.slip")
    return spoken.text("label.sample" if details.sample else "label.prepaid")
