"""What is printed is what a scanner gets back, and nothing unscannable passes."""

from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from aftercare.addresses.service import label_lines
from aftercare.kernel.address import Address
from aftercare.labels import documents, printing, reading
from aftercare.labels.errors import LabelFault, LabelUnreadableError, SsccInvalidError
from aftercare.labels.reading import LabelReading
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from tests.fakes import labels as builders

BOUNDLESS = Address(
    name="Maximilian-Alexander Wolfeschlegelsteinhausenbergerdorff " * 9,
    line1="W" * 300,
    line2="陈" * 300,
    city="Long Beach " * 20,
    region="California " * 20,
    postal_code="9" * 60,
    country="US",
)
lines = st.text(max_size=60)
addresses = st.builds(Address, lines, lines, lines, lines, lines, lines, lines)


def text_of(pdf: bytes) -> str:
    return str(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range())


def page_with(*, bars: tuple[str, bool] | None = None, square: str | None = None) -> bytes:
    """A page with symbols that `printing` would not make: (content, is it GS1)."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(288, 432))
    if bars:
        code = zxingcpp.create_barcode(bars[0], zxingcpp.BarcodeFormat.Code128, gs1=bars[1])
        draw(canvas, code, bottom=60, module=1.2, stretch=1)
    if square:
        code = zxingcpp.create_barcode(square, zxingcpp.BarcodeFormat.QRCode)
        draw(canvas, code, bottom=250, module=3, stretch=3)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def draw(
    canvas: Canvas, code: zxingcpp.Barcode, bottom: float, module: float, stretch: float
) -> None:
    pixels = memoryview(zxingcpp.write_barcode_to_image(code, add_quiet_zones=False))
    assert pixels.shape
    height, width = pixels.shape
    for y in range(height):
        for x in range(width):
            if pixels[y, x] == 0:
                top = bottom + (height - y) * stretch
                canvas.rect(40 + x * module, top, module, stretch, stroke=0, fill=1)


def test_a_printed_label_reads_back_as_its_details() -> None:
    details = builders.label()
    pdf = printing.draw(details)
    assert reading.read(pdf) == LabelReading(details.tracking_number, details.ticket)
    reading.verify(pdf, details)


@pytest.mark.parametrize("dpi", [150, 203, 300])
@pytest.mark.parametrize("sample", [True, False])
def test_it_scans_as_printed_by_common_printers(dpi: int, sample: bool) -> None:
    details = builders.label(ship_to=builders.CHINESE, sample=sample)
    assert reading.read(printing.draw(details), dpi=dpi).tracking_number == details.tracking_number


@pytest.mark.parametrize("quarter_turn", [90, 180, 270])
def test_it_scans_in_every_direction(quarter_turn: int) -> None:
    details = builders.label()
    document = pypdfium2.PdfDocument(printing.draw(details))
    document[0].set_rotation(quarter_turn)
    turned = BytesIO()
    document.save(turned)
    reading.verify(turned.getvalue(), details)


def test_it_scans_askew() -> None:
    details = builders.label()
    page = pypdfium2.PdfDocument(printing.draw(details))[0]
    image = page.render(scale=203 / 72, grayscale=True).to_pil()
    askew = image.rotate(7, expand=True, fillcolor=255)
    assert {code.text for code in zxingcpp.read_barcodes(askew)} == {
        f"(00){details.tracking_number}",
        details.ticket,
    }


@settings(max_examples=25, deadline=None)
@given(addresses, addresses, lines, st.integers(0, 10**9 - 1))
def test_no_address_makes_a_label_that_does_not_scan(
    ship_from: Address, ship_to: Address, carrier: str, serial: int
) -> None:
    details = builders.label(
        serial=serial, ship_from=ship_from, ship_to=ship_to, carrier_name=carrier
    )
    reading.verify(printing.draw(details), details)


def test_texts_without_end_leave_both_symbols_and_each_part_of_the_address() -> None:
    details = builders.label(ship_from=BOUNDLESS, ship_to=BOUNDLESS, carrier_name="Carrier " * 99)
    pdf = printing.draw(details)
    reading.verify(pdf, details)
    text = text_of(pdf)
    assert all(
        start in text for start in ("Maximilian", "WWWW", "陈陈", "Long Beach", "UNITED STATES")
    )


def test_chinese_japanese_korean_and_thai_stay_text_with_embedded_glyphs() -> None:
    names = ("陈小明", "山田太郎", "김철수", "สมชาย")
    for name in names:
        pdf = printing.draw(builders.label(ship_from=replace(builders.CUSTOMER, name=name)))
        assert name in text_of(pdf)
        assert b"/FontFile2" in pdf


def test_the_label_is_one_page_of_four_by_six_inches() -> None:
    document = pypdfium2.PdfDocument(printing.draw(builders.label()))
    assert len(document) == 1
    assert document[0].get_size() == (288, 432)


def test_the_same_details_give_the_same_bytes() -> None:
    details = builders.label(ship_to=builders.CHINESE)
    assert printing.draw(details) == printing.draw(details)


def test_the_document_properties_name_nobody() -> None:
    metadata = pypdfium2.PdfDocument(printing.draw(builders.label())).get_metadata_dict()
    assert metadata["Title"] == "Shipping label for return R-7K3M-Q9XT-4"
    assert "Jordan" not in str(metadata)


def test_a_sample_says_so_and_a_real_label_does_not() -> None:
    sample = text_of(printing.draw(builders.label(sample=True)))
    assert words("en", typeset=True).text("label.sample") in sample
    assert "SAMPLE" in sample
    assert "SAMPLE" not in text_of(printing.draw(builders.label(sample=False))).upper()


def test_a_slip_says_that_postage_is_not_paid_and_is_no_sample() -> None:
    details = builders.label(sample=False, prepaid=False)
    slip = text_of(printing.draw(details))
    assert words("en").text("label.slip") in slip
    assert "POSTAGE NOT PAID" in slip
    assert "PREPAID" not in slip.upper()
    reading.verify(printing.draw(details), details)
    assert "NOT PAID" not in text_of(printing.draw(builders.label(sample=False))).upper()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "sample", "prepaid"),
    [("sample", True, True), ("prepaid", False, True), ("slip", False, False)],
)
def test_the_customers_line_is_in_their_language(
    language: str, kind: str, sample: bool, prepaid: bool
) -> None:
    details = builders.label(sample=sample, prepaid=prepaid, language=language)
    pdf = printing.draw(details)
    spoken = words(language, typeset=True)
    issued = spoken.text(
        "label.issued", ticket=details.ticket, day=spoken.day(details.issued_on, "medium")
    )
    printed = "".join(text_of(pdf).split())
    named = [spoken.text("label.slip_name"), spoken.text("label.slip_service").upper()]
    for text in (spoken.text(f"label.{kind}"), issued, *([] if prepaid else named)):
        assert "".join(text.split()) in printed
    assert "SHIP TO" in text_of(pdf)
    reading.verify(pdf, details)


def test_a_label_asked_for_in_a_language_that_we_lack_is_in_english() -> None:
    details = builders.label(language="xx")
    assert printing.draw(details) == printing.draw(builders.label(language="en"))


def test_bars_have_the_size_that_gs1_asks_for() -> None:
    details = builders.label()
    page = pypdfium2.PdfDocument(printing.draw(details))[0]
    dots_per_mm = 20
    image = page.render(scale=dots_per_mm * 25.4 / 72, grayscale=True).to_pil()
    (linear,) = zxingcpp.read_barcodes(
        image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128])
    )
    wide = linear.position.bottom_right.x - linear.position.bottom_left.x
    assert wide / 156 / dots_per_mm == pytest.approx(0.5, abs=0.005)
    middle = (linear.position.top_left.y + linear.position.bottom_left.y) // 2
    left = linear.position.bottom_left.x
    quiet = [image.getpixel((x, middle)) for x in range(left - 10 * 10, left - 2)]
    assert set(quiet) == {255}
    column = [image.getpixel((left + 4, y)) for y in range(middle - 700, middle + 700)]
    assert sum(value < 128 for value in column) >= 31.75 * dots_per_mm


def test_a_tracking_number_that_is_no_sscc_is_not_printed() -> None:
    details = replace(builders.label(), tracking_number="123456789012345678")
    with pytest.raises(SsccInvalidError, match="18 digits"):
        printing.draw(details)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("9400100105442285876350", "9400 1001 0544 2285 8763 50"),  # USPS
        ("1Z999AA10123456784", "1Z99 9AA1 0123 4567 84"),  # UPS
        ("RM123456785GB", "RM12 3456 785G B"),  # Royal Mail
        ("A" * 28, "AAAA AAAA AAAA AAAA AAAA AAAA AAAA"),  # as long as it can be
    ],
)
def test_a_carriers_own_number_is_printed_and_read_back_in_every_format(
    number: str, shown: str
) -> None:
    details = replace(builders.label(), tracking_number=number)
    documents.printed(details)  # reads each of them back
    text = text_of(printing.draw(details))
    assert shown in text
    assert "SSCC" not in text
    with pytest.raises(LabelUnreadableError):
        reading.verify(printing.draw(details), builders.label())


TRACKING = builders.label().tracking_number
TICKET = builders.label().ticket


@pytest.mark.parametrize(
    ("fault", "pdf", "sentence"),
    [
        (LabelFault.NOT_A_PDF, b"", "not a PDF"),
        (LabelFault.NOT_A_PDF, b"<html>", "not a PDF"),
        (LabelFault.NOT_A_PDF, printing.draw(builders.label())[:300], "not a PDF"),
        (LabelFault.TRACKING_MISSING, page_with(square=TICKET), "Found 0 tracking"),
        (LabelFault.TICKET_MISSING, page_with(bars=(f"[00]{TRACKING}", True)), "Found 0 ticket"),
        (LabelFault.TRACKING_NOT_GS1, page_with(bars=(f"00{TRACKING}", False)), "not a GS1-128"),
        (LabelFault.TRACKING_NOT_GS1, page_with(bars=("[10]ABC123", True)), "not a GS1-128"),
        (LabelFault.TRACKING_DIFFERS, printing.draw(builders.label(serial=1)), "another tracking"),
        (LabelFault.TICKET_DIFFERS, printing.draw(builders.label(ticket="R-0")), "another ticket"),
    ],
)  # fmt: skip
def test_a_label_that_would_not_scan_right_is_refused(
    fault: LabelFault, pdf: bytes, sentence: str
) -> None:
    with pytest.raises(LabelUnreadableError, match=sentence) as refusal:
        reading.verify(pdf, builders.label())
    assert refusal.value.code == "label_unreadable"
    assert refusal.value.fault is fault
    assert refusal.value.facts == {"fault": fault.value}


type Place = tuple[float, float, float, float]


def places_of(pdf: bytes, text: str) -> list[Place]:
    """The left, bottom, right and top of that text, as often as it is on the page."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    search, places = page.search(text), list[Place]()
    while found := search.get_next():
        boxes = [page.get_charbox(place) for place in range(found[0], sum(found))]
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        places.append((min(lefts), min(bottoms), max(rights), max(tops)))
    return places


