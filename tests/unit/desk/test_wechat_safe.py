"""Safe mode: only what the account's key sealed and its token signed is read."""

import base64
import hashlib
import itertools
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from aftercare.desk.wechat.reading import WeChatInvalidError
from aftercare.desk.wechat.replies import TAKEN
from aftercare.desk.wechat.safe import Opened, Seal, is_sealed_for, opened, sealed_reply
from tests.fakes.wechat import sealed

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SEAL = Seal("a-token-of-the-account", KEY)
APP = "wx1234567890abcdef"
AES = base64.b64decode(KEY + "=")


def body_of(encrypted: str) -> bytes:
    return f"<xml><ToUserName>gh_1</ToUserName><Encrypt>{encrypted}</Encrypt></xml>".encode()


def raw(plain: bytes, key: bytes = AES) -> bytes:
    """Encrypted as it is, with no padding of ours."""
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return body_of(base64.b64encode(cipher.update(plain) + cipher.finalize()).decode())


@given(st.text(max_size=300))
def test_what_is_sealed_is_opened_again(text: str) -> None:
    message = text.encode(errors="replace")
    assert opened(SEAL, body_of(sealed(message, KEY, APP))) == Opened(message, APP)


def test_a_reply_is_sealed_as_wechat_reads_it() -> None:
    count = itertools.count(7)
    reply = sealed_reply(SEAL, "<xml>耳朵</xml>", APP, NOW, lambda n: bytes([next(count)]) * n)
    parts = {
        name: reply.partition(f"<{name}>")[2]
        .partition(f"</{name}>")[0]
        .removeprefix("<![CDATA[")
        .removesuffix("]]>")
        for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
    }
    signed = sorted((SEAL.token, parts["TimeStamp"], parts["Nonce"], parts["Encrypt"]))
    assert parts["MsgSignature"] == hashlib.sha1("".join(signed).encode()).hexdigest()  # noqa: S324
    cipher = Cipher(algorithms.AES(AES), modes.CBC(AES[:16])).decryptor()
    plain = cipher.update(base64.b64decode(parts["Encrypt"])) + cipher.finalize()
    unpadder = padding.PKCS7(256).unpadder()
    plain = unpadder.update(plain) + unpadder.finalize()
    assert plain[16:20] == len("<xml>耳朵</xml>".encode()).to_bytes(4, "big")
    assert plain[20:] == f"<xml>耳朵</xml>{APP}".encode()
    assert sealed_reply(SEAL, TAKEN, APP, NOW, bytes) == TAKEN


def test_a_body_is_believed_only_with_its_own_signature() -> None:
    encrypted = sealed(b"<xml/>", KEY, APP)
    parts = sorted((SEAL.token, "1796029200", "77", encrypted))
    good = hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324
    assert is_sealed_for(SEAL, body_of(encrypted), "1796029200", "77", good)
    other = body_of(sealed(b"<xml></xml>", KEY, APP))
    assert not is_sealed_for(SEAL, other, "1796029200", "77", good)
    for forged in ("", "é", "\ud800", good[:-1], good.upper()):
        assert not is_sealed_for(SEAL, body_of(encrypted), "1796029200", "77", forged)


@pytest.mark.parametrize(
    "body",
    [
        b"<xml></xml>",
        body_of("x" * 65),
        body_of("A" * 63 + "="),
        body_of(base64.b64encode(b"x" * 65).decode()),
        body_of(sealed(b"<xml/>", "B" * 43, APP)),
        raw(b"\x00" * 64),
        raw(b"r" * 16 + b"\xff" * 4 + b"m" * 32 + bytes([12]) * 12),
        raw(b"r" * 16 + b"\x00" * 4 + b"\xff" * 32 + bytes([12]) * 12),
        raw(b"x" * 63 + b"\x21"),
        raw(bytes([32]) * 64),
        b'<!DOCTYPE xml [<!ENTITY a "b">]>' + body_of(sealed(b"<xml/>", KEY, APP)),
    ],
    ids=itertools.count(),
)
def test_what_this_key_did_not_seal_is_refused(body: bytes) -> None:
    with pytest.raises(WeChatInvalidError):
        opened(SEAL, body)


@pytest.mark.parametrize("key", ["", "short", "!" * 43, "A" * 44, KEY + "="])
def test_with_another_key_in_the_secret_nothing_is_read(key: str) -> None:
    with pytest.raises(WeChatInvalidError):
        opened(Seal("token", key), body_of(sealed(b"<xml/>", KEY, APP)))
