"""Every format of a label scans, has the same bytes each time, and a bad one is refused."""

import base64
import hashlib
import subprocess
import sys
from binascii import crc_hqx
from dataclasses import replace
from io import BytesIO
from zlib import compress, decompress

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from zebrafy.zebrafy_zpl import ZebrafyZPL

from aftercare.kernel.address import Address
from aftercare.labels import reading
from aftercare.labels.documents import DRAWN, printed
from aftercare.labels.errors import LabelFault, LabelUnreadableError, SsccInvalidError
from aftercare.labels.model import LabelDetails, LabelFormat, document_key_of, document_prefix_of
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from tests.fakes import labels as builders
from tests.fakes.template import ROOT

SHEETS = {LabelFormat.A4: (595.28, 841.89), LabelFormat.LETTER: (612, 792)}
DOTS = {LabelFormat.PNG_203: (812, 1218, 4), LabelFormat.PNG_300: (1200, 1800, 6)}
DIFFICULT = {
    "in Chinese": builders.CHINESE,
    "in Arabic": replace(builders.CUSTOMER, name="محمد علي", line1="شارع الملك فهد ١٢"),
    "in Hebrew": replace(builders.CUSTOMER, name="דוד כהן", city="תל אביב"),
    "in Thai": replace(builders.CUSTOMER, name="สมชาย ใจดี"),
    "with emoji": replace(builders.CUSTOMER, name="🐻 Bear 🐻", line2="🎀" * 40),
    "without end": Address(
        "Maximilian-Alexander " * 20, "W" * 300, "陈" * 300, "Long " * 60, "CA" * 60, "9" * 60, "US"
    ),
}
lines = st.text(max_size=40)
addresses = st.builds(Address, lines, lines, lines, lines, lines, lines, lines)


def text_of(pdf: bytes) -> str:
    return str(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range())


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_format_is_drawn() -> None:
    assert DRAWN.keys() == set(LabelFormat)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_formats_of_a_label_scan_in_every_language(language: str) -> None:
    details = builders.label(language=language)
    for kind, document in printed(details).items():
        read = reading.read(document, kind)
        assert (read.tracking_number, read.ticket) == (details.tracking_number, details.ticket)


@pytest.mark.parametrize("address", DIFFICULT.values(), ids=DIFFICULT.keys())
@pytest.mark.parametrize("kind", LabelFormat)
def test_no_address_is_too_difficult_for_a_format(kind: LabelFormat, address: Address) -> None:
    details = builders.label(ship_from=address, ship_to=address, carrier_name="Carrier " * 50)
    reading.verify(DRAWN[kind](details), details, kind)


@settings(max_examples=6, deadline=None)
@given(addresses, lines, st.integers(0, 10**9 - 1))
def test_no_text_keeps_a_format_from_scanning(address: Address, carrier: str, serial: int) -> None:
    printed(builders.label(serial=serial, ship_from=address, ship_to=address, carrier_name=carrier))


def digests(details: LabelDetails) -> list[str]:
    return [hashlib.sha256(document).hexdigest() for document in printed(details).values()]


PRINT_AGAIN = """
import sys
sys.path[:0] = sys.argv[1:]
import hashlib
from aftercare.labels.documents import printed
from tests.fakes import labels as builders
details = builders.label(ship_from=builders.CHINESE, language="ja")
for document in printed(details).values():
    print(hashlib.sha256(document).hexdigest())
"""


def test_a_label_that_was_lost_is_printed_again_with_the_same_bytes_in_any_process() -> None:
    details = builders.label(ship_from=builders.CHINESE, language="ja")
    mine = digests(details)
    assert digests(details) == mine
    paths = [str(ROOT), str(ROOT / "layers" / "aftercare")]
    command = [sys.executable, "-c", PRINT_AGAIN, *paths]
    another = subprocess.run(command, capture_output=True, text=True, check=True)
    assert another.stdout.split() == mine


def test_a_number_that_is_no_sscc_is_printed_in_no_format() -> None:
    details = replace(builders.label(), tracking_number="123456789012345678")
    for drawn in DRAWN.values():
        with pytest.raises(SsccInvalidError):
            drawn(details)


