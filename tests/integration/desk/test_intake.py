"""What becomes of a mail to the desk: a message, a ticket, something unconfirmed, or parked."""

from datetime import timedelta

import pytest

from aftercare.desk.figure_store import FigureStore
from aftercare.desk.incoming.model import Parked
from aftercare.desk.incoming.reading import MOST_BYTES
from aftercare.desk.intake import MOST_AN_HOUR, MOST_UNCONFIRMED_A_DAY
from aftercare.desk.mailed import Taken
from aftercare.desk.model import Channel
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import MOST_TICKETS_A_DAY
from aftercare.desk.ticket import Proof
from aftercare.orders.model import email_key_of
from tests.fakes.incoming import parts, raw_mail
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import HELLO, ServiceDesk, service_desk

pytestmark = pytest.mark.integration
LI = "li@example.com"
PASSED_LI = "amazonses.com; dmarc=pass header.from=example.com"


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


def mail(
    body: bytes | str = HELLO, *, sender: str = EMAIL, name: str = "one", **more: str
) -> bytes:
    changes = {"from": sender, "message_id": f"<{name}@mail.example.com>"} | more
    return raw_mail(body, **changes)


def opened(desk: ServiceDesk, **more: str) -> str:
    taken = desk.mail(mail(**more))
    assert taken.parked is None
    return taken.number


def words(desk: ServiceDesk, number: str) -> list[str]:
    return [each.words for each in desk.thread(number).messages]


def test_a_proved_mail_opens_a_ticket(desk: ServiceDesk) -> None:
    number = opened(desk, subject="My figure")
    thread = desk.thread(number)
    ticket, [message] = thread.ticket, thread.messages
    assert (ticket.channel, ticket.email, ticket.language) == (Channel.MAIL, EMAIL, "en")
    assert (ticket.state, ticket.market) == (TicketState.NEW, "US")
    assert message.words == f"My figure\n\n{HELLO}"
    assert message.envelope is not None
    assert (message.envelope.sender, message.envelope.is_proved) == (EMAIL, True)
    assert message.envelope.raw.startswith("mails/ses")
    assert desk.parked() == []


def test_a_proved_mailbox_that_nobody_knows_opens_one_as_well(desk: ServiceDesk) -> None:
    number = opened(desk, sender=LI)
    ticket = desk.thread(number).ticket
    assert (ticket.email, ticket.proof, ticket.market) == (LI, Proof.MAILBOX, "")


@pytest.mark.parametrize("times", [2, 50])
def test_the_same_mail_is_one_message_however_often_it_comes(desk: ServiceDesk, times: int) -> None:
    first, second = mail(), mail("And the card is gone.", name="two")
    number = desk.mail(first, "a").number
    second = second.replace(b"care@shop.example", desk.address(number).encode())
    for _ in range(times):
        assert desk.mail(first, "a") == Taken(number)
        assert desk.mail(first) == Taken(number)  # sent again by its own server
        assert desk.mail(second) == Taken(number)
    assert len(desk.thread(number).messages) == 2
    assert len(desk.tickets.of_customer(email_key_of(EMAIL))) == 1


def test_a_reply_to_the_tickets_address_is_the_customers_message(desk: ServiceDesk) -> None:
    number = opened(desk)
    desk.act(number, Verb.ASK, "Which figure is it?")
    taken = desk.mail(mail("The blue one.", name="two", to=desk.address(number)))
    assert taken == Taken(number)
    thread = desk.thread(number)
    assert thread.ticket.state is TicketState.OPEN
    assert thread.public[-1].words == "The blue one."


def test_a_reply_after_the_resolution_is_replied_and_after_the_closing_another_ticket(
    desk: ServiceDesk,
) -> None:
    number = opened(desk, sender=LI)  # somebody whom nobody knows
    desk.act(number, Verb.RESOLVE, "A new one is on its way.")
    to = desk.address(number)
    assert desk.mail(mail("Thanks!", sender=LI, name="two", to=to)) == Taken(number)
    assert desk.thread(number).ticket.state is TicketState.REPLIED
    desk.act(number, Verb.NO_ACTION)
    desk.clock.forward(days=15)
    desk.work()
    after = desk.mail(mail("It broke.", sender=LI, name="three", to=to))
    assert after.parked is None
    assert desk.thread(after.number).ticket.follows == number
    closed = desk.thread(number).messages[-1].entry.at.date()
    [fact] = FigureStore(desk.tables["TicketsTable"]).facts(closed)
    assert fact.channel is Channel.MAIL
    assert desk.mail(mail("It broke.", sender=LI, name="three", to=to)) == after


