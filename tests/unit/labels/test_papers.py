"""The papers of a parcel say what customs and the dock ask for, in bytes that stay the same."""

import hashlib
import subprocess
import sys
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.kernel.address import Address
from aftercare.labels.consignment import Outbound, ReturnedGoods
from aftercare.labels.documents import DRAWN
from aftercare.labels.errors import LabelFault, LabelUnreadableError
from aftercare.labels.model import LabelDetails, LabelFormat, Paper, document_key_of, known_formats
from aftercare.labels.papers.printing import papers
from aftercare.labels.reading import verify_ticket
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from tests.fakes import labels as builders
from tests.fakes.papers import HARE, SENT, TIDE, consignment, texts_of
from tests.fakes.template import ROOT

BRITISH = Address("Ana Lee", "1 High Street", "Leeds", "", "LS1 1AA", "GB")
ABROAD = builders.label(ship_from=BRITISH)
IN_CHINA = builders.label(ship_from=BRITISH, ship_to=builders.CHINESE, language="fr")
lines = st.text(max_size=40)


def squeezed(text: str) -> str:
    return "".join(text.split())


def said(key: str, language: str = "en", **facts: object) -> str:
    return squeezed(words(language, typeset=True).text(f"papers.{key}", **facts))


def drawn(details: LabelDetails, paper: Paper) -> list[str]:
    return texts_of(papers(details, consignment())[paper])


# ---------------------------------------------------------------- which papers there are


def test_a_parcel_within_a_country_has_a_packing_slip_alone() -> None:
    assert papers(builders.label(), consignment()).keys() == {Paper.PACKING_SLIP}


def test_a_parcel_across_a_border_has_what_customs_ask_for() -> None:
    assert papers(ABROAD, consignment()).keys() == set(Paper)


def test_a_courier_asks_for_an_invoice_and_a_packing_list() -> None:
    by_courier = replace(ABROAD, carrier_name="DHLExpress")
    found = papers(by_courier, consignment())
    assert found.keys() == {Paper.PACKING_SLIP, Paper.INVOICE}
    assert said("packing_list") in texts_of(found[Paper.PACKING_SLIP])[0]


def test_who_chooses_a_carrier_has_papers_for_any() -> None:
    by_courier = replace(ABROAD, carrier_name="DHLExpress", prepaid=False)
    assert papers(by_courier, consignment()).keys() == set(Paper)


def test_a_small_packet_of_a_post_has_a_cn22_and_no_invoice() -> None:
    by_post = replace(ABROAD, carrier_name="RoyalMail")
    small = papers(by_post, consignment(HARE, currency="GBP"))
    assert small.keys() == {Paper.PACKING_SLIP, Paper.DECLARATION}
    assert texts_of(small[Paper.DECLARATION])[0].startswith("CN22")
    large = papers(by_post, consignment(replace(HARE, value=90_000), currency="GBP"))
    assert texts_of(large[Paper.DECLARATION])[0].startswith("CN23")


# ---------------------------------------------------------------- what they say


def test_a_declaration_has_the_line_totals_the_codes_and_the_proof_of_the_export() -> None:
    [page] = drawn(ABROAD, Paper.DECLARATION)
    for text in (
        "CN23",
        "AnaLee",
        "LS11AA",
        "PM-2026-0001",
        ABROAD.ticket,
        "MoonHare",
        "小潮汐盲盒",
    ):
        assert text in page
    for amount in ("89.00", "32.00", "USD121.00", "0.350", "0.700", "9503.00", "CN"):
        assert amount in page
    assert said("category.returned_goods") in page
    for proof in ("2026-02-03", "YunExpress", SENT.tracking_number, "HTSUS9801.00.10"):
        assert proof in page


def test_what_nobody_knows_is_left_to_be_filled_in() -> None:
    unknown = consignment(replace(HARE, value=None))
    [page] = texts_of(papers(ABROAD, unknown)[Paper.DECLARATION])
    assert "0.00" not in page
    assert said("total.gross") in page


def test_an_invoice_has_three_copies_and_says_that_nothing_is_sold() -> None:
    pages = drawn(ABROAD, Paper.INVOICE)
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert said("copy", number=number, copies=3) in page
        assert said("no_sale") in page
        assert "USD121.00" in page


def test_amounts_have_as_many_digits_as_their_currency() -> None:
    yen = papers(ABROAD, consignment(HARE, currency="JPY"))[Paper.INVOICE]
    assert "JPY8,900" in texts_of(yen)[0]


def test_a_packing_slip_has_sku_serials_lot_and_the_ticket_and_no_customer_or_price() -> None:
    for details in (builders.label(ship_from=BRITISH, ship_to=BRITISH), ABROAD):
        slip = papers(details, consignment())[Paper.PACKING_SLIP]
        [page] = texts_of(slip)
        for text in ("FIG-1", "BB-1", "PM-0001-AAAA", "PM-0002-BBBB", "B2026-04", details.ticket):
            assert text in page
        for secret in ("AnaLee", "Leeds", "89.00", "32.00"):
            assert secret not in page
        [code] = zxingcpp.read_barcodes(
            pypdfium2.PdfDocument(slip)[0].render(scale=203 / 72, grayscale=True).to_pil()
        )
        assert code.text == details.ticket


