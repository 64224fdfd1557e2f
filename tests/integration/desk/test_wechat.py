"""What people write to the WeChat service account, before and after they say who they are."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from aftercare.desk.model import Channel
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import About
from aftercare.desk.ticket import Proof, Topic
from aftercare.desk.wechat.model import Kind, Received
from aftercare.desk.wechat.people import MOST_ANSWERS, MOST_KEPT, quota
from aftercare.desk.wechat.wiring import wechat_intake
from aftercare.desk.wechat_intake import (
    LinkInvalidError,
    NonceReusedError,
    Taken,
    WeChatIntake,
)
from aftercare.desk.wiring import TicketsConfig, ticket_erasing
from aftercare.orders.model import email_key_of
from tests.fakes.environment import BUCKETS
from tests.fakes.orders import EMAIL, ORDERS_INGEST, paid
from tests.fakes.service_desk import ServiceDesk, service_desk

pytestmark = pytest.mark.integration
OPENID, ACCOUNT, LI = "oLPjZjsXuQPJoV0HlruZkNzKc91E", "gh_a96a4a619366", "li@example.com"
MEI, HER = email_key_of(EMAIL), email_key_of(LI)
ZH = "zh-Hans"
_IDS = count(5_832_509_444_155_992_350)
V = Verb

type Wrote = Callable[..., Taken]


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    desk = service_desk(tables)
    orders = desk.tickets.people.orders
    orders.record(paid(number="PM-2026-0002", email=LI), actor=ORDERS_INGEST)
    return desk


@pytest.fixture
def intake(desk: ServiceDesk) -> WeChatIntake:
    people, dice = desk.tickets.people, random.SystemRandom().getrandbits
    config = TicketsConfig(desk.tables["TicketsTable"], desk.tables["DueTable"])
    return wechat_intake(config, people.orders, people.members, clock=desk.clock, entropy=dice)


def message(words: str = "耳朵掉了。", sent_as: str = "", openid: str = OPENID) -> Received:
    return Received(Kind.MESSAGE, openid, ACCOUNT, sent_as or str(next(_IDS)), words)


def takes(intake: WeChatIntake, received: Received, nonce: str = "") -> Taken:
    return intake.take(received, nonce or f"nonce {next(_IDS)}", ZH)


def words_of(desk: ServiceDesk, number: str) -> list[str]:
    return [each.words for each in desk.thread(number).messages]


def test_who_is_not_bound_opens_nothing_and_gets_a_link(
    desk: ServiceDesk, intake: WeChatIntake
) -> None:
    taken = takes(intake, message())
    assert (taken.number, len(taken.token)) == ("", 40)
    assert desk.entries() == []
    assert desk.timers() == []
    seen = intake.invitation(taken.token)
    assert (seen.first_at, seen.messages) == (desk.clock(), 1)


def test_what_was_kept_joins_the_ticket_of_whom_it_is_bound_to(
    desk: ServiceDesk, intake: WeChatIntake
) -> None:
    takes(intake, message("One."))
    desk.clock.forward(minutes=1)
    token = takes(intake, message("Two.")).token
    number = intake.bind(token, MEI, EMAIL, ZH)
    ticket = desk.thread(number).ticket
    assert words_of(desk, number) == ["One.", "Two."]
    assert (ticket.proof, ticket.channel, ticket.language) == (Proof.WECHAT, Channel.WECHAT, ZH)
    assert (ticket.email, ticket.order_number) == (EMAIL, "")
    assert takes(intake, message("Three.")) == Taken(number)
    assert words_of(desk, number) == ["One.", "Two.", "Three."]
    assert desk.tickets.of_customer(MEI) == (desk.thread(number).ticket,)
    assert intake.wechat.kept(OPENID) == ()


def test_a_message_is_taken_once_however_often_it_comes(
    desk: ServiceDesk, intake: WeChatIntake
) -> None:
    first, later = message("One."), message("Two.")
    with ThreadPoolExecutor(8) as crowd:
        taken = [*crowd.map(lambda _: takes(intake, first), range(16))]
    number = intake.bind(taken[0].token, MEI, EMAIL, ZH)
    with ThreadPoolExecutor(8) as crowd:
        assert {*crowd.map(lambda _: takes(intake, later), range(16))} == {Taken(number)}
    assert takes(intake, first) == Taken(number)  # a late repeat of what was kept
    assert words_of(desk, number) == ["One.", "Two."]


def test_a_link_binds_once_and_for_half_an_hour(desk: ServiceDesk, intake: WeChatIntake) -> None:
    token = takes(intake, message()).token
    desk.clock.forward(minutes=30)
    for refused in (token, "", "x" * 5_000, "\ud800"):
        with pytest.raises(LinkInvalidError):
            intake.bind(refused, MEI, EMAIL, ZH)
        with pytest.raises(LinkInvalidError):
            intake.invitation(refused)
    token, spare = takes(intake, message()).token, takes(intake, message()).token
    number = intake.bind(token, MEI, EMAIL, ZH)
    for used in (token, spare):
        with pytest.raises(LinkInvalidError):
            intake.bind(used, HER, LI, ZH)
    with pytest.raises(LinkInvalidError):
        intake.invitation(token)
    assert desk.tickets.of_customer(HER) == ()
    assert takes(intake, message("And?")) == Taken(number)


def test_two_who_open_one_link_at_once_are_not_both_bound(
    desk: ServiceDesk, intake: WeChatIntake
) -> None:
    token = takes(intake, message()).token

    def binds(who: tuple[str, str]) -> str:
        try:
            return intake.bind(token, *who, ZH)
        except LinkInvalidError:
            return ""

    with ThreadPoolExecutor(2) as crowd:
        numbers = [*crowd.map(binds, [(MEI, EMAIL), (HER, LI)])]
    assert sorted(map(bool, numbers)) == [False, True]
    owners = [desk.tickets.of_customer(each) for each in (MEI, HER)]
    assert sorted(map(len, owners)) == [0, 1]


def test_a_forwarded_link_shows_no_word_and_opens_nothing_that_was_there(
    desk: ServiceDesk, intake: WeChatIntake
) -> None:
    """Whoever follows a stranger's link gives them an answer to what that one asked, no more."""
    theirs = desk.ask(About(Topic.OTHER), LI).ticket
    token = takes(intake, message("What is her address?")).token
    assert "address" not in repr(intake.invitation(token))
    number = intake.bind(token, HER, LI, ZH)
    assert number != theirs.number
    assert desk.thread(theirs.number).ticket.entries == theirs.entries


