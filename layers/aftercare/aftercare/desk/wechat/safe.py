"""Safe mode: what WeChat sends is encrypted with the account's AES key, and its body is signed."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.wechat.reading import WeChatInvalidError, read_sealed
from aftercare.desk.wechat.replies import TAKEN

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

_KEY_LETTERS = 43
_RANDOM, _LENGTH, _VECTOR, _BLOCK = 16, 4, 16, 32
_MOST_APP_ID = 64


class Seal(NamedTuple):
    """What the account shares with WeChat: its token, and its AES key as the settings show it."""

    token: str
    key: str

    @property
    def aes_key(self) -> bytes:
        """The key's 32 bytes.

        Raises:
            WeChatInvalidError: The secret has something else; nothing can be read with it.
        """
        try:
            key = base64.b64decode(f"{self.key}=", validate=True)
        except (binascii.Error, ValueError) as error:
            raise WeChatInvalidError("The account's AES key is not valid.") from error
        if len(self.key) != _KEY_LETTERS:
            raise WeChatInvalidError("The account's AES key is not valid.")
        return key


class Opened(NamedTuple):
    """A message as it was before, and the account's AppID, which is sealed with it."""

    body: bytes
    app_id: str


def is_sealed_for(seal: Seal, body: bytes, timestamp: str, nonce: str, signature: str) -> bool:
    """Whether who knows the token signed what is encrypted there; only then is it decrypted.

    Raises:
        WeChatInvalidError: The body has nothing encrypted.
    """
    expected = _signature(seal.token, timestamp, nonce, read_sealed(body))
    return hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))


def opened(seal: Seal, body: bytes) -> Opened:
    """The message in the body.

    Raises:
        WeChatInvalidError: It was not sealed with this key.
    """
    try:
        sealed = base64.b64decode(read_sealed(body), validate=True)
        plain = _unpadded(_decrypted(seal.aes_key, sealed))
    except ValueError as error:
        raise WeChatInvalidError("The message was not sealed with the account's key.") from error
    start = _RANDOM + _LENGTH
    end = start + int.from_bytes(plain[_RANDOM:start], "big")
    app_id = plain[end : end + _MOST_APP_ID]
    if not (end <= len(plain) and app_id.isascii()):
        raise WeChatInvalidError("The message was not sealed with the account's key.")
    return Opened(plain[start:end], app_id.decode())


def sealed_reply(
    seal: Seal, reply: str, app_id: str, now: datetime, random: Callable[[int], bytes]
) -> str:
    """The reply as WeChat takes it in safe mode; the one that shows nothing is not sealed."""
    if reply == TAKEN:
        return reply
    text, stamp, nonce = reply.encode(), str(int(now.timestamp())), random(8).hex()
    plain = random(_RANDOM) + len(text).to_bytes(_LENGTH, "big") + text + app_id.encode()
    sealed = base64.b64encode(_encrypted(seal.aes_key, _padded(plain))).decode()
    return (
        "<xml>"
        f"<Encrypt><![CDATA[{sealed}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{_signature(seal.token, stamp, nonce, sealed)}]]></MsgSignature>"
        f"<TimeStamp>{stamp}</TimeStamp>"
        f"<Nonce><![CDATA[{nonce}]]></Nonce>"
        "</xml>"
    )


def _signature(*parts: str) -> str:
    text = "".join(sorted(parts)).encode(errors="surrogatepass")
    return hashlib.sha1(text).hexdigest()  # noqa: S324 - WeChat's algorithm


def _decrypted(key: bytes, sealed: bytes) -> bytes:
    cipher = _cipher(key).decryptor()
    return bytes(cipher.update(sealed) + cipher.finalize())


def _encrypted(key: bytes, plain: bytes) -> bytes:
    cipher = _cipher(key).encryptor()
    return bytes(cipher.update(plain) + cipher.finalize())


def _cipher(key: bytes) -> "Cipher[modes.CBC]":
    from cryptography.hazmat.primitives.ciphers import (  # noqa: PLC0415 - for safe mode alone
        Cipher,
        algorithms,
        modes,
    )

    return Cipher(algorithms.AES(key), modes.CBC(key[:_VECTOR]))


def _padded(plain: bytes) -> bytes:
    """PKCS #7, with blocks of 32 bytes."""
    missing = _BLOCK - len(plain) % _BLOCK
    return plain + bytes([missing]) * missing


def _unpadded(plain: bytes) -> bytes:
    count = plain[-1] if plain else 0
    if not 0 < count <= _BLOCK or plain[-count:] != bytes([count]) * count:
        raise ValueError("padding")
    return plain[:-count]
