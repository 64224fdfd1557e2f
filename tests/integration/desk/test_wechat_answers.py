"""Answers to what came by WeChat go there, once each, as long as WeChat passes them on."""

import random
from itertools import count

import pytest

from aftercare.desk.events import ANSWERED
from aftercare.desk.moves import Verb
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from aftercare.desk.wechat.model import Kind, Received
from aftercare.desk.wechat.people import MOST_ANSWERS
from aftercare.desk.wechat.sending import MOST_TEXT, Account, Sent, WeChatApi
from aftercare.desk.wechat.wiring import wechat_intake, wechat_writers
from aftercare.desk.wechat_answers import NotSent, WeChatAnswers
from aftercare.desk.wechat_intake import WeChatIntake
from aftercare.desk.wiring import TicketsConfig, ticket_erasing
from aftercare.kernel.aws import client
from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import email_key_of
from tests.fakes.environment import BUCKETS
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import ServiceDesk, service_desk
from tests.fakes.wechat import ACCOUNT, NAME, OPENID, Platform

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)
MORE = "The rest is in your email."
SECOND = "oSecondAccountOfHers"
_IDS = count(1)


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


@pytest.fixture
def intake(desk: ServiceDesk) -> WeChatIntake:
    people, dice = desk.tickets.people, random.SystemRandom().getrandbits
    config = TicketsConfig(desk.tables["TicketsTable"], desk.tables["DueTable"])
    return wechat_intake(config, people.orders, people.members, clock=desk.clock, entropy=dice)


@pytest.fixture
def platform(desk: ServiceDesk) -> Platform:
    return Platform(desk.clock)


@pytest.fixture
def answers(desk: ServiceDesk, platform: Platform) -> WeChatAnswers:
    api = WeChatApi("https://api.weixin.qq.com", lambda: ACCOUNT, desk.clock, platform)
    return WeChatAnswers(wechat_writers(desk.tables["TicketsTable"], clock=desk.clock), api)


def wrote(
    desk: ServiceDesk, intake: WeChatIntake, platform: Platform, words: str, openid: str = OPENID
) -> str:
    """The number of the ticket that took it; somebody new binds first."""
    desk.clock.forward(seconds=1)
    platform.writes(openid)
    received = Received(Kind.MESSAGE, openid, NAME, str(next(_IDS)), words)
    taken = intake.take(received, f"nonce {next(_IDS)}", "en")
    return taken.number or intake.bind(taken.token, MEI, EMAIL, "en")


def replied(desk: ServiceDesk, number: str, words: str = "We look into it.") -> Entry:
    """The event of an answer of an agent."""
    desk.clock.forward(seconds=1)
    desk.act(number, Verb.REPLY, words)
    return max(
        (each for each in desk.entries() if each.entry_type == ANSWERED),
        key=lambda each: (each.occurred_at, each.entry_id),
    )


def sent(answers: WeChatAnswers, entry: Entry) -> Sent | NotSent | None:
    return answers.answer(entry, lambda _: MORE)


def test_an_answer_to_what_came_by_wechat_goes_there_once(
    desk: ServiceDesk, intake: WeChatIntake, platform: Platform, answers: WeChatAnswers
) -> None:
    number = wrote(desk, intake, platform, "The ear is missing.")
    entry = replied(desk, number, "We send you a new one.")
    assert sent(answers, entry) is Sent.SENT
    assert sent(answers, entry) is NotSent.BEFORE
    assert platform.said[OPENID] == ["We send you a new one."]


def test_what_was_written_on_the_page_last_is_answered_there_alone(
    desk: ServiceDesk, intake: WeChatIntake, platform: Platform, answers: WeChatAnswers
) -> None:
    number = wrote(desk, intake, platform, "The ear is missing.")
    desk.clock.forward(seconds=1)
    desk.write(number, "My new address is 77 Hidden Lane.")
    assert sent(answers, replied(desk, number, "77 Hidden Lane it is.")) is None
    assert platform.said[OPENID] == []
    other = desk.ask(About(Topic.OTHER)).ticket.number
    assert sent(answers, replied(desk, other)) is None


