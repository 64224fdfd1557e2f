"""What the mailer sends about tickets: that a message came, and what the desk answered."""

from dataclasses import replace
from html import unescape

import pytest

from aftercare.desk.events import ACKNOWLEDGED, ANSWERED, REMINDED
from aftercare.desk.incoming.model import Desk
from aftercare.desk.incoming.places import By, Place, number_in, place_of
from aftercare.desk.moves import Verb
from aftercare.desk.partners import Bringing
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from aftercare.desk.wechat.model import Kind, Received
from aftercare.desk.wechat.wiring import wechat_intake
from aftercare.desk.wiring import (
    DeskMailboxConfig,
    TicketMailsConfig,
    TicketsConfig,
    parked_desk,
    ticket_erasing,
    ticket_notices,
)
from aftercare.kernel.address import Address
from aftercare.kernel.clock import utc_now
from aftercare.kernel.requests import RequestKey
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import Mail, Outcome
from aftercare.mail.rendering import Renderer
from aftercare.orders.model import email_key_of
from mailer.app import handler
from tests.fakes.browser import SIGNING_KEY
from tests.fakes.environment import BUCKETS, DESK_MAILBOX, DESK_SECRET
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.incoming import raw_mail, received
from tests.fakes.logs import logged
from tests.fakes.mails import Posted, posting
from tests.fakes.orders import EMAIL, NUMBER, ORDERS_INGEST, paid
from tests.fakes.points import MEMBER, MEMBERS_INGEST, member_event
from tests.fakes.reviews import AGENT
from tests.fakes.service_desk import DESK_WORKER, ServiceDesk, service_desk
from tests.fakes.wechat import NAME, OPENID

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
NOTED = (ACKNOWLEDGED, ANSWERED, REMINDED)
OTHER = About(Topic.OTHER)
LI = "li@example.com"
MEI = email_key_of(EMAIL)


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    made = service_desk(tables)
    made.clock.now = utc_now().replace(hour=0, minute=30)
    return made


def asked(desk: ServiceDesk, about: About | None = None, email: str = EMAIL, **said: str) -> str:
    """The number of a new ticket whose customer is told that it came."""
    ticket = desk.ask(about, email, **said).ticket
    desk.keeping.follow(ticket.ticket_id, actor=DESK_WORKER)
    return ticket.number


def noticed(desk: ServiceDesk, *entries: Entry) -> list[Mail]:
    """The mails that the mail room is asked for, by those entries or by all until now."""
    tables, mailbox = desk.tables, DeskMailboxConfig(DESK_SECRET)
    config = TicketMailsConfig(tables["TicketsTable"], tables["OrdersTable"], mailbox)
    notices, sent = ticket_notices(config, clock=desk.clock), list[Mail]()

    def send(mail: Mail) -> Outcome:
        sent.append(mail)
        return Outcome.SENT

    for entry in entries or desk.entries():
        if entry.entry_type in NOTED:
            notices.notify(entry, send)
    return sent


def mailed(desk: ServiceDesk) -> list[Posted]:
    """What the mailer posts for the entries until now, each delivered twice."""
    with posting() as sent:
        for entry in desk.entries():
            if entry.entry_type in NOTED:
                for _ in range(2):
                    message = queue_event(bus_event(entry))
                    assert handler(message, CONTEXT) == {"batchItemFailures": []}
    return sent


def test_both_mails_go_once_and_are_one_conversation(desk: ServiceDesk) -> None:
    number = asked(desk, words="The box was open.\r\n\r\nThe card is missing.")
    [received] = mailed(desk)
    desk.act(number, Verb.REPLY, "Hello Mei,\n\nwe send you a card.\nIt takes a week.")
    [answered] = mailed(desk)
    assert received.subject == f"We have your message ({number})"
    assert answered.subject == f"We have answered your message ({number})"
    assert "> The box was open.\n>\n> The card is missing.\n" in received.text
    assert "Hello Mei,\n\nwe send you a card.\nIt takes a week.\n" in answered.text
    assert "we send you a card.<br>It takes a week.</p>" in answered.html
    for mail in (received, answered):
        assert mail.to == [EMAIL]
        assert f"<{number}@" in str(mail.message["References"])
        for part in (mail.text, unescape(mail.html)):
            assert f"http://localhost:8787/messages/{number}?lang=en" in part


def test_a_reply_to_either_mail_finds_its_ticket(desk: ServiceDesk) -> None:
    """By the address that it goes to, or by the messages that it says it answers."""
    number = asked(desk)
    sent = mailed(desk)
    desk.act(number, Verb.REPLY)
    care, key = Desk(DESK_MAILBOX), SIGNING_KEY.encode()
    for mail in (*sent, *mailed(desk)):
        to = str(mail.message["Reply-To"]).strip("<>")
        assert number_in(care.tag_of(to), key) == number
        thread, ours = str(mail.message["References"]).split()
        assert (ours, mail.message["In-Reply-To"]) == (f"<{to}>", ours)
        assert thread.startswith(f"<{number}@")
        reply = received(in_reply_to=ours, subject="Re: Hello")
        assert place_of(reply, care, key, lambda _: "") == Place(number, By.REFERENCE)
        for part in (mail.text, unescape(mail.html)):
            assert "Reply to this mail" in part
            assert "nobody reads" not in part


