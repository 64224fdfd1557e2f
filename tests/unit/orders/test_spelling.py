"""One spelling per mailbox and per order number, and never one for two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.kernel.typed import email_of
from aftercare.orders.model import (
    email_key_of,
    is_order_number,
    normalised_order_number,
)
from tests.fakes.orders import full_width


@pytest.mark.parametrize(
    "typed",
    ["MEI@EXAMPLE.COM", "  mei@example.com\t", full_width("mei@example.com"), "Mei@Example.Com"],
)
def test_a_mailbox_is_known_in_every_spelling(typed: str) -> None:
    assert email_of(typed) == "mei@example.com"
    assert email_key_of(typed) == email_key_of("mei@example.com")


@pytest.mark.parametrize("other", ["mei@straße.example", "me\u0131@strasse.example"])
def test_mailboxes_of_two_people_are_never_one(other: str) -> None:
    assert email_key_of(other) != email_key_of("mei@strasse.example")


@pytest.mark.parametrize("typed", ["pm-2026-10001", " PM-2026-10001 ", full_width("PM-2026-10001")])
def test_an_order_number_is_known_in_every_spelling(typed: str) -> None:
    assert normalised_order_number(typed) == "PM-2026-10001"


@given(st.text())
def test_spelling_it_right_twice_changes_nothing(text: str) -> None:
    assert email_of(email_of(text)) == email_of(text)
    number = normalised_order_number(text)
    assert not is_order_number(number) or normalised_order_number(number) == number


@pytest.mark.parametrize(
    "text", ["", "PM", "PM 1234", "PM-2026\n", "ПМ-2026", "../../..", "A" * 41]
)
def test_what_can_not_be_an_order_number_is_none(text: str) -> None:
    assert not is_order_number(text)


def test_a_mailboxs_key_names_nobody() -> None:
    key = email_key_of("mei@example.com")
    assert "mei" not in key
    assert len(key) == 64
