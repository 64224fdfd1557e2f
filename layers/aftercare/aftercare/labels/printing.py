"""Draws a 4 by 6 inch shipping label, for a thermal printer or a sheet of paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.units import inch, mm
from reportlab.pdfgen.canvas import Canvas

from aftercare.addresses.service import label_lines
from aftercare.kernel.address import Address
from aftercare.labels import lettering, sscc, symbols
from aftercare.labels.model import LabelDetails
from aftercare.words.model import language_of
from aftercare.words.service import Words, words

_WIDTH, _HEIGHT = 4 * inch, 6 * inch
_MARGIN = 9.0
_PADDING = 6.0

# One dot of a 203-dpi thermal printer. Modules are whole dots, so bars print without rounding.
_DOT = 0.125 * mm
# GS1 General Specifications §5.12.3, symbols scanned in transport: X from 0.495 to 0.940 mm, bars
# at least 31.75 mm high. 156 modules and two quiet zones of 10 at 0.5 mm make 88 of 101.6 mm.
_BAR_MODULE = 4 * _DOT
_BAR_HEIGHT = 32 * mm
_QR_SIDE = 1 * inch

# The embedded typefaces have one weight; a stroke around each letter makes the other.
_FILL, _FILL_AND_STROKE = 0, 2
_BOLDER = 0.045

# The rules across the label, from the top, as heights above its lower edge.
_TOP = _HEIGHT - _MARGIN
_UNDER_HEADER = 366.0
_UNDER_SERVICE = 338.0
_UNDER_SENDER = 274.0
_UNDER_RECIPIENT = 172.0
_UNDER_TRACKING = 36.0


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    bottom: float
    width: float
    height: float


def draw(details: LabelDetails) -> bytes:
    """One page of PDF; the same details give the same bytes, so drawing again is safe.

    The tracking number stands as GS1-128 (X = 0.5 mm, 32 mm high, 10X quiet zones), the ticket as
    a QR code. Texts wrap and shrink, and never leave their boxes. The document's properties name
    the ticket, and no name or address.

    Raises:
        SsccInvalidError: The tracking number is not an SSCC.
    """
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(_WIDTH, _HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(f"Shipping label for return {details.ticket}")
    canvas.setAuthor("Aftercare")
    canvas.setCreator("Aftercare")
    if details.sample:
        _watermark(canvas)
    _frame(canvas)
    _header(canvas, details)
    _sender(canvas, details.ship_from)
    _recipient(canvas, details)
    _tracking(canvas, details.tracking_number)
    _footer(canvas, details)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _watermark(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.translate(_WIDTH / 2 + 6, (_TOP + _UNDER_RECIPIENT) / 2 - 18)
    canvas.rotate(42)
    canvas.setFillGray(0.89)
    canvas.setFont(lettering.BOLD, 76)
    canvas.drawCentredString(0, -14, "SAMPLE")
    canvas.restoreState()


def _frame(canvas: Canvas) -> None:
    canvas.setLineWidth(1)
    canvas.rect(_MARGIN, _MARGIN, _WIDTH - 2 * _MARGIN, _HEIGHT - 2 * _MARGIN)
    rules = {
        _UNDER_HEADER: 1,
        _UNDER_SERVICE: 1,
        _UNDER_SENDER: 0.5,
        _UNDER_RECIPIENT: 3,
        _UNDER_TRACKING: 3,
    }
    for height, thickness in rules.items():
        canvas.setLineWidth(thickness)
        canvas.line(_MARGIN, height, _WIDTH - _MARGIN, height)


def _header(canvas: Canvas, details: LabelDetails) -> None:
    side = _TOP - _UNDER_HEADER
    canvas.rect(_MARGIN, _UNDER_HEADER, side, side, fill=1, stroke=0)
    canvas.setFillGray(1)
    canvas.setFont(lettering.BOLD, 44)
    canvas.drawCentredString(_MARGIN + side / 2, _UNDER_HEADER + 13, "R")
    canvas.setFillGray(0)
    left = _MARGIN + side + 8
    _write(canvas, [_sold_by(details)], _Box(left, 385, 132, 34), (18, 7), lettering.BOLD)
    canvas.setFont(lettering.REGULAR, 8)
    canvas.drawString(left, 374, "PREPAID RETURN" if details.prepaid else "POSTAGE NOT PAID")
    _captioned(canvas, "ISSUED", details.issued_on.isoformat(), 208, 404)
    _captioned(canvas, "RETURN", details.ticket, 208, 382)
    service = _Box(_MARGIN + 8, _UNDER_SERVICE, _WIDTH - 2 * _MARGIN - 16, 28)
    _write(canvas, [_service(details).upper()], service, (18, 7), lettering.BOLD, centred=True)


def _captioned(canvas: Canvas, caption: str, text: str, left: float, bottom: float) -> None:
    canvas.setFont(lettering.REGULAR, 5.5)
    canvas.drawString(left, bottom + 9.5, caption)
    width = _WIDTH - _MARGIN - _PADDING - left
    _write(canvas, [text], _Box(left, bottom - 2, width, 11), (8.5, 4), lettering.BOLD)


def _sender(canvas: Canvas, address: Address) -> None:
    _caption(canvas, "FROM", _UNDER_SERVICE)
    left = _MARGIN + 48
    box = _Box(left, _UNDER_SENDER + 3, _WIDTH - _MARGIN - _PADDING - left, 58)
    _write(canvas, label_lines(address), box, (10, 5))


def _recipient(canvas: Canvas, details: LabelDetails) -> None:
    _caption(canvas, "SHIP TO", _UNDER_SENDER)
    qr_left = _WIDTH - _MARGIN - 5 - _QR_SIDE
    left = _MARGIN + _PADDING
    box = _Box(left, _UNDER_RECIPIENT + 4, qr_left - left - 4, 82)
    _write(canvas, label_lines(details.ship_to), box, (13.5, 5.5), lettering.BOLD)
    _qr(canvas, details.ticket, qr_left, _UNDER_SENDER - 5 - _QR_SIDE)
    caption = _Box(qr_left, _UNDER_RECIPIENT + 4, _QR_SIDE, 14)
    _write(canvas, [details.ticket], caption, (9, 4), lettering.BOLD, centred=True)


def _caption(canvas: Canvas, text: str, under: float) -> None:
    canvas.setFont(lettering.BOLD, 7)
    canvas.drawString(_MARGIN + _PADDING, under - 11, text)


def _write(
    canvas: Canvas,
    texts: Iterable[str],
    box: _Box,
    sizes: tuple[float, float],
    face: str = lettering.REGULAR,
    *,
    centred: bool = False,
) -> None:
    """Lines from the top of the box, or centred in it both ways."""
    setting = lettering.fit(texts, box.width, box.height, sizes, face)
    leading = setting.size * lettering.LEADING
    spare = box.height - leading * len(setting.lines)
    canvas.saveState()
    canvas.setLineWidth(setting.size * _BOLDER)
    baseline = box.bottom + box.height - 0.93 * setting.size - (spare / 2 if centred else 0)
    for line in setting.lines:
        wide = lettering.width_of(line, setting.size, setting.face)
        indent = (box.width - wide) / 2 if centred else 0
        text = canvas.beginText(box.left + indent, baseline)
        for run in lettering.runs(line, setting.face):
            is_thin = face == lettering.BOLD and run.face != lettering.BOLD
            text.setTextRenderMode(_FILL_AND_STROKE if is_thin else _FILL)
            text.setFont(run.face, setting.size)
            text.textOut(run.text)
        canvas.drawText(text)
        baseline -= leading
    canvas.restoreState()


def _qr(canvas: Canvas, ticket: str, left: float, bottom: float) -> None:
    rows = symbols.qr(ticket)
    quiet = symbols.QR_QUIET_MODULES
    across = len(rows) + 2 * quiet
    module = max(int(_QR_SIDE / across / _DOT + 0.01), 1) * _DOT
    _clear(canvas, _Box(left, bottom, _QR_SIDE, _QR_SIDE))
    inset = (_QR_SIDE - module * len(rows)) / 2
    path = canvas.beginPath()
    for y, row in enumerate(rows):
        for x, wide in _bars(row):
            top = bottom + inset + (len(rows) - 1 - y) * module
            path.rect(left + inset + x * module, top, wide * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _tracking(canvas: Canvas, tracking_number: str) -> None:
    modules = symbols.gs1_128(tracking_number)
    quiet = symbols.LINEAR_QUIET_MODULES * _BAR_MODULE
    wide = len(modules) * _BAR_MODULE
    left, bottom = (_WIDTH - wide) / 2, _UNDER_TRACKING + 24
    _clear(canvas, _Box(left - quiet, bottom - 2, wide + 2 * quiet, _BAR_HEIGHT + 4))
    path = canvas.beginPath()
    for x, bar in _bars(modules):
        path.rect(left + x * _BAR_MODULE, bottom, bar * _BAR_MODULE, _BAR_HEIGHT)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.setFont(lettering.BOLD, 8)
    canvas.drawCentredString(_WIDTH / 2, bottom + _BAR_HEIGHT + 7, "TRACKING NUMBER (SSCC)")
    canvas.setFont(lettering.BOLD, 12)
    canvas.drawCentredString(_WIDTH / 2, bottom - 16, sscc.human_readable(tracking_number))


def _bars(row: symbols.Row) -> Iterable[tuple[int, int]]:
    """Start and width of each dark stretch, in modules."""
    start = 0
    for x, dark in enumerate((*row, False)):
        if not dark:
            if x > start:
                yield start, x - start
            start = x + 1


def _clear(canvas: Canvas, box: _Box) -> None:
    canvas.setFillGray(1)
    canvas.rect(box.left, box.bottom, box.width, box.height, stroke=0, fill=1)
    canvas.setFillGray(0)


def _footer(canvas: Canvas, details: LabelDetails) -> None:
    spoken = _spoken(details)
    issued = spoken.day(details.issued_on, "medium")
    lines = [
        _notice(spoken, details),
        spoken.text("label.issued", ticket=details.ticket, day=issued),
    ]
    box = _Box(_MARGIN + _PADDING, _MARGIN, _WIDTH - 2 * (_MARGIN + _PADDING), 24)
    _write(canvas, lines, box, (8.5, 4), centred=True)


def _spoken(details: LabelDetails) -> Words:
    """The customer's words; what carriers read is in English."""
    return words(language_of(details.language), typeset=True)


def _sold_by(details: LabelDetails) -> str:
    return details.carrier_name if details.prepaid else _spoken(details).text("label.slip_name")


def _service(details: LabelDetails) -> str:
    return details.service_level if details.prepaid else _spoken(details).text("label.slip_service")


def _notice(spoken: Words, details: LabelDetails) -> str:
    if not details.prepaid:
        return spoken.text("label.slip")
    return spoken.text("label.sample" if details.sample else "label.prepaid")