def test_binding_that_was_stopped_goes_on_with_the_form_or_the_next_message(
    desk: ServiceDesk, intake: WeChatIntake
) -> None:
    takes(intake, message("One."))
    token = takes(intake, message("Two.")).token
    person = intake.wechat.person(OPENID)
    bound = replace(person, email_key=MEI, email=EMAIL, bound_at=desk.clock())
    intake.wechat.bind(bound, token)  # and nothing after it
    number = intake.bind(token, MEI, EMAIL, ZH)
    assert words_of(desk, number) == ["One.", "Two."]
    assert intake.bind(token, MEI, EMAIL, ZH) == ""  # a form that is sent again
    assert takes(intake, message("Three.")) == Taken(number)


def test_a_signature_that_comes_with_another_message_is_not_believed(
    desk: ServiceDesk, intake: WeChatIntake
) -> None:
    first = message("One.")
    assert takes(intake, first, "1796029200 13205").token
    assert takes(intake, first, "1796029200 13205").token
    with pytest.raises(NonceReusedError):
        takes(intake, message("Two."), "1796029200 13205")
    assert [each.words for each in intake.wechat.kept(OPENID)] == ["One."]
    assert desk.entries() == []


def test_events_are_nobodys_words(desk: ServiceDesk, intake: WeChatIntake) -> None:
    for kind in (Kind.UNSUBSCRIBED, Kind.OTHER):
        assert takes(intake, Received(kind, OPENID, ACCOUNT, f"event {kind}")) == Taken()
    hello = Received(Kind.SUBSCRIBED, OPENID, ACCOUNT, "event hello")
    token = takes(intake, hello).token
    assert intake.invitation(token).messages == 0
    assert intake.bind(token, MEI, EMAIL, ZH) == ""
    assert takes(intake, hello) == Taken()
    assert desk.entries() == []
    assert takes(intake, message()).number


def test_so_many_messages_are_kept_and_the_reply_is_the_link(intake: WeChatIntake) -> None:
    for _ in range(MOST_KEPT + 3):
        assert takes(intake, message()).token
    assert len(intake.wechat.kept(OPENID)) == MOST_KEPT


def test_a_closed_ticket_is_followed_by_another_one(
    desk: ServiceDesk, intake: WeChatIntake
) -> None:
    number = intake.bind(takes(intake, message()).token, MEI, EMAIL, ZH)
    desk.act(number, V.RESOLVE, "It is on its way.")
    desk.clock.forward(days=15)
    desk.work()
    assert desk.thread(number).clocks.state is TicketState.CLOSED
    following = takes(intake, message("It did not come.")).number
    assert desk.thread(following).ticket.follows == number


def test_answers_are_counted_from_the_last_message(desk: ServiceDesk, intake: WeChatIntake) -> None:
    assert quota(intake.wechat.person(OPENID), desk.clock()) == (0, None)
    intake.bind(takes(intake, message()).token, MEI, EMAIL, ZH)
    until = desk.clock() + timedelta(hours=48)
    for left in range(MOST_ANSWERS, 0, -1):
        assert quota(intake.wechat.person(OPENID), desk.clock()) == (left, until)
        intake.wechat.answered(intake.wechat.person(OPENID), f"ent_{left}", desk.clock())
    assert quota(intake.wechat.person(OPENID), desk.clock()) == (0, until)
    desk.clock.forward(hours=47)
    takes(intake, message("And?"))
    assert quota(intake.wechat.person(OPENID), desk.clock()).left == MOST_ANSWERS
    desk.clock.forward(hours=48)
    assert quota(intake.wechat.person(OPENID), desk.clock()) == (0, None)


def test_who_is_erased_is_unbound_and_begins_anew(desk: ServiceDesk, intake: WeChatIntake) -> None:
    number = intake.bind(takes(intake, message()).token, MEI, EMAIL, ZH)
    assert intake.wechat.of_mailbox(MEI) == (OPENID,)
    ticket_erasing(desk.tables["TicketsTable"], BUCKETS["MailsBucket"]).erase(MEI, lambda _: True)
    assert not intake.wechat.person(OPENID).is_bound
    assert words_of(desk, number) == [""]
    desk.clock.forward(minutes=1)
    again = intake.bind(takes(intake, message("Hello again.")).token, HER, LI, ZH)
    assert words_of(desk, again) == ["Hello again."]
    assert again != number
