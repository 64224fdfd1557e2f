"""What the function `wechat` does with the calls of WeChat's servers, and of others."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from aftercare.desk.moves import Verb
from aftercare.desk.wechat.reading import MOST_BYTES
from aftercare.desk.wechat.safe import Seal, opened
from aftercare.desk.wechat.wiring import wechat_intake
from aftercare.desk.wiring import TicketsConfig
from aftercare.kernel.clock import utc_now
from aftercare.orders.model import email_key_of
from tests.fakes.environment import WECHAT_SECRET
from tests.fakes.events import Json
from tests.fakes.fixtures import forget_all
from tests.fakes.house import SetClock
from tests.fakes.logs import logged
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import ServiceDesk, service_desk
from tests.fakes.template import ROOT, resources
from tests.fakes.trouble import dynamodb_at, over_its_limits
from tests.fakes.vault import answering_secrets
from tests.fakes.wechat import NAME, OPENID, TOKEN, sealed, signed, written
from wechat.app import app

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
SAMPLE: Json = json.loads((ROOT / "events/wechat/written.json").read_text())
MEI = email_key_of(EMAIL)
APP, KEY = "wx1234567890abcdef", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
_IDS = count(5_832_509_444_155_992_350)


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables, SetClock(utc_now()))


def calls(
    body: str | bytes = "",
    query: dict[str, str] | None = None,
    *,
    method: str = "POST",
    content_type: str = "text/xml",
) -> Json:
    query = signed(utc_now()) if query is None else query
    encoded = isinstance(body, bytes)
    event = SAMPLE | {
        "httpMethod": method,
        "headers": {"content-type": content_type},
        "multiValueHeaders": {"content-type": [content_type]},
        "multiValueQueryStringParameters": {name: [each] for name, each in query.items()},
        "requestContext": SAMPLE["requestContext"] | {"httpMethod": method},
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": encoded,
    }
    answer: Json = app(event, None)
    return answer


def writes(words: str = "耳朵掉了。", sent_as: str = "", **fields: str) -> Json:
    return calls(written(words, sent_as or str(next(_IDS)), **fields))


def token_in(answer: Json) -> str:
    found = re.search(r"http://localhost:8787/messages/wechat/([0-9a-f]{40})\]\]>", answer["body"])
    assert found, answer["body"]
    return found[1]


def bound(desk: ServiceDesk, words: str = "One.") -> str:
    """The number of a ticket whose customer wrote that by WeChat and said who they are."""
    return binds(desk, token_in(writes(words)))


def binds(desk: ServiceDesk, token: str) -> str:
    people = desk.tickets.people
    config = TicketsConfig(desk.tables["TicketsTable"], desk.tables["DueTable"])
    intake = wechat_intake(config, people.orders, people.members)
    return intake.bind(token, MEI, EMAIL, "zh-Hans")


def words_of(desk: ServiceDesk, number: str) -> list[str]:
    return [each.words for each in desk.thread(number).messages]


def test_an_address_that_wechat_tries_says_what_it_wants_to_read(desk: ServiceDesk) -> None:
    answer = calls(method="GET", query=signed(utc_now()) | {"echostr": "4375120948345356249"})
    assert (answer["statusCode"], answer["body"]) == (200, "4375120948345356249")
    assert answer["headers"]["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["headers"]["X-Content-Type-Options"] == "nosniff"
    forged = calls(method="GET", query=signed(utc_now(), "another") | {"echostr": "<script>"})
    assert (forged["statusCode"], "script" in forged["body"]) == (403, False)
    assert desk.entries() == []


def test_who_is_not_bound_is_asked_who_they_are_in_their_language(desk: ServiceDesk) -> None:
    answer = writes("My figure is broken and the box is open.")
    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (
        200,
        "text/xml; charset=utf-8",
    )
    assert f"<ToUserName><![CDATA[{OPENID}]]></ToUserName>" in answer["body"]
    assert f"<FromUserName><![CDATA[{NAME}]]></FromUserName>" in answer["body"]
    assert "tell us who you are" in answer["body"]
    assert "请在 30 分钟内告诉我们您是谁" in writes()["body"]
    assert "您好" in writes("", MsgId="", MsgType="event", Event="subscribe")["body"]
    assert "感谢您的留言" in writes("", MsgType="image")["body"]
    assert desk.entries() == []


def test_who_is_bound_writes_into_their_ticket_and_is_shown_nothing(desk: ServiceDesk) -> None:
    number = bound(desk)
    with logged() as log:
        answer = writes("Two.")
    assert (answer["statusCode"], answer["body"]) == (200, "success")
    assert words_of(desk, number) == ["One.", "Two."]
    assert {"message": "wechat taken", "kind": "message", "ticket": number}.items() <= next(
        each for each in log.lines if each["message"] == "wechat taken"
    ).items()
    assert OPENID not in json.dumps(log.lines)
    assert "Two." not in json.dumps(log.lines)


def test_fifty_same_calls_are_one_message(desk: ServiceDesk) -> None:
    number = bound(desk)
    with ThreadPoolExecutor(10) as crowd:
        answers = [*crowd.map(lambda _: writes("Two.", "77"), range(50))]
    assert {each["statusCode"] for each in answers} <= {200, 503}
    assert writes("Two.", "77")["body"] == "success"
    assert words_of(desk, number) == ["One.", "Two."]


def test_a_message_of_a_merged_ticket_goes_where_that_goes_on(desk: ServiceDesk) -> None:
    first = desk.ask().ticket.number
    desk.clock.forward(minutes=1)
    number = bound(desk)
    desk.merge(first, number)
    assert writes("Two.")["body"] == "success"
    line = [each.message.words for each in desk.thread(number).line]
    assert (desk.thread(number).ticket.number, line.count("One."), line[-1]) == (first, 1, "Two.")


def test_a_call_is_refused_that_the_token_did_not_sign_now(desk: ServiceDesk) -> None:
    late = signed(utc_now() - timedelta(minutes=6))
    forged = signed(utc_now(), "another token")
    for query in (late, forged, {}, {"signature": "é" * 40, "timestamp": "1", "nonce": "\ud800"}):
        with logged() as log:
            answer = calls(written("Two.", "1"), query)
        assert answer["statusCode"] == 403
        assert json.loads(answer["body"])["code"] == "wechat_not_signed"
        assert [each["message"] for each in log.lines].count("wechat refused") == 1
    assert desk.entries() == []


def test_a_signature_is_good_for_one_message_and_its_repeats(desk: ServiceDesk) -> None:
    number, query = bound(desk), signed(utc_now())
    assert calls(written("Two.", "1"), query)["body"] == "success"
    assert calls(written("Two.", "1"), query)["body"] == "success"
    answer = calls(written("Three.", "2"), query)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (
        409,
        "wechat_nonce_reused",
    )
    assert words_of(desk, number) == ["One.", "Two."]


BOMB = '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + written(
    "&b;", "1"
).replace("<![CDATA[&b;]]>", "&b;")
HOSTILE: dict[str, str | bytes] = {
    "an entity's bomb": BOMB,
    "an outside entity": '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + written("x", "1").replace("<![CDATA[x]]>", "&a;"),
    "no XML": "{}",
    "nothing": "",
    "too much": written("x" * MOST_BYTES, "1"),
    "a deep one": "<xml>" + "<a>" * 10_000,
    "another charset": written("x", "1").encode("utf-16"),
    "bytes": b"\xff\xfe\x00<xml>",
    "no sender": written("x", "1", openid=""),
    "a sender that is none": written("x", "1", openid="WECHAT#../../1"),
    "two senders": written("x", "1").replace(
        "<MsgType>", "<FromUserName>o1</FromUserName><MsgType>"
    ),
    "no id": written("x", ""),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_body_is_refused_and_kept_nowhere(desk: ServiceDesk, what: str) -> None:
    with logged() as log:
        answer = calls(HOSTILE[what])
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "wechat_invalid")
    assert [each["reason"] for each in log.lines if each["message"] == "wechat refused"] == [
        "wechat_invalid"
    ]
    assert desk.entries() == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_else_can_be_asked(method: str) -> None:
    assert calls(method=method)["statusCode"] == 405


def test_who_wrote_too_much_today_reads_that_it_was_not_taken(desk: ServiceDesk) -> None:
    bound(desk)
    for _ in range(50):
        assert writes("Any news of my figure?")["body"] == "success"
    answer = writes("And is it there now?")
    assert "We did not take this one" in answer["body"]
    assert "http://localhost:8787/contact" in answer["body"]


def test_what_could_not_be_stored_is_never_called_a_success(
    desk: ServiceDesk,
) -> None:
    """WeChat calls again only if we don't say that all is well."""
    number = bound(desk)
    with dynamodb_at(over_its_limits):
        answer = writes("Two.", "1")
    assert answer["statusCode"] == 503
    assert writes("Two.", "1")["body"] == "success"
    assert words_of(desk, number) == ["One.", "Two."]


