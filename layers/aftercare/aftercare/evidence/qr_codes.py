"""Reads the QR codes in a picture, as a customer's phone would (R-EVD-43)."""

import zxingcpp
from PIL import Image

_MOST_TEXT = 500
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def texts_in(grey: Image.Image) -> tuple[str, ...]:
    """The texts of the QR codes in a picture in shades of grey; none that is no plain text.

    Light codes on dark paper are not looked for: that would take twice the time, and no label of
    ours has one.
    """
    found = zxingcpp.read_barcodes(
        grey, formats=_QR, try_invert=False, text_mode=zxingcpp.TextMode.Plain
    )
    return tuple(each.text for each in found if each.valid and 0 < len(each.text) <= _MOST_TEXT)