def test_a_mail_is_acknowledged_and_answered_in_its_own_conversation(desk: ServiceDesk) -> None:
    raw = raw_mail("The box was open.", message_id="<one@mail.example.com>", **{"from": EMAIL})
    number = desk.mail(raw).number
    desk.work()
    sent = mailed(desk)
    desk.act(number, Verb.REPLY)
    sent += mailed(desk)
    assert [mail.message["In-Reply-To"] for mail in sent] == ["<one@mail.example.com>"] * 2


def test_a_mail_that_nobody_proved_is_not_acknowledged(desk: ServiceDesk) -> None:
    """Nor is it when staff took it in: whoever is named there may never have written."""
    desk.mail(raw_mail("Hello?", **{"from": LI}), passes_dmarc=False)
    [parked] = desk.parked()
    config = TicketsConfig(desk.tables["TicketsTable"], desk.tables["DueTable"])
    number = parked_desk(config, desk.trail).take_in(AGENT, parked.name).ticket.number
    desk.work()
    assert noticed(desk) == []
    desk.act(number, Verb.REPLY)
    assert [mail.to for mail in noticed(desk)] == [LI]


def test_words_are_text_whatever_they_are(desk: ServiceDesk) -> None:
    hostile = "<script>alert(1)</script> & {{ 7 * 7 }}\x00\u2028Bcc: eve@example.com"
    number = asked(desk, words=hostile)
    sent = mailed(desk)
    desk.act(number, Verb.REPLY, hostile)
    sent += mailed(desk)
    assert len(sent) == 2
    for mail in sent:
        assert "<script>" not in mail.html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 * 7 }}" in mail.html
        assert "<script>alert(1)</script> & {{ 7 * 7 }}" in mail.text
        assert mail.message["Bcc"] is None
        assert mail.to == [EMAIL]


def test_it_says_until_when_we_answer_on_the_customers_clock(desk: ServiceDesk) -> None:
    home = Address("Mei", "1-2-3 Jingumae", "Shibuya-ku", "Tokyo", "150-0001", "JP")
    order = paid(number="PM-2026-0007", ship_to=home)
    desk.tickets.people.orders.record(order, actor=ORDERS_INGEST)
    number = asked(desk, About(Topic.ORDER, "PM-2026-0007"))
    [mail] = noticed(desk)
    assert mail.values["due"] == desk.thread(number).clocks.first_response.due
    assert str(mail.values["zone"]) == "Asia/Tokyo"
    [sent] = mailed(desk)
    assert "Japan time." in sent.text


def test_without_an_order_it_is_the_desks_clock(desk: ServiceDesk) -> None:
    desk.tickets.people.members.record(member_event(MEMBER, LI), actor=MEMBERS_INGEST)
    asked(desk, OTHER, LI)
    [mail] = noticed(desk)
    assert str(mail.values["zone"]) == "America/Los_Angeles"


def test_a_time_that_is_over_is_not_promised(desk: ServiceDesk) -> None:
    asked(desk)
    desk.clock.forward(days=30)
    [mail] = noticed(desk)
    assert mail.values["due"] is None


@pytest.mark.parametrize("verb", [Verb.REPLY, Verb.ASK, Verb.RESOLVE])
def test_nothing_is_acknowledged_that_was_answered_already(desk: ServiceDesk, verb: Verb) -> None:
    number = asked(desk)
    desk.act(number, verb)
    assert [mail.kind.name for mail in noticed(desk)] == ["ticket_answered"]


def test_a_mailbox_gets_one_acknowledgement_a_day_whatever_it_asks(desk: ServiceDesk) -> None:
    first = asked(desk)
    desk.clock.forward(minutes=1)
    asked(desk, OTHER)
    desk.clock.forward(hours=23)
    asked(desk, OTHER, f" {EMAIL.upper()} ")
    assert [mail.subject for mail in mailed(desk)] == [f"We have your message ({first})"]
    desk.clock.forward(hours=1)
    next_days = asked(desk, OTHER)
    assert [mail.subject for mail in mailed(desk)] == [f"We have your message ({next_days})"]


def test_each_customer_and_each_answer_has_a_mail_of_its_own(desk: ServiceDesk) -> None:
    order = paid(number="PM-2026-0007", email=LI)
    desk.tickets.people.orders.record(order, actor=ORDERS_INGEST)
    number = asked(desk)
    asked(desk, OTHER, LI)
    assert sorted(mail.to for mail in mailed(desk)) == [[LI], [EMAIL]]
    for _ in range(2):
        desk.act(number, Verb.REPLY)
    assert len(mailed(desk)) == 2


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        (Verb.REPLY, "Do you want to say more?"),
        (Verb.ASK, "We'll go on as soon as you have answered: reply to this mail, or write"),
        (
            Verb.RESOLVE,
            "If it isn't, reply to this mail or write on this page within 14 days, and we'll",
        ),
    ],
)
def test_an_answer_says_what_comes_next(desk: ServiceDesk, verb: Verb, said: str) -> None:
    desk.act(asked(desk), verb)
    [mail] = mailed(desk)
    for part in (mail.text, unescape(mail.html)):
        assert said in " ".join(part.split()).replace("\u2019", "'")