def test_mails_of_one_conversation_are_one_ticket_in_whatever_order(desk: ServiceDesk) -> None:
    """Somebody answers their own mail before we do, and the second comes first."""
    late = desk.mail(mail("And the card?", name="two", references="<one@mail.example.com>"))
    assert desk.mail(mail(name="one")) == late
    third = mail("Hello?", name="three", in_reply_to="<two@mail.example.com>")
    assert desk.mail(third) == late
    assert len(desk.thread(late.number).messages) == 3
    other = desk.mail(mail(name="one", sender=LI))
    assert other.number != late.number


def test_who_may_have_answered_by_a_mail_is_not_taken_for_silent(desk: ServiceDesk) -> None:
    number = opened(desk)
    desk.act(number, Verb.ASK, "Which figure is it?")
    unproved = mail("The hare.", name="two", to=desk.address(number))
    desk.mail(unproved, passes_dmarc=False)
    desk.clock.forward(days=20)
    desk.work()
    assert desk.thread(number).messages[-1].entry.verb is Verb.UNCONFIRMED


def test_a_mail_that_is_not_proved_joins_its_ticket_and_moves_nothing(desk: ServiceDesk) -> None:
    number = opened(desk)
    desk.act(number, Verb.ASK, "Which figure is it?")
    before = desk.thread(number)
    forged = mail("Send the money here.", name="two", to=desk.address(number))
    taken = desk.mail(forged, passes_dmarc=False)
    assert taken == Taken(number, Parked.UNPROVED)
    after = desk.thread(number)
    assert after.public == before.public
    assert (after.clocks.state, after.clocks.due) == (before.clocks.state, before.clocks.due)
    assert after.messages[-1].entry.verb is Verb.UNCONFIRMED
    assert after.messages[-1].words == "Send the money here."
    [parked] = desk.parked()
    assert (parked.number, parked.reason) == (number, Parked.UNPROVED)
    assert desk.mail(forged, passes_dmarc=False) == taken
    assert len(desk.thread(number).messages) == len(after.messages)


def test_the_header_and_the_receipt_must_both_say_so(desk: ServiceDesk) -> None:
    assert desk.mail(mail(name="1"), passes_dmarc=False).parked is Parked.UNPROVED
    bad = mail(name="2", authentication_results="amazonses.com; dmarc=fail header.from=example.com")
    assert desk.mail(bad).parked is Parked.UNPROVED
    assert desk.mail(mail(name="3"), is_spam=True).parked is Parked.SPAM
    assert desk.mail(mail(name="4"), has_virus=True).parked is Parked.VIRUS
    assert desk.tickets.of_customer(email_key_of(EMAIL)) == ()
    assert [each.words for each in desk.parked()] == [""] * 4  # words are read one by one


def test_what_another_mailbox_sends_to_a_ticket_is_unconfirmed(desk: ServiceDesk) -> None:
    number = opened(desk)
    taken = desk.mail(mail("I am her brother.", sender=LI, to=desk.address(number)))
    assert taken == Taken(number, Parked.UNPROVED)
    assert len(desk.thread(number).public) == 1


def test_a_number_in_the_subject_of_an_unproved_mail_adds_nothing_to_the_ticket(
    desk: ServiceDesk,
) -> None:
    number = opened(desk)
    taken = desk.mail(mail("Me again.", name="two", subject=number), passes_dmarc=False)
    assert taken == Taken(number, Parked.UNPROVED)
    assert len(desk.thread(number).messages) == 1


def test_nobody_hides_a_mail_that_somebody_else_will_send(desk: ServiceDesk) -> None:
    """The forger knows how the customer's mail will be named."""
    assert desk.mail(mail("Forged."), passes_dmarc=False).parked is Parked.UNPROVED
    for each in range(MOST_AN_HOUR + 1):
        desk.mail(mail("Forged.", name=f"f{each}"), passes_dmarc=False)
    assert desk.mail(mail()).parked is None


