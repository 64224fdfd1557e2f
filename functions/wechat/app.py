"""The address that WeChat's servers call with each message of the service account."""

import json
import secrets
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from chalice.app import Chalice, Request, Response

from aftercare.desk.errors import NobodyToAnswerError, TooManyMessagesError
from aftercare.desk.wechat.model import Kind, Received
from aftercare.desk.wechat.reading import WeChatInvalidError, read_message
from aftercare.desk.wechat.replies import language_of, text_reply
from aftercare.desk.wechat.safe import Opened, Seal, is_sealed_for, opened, sealed_reply
from aftercare.desk.wechat.signature import NotSignedError, Signed, is_signed, signed_in
from aftercare.desk.wechat.wiring import wechat_intake
from aftercare.desk.wechat_intake import NonceReusedError
from aftercare.desk.wiring import TicketsConfig
from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import read
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.observe import logger
from aftercare.kernel.secret import read_secret
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.web.api import bytes_of, endpoint, respond
from aftercare.web.config import WebConfig
from aftercare.web.methods import answer_head
from aftercare.web.request import BrowserRequest
from aftercare.words.service import words

_CONTENT = ["text/xml", "application/xml", "application/octet-stream", "text/plain"]
# A secret that was replaced is read anew after this time.
_SECRET_SECONDS = 300
_MOST_ECHOED = 200
_NOT_SIGNED = "WeChat did not sign this, or not within the last minutes."


class Config(NamedTuple):
    """The secret with the account's token, and its AES key in safe mode."""

    wechat_secret: str


_SECRET, _WEB = read(Config).wechat_secret, read(WebConfig)
_intake = wechat_intake(
    read(TicketsConfig), order_service(read(OrdersConfig)), member_service(read(MembersConfig))
)

app = Chalice(app_name="wechat")
app.register_middleware(respond, "http")


@app.route("/wechat", methods=["GET"], content_types=_CONTENT)
@endpoint(app)
def echo(request: Request) -> Response:
    """WeChat tries an address before it sends messages there."""
    return _text(_signed(request).echo[:_MOST_ECHOED], "text/plain; charset=utf-8")


# WeChat waits for five seconds, and then calls again. What was not stored is never answered with
# "success", after which it would not.
@app.route("/wechat", methods=["POST"], content_types=_CONTENT)
@endpoint(app)
def take(request: Request) -> Response:
    signed = _signed(request)
    try:
        message = _opened(request, signed)
        received = read_message(message.body)
        words_of_ours = _taken(request, received, signed.nonce)
    except (NonceReusedError, NotSignedError, WeChatInvalidError) as error:
        _note_refusal(error)
        raise
    reply = text_reply(received, words_of_ours, utc_now())
    if message.app_id:
        reply = sealed_reply(_seal(), reply, message.app_id, utc_now(), secrets.token_bytes)
    return _text(reply, "text/xml; charset=utf-8")


answer_head(app)


def _taken(request: Request, received: Received, nonce: str) -> str:
    """What WeChat shows to whoever wrote; nothing if their message is in their ticket."""
    language = language_of(received.words)
    spoken = words(language)
    try:
        taken = _intake.take(received, nonce, language)
    except (NobodyToAnswerError, TooManyMessagesError) as error:
        logger.info("wechat not taken", extra={"kind": received.kind, "code": error.code})
        return spoken.text(f"wechat.reply.{error.code}", link=_link(request, "/contact"))
    logger.info("wechat taken", extra={"kind": received.kind, "ticket": taken.number})
    if not taken.token:
        return ""
    key = "hello" if received.kind is Kind.SUBSCRIBED else "link"
    link = _link(request, f"/messages/wechat/{taken.token}")
    return spoken.text(f"wechat.reply.{key}", link=link)


def _signed(request: Request) -> Signed:
    """What the address says, if the account's token signed it."""
    signed = signed_in(request.query_params or {})
    if is_signed(signed, _seal().token, utc_now()):
        return signed
    error = NotSignedError(_NOT_SIGNED)
    _note_refusal(error)
    raise error


def _opened(request: Request, signed: Signed) -> Opened:
    """The call's message. Once the account has an AES key, none is taken that is not encrypted."""
    body, seal = bytes_of(request), _seal()
    if not seal.key:
        return Opened(body, "")
    query: Mapping[str, str] = request.query_params or {}
    signature = query.get("msg_signature") or ""
    if not is_sealed_for(seal, body, signed.timestamp, signed.nonce, signature):
        raise NotSignedError(_NOT_SIGNED)
    return opened(seal, body)


def _note_refusal(error: AftercareError) -> None:
    logger.warning("wechat refused", extra={"reason": error.code})


def _link(request: Request, path: str) -> str:
    """Where customers reach a page of ours."""
    browser = BrowserRequest(request, _WEB)
    return f"{browser.origin}{browser.base}{path}"


def _text(body: str, content_type: str) -> Response:
    return Response(body, {"Content-Type": content_type})


def _seal() -> Seal:
    return _seal_at(int(time.monotonic() // _SECRET_SECONDS))


@lru_cache(maxsize=1)
def _seal_at(_: int) -> Seal:
    kept = json.loads(read_secret(_SECRET))
    return Seal(str(kept.get("token", "")), str(kept.get("aes_key", "")))