def test_five_answers_go_and_the_others_by_mail_alone_until_they_write_again(
    desk: ServiceDesk, intake: WeChatIntake, platform: Platform, answers: WeChatAnswers
) -> None:
    number = wrote(desk, intake, platform, "One.")
    for left in range(MOST_ANSWERS, 0, -1):
        quota = answers.writers.quota(desk.thread(number))
        assert quota
        assert quota.left == left
        assert sent(answers, replied(desk, number)) is Sent.SENT
    assert sent(answers, replied(desk, number)) is NotSent.NO_QUOTA
    wrote(desk, intake, platform, "Two.")
    late = replied(desk, number)
    desk.clock.forward(hours=48)
    assert sent(answers, late) is NotSent.NO_QUOTA
    assert len(platform.said[OPENID]) == 0


def test_of_two_accounts_bound_to_one_mailbox_the_one_that_wrote_is_answered(
    desk: ServiceDesk, intake: WeChatIntake, platform: Platform, answers: WeChatAnswers
) -> None:
    """Or who binds themselves to somebody's mailbox would read that one's answers."""
    theirs = wrote(desk, intake, platform, "One.", SECOND)
    number = wrote(desk, intake, platform, "Two.")
    assert theirs != number
    assert sent(answers, replied(desk, theirs, "To the second.")) is Sent.SENT
    assert sent(answers, replied(desk, number, "To the first.")) is Sent.SENT
    assert platform.said == {SECOND: ["To the second."], OPENID: ["To the first."]}


def test_after_a_merge_the_answer_goes_to_who_wrote_last(
    desk: ServiceDesk, intake: WeChatIntake, platform: Platform, answers: WeChatAnswers
) -> None:
    """What came to the merged ticket is in the line of the one that goes on."""
    first = desk.ask().ticket.number
    desk.clock.forward(seconds=1)
    number = wrote(desk, intake, platform, "One.")
    desk.merge(first, number)
    assert sent(answers, replied(desk, first, "To both.")) is Sent.SENT
    desk.clock.forward(seconds=1)
    desk.write(first, "By the page.")
    assert sent(answers, replied(desk, first, "By mail.")) is None
    wrote(desk, intake, platform, "Two.")
    assert sent(answers, replied(desk, first, "Here again.")) is Sent.SENT
    assert platform.said[OPENID] == ["Here again."]


def test_what_wechat_does_not_confirm_is_not_sent_again(
    desk: ServiceDesk, intake: WeChatIntake, platform: Platform, answers: WeChatAnswers
) -> None:
    def away() -> Account:
        raise UnavailableError("WeChat does not answer.")

    number = wrote(desk, intake, platform, "One.")
    entry = replied(desk, number)
    api = WeChatApi("https://api.weixin.qq.com", away, desk.clock, platform)
    assert WeChatAnswers(answers.writers, api).answer(entry, str) is NotSent.UNKNOWN
    assert sent(answers, entry) is NotSent.BEFORE
    assert platform.said[OPENID] == []


def test_a_long_answer_is_cut_and_says_where_the_rest_is(
    desk: ServiceDesk, intake: WeChatIntake, platform: Platform, answers: WeChatAnswers
) -> None:
    number = wrote(desk, intake, platform, "One.")
    assert sent(answers, replied(desk, number, "耳朵" * 1_500)) is Sent.SENT
    [said] = platform.said[OPENID]
    assert said.endswith((f"耳…\n\n{MORE}", f"朵…\n\n{MORE}"))
    assert MOST_TEXT - 3 <= len(said.encode()) <= MOST_TEXT


def test_who_was_erased_is_answered_nowhere(
    desk: ServiceDesk, intake: WeChatIntake, platform: Platform, answers: WeChatAnswers
) -> None:
    number = wrote(desk, intake, platform, "One.")
    assert sent(answers, replied(desk, number)) is Sent.SENT
    entry = replied(desk, number)
    ticket_erasing(desk.tables["TicketsTable"], BUCKETS["MailsBucket"]).erase(MEI, lambda _: True)
    assert sent(answers, entry) is None
    items = client("dynamodb").scan(TableName=desk.tables["TicketsTable"])["Items"]
    assert not [each for each in items if each["pk"]["S"].startswith("WECHAT#")]
