"""Mails that were made to stop us: each is read within seconds, or parked, and shows nothing."""

import base64
import random
import time
from collections.abc import Callable

import pytest

from aftercare.desk.incoming.model import IncomingMail, Parked
from aftercare.desk.incoming.reading import MOST_BYTES, read_mail
from aftercare.desk.ticket import MOST_WORDS
from tests.fakes.incoming import DESK, raw_mail

# On a machine that is busy with other tests, too; without the limits the worst never end.
SECONDS = 20
BASE64 = (b"A" * 76 + b"\r\n") * (24 * 2**20 // 78)


def deep(depth: int) -> bytes:
    levels = (
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth)
    )
    return "".join(levels).encode() + b"\r\nhi\r\n"


def of_type(kind: str, body: bytes = b"hi") -> bytes:
    return raw_mail(body, content_type=kind)


def many_parts(part: bytes, count: int) -> bytes:
    return of_type("multipart/mixed; boundary=b", (b"--b\r\n" + part) * count)


def picture(size: int) -> bytes:
    """A part that begins as a photo does."""
    body = base64.encodebytes(b"\xff\xd8\xff\xe0" + bytes(size - 4))
    return b"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body


PARKED: dict[str, Callable[[], bytes]] = {
    "a thousand levels": lambda: raw_mail(b"")[:-2] + deep(1_000),
    "a thousand mails within": lambda: of_type(
        "message/rfc822", b"Content-Type: message/rfc822\r\n\r\n" * 1_000
    ),
    "a long head": lambda: raw_mail("Hi", x="a" * 300_000),
    "no end of the head": lambda: b"From: mei@example.com",
    "millions of lines": lambda: raw_mail(b"\n" * 5_000_000),
    "many parts": lambda: many_parts(b"\r\nhi\r\n", 50_000),
}
READ: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"\r\n\r\n",
    "as deep as may be, and long": lambda: raw_mail(b"")[:-2] + deep(29) + BASE64,
    "megabytes of base64": lambda: many_parts(
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + BASE64, 1
    ),
    "megabytes of pictures": lambda: many_parts(picture(2_900_000), 6),
    "megabytes of words": lambda: raw_mail(BASE64),
    "as many parts as may be": lambda: many_parts(b"X: a\r\n" * 400 + b"\r\nhi\r\n", 299),
    "long types of parts": lambda: many_parts(
        b"Content-Type: text/plain" + b";" * 24_000 + b"\r\n\r\nhi\r\n", 290
    ),
    "a subject of encoded words": lambda: raw_mail("Hi", subject="=?utf-8?q?a?= " * 17_000),
    "open ids": lambda: raw_mail("Hi", references="<" * 250_000),
    "many ids": lambda: raw_mail("Hi", references="<a@b> " * 40_000),
    "open comments in the sender": lambda: raw_mail("Hi", **{"from": "(" * 200_000}),
    "open quotes in the sender": lambda: raw_mail("Hi", **{"from": '"\\' * 100_000}),
    "open quotes in the results": lambda: raw_mail(
        "Hi", authentication_results="amazonses.com; " + '"\\' * 100_000
    ),
    "a long type": lambda: of_type("text/plain" + ";" * 200_000),
    "a type in pieces": lambda: of_type(
        "text/plain; " + "".join(f"a*{n}=x; " for n in range(20_000))
    ),
    "a long boundary": lambda: of_type("multipart/mixed; boundary=" + "a" * 200_000),
    "thousands of headers": lambda: raw_mail("Hi", *[("X", "a")] * 40_000),
    "zeros": lambda: raw_mail(b"\0" * 100_000, subject="a\0b", message_id="<a\0b@c>"),
    "a name in no charset": lambda: of_type("image/png; name*=no-such'x'%ff%00"),
    "base64 that is none": lambda: raw_mail(b"\xff=====", content_transfer_encoding="base64"),
}
CHARSETS = (
    *("punycode", "idna", "zlib", "rot13", "hex", "base64", "utf-7", "unicode_escape", "undefined"),
    *("raw_unicode_escape", "utf-16", "utf-32", "iso-2022-jp", "hz", "mbcs", "../../etc/passwd"),
    *("", "\0", "a" * 5_000, "é"),
)


def read(raw: bytes) -> IncomingMail:
    """The mail, which is fit to be stored and shown, and took no longer than it may."""
    began = time.monotonic()
    mail = read_mail(raw, DESK)
    assert time.monotonic() - began < SECONDS
    texts = [mail.message_id, mail.sender, mail.subject, mail.words, mail.tag, *mail.references]
    for text in (*texts, *(each.name for each in mail.attachments)):
        assert text.encode().decode() == text
        assert not set(text) & {"\0", "\r", "\u202e", "\u2066"}
    assert "\n" not in mail.subject
    assert len(mail.words) <= MOST_WORDS
    return mail


@pytest.mark.parametrize("made", PARKED.values(), ids=PARKED)
def test_what_is_too_much_is_parked_unread(made: Callable[[], bytes]) -> None:
    mail = read(made())
    assert mail.parked is Parked.UNREADABLE
    assert (mail.words, mail.attachments, mail.is_cut) == ("", (), True)


def test_what_is_too_large_is_parked_with_its_sender_and_subject() -> None:
    mail = read(raw_mail(b"a" * MOST_BYTES))
    assert (mail.parked, mail.sender) == (Parked.TOO_LARGE, "mei@example.com")
    assert (mail.subject, mail.words) == ("My figure", "")


@pytest.mark.parametrize("made", READ.values(), ids=READ)
def test_what_is_odd_is_read_in_time(made: Callable[[], bytes]) -> None:
    assert read(made()).parked in {None, Parked.NO_SENDER}


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_a_charset_that_lies_is_survived(kind: str, charset: str) -> None:
    raw = b"+2AA- " + bytes(range(256)) * 200
    assert read(of_type(f'{kind}; charset="{charset}"', raw)).words


def test_mails_with_bytes_that_were_changed_are_read() -> None:
    seed = raw_mail(b"")[:-2] + deep(5) + BASE64[:500]
    dice = random.Random(138)  # noqa: S311
    for _ in range(500):
        changed = bytearray(seed)
        for _ in range(dice.randrange(1, 30)):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        if dice.random() < 0.3:
            del changed[: dice.randrange(len(changed))]
        read(bytes(changed))


@pytest.mark.parametrize(
    ("sizes", "taken"),
    [
        ([19_999], 0),
        ([20_000], 1),
        ([15 * 2**20], 1),
        ([15 * 2**20 + 1], 0),
        ([2_500_000] * 7, 6),
        ([50_000] * 200, 6),
    ],
    ids=["a logo", "the smallest", "the largest", "too large", "seven", "hundreds"],
)
def test_pictures_of_a_mail_are_few_and_none_is_huge(sizes: list[int], taken: int) -> None:
    mail = read(many_parts_of([picture(size) for size in sizes]))
    assert (mail.parked, len(mail.pictures)) == (None, taken)
    assert sum(len(each.body) for each in mail.pictures) <= MOST_BYTES
    assert len(mail.attachments) == min(len(sizes), 50)


def test_a_picture_within_a_mail_within_a_mail_is_named_and_not_taken() -> None:
    inner = raw_mail(picture(50_000).partition(b"\r\n\r\n")[2], content_type="image/jpeg")
    mail = read(many_parts_of([b"Content-Type: message/rfc822\r\n\r\n" + inner]))
    assert (mail.pictures, len(mail.attachments)) == ((), 1)


def many_parts_of(each: list[bytes]) -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in each)
    return of_type("multipart/mixed; boundary=b", body + b"--b--\r\n")
