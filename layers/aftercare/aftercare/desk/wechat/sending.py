"""Sends answers by WeChat: its API of customer service messages, and a token for that."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import UnavailableError

_TOKENS = "/cgi-bin/stable_token"
_SEND_PATH = "/cgi-bin/message/custom/send"
_SECONDS = 3.0
_MOST_BYTES = 64 * 1024
# WeChat makes the next token five minutes before, and takes both until then.
_RENEWED_BEFORE = timedelta(minutes=5)
_TOKEN_REFUSED = frozenset({40001, 40014, 42001})
MOST_TEXT = 2_047
"""Bytes of one message."""


class Sent(StrEnum):
    """What became of an answer; whatever it was, it goes by mail as well."""

    SENT = "sent"
    # 48 hours are over, or they unsubscribed.
    TOO_LATE = "too_late"
    # Five answers went since they wrote.
    TOO_MANY = "too_many"
    # The account has no such follower.
    UNKNOWN = "unknown"


_OUTCOMES: Mapping[int, Sent] = {
    0: Sent.SENT,
    45015: Sent.TOO_LATE,
    45047: Sent.TOO_MANY,
    40003: Sent.UNKNOWN,
    43004: Sent.UNKNOWN,
}


class Account(NamedTuple):
    """The service account, as the platform knows it."""

    app_id: str
    app_secret: str


class Answer(Protocol):
    """What came back."""

    @property
    def data(self) -> bytes: ...


class Pool(Protocol):
    """Sends a request once, as urllib3's pool does."""

    def request(
        self, method: str, url: str, body: bytes, *, headers: Mapping[str, str]
    ) -> Answer: ...


def fitting(words: str, more: str) -> str:
    """The words, or as many as one message takes with `more` behind them."""
    if len(words.encode()) <= MOST_TEXT:
        return words
    end = f"…\n\n{more}"
    room = MOST_TEXT - len(end.encode())
    return words.encode()[:room].decode(errors="ignore").rstrip() + end


class _Token(NamedTuple):
    text: str
    until: datetime


class WeChatApi:
    """The account's API. A token is asked for at the first answer, and kept until it is renewed.

    The addresses of requests have the token in them: they are in no error and no log line.
    """

    def __init__(
        self, url: str, read_account: Callable[[], Account], clock: Clock, pool: Pool | None = None
    ) -> None:
        self._url = url.rstrip("/")
        self._read_account = read_account
        self._clock = clock
        self._pool = pool
        self._token: _Token | None = None

    def send(self, openid: str, words: str) -> Sent:
        """Sends the words to that person, cut at what WeChat takes.

        It is sent once: whoever repeats it after `UnavailableError` may send it twice.

        Raises:
            UnavailableError: No answer in time, or one that says nothing of this message.
        """
        text = words.encode()[:MOST_TEXT].decode(errors="ignore")
        message = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        code = self._sent(message)
        if code in _TOKEN_REFUSED:  # nothing was sent: another token, once
            self._token = None
            code = self._sent(message)
        if code not in _OUTCOMES:
            raise UnavailableError(f"WeChat refuses the message for now ({code}).")
        return _OUTCOMES[code]

    def _sent(self, message: Mapping[str, object]) -> int:
        answer = self._ask(f"{_SEND_PATH}?access_token={self._access_token()}", message)
        return _code(answer)

    def _access_token(self) -> str:
        """A token that every copy of us gets alike: asking for one ends none that another has."""
        now = self._clock()
        if self._token is None or now >= self._token.until:
            account = self._read_account()
            asked = {
                "grant_type": "client_credential",
                "appid": account.app_id,
                "secret": account.app_secret,
            }
            self._token = _token_in(self._ask(_TOKENS, asked), now)
        return self._token.text

    def _ask(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - only who sends loads the client

        pool = self._pool = self._pool or _pool()
        # WeChat takes no escapes of characters.
        sent = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        try:
            answer = pool.request("POST", f"{self._url}{path}", sent, headers=headers)
        except HTTPError:
            raise UnavailableError("WeChat does not answer.") from None
        return _object_in(answer.data)


def _object_in(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content[:_MOST_BYTES])
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UnavailableError("WeChat's answer can't be read.")
    return found


def _code(answer: Mapping[str, Any]) -> int:
    """The answer's code; one without it says nothing of what became of the message."""
    code = answer.get("errcode")
    return code if type(code) is int else -1


def _token_in(answer: Mapping[str, Any], now: datetime) -> _Token:
    text, seconds = answer.get("access_token"), answer.get("expires_in")
    if not (isinstance(text, str) and text and type(seconds) is int):
        raise UnavailableError(f"WeChat gives no token ({_code(answer)}).")
    kept = max(timedelta(), timedelta(seconds=min(seconds, 7_200)) - _RENEWED_BEFORE)
    return _Token(text, now + kept)


def _pool() -> Pool:
    from urllib3 import PoolManager, Timeout  # noqa: PLC0415 - only who sends loads the client

    pool: Pool = PoolManager(retries=False, timeout=Timeout(total=_SECONDS))
    return pool
