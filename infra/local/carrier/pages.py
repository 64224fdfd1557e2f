"""The pages that the simulated seller's carriers draw, without postage: they say so."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from infra.local.carrier import numbers

if TYPE_CHECKING:
    from PIL.Image import Image

_INCHES = (4, 6)
_ZPL_DPI = 203
_QUIET = 10
_TEXT = 0.014  # inches of a line of small text for each of its size's points


def dpi_of(carrier: str) -> int:
    """The resolution of its pictures: UPS draws for 203 dpi, the others for 300."""
    return 203 if carrier == "UPS" else 300


def png(shipment: Mapping[str, Any]) -> bytes:
    """The page as EasyPost keeps it: the same shipment gives the same bytes."""
    buffer = BytesIO()
    _drawn(shipment, dpi_of(shipment["selected_rate"]["carrier"])).save(buffer, "PNG")
    return buffer.getvalue()


def pdf(shipment: Mapping[str, Any]) -> bytes:
    """The page as one of PDF."""
    dpi = dpi_of(shipment["selected_rate"]["carrier"])
    buffer = BytesIO()
    _drawn(shipment, dpi).convert("L").save(buffer, "PDF", resolution=dpi)
    return buffer.getvalue()


def zpl(shipment: Mapping[str, Any]) -> bytes:
    """The page as one graphic for a printer of 203 dpi, in hexadecimal digits."""
    image = _drawn(shipment, _ZPL_DPI)
    across = (image.width + 7) // 8
    bits = bytes(255 - each for each in image.tobytes())
    total = across * image.height
    head = f"^XA^FO0,0^GFA,{total},{total},{across},"
    return f"{head}{bits.hex().upper()}^FS^XZ\n".encode()


FILES = {"png": png, "pdf": pdf, "zpl": zpl}
"""By the ending of the file's name."""


def _drawn(shipment: Mapping[str, Any], dpi: int) -> "Image":
    # Imported here: a seller in the process of a test draws nothing.
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415

    image = Image.new("1", (_INCHES[0] * dpi // 8 * 8, _INCHES[1] * dpi), 1)
    pen = ImageDraw.Draw(image)

    def write(x: float, y: float, text: str, size: float) -> None:
        font = ImageFont.load_default(size * dpi / 72)
        pen.text((x * dpi, y * dpi), text, fill=0, font=font)

    rate, to = shipment["selected_rate"], shipment["to_address"]
    pen.rectangle(
        (dpi // 10, dpi // 10, image.width - dpi // 10, image.height - dpi // 10), None, 0, 3
    )
    write(0.25, 0.2, f"{rate['carrier']}", 26)
    write(0.25, 0.7, f"{rate['service']}  RETURN", 13)
    write(2.35, 0.3, "SPECIMEN", 18)
    write(2.35, 0.92, "NO POSTAGE PAID", 9)
    _address(write, 1.15, "FROM", shipment["from_address"], 9)
    _address(write, 2.25, "SHIP TO", to, 12)
    write(0.25, 5.62, str(shipment["options"].get("print_custom_1") or ""), 12)
    number = str(shipment["tracking_code"])
    _bars(image, numbers.barcode_of(rate["carrier"], number, str(to.get("zip") or "00000")), dpi)
    write(0.7, 5.25, " ".join(number[at : at + 4] for at in range(0, len(number), 4)), 11)
    return image


def _address(
    write: Callable[[float, float, str, float], None],
    top: float,
    caption: str,
    address: Mapping[str, Any],
    size: float,
) -> None:
    town = " ".join(str(address.get(part) or "") for part in ("city", "state", "zip", "country"))
    lines = [address.get("name"), address.get("street1"), address.get("street2"), town]
    write(0.25, top, caption, 7)
    for place, line in enumerate(filter(None, lines)):
        write(0.85, top + place * size * _TEXT * 1.3, str(line)[:40], size)


def _bars(image: "Image", carried: tuple[str, bool], dpi: int) -> None:
    import zxingcpp  # noqa: PLC0415 - as above
    from PIL import Image as Pictures  # noqa: PLC0415

    text, is_gs1 = carried
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128, gs1=is_gs1)
    row = Pictures.fromarray(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False))
    module = image.width // (row.width + 2 * _QUIET)
    bars = row.crop((0, 0, row.width, 1)).resize(
        (row.width * module, int(1.2 * dpi)), Pictures.Resampling.NEAREST
    )
    image.paste(bars.convert("1"), ((image.width - bars.width) // 2, int(3.9 * dpi)))
