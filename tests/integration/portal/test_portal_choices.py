"""Choices and photos that cannot be: refused in words, and nothing is saved."""

from urllib.parse import urlencode

import pytest

from aftercare.orders.model import email_key_of
from tests.fakes.browser import Browser, Page
from tests.fakes.house import House
from tests.fakes.strangers import (
    ATTACKER,
    Holdings,
    good_form,
    holdings,
    keeps_to_the_rules,
)

pytestmark = pytest.mark.integration

ITEM = "/orders/{order_number}/item"
QUANTITY = "Please choose how many come back, from 1 to 4."
WHY = "Please tell us why it\u2019s coming back."
REFERENCE = "A check\u2019s reference begins with V and has 16 more letters and digits."
BAD_CHOICES = [
    ({"units": "-1"}, QUANTITY),
    ({"units": "1.5"}, QUANTITY),
    ({"units": "one"}, QUANTITY),
    ({"units": "\u00b2"}, QUANTITY),  # a superscript counts nothing
    ({"units": "9" * 5000}, QUANTITY),
    ({"units": ""}, QUANTITY),
    ({"units": "0"}, QUANTITY),
    ({"units": "5"}, QUANTITY),
    ({"reason": ""}, WHY),
    ({"reason": "boredom"}, WHY),
    ({"reason": "duplicate_in_set"}, WHY),
    ({"note": "x" * 501}, "Please shorten your note to 500 characters. It has 501 now."),
    ({"note": "x" * 15000}, "Please shorten your note to 500 characters. It has 15,000 now."),
    ({"note": "x" * 200_001}, "That form is larger than any of ours."),
    ({"check_reference": "V"}, REFERENCE),
]


# As keyboards of Japan, China and Egypt type them.
NUMERALS = ("2", "\uff12", " 2 ", "\u0662")


def said(page: Page) -> str:
    return page.body.replace("&#39;", "\u2019")


@pytest.mark.parametrize("choice", BAD_CHOICES)
def test_a_choice_that_can_not_be_is_refused_in_words_and_saves_nothing(
    house: House, attacker: Browser, mine: Holdings, choice: tuple[dict[str, str], str]
) -> None:
    change, sentence = choice
    before = house.returns.of_customer(email_key_of(ATTACKER))
    form = good_form(ITEM, attacker) | change
    path = f"/orders/{mine.order}/item?line=v-1"
    page = keeps_to_the_rules(attacker.post(path, **form), change)
    assert page.status == 303
    assert sentence in said(attacker.follow(page))
    assert house.returns.of_customer(email_key_of(ATTACKER)) == before


@pytest.mark.parametrize("typed", NUMERALS)
def test_two_is_two_however_it_is_typed(
    house: House, attacker: Browser, mine: Holdings, typed: str
) -> None:
    form = good_form(ITEM, attacker) | {"units": typed}
    page = attacker.post(f"/orders/{mine.order}/item?line=v-1", **form)
    assert page.status == 303
    ret = house.returns.store.get(page.location.rpartition("/")[2])
    assert ret
    assert [line.units for line in ret.lines] == [2]


def test_everything_that_is_wrong_is_said_at_once_beside_its_field(
    attacker: Browser, mine: Holdings
) -> None:
    form = good_form(ITEM, attacker) | {"units": "9", "reason": "", "note": "x" * 501}
    path = f"/orders/{mine.order}/item?line=v-1"
    page = said(attacker.follow(attacker.post(path, **form)))
    for field in ("units", "reason", "note"):
        assert f'<a href="#{field}">' in page
        assert f'id="{field}-error"' in page
        assert f'id="{field}"' in page
    again = said(attacker.get(path))
    assert '-error"' not in again


def test_a_line_of_another_order_leads_back_to_this_ones_items(
    attacker: Browser, mine: Holdings
) -> None:
    form = good_form(ITEM, attacker)
    for line in ("x", "", "x" * 3000, "\x00"):
        path = f"/orders/{mine.order}/item?" + urlencode({"line": line})
        assert attacker.get(path).location == f"/orders/{mine.order}"
        assert attacker.post(path, **form).location == f"/orders/{mine.order}"


def test_units_of_another_customers_line_are_none_of_this_orders(
    attacker: Browser, mine: Holdings, theirs: Holdings, secrets: tuple[str, ...]
) -> None:
    form = good_form(ITEM, attacker)
    page = attacker.post(f"/orders/{theirs.order}/item?line=v-1", **form)
    assert keeps_to_the_rules(page, "foreign order", secrets).refusal == "order_not_found"
    form["return_id"] = theirs.draft
    own = f"/orders/{mine.order}/item?line=v-1"
    page = attacker.post(f"{own}&return={theirs.draft}", **form)
    assert keeps_to_the_rules(page, "foreign return", secrets).refusal == "return_not_found"


def test_a_submitted_return_takes_no_choice_and_no_photo_and_no_second_ticket(
    house: House, attacker: Browser, mine: Holdings
) -> None:
    before = house.returns.owned(email_key_of(ATTACKER), mine.done)
    path = f"/returns/{mine.done}"
    form = good_form(ITEM, attacker) | {"note": "new"}
    item = f"/orders/{mine.order}/item?line=v-1&return={mine.done}"
    assert attacker.get(item).location == path
    assert attacker.post(item, **form).location == path
    page = keeps_to_the_rules(attacker.refused(f"{path}/photos"), "photo")
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