def test_an_address_stands_under_its_caption_line_under_line() -> None:
    details = builders.label()
    pdf = printing.draw(details)
    for caption, address, beside in (
        ("FROM", details.ship_from, True),
        ("SHIP TO", details.ship_to, False),
    ):
        left, bottom, right, top = places_of(pdf, caption)[0]
        # Both end with the name of the country.
        lines = [places_of(pdf, line)[0] for line in label_lines(address)[:-1]]
        assert max(line[0] for line in lines) - min(line[0] for line in lines) < 2
        assert all(line[0] > right if beside else line[0] < left + 6 for line in lines)
        assert lines[0][3] <= (top + 6 if beside else bottom)
        assert all(under[3] < line[1] + 3 for line, under in pairwise(lines))


def test_the_ticket_stands_in_the_middle_under_its_square() -> None:
    details = builders.label()
    pdf = printing.draw(details)
    _, (left, _, right, top), _ = places_of(pdf, details.ticket)
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=4, grayscale=True).to_pil()
    (square,) = zxingcpp.read_barcodes(
        page, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    )
    corner, opposite = square.position.bottom_left, square.position.bottom_right
    assert (left + right) / 2 == pytest.approx((corner.x + opposite.x) / 8, abs=2)
    assert top < 432 - corner.y / 4
