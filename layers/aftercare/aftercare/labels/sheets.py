"""A label on the upper half of a sheet of paper, above what to do with it (R-LBL-21)."""

from collections.abc import Callable

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas

from aftercare.labels import lettering
from aftercare.labels.drawing import QR_SIDE, Box, one_page, square, write
from aftercare.labels.model import LabelDetails, LabelFormat
from aftercare.labels.printing import HEIGHT, WIDTH, draw_on, spoken_words
from aftercare.words.service import Words

_PAPER = {LabelFormat.A4: A4, LabelFormat.LETTER: LETTER}
_MARGIN = 45.0
# What printers leave white at the edge of a sheet, and a little more.
_EDGE = 18.0
_STEP = 66.0
_MARK = 22.0
_DASHES = (4.0, 4.0)


def sheet(details: LabelDetails, paper: LabelFormat) -> bytes:
    """One page of PDF: the label lies on its side, in its full size; same details, same bytes.

    Below the fold are the customer's own instructions, in their language.

    Raises:
        SsccInvalidError: The tracking number is not an SSCC.
    """

    def label(canvas: Canvas, width: float, half: float) -> None:
        _lay(canvas, (width + HEIGHT) / 2, half, lambda at: draw_on(at, details))

    return _sheet(details, paper, label)


def sheet_with(details: LabelDetails, paper: LabelFormat, page: Callable[[Canvas], None]) -> bytes:
    """As `sheet`, with the page that the carrier drew, and our square code beside it."""

    def label(canvas: Canvas, width: float, half: float) -> None:
        right = _EDGE + HEIGHT
        _lay(canvas, right, half, page)
        left = right + (width - right - QR_SIDE) / 2
        middle = half + half / 2
        square(canvas, details.square_code, left, middle - QR_SIDE / 2)
        caption = Box(left - 12, middle - QR_SIDE / 2 - 16, QR_SIDE + 24, 14)
        write(canvas, [details.shown_ticket], caption, (9, 4), lettering.BOLD, centred=True)

    return _sheet(details, paper, label)


def _sheet(
    details: LabelDetails, paper: LabelFormat, label: Callable[[Canvas, float, float], None]
) -> bytes:
    width, height = _PAPER[paper]

    def fill(canvas: Canvas) -> None:
        half = height / 2
        label(canvas, width, half)
        _fold(canvas, details, width, half)
        _steps(canvas, details, width, half)

    return one_page(f"Return {details.shown_ticket}: label and what to do", (width, height), fill)


def _lay(canvas: Canvas, right: float, half: float, draw: Callable[[Canvas], None]) -> None:
    """Four by six inches on their side, above the fold, up to there."""
    canvas.saveState()
    canvas.translate(right, half + (half - WIDTH) / 2)
    canvas.rotate(90)
    draw(canvas)
    canvas.restoreState()


def _fold(canvas: Canvas, details: LabelDetails, width: float, half: float) -> None:
    canvas.saveState()
    canvas.setLineWidth(0.75)
    canvas.setDash(list(_DASHES))
    canvas.line(0, half, width, half)
    canvas.restoreState()
    box = Box(_MARGIN, half - 18, width - 2 * _MARGIN, 13)
    write(canvas, [spoken_words(details).text("label.sheet.fold")], box, (9, 6), centred=True)


def _steps(canvas: Canvas, details: LabelDetails, width: float, half: float) -> None:
    spoken = spoken_words(details)
    wide = width - 2 * _MARGIN
    title = Box(_MARGIN, half - 54, wide, 24)
    write(canvas, [spoken.text("label.sheet.title")], title, (17, 10), lettering.BOLD)
    top = half - 68
    for number, (name, text) in enumerate(_said(spoken, details), 1):
        left = _MARGIN + _MARK + 10
        _mark(canvas, number, top)
        heading = Box(left, top - 17, wide - _MARK - 10, 17)
        write(canvas, [name], heading, (12, 8), lettering.BOLD)
        body = Box(left, top - 58, wide - _MARK - 10, 40)
        write(canvas, [text], body, (11, 6))
        top -= _STEP
    end = Box(_MARGIN, 18, wide, 14)
    write(canvas, [spoken.text("label.sheet.ticket", ticket=details.shown_ticket)], end, (9, 6))


def _mark(canvas: Canvas, number: int, top: float) -> None:
    canvas.saveState()
    canvas.circle(_MARGIN + _MARK / 2, top - _MARK / 2 + 2, _MARK / 2, stroke=0, fill=1)
    canvas.setFillGray(1)
    canvas.setFont(lettering.BOLD, 12)
    canvas.drawCentredString(_MARGIN + _MARK / 2, top - _MARK / 2 - 2, str(number))
    canvas.restoreState()


def _said(spoken: Words, details: LabelDetails) -> list[tuple[str, str]]:
    is_abroad = details.ship_from.country != details.ship_to.country
    box = spoken.text("label.sheet.box_abroad" if is_abroad else "label.sheet.box")
    if details.prepaid:
        attach = spoken.text("label.sheet.attach_prepaid")
        drop = spoken.text("label.sheet.drop_prepaid", carrier=details.carrier_name)
    else:
        attach = spoken.text("label.sheet.attach_unpaid")
        drop = spoken.text("label.sheet.drop_unpaid")
    return [
        (spoken.text("label.sheet.pack_title"), spoken.text("label.sheet.pack")),
        (spoken.text("label.sheet.box_title"), box),
        (spoken.text("label.sheet.attach_title"), attach),
        (spoken.text("label.sheet.drop_title"), drop),
    ]
