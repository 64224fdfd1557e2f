"""The label's two symbols as dark and light modules, encoded by libzint (inside zxing-cpp)."""

import zxingcpp

from aftercare.labels import sscc

type Row = tuple[bool, ...]

LINEAR_QUIET_MODULES = 10
QR_QUIET_MODULES = 4


def tracking(tracking_number: str) -> Row:
    """The bars of a tracking number: an SSCC as GS1-128, a carrier's own number as Code 128.

    Raises:
        SsccInvalidError: It has an SSCC's length and is none.
    """
    if sscc.is_of_a_carrier(tracking_number):
        kind = zxingcpp.BarcodeFormat.Code128
        return _modules(zxingcpp.create_barcode(tracking_number, kind))[0]
    return gs1_128(tracking_number)


def gs1_128(tracking_number: str) -> Row:
    """Code 128 with FNC1 first and AI (00), without its quiet zones (GS1 Gen. Specs §5.4).

    Raises:
        SsccInvalidError: The tracking number is not an SSCC.
    """
    sscc.require_valid(tracking_number)
    barcode = zxingcpp.create_barcode(
        f"[00]{tracking_number}", zxingcpp.BarcodeFormat.Code128, gs1=True
    )
    return _modules(barcode)[0]


def qr(text: str) -> tuple[Row, ...]:
    """A square of modules without its quiet zone; level Q survives a quarter of it being soiled."""
    return _modules(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q"))


def _modules(barcode: zxingcpp.Barcode) -> tuple[Row, ...]:
    image = zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False)
    pixels = memoryview(image)
    height, width = pixels.shape or (0, 0)
    return tuple(tuple(pixels[y, x] == 0 for x in range(width)) for y in range(height))
