"""Which ticket a mail goes on with."""

from collections.abc import Callable

import pytest

from aftercare.desk.incoming.model import Desk, IncomingMail
from aftercare.desk.incoming.places import By, Place, address_of, number_in, place_of
from aftercare.kernel.ids import new_ticket
from tests.fakes.incoming import DESK, MEI, received

SECRET = b"a secret of the desk"
OURS, OTHERS, THIRD = "R-7K2M-9QXA-8", new_ticket(), new_ticket()
CUSTOMERS = {OURS: "Mei@Example.com", OTHERS: "li@example.com", THIRD: MEI}
SENT = f"<{address_of(OTHERS, DESK, SECRET)}>"


def place(mail: IncomingMail) -> Place | None:
    return place_of(mail, DESK, SECRET, lambda number: CUSTOMERS.get(number, ""))


def test_our_own_address_comes_before_all_else() -> None:
    mail = received(to=address_of(OURS, DESK, SECRET), in_reply_to=SENT, subject=f"Re: {THIRD}")
    assert place(mail) == Place(OURS, By.ADDRESS)


@pytest.mark.parametrize("spelled", [str.upper, str.lower, str.title])
def test_the_address_is_read_in_any_case(spelled: Callable[[str], str]) -> None:
    mail = received(to=f"Care <{spelled(address_of(OURS, DESK, SECRET))}>, {MEI}")
    assert place(mail) == Place(OURS, By.ADDRESS)


def test_an_address_that_somebody_made_up_counts_for_nothing() -> None:
    good = address_of(OURS, DESK, SECRET)
    tag = good.partition("+")[2].partition("@")[0]
    assert number_in(tag, SECRET) == OURS
    body, _, mac = tag.partition(".")
    other = address_of(OTHERS, DESK, SECRET).partition("+")[2].partition(".")[0]
    swapped = ("a" if mac[-1] != "a" else "b") if mac else ""
    wrong = ["", ".", body, f"{body}.", f"{body}.{mac[:-1]}", f"{body}.{mac[:-1]}{swapped}"]
    wrong += [f"{other}.{mac}", f"{tag}x", f"{tag}é", "\ud800", "x" * 100_000]
    for each in wrong:
        assert number_in(each, SECRET) == "", each
    assert number_in(tag, b"another secret") == ""


def test_an_address_of_another_desk_is_none_of_ours() -> None:
    other = address_of(OURS, Desk("care@other.example"), SECRET)
    assert received(to=other).tag == ""
    assert place(received(to=other)) is None


def test_what_answers_a_message_of_ours_goes_on_with_its_ticket() -> None:
    assert place(received(in_reply_to=SENT)) == Place(OTHERS, By.REFERENCE)
    far = received(references=f"<x@y> {SENT} <z@y>", subject=f"Re: {THIRD}")
    assert place(far) == Place(OTHERS, By.REFERENCE)
    made_up = SENT.replace(SENT.partition(".")[2][:4], "aaaa")
    for wrong in (made_up, SENT.replace("shop.", "other."), SENT.replace("care+", "care")):
        assert place(received(in_reply_to=wrong)) is None


def test_a_number_in_the_subject_counts_for_the_tickets_customer_alone() -> None:
    assert place(received(subject=f"Re: Hello ({OURS})")) == Place(OURS, By.SUBJECT)
    assert place(received(subject=f"re: {OURS.lower()}")) == Place(OURS, By.SUBJECT)
    assert place(received(subject=f"Re: Hello ({OTHERS})")) is None
    assert place(received(subject=f"{OTHERS} {THIRD}")) == Place(THIRD, By.SUBJECT)
    assert place(received(subject=f"Re: {new_ticket()}")) is None
    assert (
        place(received(subject=f"Re: {OURS}", **{"from": "A <a@b.example>, b@b.example"})) is None
    )


def test_the_id_by_which_our_mails_are_joined_counts_no_more_than_a_number() -> None:
    """It has the ticket's number in it, which others may see."""
    assert place(received(references=f"<{OURS}@shop.example>")) == Place(OURS, By.SUBJECT)
    assert place(received(references=f"<{OTHERS}@shop.example>")) is None


@pytest.mark.parametrize("subject", ["", "R-7K2M-9QXA-0", f"X{OURS}", f"{OURS}-2", f"{OURS}X"])
def test_what_is_no_number_leads_nowhere(subject: str) -> None:
    assert place(received(subject=subject)) is None
