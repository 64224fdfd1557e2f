"""The page of one photo: marks by area and by place, the code on a label, and who may see it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.evidence.model import Advice, Evidence, EvidenceKind
from aftercare.kernel.actor import CUSTOMER, staff
from aftercare.kernel.clock import utc_now
from aftercare.kernel.ids import new_id
from aftercare.orders.model import email_key_of
from aftercare.returns.judgement import EvidenceRequest, Review
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.browser import Browser
from tests.fakes.house import House
from tests.fakes.orders import EMAIL, ORDERS_INGEST, paid

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)


@pytest.fixture
def customer(portal: Browser) -> Browser:
    return portal.sign_in(EMAIL)


def drafted(house: House) -> Return:
    house.clock.now = utc_now()
    return house.draft(house.delivered_order(), new_id("ret", house.clock.now))


def from_a_store(house: House) -> Return:
    """A draft that needs photos of three kinds."""
    house.clock.now = utc_now()
    number, at = house.new_number(), house.clock() - timedelta(days=2)
    event = paid(number=number, at=at)
    purchase = replace(event.purchase, channel="store")
    order = house.orders.record(replace(event, purchase=purchase), actor=ORDERS_INGEST)
    return house.draft(order, new_id("ret", house.clock.now))


def page_of(photo: Evidence) -> str:
    return f"/returns/{photo.return_id}/photos/{photo.evidence_id}"


def stored(house: House, photo: Evidence) -> Evidence:
    return house.evidence.slot(photo.return_id, photo.evidence_id)


def test_an_area_is_marked_by_its_middle_and_a_place_exactly(
    house: House, customer: Browser
) -> None:
    photo = house.add_good_photo(drafted(house), EvidenceKind.CLOSE_UP)
    path = page_of(photo)
    assert "No marks yet." in customer.get(path).text
    for form in (
        {"area": "bottom_left", "text": "A crack"},
        {"x": "10000", "y": "0", "area": "left", "text": "Glue <b>"},
    ):
        assert customer.post(f"{path}/marks", **form).location == f"{path}#marks"
    marks = [tuple(mark) for mark in stored(house, photo).marks]
    assert marks == [(1667, 8333, "A crack"), (10000, 0, "Glue <b>")]
    page = customer.get(path)
    assert "1. Bottom left: A crack" in page.text
    assert "2. Top right: Glue &lt;b&gt;" in page.body
    assert 'x="16.67%" y="83.33%"' in page.body
    assert "2 marks" in customer.get(f"/returns/{photo.return_id}").text
    form = {"x": "1667", "y": "8333", "text": "A crack"}
    for _ in range(2):
        assert customer.post(f"{path}/marks/remove", **form).location == f"{path}#marks"
    assert [mark.text for mark in stored(house, photo).marks] == ["Glue <b>"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"text": "A crack"}, "Please choose a place in the picture."),
        ({"x": "10001", "y": "1", "text": "A crack"}, "Please choose a place in the picture."),
        ({"x": "٣", "y": "1e3", "text": "A crack"}, "Please choose a place in the picture."),
        ({"area": "nowhere", "text": "A crack"}, "Please choose a place in the picture."),
        ({"area": "top", "text": " "}, "Please say what is wrong there."),
        ({"area": "top", "text": "x" * 201}, "Please say it in at most 200 characters."),
    ],
)
def test_a_mark_that_is_none_says_why_on_its_page(
    house: House, customer: Browser, form: dict[str, str], said: str
) -> None:
    photo = house.add_good_photo(drafted(house))
    path = page_of(photo)
    assert customer.post(f"{path}/marks", **form).location == path
    page = customer.get(path)
    assert said in page.text
    if len(form["text"].strip()) in range(1, 201):
        assert f'value="{form["text"]}"' in page.body
    assert stored(house, photo).marks == ()


def test_a_code_that_was_not_read_is_typed_beside_its_photo(
    house: House, customer: Browser
) -> None:
    photo = house.add_good_photo(drafted(house), EvidenceKind.SERIAL_CODE)
    path, ret = page_of(photo), f"/returns/{photo.return_id}"
    assert "Type the code" in customer.get(ret).text
    assert customer.post(f"{path}/serial", serial="").location == path
    assert "Please type the code as the label has it" in customer.get(path).text
    assert customer.post(f"{path}/serial", serial="7k4m 2p9d").location == ret
    assert "Code: 7K4M 2P9D" in customer.get(ret).text
    assert "You typed this code." in customer.get(path).text


def test_a_code_that_was_read_and_advice_are_shown_at_once(house: House, customer: Browser) -> None:
    photo = house.add_good_photo(drafted(house), EvidenceKind.SERIAL_CODE)
    found = replace(stored(house, photo), serial="7K4M2P9D", advice=(Advice.BLURRED,))
    house.evidence.store.note(stored(house, photo), found)
    page = customer.get(f"/returns/{photo.return_id}")
    assert "Code: 7K4M2P9D" in page.text
    assert "It looks blurred." in page.text
    page = customer.get(page_of(photo))
    assert "We read this code from your photo." in page.text
    assert 'name="serial"' not in page.body


def test_the_kept_picture_is_its_customers_alone(house: House, customer: Browser) -> None:
    photo = house.add_good_photo(drafted(house))
    answer = customer.get(f"{page_of(photo)}/picture")
    assert answer.status == 303
    assert photo.photo_key in answer.location
    stranger = Browser().sign_in("li@example.com")
    for path in (page_of(photo), f"{page_of(photo)}/picture"):
        assert stranger.get(path).status == 404


def test_a_receipt_takes_no_marks(house: House, customer: Browser) -> None:
    receipt = house.add_good_photo(from_a_store(house), EvidenceKind.RECEIPT)
    page = customer.get(page_of(receipt))
    assert f"{page_of(receipt)}/picture" in page.body
    assert "data-marking" not in page.body
    assert "No marks yet." not in page.text


def test_the_only_place_says_how_many_photos_it_needs(house: House, customer: Browser) -> None:
    draft = drafted(house)
    page = customer.get(f"/returns/{draft.return_id}")
    assert "We need at least 1 photo." in page.text
    assert "What is wrong: 1 photo or more" not in page.text


def test_a_submitted_photo_shows_its_marks_and_takes_none(house: House, customer: Browser) -> None:
    photo = house.add_good_photo(drafted(house))
    path = page_of(photo)
    customer.post(f"{path}/marks", area="top", text="A crack")
    house.returns.submit(KEY, photo.return_id, actor=CUSTOMER)
    page = customer.get(path)
    assert "1. Top: A crack" in page.text
    assert "its marks can’t be changed" in page.text
    assert "data-marking" not in page.body
    assert "marks/remove" not in page.body
    customer.post(f"{path}/marks", area="top", text="Glue")
    assert len(stored(house, photo).marks) == 1
    assert f'href="{path}"' in customer.get(f"/returns/{photo.return_id}").body


def test_each_kind_that_is_asked_for_has_its_place_with_an_example(
    house: House, customer: Browser
) -> None:
    draft = from_a_store(house)
    path = f"/returns/{draft.return_id}"
    house.add_good_photo(draft, EvidenceKind.WHOLE_PRODUCT)
    page = customer.get(path)
    for each in ("The receipt", "The whole item", "The fault, close up", "1 of 3", "0 of 1"):
        assert each in page.text
    assert "The whole item: 3 photos or more" in page.text
    assert page.body.count('<svg class="example"') == 3
    assert page.body.count("data-uploader=") == 3
    house.add_good_photo(draft, EvidenceKind.PACKAGING)
    assert "Other photos" in customer.get(path).text


def test_without_javascript_a_photo_of_a_kind_is_sent_from_its_place(
    house: House, customer: Browser
) -> None:
    draft = from_a_store(house)
    path = f"/returns/{draft.return_id}"
    form = customer.post(f"{path}/photos", kind="receipt").location
    assert "Show all of it: the shop, the date and what you bought." in customer.get(form).text
    customer.post(f"{path}/photos", kind="unheard-of")
    kinds = [slot.kind for slot in house.evidence.of_return(draft.return_id)]
    assert kinds == [EvidenceKind.RECEIPT, EvidenceKind.PHOTO]


def test_a_photo_moves_among_those_of_its_kind(house: House, customer: Browser) -> None:
    draft = from_a_store(house)
    kinds = [EvidenceKind.WHOLE_PRODUCT, EvidenceKind.RECEIPT, EvidenceKind.WHOLE_PRODUCT]
    first, receipt, last = (house.add_good_photo(draft, kind) for kind in kinds)
    customer.post(f"{page_of(last)}/move", to="earlier")
    body = customer.get(f"/returns/{draft.return_id}").body
    listed = [part.partition('"')[0] for part in body.split('data-photo="')[1:]]
    assert listed == [receipt.evidence_id, last.evidence_id, first.evidence_id]


def test_what_staff_asked_for_is_added_marked_and_answered_on_the_returns_page(
    house: House, customer: Browser
) -> None:
    photo = house.add_good_photo(drafted(house))
    path = f"/returns/{photo.return_id}"
    submitted = house.returns.submit(KEY, photo.return_id, actor=CUSTOMER)
    house.clock.now = utc_now()
    wanted = EvidenceRequest(
        (EvidenceKind.CLOSE_UP,),
        "The left ear, please.",
        staff("stf_1"),
        house.clock(),
        house.clock() + timedelta(days=14),
    )
    review = Review(house.clock(), wanted=wanted)
    asked = replace(submitted, status=ReturnStatus.NEEDS_EVIDENCE, review=review)
    stored_now = house.returns.store.get(photo.return_id)
    assert stored_now
    house.returns.store.save_draft(replace(asked, version=stored_now.version))
    page = customer.get(path)
    assert "The left ear, please." in page.text
    assert 'data-uploader="close_up"' in page.body
    assert "Please answer by" in page.text
    ids = page.body.count(f'id="photo-{photo.evidence_id}"')
    assert ids == 1  # the old one, in the gallery
    assert customer.post(f"{path}/photos", kind="close_up").location.startswith(f"{path}/photos/")
    house.clock.now = utc_now()
    added = house.add_good_photo(submitted, EvidenceKind.CLOSE_UP)
    assert "Mark the fault" in customer.get(path).text
    customer.post(f"{page_of(added)}/marks", area="top", text="The ear")
    assert len(stored(house, added).marks) == 1
    assert customer.post(f"{path}/answer").location == path
    after = house.returns.owned(KEY, photo.return_id)
    assert after.status is ReturnStatus.IN_REVIEW
    assert "The left ear, please." not in customer.get(path).text
