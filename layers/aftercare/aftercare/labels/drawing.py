"""What every page of a label is made of: texts that stay in their boxes, and the two symbols."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

from reportlab import rl_config
from reportlab.lib.units import inch, mm
from reportlab.pdfgen.canvas import Canvas

from aftercare.labels import lettering, symbols

# Streams as they are: as text they take longer to write than to compress, and a quarter more room.
rl_config.useA85 = 0

# One dot of a 203-dpi thermal printer. Modules are whole dots, so bars print without rounding.
DOT = 0.125 * mm
# GS1 General Specifications §5.12.3, symbols scanned in transport: X from 0.495 to 0.940 mm, bars
# at least 31.75 mm high. 156 modules and two quiet zones of 10 at 0.5 mm make 88 of 101.6 mm.
BAR_MODULE = 4 * DOT
BAR_HEIGHT = 32 * mm
# Between the lines of a label's frame, 3.2 mm from its edges.
_MOST_DOTS = 762
QR_SIDE = 1 * inch

# The embedded typefaces have one weight; a stroke around each letter makes the other.
_FILL, _FILL_AND_STROKE = 0, 2
_BOLDER = 0.045


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page, in points from its lower left corner."""

    left: float
    bottom: float
    width: float
    height: float


def one_page(title: str, size: tuple[float, float], fill: Callable[[Canvas], None]) -> bytes:
    """A PDF of one page of that size in points; see `pages`."""
    return pages(title, size, [fill])


def pages(
    title: str, size: tuple[float, float], fills: Iterable[Callable[[Canvas], None]]
) -> bytes:
    """A PDF of pages of that size in points; the same content gives the same bytes.

    Its properties are the title and our name: they name no customer.
    """
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.setAuthor("Aftercare")
    canvas.setCreator("Aftercare")
    for fill in fills:
        fill(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def write(
    canvas: Canvas,
    texts: Iterable[str],
    box: Box,
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


def square(canvas: Canvas, ticket: str, left: float, bottom: float, side: float = QR_SIDE) -> None:
    """The ticket as a QR code with its quiet zone, in a white square."""
    rows = symbols.qr(ticket)
    quiet = symbols.QR_QUIET_MODULES
    across = len(rows) + 2 * quiet
    module = max(int(side / across / DOT + 0.01), 1) * DOT
    _clear(canvas, Box(left, bottom, side, side))
    inset = (side - module * len(rows)) / 2
    path = canvas.beginPath()
    for y, row in enumerate(rows):
        for x, wide in _bars(row):
            top = bottom + inset + (len(rows) - 1 - y) * module
            path.rect(left + inset + x * module, top, wide * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def barcode(canvas: Canvas, tracking_number: str, middle: float, bottom: float) -> None:
    """The tracking number's bars with their quiet zones, 32 mm high.

    An SSCC is a GS1-128 of X = 0.5 mm. A carrier's own number may be longer: its modules are as
    many whole dots as fit across a label.

    Raises:
        SsccInvalidError: The tracking number has an SSCC's length and is none.
    """
    modules = symbols.tracking(tracking_number)
    dots = _MOST_DOTS // (len(modules) + 2 * symbols.LINEAR_QUIET_MODULES)
    module = min(dots * DOT, BAR_MODULE)
    quiet = symbols.LINEAR_QUIET_MODULES * module
    wide = len(modules) * module
    left = middle - wide / 2
    _clear(canvas, Box(left - quiet, bottom - 2, wide + 2 * quiet, BAR_HEIGHT + 4))
    path = canvas.beginPath()
    for x, bar in _bars(modules):
        path.rect(left + x * module, bottom, bar * module, BAR_HEIGHT)
    canvas.drawPath(path, stroke=0, fill=1)


def _bars(row: symbols.Row) -> Iterable[tuple[int, int]]:
    """Start and width of each dark stretch, in modules."""
    start = 0
    for x, dark in enumerate((*row, False)):
        if not dark:
            if x > start:
                yield start, x - start
            start = x + 1


def _clear(canvas: Canvas, box: Box) -> None:
    canvas.setFillGray(1)
    canvas.rect(box.left, box.bottom, box.width, box.height, stroke=0, fill=1)
    canvas.setFillGray(0)