def test_of_a_part_of_a_line_nobody_says_which_pieces_come() -> None:
    [page] = drawn(builders.label(), Paper.PACKING_SLIP)
    some = said("serials.some", units="1", bought="2", serials="PM-0001-AAAA, PM-0002-BBBB")
    assert some in page
    whole = papers(builders.label(), consignment(replace(HARE, units=2)))
    assert some not in texts_of(whole[Paper.PACKING_SLIP])[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_packing_slip_at_home_is_in_the_customers_language(language: str) -> None:
    [page] = drawn(builders.label(language=language), Paper.PACKING_SLIP)
    for key in ("slip", "column.sku", "column.serials", "put_in"):
        assert said(key, language) in page


def test_papers_abroad_are_in_english_and_the_destinations_language() -> None:
    for paper, key in ((Paper.DECLARATION, "declaration"), (Paper.INVOICE, "no_sale")):
        page = drawn(IN_CHINA, paper)[0]
        assert said(key) in page
        assert said(key, "zh-Hans") in page
        assert said(key, "fr") not in page
    page = drawn(IN_CHINA, Paper.PACKING_SLIP)[0]
    assert said("packing_list", "zh-Hans") in page


def test_papers_have_the_paper_of_the_customers_country() -> None:
    def size(details: LabelDetails, paper: Paper) -> tuple[int, int]:
        page = pypdfium2.PdfDocument(papers(details, consignment())[paper])[0]
        return round(page.get_width()), round(page.get_height())

    assert {size(ABROAD, paper) for paper in Paper} == {(595, 842)}
    assert size(builders.label(), Paper.PACKING_SLIP) == (612, 792)


def test_many_items_go_on_on_another_page_and_none_is_left_out() -> None:
    many = consignment(
        *(replace(TIDE, sku=f"SKU-{each:02}", name=f"Item {each:02}") for each in range(30))
    )
    found = papers(ABROAD, many)
    for paper, copies in ((Paper.PACKING_SLIP, 1), (Paper.DECLARATION, 1), (Paper.INVOICE, 3)):
        pages = texts_of(found[paper])
        for each in range(30):
            assert sum(f"Item{each:02}" in page for page in pages) == copies
        assert said("page", number=1, pages=len(pages) // copies) in pages[0]


# ---------------------------------------------------------------- bytes


PRINT_AGAIN = """
import sys
sys.path[:0] = sys.argv[1:]
import hashlib
from tests.unit.labels.test_papers import IN_CHINA
from tests.fakes.papers import consignment
from aftercare.labels.papers.printing import papers
for document in papers(IN_CHINA, consignment()).values():
    print(hashlib.sha256(document).hexdigest())
"""


def test_the_same_parcel_has_the_same_papers_in_any_process() -> None:
    mine = [hashlib.sha256(each).hexdigest() for each in papers(IN_CHINA, consignment()).values()]
    paths = [str(ROOT), str(ROOT / "layers" / "aftercare"), str(ROOT / "functions")]
    command = [sys.executable, "-c", PRINT_AGAIN, *paths]
    another = subprocess.run(command, capture_output=True, text=True, check=True)
    assert another.stdout.split() == mine


def test_a_documents_properties_name_nobody() -> None:
    for document in papers(ABROAD, consignment()).values():
        properties = pypdfium2.PdfDocument(document).get_metadata_dict()
        assert not any("Ana" in each or "PM-2026" in each for each in properties.values())


@settings(max_examples=8, deadline=None)
@given(
    lines, lines, st.lists(lines, max_size=4), st.one_of(st.none(), st.integers(0, 10**18)), lines
)
def test_no_text_keeps_papers_from_being_drawn(
    name: str, sku: str, serials: list[str], value: int | None, number: str
) -> None:
    goods = ReturnedGoods(sku, name, 1, 2, value, name, tuple(serials))
    address = Address(name, sku, name, name, number, "GB")
    details = builders.label(ship_from=address, ship_to=builders.CHINESE, carrier_name=name)
    parcel = consignment(goods, currency="USD", outbound=(Outbound(name, number, None),))
    assert papers(details, parcel).keys() == set(Paper)


def test_a_slip_whose_ticket_does_not_scan_is_refused() -> None:
    slip = papers(ABROAD, consignment())[Paper.PACKING_SLIP]
    with pytest.raises(LabelUnreadableError) as refusal:
        verify_ticket(slip, builders.label(ticket="R-7K3M-Q9XT-5"))
    assert refusal.value.fault is LabelFault.TICKET_DIFFERS
    invoice = papers(ABROAD, consignment())[Paper.INVOICE]
    with pytest.raises(LabelUnreadableError) as refusal:
        verify_ticket(invoice, ABROAD)
    assert refusal.value.fault is LabelFault.TICKET_MISSING


def test_papers_and_formats_never_share_a_code_or_a_key() -> None:
    downloads = (*DRAWN, *Paper)
    assert len({str(each) for each in downloads}) == len(downloads)
    assert len({document_key_of("lbl_1", each) for each in downloads}) == len(downloads)
    codes = ["pdf", "hologram", "invoice", "packing_slip"]
    assert known_formats(codes) == (LabelFormat.PDF, Paper.INVOICE, Paper.PACKING_SLIP)
