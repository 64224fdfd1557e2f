"""Answers by WeChat: what its platform says, and what becomes of a token."""

import json
from collections.abc import Mapping

import pytest
from urllib3.exceptions import ReadTimeoutError

from aftercare.desk.wechat.sending import MOST_TEXT, Account, Sent, WeChatApi
from aftercare.kernel.errors import UnavailableError
from tests.fakes.house import SetClock
from tests.fakes.wechat import ACCOUNT, LASTS, Answer, Platform

URL = "https://api.weixin.qq.com"
OPENID = "oLPjZjsXuQPJoV0HlruZkNzKc91E"


@pytest.fixture
def platform() -> Platform:
    platform = Platform(SetClock())
    platform.writes(OPENID)
    return platform


def api(platform: Platform, account: Account = ACCOUNT) -> WeChatApi:
    return WeChatApi(URL, lambda: account, platform.clock, platform)


def test_an_answer_is_sent_as_it_is(platform: Platform) -> None:
    words = "您好 <b>小兔</b> 🐰\n“明天”寄出。"
    assert api(platform).send(OPENID, words) is Sent.SENT
    assert platform.said[OPENID] == [words]


def test_the_sixth_answer_and_a_late_one_are_not_sent(platform: Platform) -> None:
    wechat = api(platform)
    assert [wechat.send(OPENID, "Hello.") for _ in range(6)] == [Sent.SENT] * 5 + [Sent.TOO_MANY]
    platform.writes(OPENID)
    platform.clock.forward(hours=48)
    assert wechat.send(OPENID, "Hello.") is Sent.TOO_LATE
    assert wechat.send("o_nobody", "Hello.") is Sent.UNKNOWN


def test_a_token_is_asked_for_once_and_renewed_in_time(platform: Platform) -> None:
    wechat, other = api(platform), api(platform)
    for _ in range(2):
        assert wechat.send(OPENID, "Hello.") is other.send(OPENID, "Hello.") is Sent.SENT
    assert platform.tokens == ["token 0"]
    platform.clock.forward(seconds=LASTS)
    platform.writes(OPENID)
    assert wechat.send(OPENID, "Hello.") is Sent.SENT
    assert platform.tokens == ["token 0", "token 1"]


def test_a_token_that_ended_early_is_replaced_at_once(platform: Platform) -> None:
    wechat = api(platform)
    assert wechat.send(OPENID, "One.") is Sent.SENT
    platform.is_valid = False
    assert wechat.send(OPENID, "Two.") is Sent.SENT
    assert platform.said[OPENID] == ["One.", "Two."]


def test_without_the_accounts_secret_nothing_is_sent(platform: Platform) -> None:
    wrong = api(platform, Account(ACCOUNT.app_id, "another"))
    with pytest.raises(UnavailableError, match="40125") as refused:
        wrong.send(OPENID, "Hello.")
    assert "another" not in str(refused.value)


def test_a_long_answer_is_cut_at_a_character(platform: Platform) -> None:
    assert api(platform).send(OPENID, "兔" * 2_000) is Sent.SENT
    assert platform.said[OPENID] == ["兔" * (MOST_TEXT // 3)]


class Says:
    """A platform that gives a token, and answers every message with these bytes."""

    def __init__(self, data: bytes, token: bytes = b'{"access_token": "t", "expires_in": 7200}'):
        self.data, self.token, self.asked = data, token, 0

    def request(self, _: str, url: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
        assert body
        assert headers
        self.asked += "send" in url
        return Answer(self.data if "send" in url else self.token)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"{}",
        b'{"errcode": "0"}',
        b'{"errcode": true}',
        b'{"errcode": -1}',
        b'{"errcode": 45009}',
        b'{"errcode": 999999}',
        b"\xff\xfe",
        b"[" * 60_000,
    ],
    ids=range(12),
)
def test_an_answer_that_says_nothing_of_the_message_is_trouble(data: bytes) -> None:
    said = Says(data)
    with pytest.raises(UnavailableError):
        WeChatApi(URL, lambda: ACCOUNT, SetClock(), said).send(OPENID, "Hello.")
    assert said.asked == 1


def test_a_token_that_is_refused_again_is_trouble_and_asks_no_third_time() -> None:
    said = Says(b'{"errcode": 40001}')
    with pytest.raises(UnavailableError):
        WeChatApi(URL, lambda: ACCOUNT, SetClock(), said).send(OPENID, "Hello.")
    assert said.asked == 2


@pytest.mark.parametrize(
    "token",
    [{}, {"access_token": 5, "expires_in": 7200}, {"access_token": "t"}, {"access_token": ""}],
    ids=range(4),
)
def test_what_is_no_token_is_trouble(token: dict[str, object]) -> None:
    said = Says(b'{"errcode": 0}', json.dumps(token).encode())
    with pytest.raises(UnavailableError):
        WeChatApi(URL, lambda: ACCOUNT, SetClock(), said).send(OPENID, "Hello.")
    assert said.asked == 0


def test_silence_is_trouble_and_names_no_token() -> None:
    class Silent:
        def request(self, _: str, url: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
            raise ReadTimeoutError(None, url, f"{body!r} {headers}")  # type: ignore[arg-type]

    with pytest.raises(UnavailableError) as silent:
        WeChatApi(URL, lambda: ACCOUNT, SetClock(), Silent()).send(OPENID, "Hello.")
    assert ACCOUNT.app_secret not in str(silent.value)
    assert silent.value.__cause__ is None
