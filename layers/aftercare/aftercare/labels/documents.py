"""Every format of a label, each read back before anybody gets it (R-LBL-03, R-LBL-20)."""

from collections.abc import Callable, Mapping

from aftercare.labels.carried import printed_of_carrier
from aftercare.labels.model import LabelDetails, LabelFormat
from aftercare.labels.printing import draw
from aftercare.labels.rasters import Head, picture, zpl
from aftercare.labels.reading import verify
from aftercare.labels.sheets import sheet
from aftercare.labels.slips import slip

DRAWN: Mapping[LabelFormat, Callable[[LabelDetails], bytes]] = {
    LabelFormat.PDF: draw,
    LabelFormat.A4: lambda details: sheet(details, LabelFormat.A4),
    LabelFormat.LETTER: lambda details: sheet(details, LabelFormat.LETTER),
    LabelFormat.PNG_203: lambda details: picture(details, Head.DPI_203),
    LabelFormat.PNG_300: lambda details: picture(details, Head.DPI_300),
    LabelFormat.ZPL: zpl,
    LabelFormat.COUNTER: slip,
}
"""How each format is drawn."""


def printed(details: LabelDetails) -> dict[LabelFormat, bytes]:
    """The label in all formats; a scanner reads both symbols of each as `details` has them.

    One whose carrier drew its page is that page (R-LBL-31). The same details give the same bytes,
    so printing again is safe.

    Raises:
        LabelUnreadableError: A symbol of a format is missing, ambiguous or not as in `details`.
        SsccInvalidError: The tracking number is not an SSCC.
    """
    if details.pages:
        return printed_of_carrier(details)
    documents = {kind: drawn(details) for kind, drawn in DRAWN.items()}
    for kind, document in documents.items():
        verify(document, details, kind)
    return documents
