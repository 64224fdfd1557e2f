"""The shop's member events: read strictly, folded in any order, never back from being closed."""

from datetime import timedelta
from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.members.errors import MemberEventInvalidError
from aftercare.members.events import parse
from aftercare.members.model import Member, MemberEvent, MemberStatus, fold
from aftercare.orders.model import email_key_of
from aftercare.words.model import LANGUAGES
from tests.fakes.points import MEMBER, NOON, member_event
from tests.fakes.refusals import refused

TIME = "must be a time with an offset, as in 2026-11-27T09:30:00Z, from 1900 to 2199"
INSTANTS = st.sampled_from([NOON + timedelta(hours=hours) for hours in range(3)])
EVENTS = st.builds(
    lambda at, email, reminders, phone: member_event(
        at=at, email=email, reminders=reminders, phone=phone
    ),
    INSTANTS,
    st.sampled_from(["a@example.com", "b@example.com"]),
    st.booleans(),
    st.sampled_from(["", "+14155550101", "+14155550102"]),
)


def folded(events: list[MemberEvent]) -> Member | None:
    start: Member | None = None
    return reduce(fold, events, start)


def detail(**changes: Any) -> dict[str, Any]:
    said = {
        "member_id": MEMBER,
        "occurred_at": "2026-06-10T19:00:00+00:00",
        "email": "Mei@Example.com ",
        "language": "zh",
        "reminders": False,
    }
    gone = changes.pop("_without", "")
    return {name: value for name, value in (said | changes).items() if name != gone}


@given(st.lists(EVENTS, min_size=1, max_size=4))
def test_the_order_and_the_number_of_tellings_make_no_difference(events: list[MemberEvent]) -> None:
    ends = {repr(folded([*order, *order[:1]])) for order in permutations(events)}
    assert len(ends) == 1


def test_the_first_event_says_when_a_member_joined() -> None:
    first, last = (
        member_event(at=NOON),
        member_event(at=NOON + timedelta(days=9), email="new@example.com"),
    )
    member = folded([last, first])
    assert member
    assert (member.joined_at, member.email) == (NOON, "new@example.com")


def test_a_closed_member_has_no_address_and_stays_closed() -> None:
    member = folded([member_event(at=NOON, phone="+14155550142")])
    assert member
    closed = member.close()
    assert (closed.phone, closed.phone_key) == ("", "")
    again = fold(closed, member_event(at=NOON + timedelta(days=1)))
    assert (again.status, again.email, again.email_key) == (MemberStatus.CLOSED, "", "")
    assert again.reminders is False


def test_an_event_is_read() -> None:
    event = parse("member.joined", detail())
    assert event == MemberEvent(MEMBER, NOON, "mei@example.com", "zh-Hans", reminders=False)
    assert fold(None, event).email_key == email_key_of("MEI@example.com")


def test_a_phone_number_counts_with_its_country_and_any_other_is_as_none() -> None:
    assert parse("member.changed", detail(phone="+1 (415) 555-0142")).phone == "+14155550142"
    for phone in (None, "", "415 555 0142", "ask my mother"):
        event = parse("member.changed", detail(phone=phone))
        assert (event.phone, fold(None, event).phone_key) == ("", "")


@pytest.mark.parametrize(
    ("told", "language"),
    [
        *((tag, tag) for tag in LANGUAGES),
        ("zh", "zh-Hans"),  # what the shop has called it so far
        ("zh_CN", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("fr-CA", "fr"),
        ("ES-mx", "es"),
    ],
)
def test_a_member_has_the_closest_language_that_we_write(told: str, language: str) -> None:
    assert parse("member.changed", detail(language=told)).language == language


def test_a_language_that_we_do_not_write_is_english_and_reminders_are_on_unless_told() -> None:
    assert parse("member.changed", detail(language="xx")).language == "en"
    assert parse("member.changed", detail(_without="language")).language == "en"
    assert parse("member.changed", detail(language=None)).language == "en"
    assert parse("member.changed", detail(_without="reminders")).reminders is True


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"member_id": "mei"}, "member_id must be mem_ and 26 symbols."),
        ({"_without": "member_id"}, "member_id is missing."),
        ({"occurred_at": "yesterday"}, f"occurred_at {TIME}."),
        ({"occurred_at": "2026-06-10T19:00"}, f"occurred_at {TIME}."),
        ({"email": "mei"}, "email must be an e-mail address."),
        ({"email": "@"}, "email must be an e-mail address."),
        ({"email": "a@" + "b" * 300}, "email must be an e-mail address."),
        ({"email": 5}, "email must be an e-mail address."),
        ({"_without": "email"}, "email is missing."),
        ({"member_id": 7}, "member_id must be text of 1 to 200 characters."),
        ({"language": 7}, "language must be text of 200 characters at most."),
        ({"reminders": "yes"}, "reminders must be true or false."),
    ],
)
def test_an_event_that_cannot_be_is_refused_without_quoting_it(
    changes: dict[str, Any], sentence: str
) -> None:
    with refused(MemberEventInvalidError, "member_event_invalid", sentence):
        parse("member.joined", detail(**changes))


def test_an_event_of_another_type_is_refused() -> None:
    sentence = "There is no member event of the type 'member.left'."
    with refused(MemberEventInvalidError, "member_event_invalid", sentence):
        parse("member.left", detail())