def test_the_keys_of_a_label_begin_alike_and_differ() -> None:
    keys = {document_key_of("lbl_1", kind) for kind in LabelFormat}
    assert len(keys) == len(LabelFormat)
    assert all(key.startswith(document_prefix_of("lbl_1")) for key in keys)
    assert document_key_of("lbl_1") == "labels/lbl_1.pdf"
    assert not document_key_of("lbl_12").startswith(document_prefix_of("lbl_1"))


# ---------------------------------------------------------------- sheets


@pytest.mark.parametrize("paper", SHEETS)
def test_a_sheet_has_its_papers_size_and_the_label_above_the_fold(paper: LabelFormat) -> None:
    document = pypdfium2.PdfDocument(DRAWN[paper](builders.label()))
    assert len(document) == 1
    width, height = document[0].get_size()
    assert (width, height) == pytest.approx(SHEETS[paper], abs=0.01)
    page = document[0].render(scale=203 / 72, grayscale=True).to_pil()
    found = zxingcpp.read_barcodes(page)
    assert {code.format for code in found} == {
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.QRCode,
    }
    places = [code.position for code in found]
    lowest = max(max(p.top_left.y, p.bottom_left.y, p.bottom_right.y) for p in places)
    assert lowest < page.height / 2
    [bars] = [code for code in found if code.format is zxingcpp.BarcodeFormat.Code128]
    long = abs(bars.position.top_left.y - bars.position.top_right.y)
    assert long / (203 / 25.4) == pytest.approx(78, abs=0.5)  # in its full size, on its side


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", SHEETS)
def test_what_to_do_is_below_the_fold_in_the_customers_language(
    paper: LabelFormat, language: str
) -> None:
    spoken = words(language, typeset=True)
    abroad = builders.label(ship_from=builders.CHINESE, language=language)
    said = squeezed(text_of(DRAWN[paper](abroad)))
    for key in ("fold", "title", "pack", "box_abroad", "attach_prepaid"):
        assert squeezed(spoken.text(f"label.sheet.{key}")) in said
    drop = spoken.text("label.sheet.drop_prepaid", carrier=abroad.carrier_name)
    assert squeezed(drop) in said
    at_home = builders.label(prepaid=False, sample=False, language=language)
    said = squeezed(text_of(DRAWN[paper](at_home)))
    for key in ("box", "attach_unpaid", "drop_unpaid"):
        assert squeezed(spoken.text(f"label.sheet.{key}")) in said
    assert squeezed(spoken.text("label.sheet.box_abroad")) not in said


# ---------------------------------------------------------------- pictures and printers