def test_more_than_five_an_hour_of_one_sender_are_parked_and_a_repeat_counts_once(
    desk: ServiceDesk,
) -> None:
    numbers = set()
    for each in range(MOST_AN_HOUR):
        for _ in range(3):
            numbers.add(desk.mail(mail(f"No. {each}", name=f"m{each}"), f"s{each}").number)
    assert len(numbers) == MOST_AN_HOUR
    sixth = mail("No. 6", name="m6")
    assert desk.mail(sixth) == Taken("", Parked.TOO_MANY)
    assert desk.mail(mail(sender=LI)).parked is None
    desk.clock.forward(hours=1)
    assert desk.mail(sixth) == Taken("", Parked.TOO_MANY)  # it is known
    assert desk.mail(mail("No. 7", name="m7")).parked is None


def test_what_is_unconfirmed_is_bounded_for_each_ticket(desk: ServiceDesk) -> None:
    number = opened(desk)
    to = desk.address(number)
    for each in range(MOST_UNCONFIRMED_A_DAY + 2):
        taken = desk.mail(
            mail(f"{each}", sender=f"x{each}@example.com", name=f"u{each}", to=to),
            passes_dmarc=False,
        )
    assert taken == Taken(number, Parked.TOO_MANY)
    assert len(desk.thread(number).messages) == MOST_UNCONFIRMED_A_DAY + 1


def test_more_tickets_than_a_day_has_are_parked(desk: ServiceDesk) -> None:
    for _ in range(MOST_TICKETS_A_DAY):
        desk.ask()
    assert desk.mail(mail()) == Taken("", Parked.TOO_MANY)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"auto_submitted": "auto-replied"}, Parked.AUTO_REPLY),
        ({"return_path": "<>"}, Parked.BOUNCE),
        ({"list_id": "<l.example.com>"}, Parked.LIST),
        ({"sender": "me@shop.example"}, Parked.OURS),
    ],
)
def test_what_nobody_wrote_is_parked_though_it_goes_to_a_ticket(
    desk: ServiceDesk, changes: dict[str, str], why: Parked
) -> None:
    number = opened(desk)
    assert desk.mail(mail(name="two", to=desk.address(number), **changes)).parked is why
    assert len(desk.thread(number).messages) == 1


def test_a_mail_of_files_alone_is_told_by_their_names(desk: ServiceDesk) -> None:
    photo = "Content-Type: image/jpeg\r\nContent-Disposition: attachment; filename=ear.jpg\r\n\r\n"
    body, kind = parts(photo + "JFIF")
    number = opened(desk, body=body, content_type=kind, subject="")
    [message] = desk.thread(number).messages
    assert message.words == "ear.jpg"
    assert message.envelope is not None
    assert [each.name for each in message.envelope.attachments] == ["ear.jpg"]
    assert message.envelope.files == 1


def test_a_mail_that_says_nothing_or_too_much_is_parked(desk: ServiceDesk) -> None:
    assert desk.mail(mail("", subject="")).parked is Parked.EMPTY
    assert desk.mail(mail(b"x" * (MOST_BYTES + 1), name="two")).parked is Parked.TOO_LARGE


def test_a_mail_of_an_hour_ago_counts_in_its_own_hour(desk: ServiceDesk) -> None:
    """A queue that was stopped must not park what came in time."""
    start = desk.clock()
    for each in range(MOST_AN_HOUR + 3):
        at = start - timedelta(hours=each)
        assert desk.mail(mail(name=f"m{each}"), at=at).parked is None


def test_mails_to_a_merged_ticket_go_on_with_the_other(desk: ServiceDesk) -> None:
    """By its address, as an answer, and by its subject; a mail of before comes again and is one."""
    first = desk.ask().ticket.number
    desk.clock.forward(hours=1)
    begun = mail("It is broken.", name="begun")
    second = desk.mail(begun, "a").number
    desk.merge(first, second)
    to_address = mail("By address.", name="two").replace(
        b"care@shop.example", desk.address(second).encode()
    )
    answer = mail("As an answer.", name="three", references="<begun@mail.example.com>")
    by_subject = mail("By subject.", name="four", subject=f"Re: {second}")
    for raw in (to_address, answer, by_subject, begun, to_address):
        assert desk.mail(raw) == Taken(first)
    said = [each.message.words for each in desk.thread(first).line if each.message.words]
    assert said[1].endswith("It is broken.")
    assert said[2:] == ["By address.", "As an answer.", "By subject."]
