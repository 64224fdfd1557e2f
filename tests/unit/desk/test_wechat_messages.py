"""What WeChat's service account sends is read within limits, and a forger's is not believed."""

import hashlib
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.desk.ticket import MOST_WORDS
from aftercare.desk.wechat.model import Kind, Received
from aftercare.desk.wechat.reading import MOST_BYTES, WeChatInvalidError, read_message
from aftercare.desk.wechat.replies import TAKEN, text_reply
from aftercare.desk.wechat.signature import Signed, is_signed, signed_in

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
TOKEN = "a-token-of-the-account"
OPENID, ACCOUNT = "oLPjZjsXuQPJoV0HlruZkNzKc91E", "gh_a96a4a619366"
TEXT = {"MsgType": "text", "Content": "The ear is missing.", "MsgId": "5832509444155992350"}


def signed(token: str = TOKEN, at: datetime = NOW, nonce: str = "1320562132") -> Signed:
    stamp = str(int(at.timestamp()))
    parts = "".join(sorted((token, stamp, nonce)))
    return Signed(hashlib.sha1(parts.encode()).hexdigest(), stamp, nonce)  # noqa: S324


def message(**fields: str) -> bytes:
    every = {"ToUserName": ACCOUNT, "FromUserName": OPENID, "CreateTime": "1796029200", **fields}
    told = "".join(
        f"<{name}>{value if value.isdigit() else f'<![CDATA[{value}]]>'}</{name}>"
        for name, value in every.items()
    )
    return f"<xml>{told}</xml>".encode()


# ---------------------------------------------------------------- who sent it


def test_what_the_account_signed_now_is_believed() -> None:
    assert is_signed(signed(), TOKEN, NOW)
    for minutes in (-4, 4):
        assert is_signed(signed(at=NOW + timedelta(minutes=minutes)), TOKEN, NOW)


def test_the_address_says_who_signed_it_when() -> None:
    query = {"signature": "s", "timestamp": "1", "nonce": "n", "echostr": "e"}
    assert signed_in(query) == Signed("s", "1", "n", "e")
    assert signed_in({}) == Signed("", "", "")


@pytest.mark.parametrize(
    "forged",
    [
        signed("another token"),
        signed(at=NOW - timedelta(minutes=6)),
        signed(at=NOW + timedelta(minutes=6)),
        signed()._replace(nonce="1320562133"),
        signed()._replace(timestamp=str(int(NOW.timestamp()) + 1)),
        signed()._replace(signature=""),
        signed()._replace(signature="0" * 40),
        signed()._replace(signature=signed().signature.upper()),
        signed()._replace(signature="é" * 40),
        signed()._replace(signature=signed().signature * 2),
        signed()._replace(timestamp=""),
        signed()._replace(timestamp="-1"),
        signed()._replace(timestamp="9" * 5_000),
        signed()._replace(timestamp="١٢٣"),
        signed()._replace(nonce=""),
        signed()._replace(nonce="n" * 10_000),
        signed()._replace(nonce="\ud800"),
    ],
    ids=range(17),
)
def test_anything_else_is_not(forged: Signed) -> None:
    assert not is_signed(forged, TOKEN, NOW)


def test_without_a_token_nothing_is_believed() -> None:
    assert not is_signed(signed(""), "", NOW)


@given(st.lists(st.text(max_size=70), min_size=4, max_size=4))
def test_whatever_an_address_says_it_is_answered(texts: list[str]) -> None:
    assert is_signed(Signed(*texts), TOKEN, NOW) is False


# ---------------------------------------------------------------- what was sent


def test_a_text_has_its_words_its_sender_and_its_id() -> None:
    assert read_message(message(**TEXT)) == Received(
        Kind.MESSAGE, OPENID, ACCOUNT, TEXT["MsgId"], "The ear is missing."
    )


