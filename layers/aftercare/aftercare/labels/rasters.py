"""A label as the dots of a printer's head: a picture, or what a Zebra printer takes."""

import zlib
from collections.abc import Callable
from enum import Enum
from io import BytesIO

import pypdfium2
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from zebrafy.zebrafy_image import ZebrafyImage

from aftercare.labels.drawing import BAR_MODULE, one_page
from aftercare.labels.model import LabelDetails
from aftercare.labels.printing import HEIGHT, WIDTH, draw_on

_DARK = 128
# Bars and letters are runs of one colour: half of the time of zlib's own level and strategy, and no
# more bytes.
_QUICK = 3
# Just below: a page that is a rounding error wider would get another column of dots.
_BELOW_ONE = 1 - 1e-6


class Head(Enum):
    """A printer's head: the dots across and down four by six inches, the dots of a bar's module.

    At 300 dpi a module of 0.5 mm would be 5.9 dots, and bars uneven: the label is drawn larger by
    1.6 %, so that it is 6, and its margin is cut by as much.
    """

    DPI_203 = (812, 1218, 4)
    DPI_300 = (1200, 1800, 6)


def picture(details: LabelDetails, head: Head) -> bytes:
    """A PNG of black and white dots, every bar so many whole dots wide. Same details, same bytes.

    Raises:
        SsccInvalidError: The tracking number is not an SSCC.
    """
    return _png(_dots(details, head))


def zpl(details: LabelDetails) -> bytes:
    """The label for a 203-dpi Zebra printer, as one graphic in Z64. Same details, same bytes.

    Raises:
        SsccInvalidError: The tracking number is not an SSCC.
    """
    image = ZebrafyImage(
        _dots(details, Head.DPI_203),
        format="Z64",
        invert=False,
        dither=False,
        set_label_size=True,
    )
    return image.to_zpl().encode("ascii")


def shown(title: str, fill: Callable[[Canvas], None]) -> bytes:
    """A PNG in grey of a page of four by six inches, for a screen."""
    return _png(_rendered(title, fill, Head.DPI_203))


def _dots(details: LabelDetails, head: Head) -> Image.Image:
    title = f"Shipping label for return {details.shown_ticket}"
    grey = _rendered(title, lambda canvas: draw_on(canvas, details, has_greys=False), head)
    return grey.point(lambda value: 255 if value >= _DARK else 0, mode="1")


def _rendered(title: str, fill: Callable[[Canvas], None], head: Head) -> Image.Image:
    across, down, module = head.value
    dot = BAR_MODULE / module
    size = (across * dot, down * dot)

    def in_the_middle(canvas: Canvas) -> None:
        canvas.translate((size[0] - WIDTH) / 2, (size[1] - HEIGHT) / 2)
        fill(canvas)

    document = pypdfium2.PdfDocument(one_page(title, size, in_the_middle))
    try:
        page = document[0].render(scale=_BELOW_ONE / dot, grayscale=True)
        image: Image.Image = page.to_pil().copy()
    finally:
        document.close()
    return image


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=_QUICK, compress_type=zlib.Z_RLE)
    return buffer.getvalue()