def test_without_a_mailbox_of_the_desk_nobody_is_asked_to_reply(desk: ServiceDesk) -> None:
    desk.act(asked(desk), Verb.REPLY)
    [mail] = noticed(desk)
    assert mail.reply_to == ""
    assert "nobody reads replies" in Renderer("https://x.example")(mail).text


def test_what_is_no_longer_so_is_not_said_with_an_answer(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, Verb.ASK, "Which one?")
    desk.write(number, "The left one.")
    desk.act(number, Verb.RESOLVE, "A new one is on its way.")
    desk.write(number, "It is broken, too.")
    assert [mail.values["next"] for mail in noticed(desk)] == ["reply", "reply"]


def test_who_was_erased_is_told_nothing(desk: ServiceDesk) -> None:
    desk.act(asked(desk), Verb.REPLY)
    told = desk.entries()
    erasing = ticket_erasing(desk.tables["TicketsTable"], BUCKETS["MailsBucket"])
    erasing.erase(email_key_of(EMAIL), lambda _: True)
    assert noticed(desk, *told) == []


def test_a_ticket_or_an_entry_that_is_gone_tells_nobody(desk: ServiceDesk) -> None:
    desk.act(asked(desk), Verb.REPLY)
    [entry] = (each for each in desk.entries() if each.entry_type == ANSWERED)
    gone = replace(entry, subject="tkt_gone")
    later = replace(entry, data={**entry.data, "number": "9"})
    assert noticed(desk, gone, later) == []


def test_no_log_line_says_what_was_written(desk: ServiceDesk) -> None:
    desk.act(asked(desk, words="My secret"), Verb.REPLY, "Our secret")
    with logged() as log:
        assert len(mailed(desk)) == 1
    assert "secret" not in log.getvalue()
    assert EMAIL not in log.getvalue()


def test_a_mailbox_that_a_partner_names_gets_nothing_but_answers(desk: ServiceDesk) -> None:
    what = Bringing(LI, Topic.OTHER, "Buy now at https://example.net", "en", NUMBER)
    taken = desk.partners.open(what, RequestKey("ac_seller0001", "msg-1", "d"))
    desk.work()
    assert mailed(desk) == []
    desk.act(taken.number, Verb.REPLY, "Hello Li, what can we do?")
    [answered] = mailed(desk)
    assert answered.subject == f"We have answered your message ({taken.number})"
    assert "example.net" not in answered.text + answered.html


def kept(desk: ServiceDesk, number: str, **later: float) -> None:
    """What the worker does about a ticket so much later."""
    desk.clock.forward(**later)
    desk.keeping.look(desk.thread(number).ticket.ticket_id, actor=DESK_WORKER)


def test_a_reminder_says_what_was_asked_and_until_when_we_wait(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, Verb.ASK, "Which ear is missing?")
    kept(desk, number, days=7, seconds=1)
    [_, mail] = noticed(desk)
    assert (mail.kind.name, mail.to, mail.thread) == ("ticket_reminder", EMAIL, number)
    assert mail.values["said"] == (("Which ear is missing?",),)
    letter = Renderer("https://returns.example.com/")(mail)
    assert "Which ear is missing?" in letter.text
    assert "Please answer by" in letter.text
    assert "we consider this solved" in letter.text
    assert "within 14 days after that" in letter.text


def test_who_has_answered_is_not_reminded(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, Verb.ASK)
    kept(desk, number, days=7, seconds=1)
    desk.write(number)
    assert [mail.kind.name for mail in noticed(desk)] == ["ticket_answered"]


def test_what_ends_in_silence_is_said_with_the_way_back(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, Verb.ASK)
    for _ in range(2):
        kept(desk, number, days=7, seconds=1)
    *_, mail = noticed(desk)
    assert (mail.kind.name, mail.values["next"]) == ("ticket_answered", "silence")
    text = Renderer("https://returns.example.com/")(mail).text
    assert "have had no answer, so we consider this solved" in " ".join(text.split())
    assert "within 14 days" in " ".join(text.split())


def test_an_answer_by_wechat_has_its_mail_though_wechat_is_away(desk: ServiceDesk) -> None:
    people = desk.tickets.people
    config = TicketsConfig(desk.tables["TicketsTable"], desk.tables["DueTable"])
    intake = wechat_intake(config, people.orders, people.members)
    received = Received(Kind.MESSAGE, OPENID, NAME, "1", "The box was open.")
    number = intake.bind(intake.take(received, "a nonce", "en").token, MEI, EMAIL, "en")
    desk.clock.now = utc_now()
    desk.act(number, Verb.REPLY, "We look into it.")
    with logged() as log:
        sent = mailed(desk)
    assert [each.subject for each in sent] == [f"We have answered your message ({number})"]
    outcomes = [each["outcome"] for each in log.lines if each["message"] == "wechat answer"]
    assert outcomes == ["unknown", "before"]
    assert OPENID not in repr(log.lines)