def test_words_are_text_in_any_script_and_with_any_mark() -> None:
    words = "耳朵掉了 <b>&amp; 🐰</b>"
    assert read_message(message(**TEXT | {"Content": words})).words == words
    escaped = message(**TEXT).replace(b"The ear is missing.", b"]]>&lt;&#x8033;&amp;<![CDATA[")
    assert read_message(escaped).words == "<耳&"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"MsgType": "image", "PicUrl": "http://x.example/1", "MediaId": "m"}, "[image]"),
        ({"MsgType": "voice", "Format": "amr"}, "[voice]"),
        ({"MsgType": "voice", "Recognition": "The ear is off."}, "[voice] The ear is off."),
        ({"MsgType": "video", "ThumbMediaId": "t"}, "[video]"),
        ({"MsgType": "shortvideo"}, "[shortvideo]"),
        (
            {"MsgType": "location", "Location_X": "23.1", "Location_Y": "113.3", "Label": "Home"},
            "[location] Home 23.1 113.3",
        ),
        (
            {"MsgType": "link", "Title": "T", "Url": "https://x.example"},
            "[link] T https://x.example",
        ),
        ({"MsgType": "hologram"}, "[attachment]"),
        ({"MsgType": "<script>"}, "[attachment]"),
        ({}, "[attachment]"),
        ({"MsgType": "text", "Content": " \n "}, "[text]"),
        ({"MsgType": "text", "Content": "x" * 9_000}, "x" * MOST_WORDS),
    ],
)
def test_what_is_no_text_is_mentioned(fields: dict[str, str], words: str) -> None:
    received = read_message(message(MsgId="58325", **fields))
    assert (received.kind, received.words) == (Kind.MESSAGE, words)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("subscribe", Kind.SUBSCRIBED),
        ("unsubscribe", Kind.UNSUBSCRIBED),
        ("SCAN", Kind.OTHER),
        ("LOCATION", Kind.OTHER),
        ("CLICK", Kind.OTHER),
        ("VIEW", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_an_event_is_nothing_that_anybody_wrote(event: str, kind: Kind) -> None:
    body = message(MsgType="event", Event=event, EventKey="qrscene_1")
    received = read_message(body)
    assert (received.kind, received.words) == (kind, "")
    assert read_message(body).sent_as == received.sent_as


def test_an_event_with_nested_elements_is_read() -> None:
    body = message(MsgType="event", Event="scancode_push").replace(
        b"</xml>",
        b"<ScanCodeInfo><ScanType>qr</ScanType><MsgType>text</MsgType></ScanCodeInfo></xml>",
    )
    assert read_message(body).kind is Kind.OTHER


BOMB = b"<!DOCTYPE x [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY %c '&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;'>" % (i, *[i - 1] * 8)
    for i in range(ord("b"), ord("p"))
)
HOSTILE = {
    "nothing": b"",
    "no XML": b"signature=1",
    "JSON": b'{"MsgType": "text"}',
    "a bomb of entities": BOMB + b"]><xml><Content>&o;</Content></xml>",
    "an external entity": b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml>&f;</xml>',
    "a document type alone": b"<!DOCTYPE xml><xml></xml>",
    "an external document type": b'<!DOCTYPE xml SYSTEM "http://x.example/a.dtd"><xml></xml>',
    "an entity that nobody declared": b"<xml><Content>&who;</Content></xml>",
    "cut off": message(**TEXT)[:-9],
    "another root": message(**TEXT).replace(b"xml>", b"yml>"),
    "two roots": message(**TEXT) * 2,
    "deep": b"<xml>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</xml>",
    "wide": b"<xml>" + b"".join(b"<a%d/>" % number for number in range(2_000)) + b"</xml>",
    "an element twice": message(**TEXT).replace(b"</xml>", b"<MsgId>1</MsgId></xml>"),
    "a megabyte": message(**TEXT | {"Content": "x" * 1_000_000}),
    "just too long": b"<xml>" + b" " * MOST_BYTES + b"</xml>",
    "UTF-16": message(**TEXT).decode().encode("utf-16"),
    "broken UTF-8": message(**TEXT).replace(b"ear", b"\xff\xfe\xfa"),
    "a null": message(**TEXT).replace(b"ear", b"\0"),
    "no sender": message(**TEXT | {"FromUserName": ""}),
    "a sender with a path": message(**TEXT | {"FromUserName": "../../etc"}),
    "a long sender": message(**TEXT | {"FromUserName": "o" * 65}),
    "no account": message(**TEXT | {"ToUserName": ""}),
    "no time": message(**TEXT | {"CreateTime": "now"}),
    "no id": message(**TEXT | {"MsgId": ""}),
    "an id of letters": message(**TEXT | {"MsgId": "abc"}),
    "an id in other digits": message(**TEXT | {"MsgId": "٣"}),
    "an event without a time": message(MsgType="event", Event="subscribe", CreateTime=""),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_is_none_of_wechats_is_refused_at_once(body: bytes) -> None:
    tracemalloc.start()
    begun = time.perf_counter()
    with pytest.raises(WeChatInvalidError):
        read_message(body)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.perf_counter() - begun < 0.5
    assert most < 2_000_000


@given(st.binary(max_size=300))
def test_bytes_are_read_or_refused(body: bytes) -> None:
    with pytest.raises(WeChatInvalidError):
        read_message(body)


def test_a_declared_encoding_does_not_count() -> None:
    body = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + message(**TEXT | {"Content": "耳"})
    assert read_message(body).words == "耳"


# ---------------------------------------------------------------- what is answered


def test_a_reply_goes_back_to_its_sender() -> None:
    received = read_message(message(**TEXT))
    back = text_reply(received, "We have it. ]]> <b> & 🐰\x08", NOW).encode()
    read = read_message(back.replace(b"</xml>", b"<MsgId>1</MsgId></xml>"))
    assert (read.openid, read.account) == (ACCOUNT, OPENID)
    assert read.words == "We have it. ]]> <b> & 🐰"


def test_without_words_nothing_is_shown() -> None:
    assert text_reply(read_message(message(**TEXT)), "", NOW) == TAKEN == "success"


def test_a_long_reply_is_cut_at_a_character() -> None:
    back = text_reply(read_message(message(**TEXT)), "兔" * 2_000, NOW).encode()
    words = read_message(back.replace(b"</xml>", b"<MsgId>1</MsgId></xml>")).words
    assert words == "兔" * 682