@pytest.mark.parametrize("kind", DOTS)
def test_a_picture_has_only_black_and_white_and_bars_of_whole_dots(kind: LabelFormat) -> None:
    image = Image.open(BytesIO(DRAWN[kind](builders.label())))
    width, height, module = DOTS[kind]
    assert (image.mode, image.size) == ("1", (width, height))
    row = image.convert("L").crop(
        (width // 12, height * 3 // 4, width * 11 // 12, height * 3 // 4 + 1)
    )
    dots = "".join("#" if value < 128 else "." for value in row.tobytes()).strip(".")
    runs = [len(run) for run in dots.replace("#.", "# .").replace(".#", ". #").split()]
    assert sum(runs) == 156 * module
    assert {run % module for run in runs} == {0}


def test_a_zebra_printer_prints_what_the_picture_shows() -> None:
    details = builders.label()
    zpl = DRAWN[LabelFormat.ZPL](details)
    assert zpl.startswith(b"^XA\n^PW812\n^LL1218\n^FO0,0^GFA,")
    assert b":Z64:" in zpl
    picture = Image.open(BytesIO(DRAWN[LabelFormat.PNG_203](details)))
    [page] = ZebrafyZPL(zpl.decode()).to_images()
    assert page.convert("1").crop((0, 0, *picture.size)).tobytes() == picture.tobytes()


@pytest.mark.parametrize("kind", DOTS)
def test_a_sample_says_so_also_without_greys(kind: LabelFormat) -> None:
    def ink(sample: bool) -> int:
        image = Image.open(BytesIO(DRAWN[kind](builders.label(sample=sample))))
        upper = image.crop((0, image.height // 7, image.width, image.height * 3 // 5))
        return upper.convert("L").tobytes().count(0)

    assert ink(sample=True) > ink(sample=False) * 1.05


def test_a_counters_slip_has_no_address() -> None:
    nowhere = Address("", "", "", "", "", "", "US")
    slip = DRAWN[LabelFormat.COUNTER]
    assert slip(builders.label()) == slip(builders.label(ship_from=nowhere))


GOOD = {kind: drawn(builders.label()) for kind, drawn in DRAWN.items()}
BLANK = BytesIO()
Image.new("1", (812, 1218), 1).save(BLANK, "PNG")
HUGE = BytesIO()
Image.new("1", (9000, 9), 1).save(HUGE, "PNG")
ZPL = GOOD[LabelFormat.ZPL]
PICTURES = (LabelFormat.PNG_203, LabelFormat.PNG_300, LabelFormat.COUNTER)


@pytest.mark.parametrize(
    ("kind", "document", "fault"),
    [
        *((kind, b"", LabelFault.NOT_A_PICTURE) for kind in PICTURES),
        *((kind, GOOD[kind][:900], LabelFault.NOT_A_PICTURE) for kind in PICTURES),
        *((kind, GOOD[LabelFormat.PDF], LabelFault.NOT_A_PICTURE) for kind in PICTURES),
        (LabelFormat.PNG_203, HUGE.getvalue(), LabelFault.NOT_A_PICTURE),
        (LabelFormat.PNG_203, BLANK.getvalue(), LabelFault.TRACKING_MISSING),
        (LabelFormat.ZPL, b"", LabelFault.NOT_A_GRAPHIC),
        (LabelFormat.ZPL, ZPL[:-40], LabelFault.NOT_A_GRAPHIC),
        (LabelFormat.ZPL, ZPL.replace(b"eJ", b"eK", 1), LabelFault.NOT_A_GRAPHIC),
        (LabelFormat.ZPL, ZPL.replace(b"^PW812", b"^PW912"), LabelFault.NOT_A_GRAPHIC),
        (LabelFormat.ZPL, ZPL.replace(b"^LL1218", b"^LL1217"), LabelFault.NOT_A_GRAPHIC),
        (LabelFormat.ZPL, ZPL + ZPL, LabelFault.NOT_A_GRAPHIC),
        (LabelFormat.A4, b"%PDF-", LabelFault.NOT_A_PDF),
    ],
)  # fmt: skip
def test_what_is_not_of_its_format_is_refused(
    kind: LabelFormat, document: bytes, fault: LabelFault
) -> None:
    with pytest.raises(LabelUnreadableError) as refusal:
        reading.verify(document, builders.label(), kind)
    assert refusal.value.fault is fault


@pytest.mark.parametrize("kind", LabelFormat)
def test_another_labels_number_or_ticket_is_refused(kind: LabelFormat) -> None:
    for other in (builders.label(serial=1), builders.label(ticket="R-7K3M-Q9XT-5")):
        with pytest.raises(LabelUnreadableError, match="another"):
            reading.verify(GOOD[kind], other, kind)


def test_a_graphic_with_black_and_white_exchanged_is_refused() -> None:
    """What `invert` would do: the whole label is dark."""
    encoded = ZPL.split(b":Z64:")[1].split(b":")[0]
    inverted = bytes(255 - each for each in decompress(base64.b64decode(encoded)))
    data = base64.b64encode(compress(inverted))
    whole = b":Z64:%s:%04X" % (data, crc_hqx(data, 0))
    head = b"^XA\n^PW812\n^LL1218\n^FO0,0^GFA,%d,%d,102," % (len(whole), len(inverted))
    assert len(inverted) == 102 * 1218
    with pytest.raises(LabelUnreadableError) as refusal:
        reading.read(head + whole + b"^FS\n^XZ\n", LabelFormat.ZPL)
    assert refusal.value.fault in {LabelFault.TRACKING_MISSING, LabelFault.TICKET_MISSING}
