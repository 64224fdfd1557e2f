"""A page that the carrier drew: what is made of it, and that it is read back first."""

from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from aftercare.labels.documents import printed
from aftercare.labels.errors import LabelFault, LabelUnreadableError
from aftercare.labels.model import LabelDetails, LabelFormat, PageForm
from tests.fakes.labels import SERIAL, carriers_page, pages_drawn

F, P = LabelFormat, PageForm


def refusal_of(of: LabelDetails) -> LabelFault:
    with pytest.raises(LabelUnreadableError) as refusal:
        printed(of)
    return refusal.value.fault


def seen(pdf: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    page: Image.Image = document[0].render(scale=203 / 72, grayscale=True).to_pil()
    return page


@pytest.mark.parametrize("carrier", ["USPS", "CanadaPost", "RoyalMail", "AustraliaPost"])
def test_a_carriers_page_comes_in_every_format_that_can_be_made_of_it(carrier: str) -> None:
    made = printed(carriers_page(carrier))
    assert set(made) == set(F) - {F.PNG_203}
    assert made[F.PNG_300] == pages_drawn(carrier)[P.PNG]
    assert made[F.ZPL] == pages_drawn(carrier)[P.ZPL]


def test_a_picture_keeps_its_own_resolution() -> None:
    made = printed(carriers_page("UPS"))
    assert set(made) == set(F) - {F.PNG_300}
    assert made[F.PNG_203] == pages_drawn("UPS")[P.PNG]


def test_the_same_page_gives_the_same_bytes() -> None:
    assert printed(carriers_page()) == printed(carriers_page())


def test_the_pdf_is_the_carriers_page_dot_by_dot() -> None:
    document = pypdfium2.PdfDocument(printed(carriers_page())[F.PDF])
    assert document[0].get_size() == (288, 432)
    as_drawn = Image.open(BytesIO(pages_drawn()[P.PNG])).convert("L")
    again = document[0].render(scale=as_drawn.width / 288 - 1e-6, grayscale=True).to_pil()
    assert again.size == as_drawn.size
    differing = sum(a != b for a, b in zip(again.tobytes(), as_drawn.tobytes(), strict=True))
    assert differing < as_drawn.width * as_drawn.height / 10_000


@pytest.mark.parametrize("paper", [F.A4, F.LETTER])
def test_on_paper_our_square_code_stands_beside_the_page_above_the_fold(paper: LabelFormat) -> None:
    of = carriers_page()
    page = seen(printed(of)[paper])
    codes = {
        "".join(filter(str.isalnum, code.text)) if "QR" not in code.format.name else code.text: code
        for code in zxingcpp.read_barcodes(page)
    }
    assert set(codes) == {f"42090810{of.tracking_number}", of.ticket}
    for code in codes.values():
        corners = (code.position.bottom_left, code.position.bottom_right, code.position.top_left)
        assert max(corner.y for corner in corners) < page.height / 2


def test_bars_of_another_parcel_are_refused() -> None:
    other = pages_drawn("USPS", SERIAL + 1)
    assert refusal_of(carriers_page(png=other[P.PNG])) is LabelFault.TRACKING_DIFFERS
    assert refusal_of(carriers_page(zpl=other[P.ZPL])) is LabelFault.TRACKING_DIFFERS


def blank(size: tuple[int, int] = (1200, 1800)) -> bytes:
    buffer = BytesIO()
    Image.new("1", size, 1).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("png", "fault"),
    [
        (b"", LabelFault.NOT_A_PICTURE),
        (b"%PDF-1.4", LabelFault.NOT_A_PICTURE),
        (pages_drawn()[P.PNG][:900], LabelFault.NOT_A_PICTURE),
        (blank((9000, 9)), LabelFault.NOT_A_PICTURE),
        (blank(), LabelFault.TRACKING_MISSING),
    ],
    ids=["nothing", "pdf", "half", "huge", "blank"],
)
def test_a_page_that_no_scanner_reads_is_refused(png: bytes, fault: LabelFault) -> None:
    assert refusal_of(carriers_page(png=png)) is fault


@pytest.mark.parametrize("zpl", [b"^XA^FO50,50^BCN,100^FD123^FS^XZ", b"^GFA,1,1,1,zz^FS", b"\xff"])
def test_what_cant_be_read_back_for_zebra_is_left_out(zpl: bytes) -> None:
    assert F.ZPL not in printed(carriers_page(zpl=zpl))


def test_without_a_conversion_the_label_has_one_format_less() -> None:
    of = carriers_page()
    assert F.ZPL not in printed(replace(of, pages={P.PNG: of.pages[P.PNG]}))


def test_a_page_on_its_side_and_one_with_colours_are_upright_and_grey() -> None:
    picture = (
        Image.open(BytesIO(pages_drawn()[P.PNG]))
        .convert("RGBA")
        .transpose(Image.Transpose.ROTATE_270)
    )
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    made = printed(carriers_page(png=buffer.getvalue()))
    assert made[F.PDF] == printed(carriers_page())[F.PDF]
