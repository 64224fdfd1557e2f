"""Reads a raw mail of anybody, hostile ones too, within bounded time and memory (R-DSK-33).

How much there is to do is counted before anything is parsed: what is too much is parked unread,
with no more than its headers. Decision 138 says what was measured.
"""

import hashlib
import re
from email.parser import BytesHeaderParser, BytesParser

from aftercare.desk.incoming.headers import BOUNDED, Headers
from aftercare.desk.incoming.model import Desk, IncomingMail, Parked
from aftercare.desk.incoming.parking import parked
from aftercare.desk.incoming.parts import Content, content_of
from aftercare.desk.incoming.proof import is_proved
from aftercare.desk.incoming.quoting import new_part
from aftercare.desk.ticket import MOST_WORDS

MOST_BYTES = 25 * 2**20
_MOST_LINES = 500_000
_MOST_PARTS = 300
# Each costs a step for every line below it, and the parser calls itself for it.
_MOST_CONTAINERS = 30
_MOST_HEAD = 256 * 2**10
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n|\r\r")
_CONTAINER = re.compile(rb"(?:multipart|message)\s*/", re.IGNORECASE)
_DELIMITER = re.compile(rb"[\r\n]--")
_LINE = re.compile(rb"\r\n|\r|\n")
_MOST_REFERENCES = 50
_NOTHING = Content("", (), is_cut=True)


def read_mail(raw: bytes, desk: Desk, recipients: tuple[str, ...] = ()) -> IncomingMail:
    """What the mail says, whoever wrote it and however; it never fails.

    `recipients` are the addresses that it was delivered to, if they are known from elsewhere.
    """
    head = _END_OF_HEAD.split(raw[:_MOST_HEAD], maxsplit=1)[0]
    headers = Headers(BytesHeaderParser(policy=BOUNDED).parsebytes(head + b"\n\n").raw_items())
    sender = _sender(headers)
    why, content = _excess(raw), _NOTHING
    is_report = _media_type(headers).startswith("multipart/report")
    if why is None:
        content = content_of(BytesParser(policy=BOUNDED).parsebytes(raw))
        why = parked(headers, sender, desk, is_report=is_report)
    words = new_part(content.text)
    addressed = recipients or headers.addresses("delivered-to", "to", "cc")
    ids = headers.message_ids("message-id")
    return IncomingMail(
        message_id=ids[0] if ids else f"<{hashlib.sha256(raw).hexdigest()}@no-id.invalid>",
        sender=sender,
        subject=headers.shown("subject"),
        references=_references(headers),
        tag=next(filter(None, map(desk.tag_of, addressed)), ""),
        words=words[:MOST_WORDS],
        attachments=content.attachments,
        parked=why,
        is_proved=is_proved(headers, sender, desk.checked_by),
        is_cut=content.is_cut or len(words) > MOST_WORDS,
        pictures=content.pictures,
    )


def _excess(raw: bytes) -> Parked | None:
    """Whether there is too much in it to be read."""
    if len(raw) > MOST_BYTES:
        return Parked.TOO_LARGE
    if not _END_OF_HEAD.search(raw, 0, _MOST_HEAD):
        return Parked.UNREADABLE
    counted = ((_LINE, _MOST_LINES), (_DELIMITER, _MOST_PARTS), (_CONTAINER, _MOST_CONTAINERS))
    is_too_much = any(_count(pattern, raw, most) > most for pattern, most in counted)
    return Parked.UNREADABLE if is_too_much else None


def _count(pattern: re.Pattern[bytes], raw: bytes, most: int) -> int:
    """How often it is there, counted no further than one more than the most."""
    count = 0
    for _ in pattern.finditer(raw):
        count += 1
        if count > most:
            break
    return count


def _sender(headers: Headers) -> str:
    """The one address that the mail is from; empty if it names none, or several."""
    if len(headers.values("from")) != 1:
        return ""
    found = headers.addresses("from")
    return found[0] if len(found) == 1 else ""


def _references(headers: Headers) -> tuple[str, ...]:
    """The messages that it answers, the nearest first."""
    near = headers.message_ids("in-reply-to")
    far = reversed(headers.message_ids("references"))
    return tuple(dict.fromkeys((*near, *far)))[:_MOST_REFERENCES]


def _media_type(headers: Headers) -> str:
    return headers.first("content-type").lower()