def test_the_function_gives_up_within_the_five_seconds_of_wechat() -> None:
    function = resources("AWS::Serverless::Function")["WechatFunction"]
    variables: dict[str, Any] = function["Environment"]["Variables"]
    _, _, seconds = variables["AWS_READ_SECONDS"]["Fn::If"]
    assert 2 * int(seconds) < 5  # each request is tried twice


def test_an_agents_answer_follows_in_the_same_ticket(desk: ServiceDesk) -> None:
    number = bound(desk)
    desk.act(number, Verb.ASK, "Which colour is it?")
    assert writes("Blue.")["body"] == "success"
    assert words_of(desk, number) == ["One.", "Which colour is it?", "Blue."]


# ---------------------------------------------------------------- safe mode


@pytest.fixture
def safe_mode(functions: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: ARG001
    """The account has an AES key."""
    kept = json.dumps({"token": TOKEN, "aes_key": KEY})
    with answering_secrets({WECHAT_SECRET: kept}) as url, monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", url)
        forget_all()
        yield
    forget_all()


def seals(message: str, key: str = KEY, token: str = TOKEN) -> Json:
    """A call in safe mode: what is encrypted is signed with the address."""
    encrypted, query = sealed(message.encode(), key, APP), signed(utc_now())
    parts = sorted((token, query["timestamp"], query["nonce"], encrypted))
    digest = hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324 - WeChat's algorithm
    query |= {"encrypt_type": "aes", "msg_signature": digest}
    return calls(f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>", query)


@pytest.mark.usefixtures("safe_mode")
def test_in_safe_mode_messages_and_replies_are_encrypted(desk: ServiceDesk) -> None:
    answer = seals(written("耳朵掉了。", "1"))
    assert answer["statusCode"] == 200
    assert "微信" not in answer["body"]
    assert "/messages/wechat/" not in answer["body"]
    reply = opened(Seal(TOKEN, KEY), answer["body"].encode())
    assert reply.app_id == APP
    number = binds(desk, token_in({"body": reply.body.decode()}))
    assert seals(written("Two.", "2"))["body"] == "success"
    assert words_of(desk, number) == ["耳朵掉了。", "Two."]


@pytest.mark.usefixtures("safe_mode")
def test_in_safe_mode_nothing_else_is_taken(desk: ServiceDesk) -> None:
    plain = written("Two.", "2")
    refused = [
        (calls(plain), 400),
        (calls(plain, signed(utc_now()) | {"encrypt_type": "raw"}), 400),
        (seals(plain, token="another"), 403),
        (seals(plain, key="B" * 43), 400),
    ]
    assert [answer["statusCode"] for answer, _ in refused] == [status for _, status in refused]
    assert desk.entries() == []
