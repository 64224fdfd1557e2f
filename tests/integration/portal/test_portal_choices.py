"""Choices and photos that cannot be: refused in words, and nothing is saved."""

import pytest

from aftercare.orders.model import email_key_of
from tests.fakes.browser import Browser
from tests.fakes.house import House
from tests.fakes.strangers import (
    ATTACKER,
    Holdings,
    good_form,
    holdings,
    keeps_to_the_rules,
)

pytestmark = pytest.mark.integration

BAD_CHOICES = [
    ({"units-v-1": "-1"}, 400, "Please choose how many of each item."),
    ({"units-v-1": "1.5"}, 400, "Please choose how many of each item."),
    ({"units-v-1": "one"}, 400, "Please choose how many of each item."),
    ({"units-v-1": "\u0661"}, 400, "Please choose how many of each item."),
    ({"units-v-1": "9" * 5000}, 400, "Please choose how many of each item."),
    ({"units-v-1": ""}, 400, "Please choose how many of each item."),
    ({"units-v-1": "0"}, 400, "Please choose at least one item to return."),
    ({"units-v-1": "6"}, 400, "Please choose items and quantities from this order."),
    ({"units-v-1": "9999"}, 400, "Please choose items and quantities from this order."),
    ({"units-x": "1"}, 400, "Please choose items and quantities from this order."),
    ({"units-": "1"}, 400, "Please choose items and quantities from this order."),
    ({"units-" + "x" * 3000: "1"}, 400, "Please choose items and quantities from this order."),
    ({"units-v-1": "5"}, 409, "Those items are in another return already."),
    ({"reason": ""}, 400, "Please tell us why it\u2019s coming back."),
    ({"reason": "boredom"}, 400, "Please tell us why it\u2019s coming back."),
    ({"reason": "changed_mind"}, 409, "Online orders can come back when something is wrong"),
    ({"note": "x" * 501}, 400, "Please keep the note within 500 characters."),
    ({"note": "x" * 15000}, 400, "Please keep the note within 500 characters."),
    ({"note": "x" * 20001}, 400, "That form is larger than any of ours."),
    ({"return_id": ""}, 404, "We can\u2019t find that return."),
    ({"return_id": "ret_x"}, 404, "We can\u2019t find that return."),
    ({"return_id": "evd_01JXD0B7G00000000000000000"}, 404, "We can\u2019t find that return."),
    ({"return_id": "\x00"}, 404, "We can\u2019t find that return."),
]


@pytest.mark.parametrize("choice", BAD_CHOICES)
def test_a_choice_that_can_not_be_is_refused_in_words_and_saves_nothing(
    house: House, attacker: Browser, mine: Holdings, choice: tuple[dict[str, str], int, str]
) -> None:
    change, status, sentence = choice
    before = house.returns.of_customer(email_key_of(ATTACKER))
    form = good_form("/orders/{order_number}", attacker) | change
    page = keeps_to_the_rules(attacker.post(f"/orders/{mine.order}", **form), change)
    assert page.status == status
    assert sentence in page.body.replace("&#39;", "\u2019")
    assert house.returns.of_customer(email_key_of(ATTACKER)) == before


def test_units_of_another_customers_line_are_none_of_this_orders(
    attacker: Browser, mine: Holdings, theirs: Holdings, secrets: tuple[str, ...]
) -> None:
    form = good_form("/orders/{order_number}", attacker)
    page = attacker.post(f"/orders/{theirs.order}", **form)
    assert keeps_to_the_rules(page, "foreign order", secrets).status == 404
    form["return_id"] = theirs.draft
    page = attacker.post(f"/orders/{mine.order}", **form)
    assert keeps_to_the_rules(page, "foreign return", secrets).status == 404


def test_a_submitted_return_takes_no_choice_and_no_photo_and_no_second_ticket(
    house: House, attacker: Browser, mine: Holdings
) -> None:
    before = house.returns.owned(email_key_of(ATTACKER), mine.done)
    path = f"/returns/{mine.done}"
    form = good_form("/orders/{order_number}", attacker) | {"return_id": mine.done, "note": "new"}
    assert attacker.post(f"/orders/{mine.order}", **form).location == path
    page = keeps_to_the_rules(attacker.post(f"{path}/photos"), "photo")
    assert page.status == 409
    assert "This return was submitted; its photos are settled." in page.body
    assert attacker.post(f"{path}/submit").location == path
    assert house.returns.owned(email_key_of(ATTACKER), mine.done) == before


def test_a_place_for_something_that_is_no_picture_is_refused(house: House, portal: Browser) -> None:
    own = holdings(house, "writer@example.com")
    portal.sign_in("writer@example.com").accept = "application/json"
    for content_type in ("", "text/html", "image/svg+xml", "x" * 3000, "\x00"):
        page = portal.post(f"/returns/{own.draft}/photos", content_type=content_type)
        problem = keeps_to_the_rules(page, content_type).problem
        assert (problem["status"], problem["code"]) == (400, "photo_type")
        assert problem["detail"] == "Please choose a photo: JPEG, PNG, WebP, HEIC or AVIF."


def test_a_thirteenth_photo_is_a_problem_with_its_code(house: House, portal: Browser) -> None:
    own = holdings(house, "photographer@example.com")
    portal.sign_in("photographer@example.com").accept = "application/json"
    statuses = [portal.post(f"/returns/{own.draft}/photos").status for _ in range(11)]
    assert statuses == [201] * 11
    problem = portal.post(f"/returns/{own.draft}/photos").problem
    assert (problem["status"], problem["code"]) == (409, "too_many_photos")
