"""Reads the XML of WeChat: its size first, then flat elements, and no document type at all."""

import re
from collections.abc import Mapping
from xml.parsers import expat

from aftercare.desk.ticket import MOST_WORDS
from aftercare.desk.wechat.model import Kind, Received
from aftercare.kernel.errors import InvalidError

MOST_BYTES = 32 * 1024
"""Ten times WeChat's longest message."""
_MOST_ELEMENTS = 200
_MOST_DEPTH = 6
_FLAT = 2
_ID = re.compile(r"[A-Za-z0-9_\-]{1,64}", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{64,}={0,2}", re.ASCII)
_NUMBER = re.compile(r"\d{1,20}", re.ASCII)
_EVENTS: Mapping[str, Kind] = {"subscribe": Kind.SUBSCRIBED, "unsubscribe": Kind.UNSUBSCRIBED}
# What stands in the place of what is no text: its name, and what WeChat says about it in words.
_MENTIONED: Mapping[str, tuple[str, ...]] = {
    "image": (),
    "voice": ("Recognition",),
    "video": (),
    "shortvideo": (),
    "location": ("Label", "Location_X", "Location_Y"),
    "link": ("Title", "Description", "Url"),
}


class WeChatInvalidError(InvalidError):
    """It is no message of WeChat's; sending it again does not help."""

    code = "wechat_invalid"


def read_message(body: bytes) -> Received:
    """What came.

    Raises:
        WeChatInvalidError: It is too long, no XML, has a document type, or lacks who sent what.
    """
    fields = _fields(body)
    openid, account = (_named(fields, name, _ID) for name in ("FromUserName", "ToUserName"))
    created, form = _named(fields, "CreateTime", _NUMBER), fields.get("MsgType", "")
    if form == "event":
        event = fields.get("Event", "")[:64]
        kind = _EVENTS.get(event, Kind.OTHER)
        return Received(kind, openid, account, f"event {openid} {created} {event}")
    sent_as = _named(fields, "MsgId", _NUMBER)
    return Received(Kind.MESSAGE, openid, account, sent_as, _words(form, fields))


def read_sealed(body: bytes) -> str:
    """What is encrypted in a call of safe mode, in base 64.

    Raises:
        WeChatInvalidError: As for `read_message`, or nothing is encrypted.
    """
    return _named(_fields(body), "Encrypt", _BASE64)


def _words(form: str, fields: Mapping[str, str]) -> str:
    if form == "text":
        text = fields.get("Content", "").strip() or "[text]"
        return text[:MOST_WORDS]
    name = form if form in _MENTIONED else "attachment"
    said = (fields.get(each, "").strip() for each in _MENTIONED.get(form, ()))
    return " ".join([f"[{name}]", *filter(None, said)])[:MOST_WORDS]


def _named(fields: Mapping[str, str], name: str, form: re.Pattern[str]) -> str:
    text = fields.get(name, "").strip()
    if not form.fullmatch(text):
        raise WeChatInvalidError(f"{name} is missing or invalid.")
    return text


def _fields(body: bytes) -> Mapping[str, str]:
    if len(body) > MOST_BYTES:
        raise WeChatInvalidError(f"The body is longer than {MOST_BYTES} bytes.")
    found = _Flat()
    # Neither a declaration's encoding nor a byte order mark counts: WeChat's is UTF-8.
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = found.begin
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.add
    try:
        parser.Parse(body.decode(), True)
    except (expat.ExpatError, UnicodeDecodeError) as error:
        raise WeChatInvalidError("The body is not valid XML.") from error
    return found.fields


def _refuse_doctype(*_: object) -> None:
    """Where entities come from; no message has one."""
    raise WeChatInvalidError("The body has a document type.")


class _Flat:
    """The texts of the elements below `xml`, once each; what is nested deeper is left out."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._path: list[str] = []
        self._elements = 0

    def begin(self, name: str, _: object) -> None:
        self._path.append(name)
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self._path) > _MOST_DEPTH:
            raise WeChatInvalidError("The body has too many elements.")
        if self._path[0] != "xml":
            raise WeChatInvalidError("The body is not WeChat's.")
        if len(self._path) == _FLAT:
            if name in self.fields:
                raise WeChatInvalidError("The body has an element twice.")
            self.fields[name] = ""

    def end(self, _: str) -> None:
        self._path.pop()

    def add(self, text: str) -> None:
        if len(self._path) == _FLAT:
            self.fields[self._path[-1]] += text
