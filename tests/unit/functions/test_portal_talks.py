"""What a conversation with the desk shows its customer, whatever happened to it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.desk.model import Channel, Lane, TicketEntry
from aftercare.desk.moves import Party, Verb
from aftercare.desk.steps import terms_of
from aftercare.desk.ticket import Message, Proof, Thread, Ticket, Topic, thread_of
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from portal.messages.talks import rows, standing, talk
from tests.fakes.tickets import entry, histories, told

V = Verb
MONDAY = datetime(2026, 11, 30, 18, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Paris")
EN = words("en", typeset=True)
TICKET = Ticket(
    ticket_id="tkt_1",
    number="R-0000-0000-0",
    email_key="mei",
    email="mei@example.com",
    language="en",
    market="US",
    channel=Channel.WEB,
    lane=Lane.STANDARD,
    topic=Topic.PRODUCT,
    proof=Proof.ORDER_AND_MAILBOX,
    opened_at=MONDAY,
)


def thread(entries: list[TicketEntry], **said: str) -> Thread:
    messages = tuple(
        Message(
            each,
            ""
            if each.verb in {V.ACKNOWLEDGE, V.REMIND}
            else said.get(each.verb, f"words {each.verb}"),
        )
        for each in entries
    )
    return thread_of(TICKET, messages, terms_of(TICKET))


def after(*steps: tuple[float, Verb]) -> Thread:
    return thread(told(MONDAY, *steps, channel=Channel.WEB))


def means(of: Thread, hours: float = 5) -> str:
    return " ".join(standing(EN, of, ZONE, MONDAY + timedelta(hours=hours)).means)


def test_each_says_who_wrote_what_and_when_there() -> None:
    shown = talk(EN, after((0, V.OPEN), (0.1, V.ACKNOWLEDGE), (1, V.REPLY)), ZONE, MONDAY)
    assert [(each.by, each.who) for each in shown.said] == [
        ("you", "You"),
        ("machine", ""),
        ("us", "Our team"),
    ]
    assert shown.said[0].when.replace("\u202f", " ") == "Nov 30, 7:00 PM Central European time"
    assert shown.sequence == 3


def test_what_a_partner_passes_on_is_said_to_be_that() -> None:
    opened = entry(1, V.OPEN, MONDAY, Party.CLIENT, Channel.PARTNER)
    [said] = talk(EN, thread([opened]), ZONE, MONDAY).said
    assert (said.by, said.who) == ("partner", "A store or a seller, for you")


@pytest.mark.parametrize(
    ("steps", "hours", "expected"),
    [
        ([(0, V.OPEN)], 1, "You get our answer by December 2, 2026 at"),
        ([(0, V.OPEN)], 99, "later than we promised"),
        ([(0, V.OPEN), (1, V.REPLY)], 99, "is working on it"),
        ([(0, V.OPEN), (1, V.REPLY), (2, V.WRITE)], 3, "You get our answer by December 2"),
        ([(0, V.OPEN), (1, V.ASK)], 3, "We need something from you"),
        ([(0, V.OPEN), (1, V.REPLY), (2, V.AWAIT_THIRD)], 3, "waiting for somebody else"),
        ([(0, V.OPEN), (1, V.ESCALATE)], 3, "Our specialists are having a closer look."),
        ([(0, V.OPEN), (1, V.ESCALATE)], 3, "You get our answer by December 2"),
        ([(0, V.OPEN), (1, V.ESCALATE)], 3, "They decide by December 2, 2026 at"),
        ([(0, V.OPEN), (1, V.REPLY), (2, V.APPEAL)], 3, "They decide by December 2, 2026 at"),
        ([(0, V.OPEN), (1, V.ASK), (200, V.REMIND)], 201, "from you by December 16, 2026"),
        ([(0, V.OPEN), (1, V.RESOLVE)], 3, "below until December 14, 2026 at 8:00"),
        ([(0, V.OPEN), (1, V.RESOLVE), (2, V.WRITE)], 3, "You get our answer by December 2"),
        ([(0, V.OPEN), (1, V.RESOLVE), (400, V.CLOSE)], 401, "a new one that follows this"),
    ],
)
def test_a_standing_says_what_it_means(
    steps: list[tuple[float, Verb]], hours: float, expected: str
) -> None:
    assert expected in means(after(*steps), hours)


def test_nobody_is_told_of_lawyers() -> None:
    legal = after((0, V.OPEN), (1, V.ESCALATE), (2, V.ESCALATE_FURTHER))
    assert standing(EN, legal, ZONE, MONDAY).title == "With our specialists"


@given(histories(MONDAY, timedelta(hours=1), 40), st.sampled_from(sorted(LANGUAGES)))
@settings(max_examples=60)
def test_whatever_happens_each_page_has_words_and_no_note(
    entries: list[TicketEntry], language: str
) -> None:
    found = thread(entries, note="internal", escalate="internal")
    spoken = words(language, typeset=True)
    shown = talk(spoken, found, ZONE, MONDAY)
    assert shown.sequence == len([each for each in entries if each.is_public])
    assert all(each.words for each in shown.said)
    assert "internal" not in str(shown)
    assert shown.standing.title
    assert shown.standing.means
    [row] = rows(spoken, [found.ticket])
    assert row.state_words
