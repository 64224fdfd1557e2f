"""Has the local stack receive a message by WeChat, as the servers of WeChat send it."""

import hashlib
import json
import secrets
import urllib.error
import urllib.request
from argparse import Namespace
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from infra.local.settings import StackError
from infra.operator.asking import confirm
from infra.operator.target import target

ACCOUNT = "gh_a96a4a619366"
_OPENING, _CLOSING = "<Content><![CDATA[", "]]></Content>"
_SECONDS = 30.0


def write(arguments: Namespace) -> None:
    """Send the text as somebody's message, and print what WeChat would show them."""
    if arguments.stack:
        raise StackError("WeChat calls a deployed stack: write to its service account.")
    stack = target(arguments)
    confirm(arguments, stack, f"receive a message of {arguments.openid} by WeChat")
    token, now = json.loads(stack.secret("WechatSecret"))["token"], datetime.now(UTC)
    sent_as = arguments.id or str(secrets.randbits(62))
    body = message(arguments.text, arguments.openid, sent_as, now)
    address = f"{stack.output('PortalUrl')}/wechat?{urlencode(signed(token, now))}"
    print(shown(_called(address, body)))


def signed(token: str, now: datetime) -> dict[str, str]:
    """What WeChat writes into the address of a call."""
    stamp, nonce = str(int(now.timestamp())), str(secrets.randbits(32))
    digest = hashlib.sha1("".join(sorted((token, stamp, nonce))).encode())  # noqa: S324 - WeChat's
    return {"signature": digest.hexdigest(), "timestamp": stamp, "nonce": nonce}


def message(text: str, openid: str, sent_as: str, now: datetime) -> bytes:
    """A text, as WeChat tells of it."""
    fields = {
        "ToUserName": ACCOUNT,
        "FromUserName": openid,
        "CreateTime": str(int(now.timestamp())),
        "MsgType": "text",
        "Content": text,
        "MsgId": sent_as,
    }
    told = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{told}</xml>".encode()


def shown(reply: str) -> str:
    """What WeChat shows of a reply, for an operator."""
    if reply == "success":
        return "Taken. WeChat shows nothing."
    return reply.partition(_OPENING)[2].rpartition(_CLOSING)[0].replace("]]]]><![CDATA[>", "]]>")


def _called(address: str, body: bytes) -> str:
    request = urllib.request.Request(address, body, {"Content-Type": "text/xml"})  # noqa: S310 - ours
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - as above
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        raise StackError(f"The stack refuses the message: {error.read().decode()}") from error
