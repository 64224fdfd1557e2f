"""WeChat as far as a service account uses it: calls, tokens, and five answers in 48 hours."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from aftercare.desk.wechat.sending import Account
from tests.fakes.house import SetClock

ACCOUNT = Account("wx1234567890abcdef", "an-app-secret")
LASTS = 7_200
TOKEN = "a-token-of-the-account"
OPENID, NAME = "oLPjZjsXuQPJoV0HlruZkNzKc91E", "gh_a96a4a619366"


def signed(at: datetime, token: str = TOKEN, nonce: str = "") -> dict[str, str]:
    """What the address of a call says."""
    stamp, nonce = str(int(at.timestamp())), nonce or str(secrets.randbits(32))
    digest = hashlib.sha1("".join(sorted((token, stamp, nonce))).encode())  # noqa: S324
    return {"signature": digest.hexdigest(), "timestamp": stamp, "nonce": nonce}


def written(words: str, sent_as: str, openid: str = OPENID, **fields: str) -> str:
    """A call's body: a text that somebody wrote, unless the fields say something else."""
    given = {
        "ToUserName": NAME,
        "FromUserName": openid,
        "CreateTime": "1796029200",
        "MsgType": "text",
        "Content": words,
        "MsgId": sent_as,
        **fields,
    }
    told = "".join(f"<{name}><![CDATA[{each}]]></{name}>" for name, each in given.items() if each)
    return f"<xml>{told}</xml>"


def sealed(message: bytes, key: str, app_id: str) -> str:
    """What WeChat writes into a call in safe mode in place of the message."""
    aes = base64.b64decode(f"{key}=")
    plain = b"r" * 16 + len(message).to_bytes(4, "big") + message + app_id.encode()
    padder = padding.PKCS7(256).padder()
    cipher = Cipher(algorithms.AES(aes), modes.CBC(aes[:16])).encryptor()
    padded = padder.update(plain) + padder.finalize()
    return base64.b64encode(cipher.update(padded) + cipher.finalize()).decode()


@dataclass
class Answer:
    """As urllib3's response."""

    data: bytes
    status: int = 200


@dataclass
class Platform:
    """Answers as WeChat does. `wrote` is when each follower wrote last."""

    clock: SetClock
    wrote: dict[str, datetime] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    is_valid: bool = True
    until: datetime | None = None

    def writes(self, openid: str) -> None:
        self.wrote[openid], self.said[openid] = self.clock(), []

    def request(self, method: str, url: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
        assert (method, headers) == ("POST", {"Content-Type": "application/json"})
        assert b"\\u" not in body
        parts, asked = urlsplit(url), json.loads(body)
        if parts.path == "/cgi-bin/stable_token":
            return Answer(json.dumps(self._token(asked)).encode())
        assert parts.path == "/cgi-bin/message/custom/send"
        code = self._send(parse_qs(parts.query)["access_token"][0], asked)
        return Answer(json.dumps({"errcode": code, "errmsg": "of no use"}).encode())

    def _token(self, asked: Mapping[str, Any]) -> dict[str, object]:
        if asked["grant_type"] != "client_credential" or asked["secret"] != ACCOUNT.app_secret:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        if self.until is None or self.clock() >= self.until or not self.is_valid:
            self.tokens.append(f"token {len(self.tokens)}")
            self.until, self.is_valid = self.clock() + timedelta(seconds=LASTS), True
        left = self.until - self.clock()
        return {"access_token": self.tokens[-1], "expires_in": int(left.total_seconds())}

    def _send(self, token: str, asked: Mapping[str, Any]) -> int:
        openid = asked["touser"]
        if token not in self.tokens:
            return 40001
        is_over = self.until is None or self.clock() >= self.until
        if token != self.tokens[-1] or not self.is_valid or is_over:
            return 42001
        if openid not in self.wrote:
            return 40003
        if self.clock() >= self.wrote[openid] + timedelta(hours=48):
            return 45015
        if len(self.said[openid]) >= 5:
            return 45047
        self.said[openid].append(asked["text"]["content"])
        return 0
