"""A label is offered on the paper of its market first, and in every format that it has."""

from urllib.parse import urlsplit

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.kernel.ids import new_id
from aftercare.labels.model import LabelDetails, LabelFormat, Paper, Printed, paper_of
from aftercare.labels.service import Printer
from aftercare.returns.model import Return
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from tests.fakes.browser import Browser
from tests.fakes.house import WORKER, House, every_format, papers_abroad, plain_page
from tests.fakes.orders import EMAIL, FIGURE

pytestmark = pytest.mark.integration


def labelled(house: House, printer: Printer = every_format) -> Return:
    house.clock.now = utc_now()
    draft = house.draft(house.delivered_order(FIGURE), new_id("ret", house.clock()))
    house.add_good_photo(draft)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)
    return house.make_label(draft.return_id, printer)


def page_of_old(details: LabelDetails) -> Printed:
    return {LabelFormat.PDF: plain_page(details)[LabelFormat.PDF]}


def test_the_label_comes_first_on_the_paper_of_the_market(portal: Browser, house: House) -> None:
    browser, ret = portal.sign_in(EMAIL), labelled(house)
    page = browser.get(f"/returns/{ret.return_id}")
    first = page.body.index(f"/returns/{ret.return_id}/label/letter")
    assert "Other formats" in page.text
    for kind in set(LabelFormat) - {LabelFormat.LETTER, LabelFormat.COUNTER}:
        assert page.body.index(f'/returns/{ret.return_id}/label/{kind}"') > first


def test_each_format_leads_to_its_own_file(portal: Browser, house: House) -> None:
    browser, ret = portal.sign_in(EMAIL), labelled(house)
    assert ret.label
    for kind in LabelFormat:
        answer = browser.get(f"/returns/{ret.return_id}/label/{kind}")
        assert answer.status == 303
        assert urlsplit(answer.location).path.endswith(f"{ret.label.label_id}.{kind.suffix}")


def test_a_label_from_before_is_offered_as_the_page_that_it_has(
    portal: Browser, house: House
) -> None:
    browser, ret = portal.sign_in(EMAIL), labelled(house, page_of_old)
    path = f"/returns/{ret.return_id}"
    page = browser.get(path)
    assert f'{path}/label/pdf"' in page.body
    assert "Other formats" not in page.text
    for kind in ("zpl", "letter", "hologram", "..%2F"):
        assert browser.get(f"{path}/label/{kind}").location == path
    assert ".pdf" in browser.get(f"{path}/label").location


def test_paper_is_letter_in_north_america_and_a4_elsewhere() -> None:
    assert {paper_of(market) for market in ("US", "CA", "MX", "PH")} == {LabelFormat.LETTER}
    assert {paper_of(market) for market in ("GB", "JP", "CN", "DE", "")} == {LabelFormat.A4}


# ---------------------------------------------------------------- papers


def test_a_packing_slip_is_offered_beside_every_label(portal: Browser, house: House) -> None:
    browser, ret = portal.sign_in(EMAIL), labelled(house)
    page = browser.get(f"/returns/{ret.return_id}")
    assert f'/returns/{ret.return_id}/label/packing_slip"' in page.body
    assert "put it in the parcel on top of the items" in page.text
    assert "crosses a customs border" not in page.text
    answer = browser.get(f"/returns/{ret.return_id}/label/packing_slip")
    assert ".packing_slip.pdf" in answer.location
    assert browser.get(f"/returns/{ret.return_id}/label/invoice").location == (
        f"/returns/{ret.return_id}"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_across_a_border_the_page_says_what_to_do_and_how_long_it_takes(
    portal: Browser, house: House, language: str
) -> None:
    browser, ret = portal.sign_in(EMAIL), labelled(house, papers_abroad)
    page = browser.get(f"/returns/{ret.return_id}?lang={language}")
    spoken = words(language, typeset=True)
    for key in ("title", "sign", "outside", "box"):
        assert spoken.text(f"return_page.border.{key}") in page.text
    assert spoken.text("return_page.border.transit", first="7", last="14") in page.text
    for paper in Paper:
        assert spoken.text(f"return_page.paper.{paper}") in page.text
        answer = browser.get(f"/returns/{ret.return_id}/label/{paper}")
        assert urlsplit(answer.location).path.endswith(f".{paper}.pdf")
