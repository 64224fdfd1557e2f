"""The parts of a mail: which of them are its text, and what the files of the others are."""

from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

from aftercare.desk.incoming.charsets import decoded
from aftercare.desk.incoming.headers import one_line, visible, worded
from aftercare.desk.incoming.markup import text_of
from aftercare.desk.incoming.model import Attachment, Picture
from aftercare.desk.incoming.pictures import MOST_PICTURES, picture_in

MOST_TEXT = 200_000
"""Bytes that are read of a mail's text: fifty times what a ticket takes."""
MOST_ATTACHMENTS = 50
_MOST_NAME = 120
_MOST_ENCODED_NAME = 1_000
_NO_NAME = "file"


class Content(NamedTuple):
    """The text with everything that it quotes, and the files; `is_cut` if there is more.

    Of the files, the first that may be photos are there with their bytes.
    """

    text: str
    attachments: tuple[Attachment, ...]
    is_cut: bool
    pictures: tuple[Picture, ...] = ()


def content_of(message: Message) -> Content:
    """What the message carries; a message within it is a file of it."""
    texts: list[str] = []
    files: list[Attachment] = []
    pictures: list[Picture] = []
    is_cut = False
    for part in _leaves(message):
        if _is_text(part):
            raw = _raw(part)
            is_cut |= len(raw) > MOST_TEXT
            texts.append(_text(part, raw[:MOST_TEXT]))
        else:
            raw = _raw(part)
            if len(pictures) < MOST_PICTURES and (found := picture_in(len(files), raw)):
                pictures.append(found)
            files.append(_attachment(part, raw))
    is_cut |= len(files) > MOST_ATTACHMENTS
    text = "\n\n".join(filter(str.strip, texts))
    named = tuple(files[:MOST_ATTACHMENTS])
    return Content(visible(text[:MOST_TEXT]), named, is_cut, tuple(pictures))


def _leaves(part: Message) -> Iterator[Message]:
    """The parts that count: of alternatives the plain text, or else whatever has one."""
    children = _within(part)
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        yield part
    elif part.get_content_subtype() == "alternative":
        yield from _chosen(children)
    else:
        for child in children:
            yield from _leaves(child)


def _chosen(alternatives: list[Message]) -> Iterator[Message]:
    branches = [list(_leaves(each)) for each in alternatives]
    texts = [[part for part in branch if _is_text(part)] for branch in branches]
    plain = (few for few in texts if any(_says(part, "plain") for part in few))
    rich = (few for few in texts if any(_says(part, "html") for part in few))
    chosen = next(plain, None) or next(rich, [])
    yield from chosen
    for branch in branches:
        yield from (part for part in branch if not _is_text(part))


def _says(part: Message, subtype: str) -> bool:
    return part.get_content_subtype() == subtype and bool(_raw(part).strip())


def _is_text(part: Message) -> bool:
    if part.get_content_type() not in {"text/plain", "text/html"}:
        return False
    return part.get_content_disposition() != "attachment" and part.get_param("name") is None


def _raw(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message, raw: bytes) -> str:
    text = decoded(raw, _charset(part)).replace("\r\n", "\n").replace("\r", "\n")
    return text_of(text) if part.get_content_subtype() == "html" else text


def _charset(part: Message) -> str:
    charset = part.get_param("charset")
    return charset if isinstance(charset, str) else ""


def _attachment(part: Message, raw: bytes) -> Attachment:
    size = len(raw) or sum(map(_size, _within(part)))
    media_type = "".join(filter(str.isprintable, part.get_content_type()))[:_MOST_NAME]
    return Attachment(_name(part), media_type, size)


def _within(part: Message) -> list[Message]:
    # A leaf's payload is left alone: read as text, it fails by the charset that it claims.
    children = part.get_payload() if part.is_multipart() else []
    return [each for each in children if isinstance(each, Message)]


def _size(message: Message) -> int:
    return len(_raw(message)) or sum(map(_size, _within(message)))


def _name(part: Message) -> str:
    """The file's name without its folders: what a person reads, and no path."""
    try:
        named = part.get_filename()
    except (LookupError, ValueError, TypeError):  # a charset that is none, a number that is none
        named = None
    name = one_line(worded(str(named or "")[:_MOST_ENCODED_NAME]))
    name = name.replace("\\", "/").rpartition("/")[2].strip(". ")
    return name[-_MOST_NAME:] or _NO_NAME
