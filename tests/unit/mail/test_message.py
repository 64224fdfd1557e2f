"""A letter on the wire: what every relay takes, and what a mail program makes of it."""

import re
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.mail.message import message_of
from aftercare.mail.model import Letter
from aftercare.mail.rendering import Renderer
from aftercare.words.model import LANGUAGES
from infra.mails.samples import SAMPLES, Sample
from tests.fakes.mails import message_in

SENDER = "returns@aftercare.example"
TICKET = "R-7K2M-9QXA-4"
LINE = 998
CHINESE = "退货标签已就绪, 请打印后贴在包裹外侧 (R-7K2M-9QXA-4)"
TEXTS = ["Your label is ready\n", f"{CHINESE}\n" * 40, "x" * 5000 + "\n", "Étiquette prête\n"]


def written(letter: Letter, to: str = "mei@example.com") -> bytes:
    return message_of(SENDER, to, letter)


def read(letter: Letter) -> EmailMessage:
    return message_in(written(letter))


def lines(raw: bytes) -> list[bytes]:
    return raw.split(b"\r\n")


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_ascii_in_lines_of_a_length_that_every_relay_takes(text: str) -> None:
    raw = written(Letter(CHINESE, text, f"<p>{text}</p>", "zh", TICKET))
    assert raw.isascii()
    assert max(map(len, lines(raw))) <= LINE
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("text", TEXTS)
def test_a_mail_program_reads_what_was_written(text: str) -> None:
    message = read(Letter(CHINESE, text, f"<p>{text}</p>"))
    assert message["Subject"] == CHINESE
    for kind, expected in {"plain": text, "html": f"<p>{text}</p>"}.items():
        part = message.get_body((kind,))
        assert isinstance(part, EmailMessage)
        assert part.get_content().replace("\r\n", "\n").strip() == expected.strip()


def test_the_text_comes_before_the_html() -> None:
    """A mail program shows the last part that it can."""
    message = read(Letter("Subject", "Text", "<p>HTML</p>"))
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_a_subject_beyond_ascii_is_encoded_in_words_of_75_characters() -> None:
    """RFC 2047: longer ones are shown raw by some mail programs."""
    [head, _] = written(Letter(CHINESE * 3, "Text", "")).split(b"\r\n\r\n", 1)
    words = re.findall(rb"=\?[^?]+\?[bq]\?[^?]*\?=", head)
    assert words
    assert max(map(len, words)) <= 75


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_subject_is_read_as_it_was_written(sample: Sample, language: str) -> None:
    letter = Renderer("https://returns.example.com")(sample.mail(language))
    assert_is_read(letter.subject)


@given(subject=st.text(st.sampled_from("ab7 -_?=é返品の("), min_size=1).map(str.strip))
def test_any_subject_is_read_as_it_was_written(subject: str) -> None:
    assert_is_read(subject)


def assert_is_read(subject: str) -> None:
    raw = written(Letter(subject, "Text", "<p>"))
    [head, _] = raw.split(b"\r\n\r\n", 1)
    assert message_in(raw)["Subject"] == subject
    # Encoded words side by side are shown as they are, by some.
    assert b"?==?" not in head
    assert max(map(len, re.findall(rb"=\?[^?]+\?[bq]\?[^?]*\?=", head)), default=0) <= 75


def test_mails_about_one_ticket_are_one_conversation() -> None:
    first, second = (read(Letter(each, each, "", "en", TICKET)) for each in ("One", "Two"))
    thread = f"<{TICKET}@aftercare.example>"
    for message in (first, second):
        assert (message["References"], message["In-Reply-To"]) == (thread, thread)


def test_a_reply_goes_where_it_is_read_and_answers_the_customers_mail() -> None:
    """Ids have no spaces to fold at: folded or encoded, nobody could read them."""
    reply_to = f"care+{'k' * 9}.{'a' * 16}@a-rather-long-domain-of-the-desk.aftercare.example"
    answered = f"<{'c' * 200}@mail.example.com>"
    letter = Letter("One", "One", "", "en", TICKET, reply_to=reply_to, answers=answered)
    message = read(letter)
    assert message["Reply-To"] == reply_to
    assert message["In-Reply-To"] == answered
    thread = f"<{TICKET}@aftercare.example>"
    assert str(message["References"]).split() == [thread, f"<{reply_to}>", answered]
    raw = written(letter)
    assert f"Reply-To: {reply_to}\r\n".encode() in raw
    assert max(map(len, lines(raw))) <= LINE


@pytest.mark.parametrize("answered", ["<a@b>\r\nBcc: eve@example.com", "<é@b>", "a@b", "<a b>"])
def test_what_is_no_id_of_a_message_is_not_answered(answered: str) -> None:
    message = read(Letter("One", "One", "", "en", TICKET, answers=answered))
    assert message["In-Reply-To"] == f"<{TICKET}@aftercare.example>"
    assert message["Bcc"] is None


def test_a_mail_about_no_ticket_starts_a_conversation() -> None:
    message = read(Letter("One", "One", ""))
    assert message["References"] is None
    assert message["In-Reply-To"] is None


def test_no_robot_answers_and_the_language_is_named() -> None:
    message = read(Letter("Un", "Un", "", "fr"))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"


@pytest.mark.parametrize(
    "to",
    [
        "mei@example.com, eve@example.com",
        "Mei <mei@example.com>",
        "zoë@example.com",
        "mei",
        "",
        "@",
    ],
)
def test_what_is_not_one_plain_address_is_no_recipient(to: str) -> None:
    with pytest.raises(ValueError, match="not one plain address"):
        written(Letter("Subject", "Text", ""), to)


@given(st.text(max_size=200) | st.text(st.characters(max_codepoint=126), max_size=200))
def test_whatever_an_address_is_it_adds_no_header(to: str) -> None:
    try:
        raw = written(Letter("Subject", "Text", ""), to)
    except ValueError:
        return
    assert raw.isascii()
    names = {line.partition(b":")[0] for line in lines(raw.split(b"\r\n\r\n", 1)[0])}
    named = {name for name in names if not name.startswith((b" ", b"\t"))}
    assert named == {
        b"From",
        b"To",
        b"Subject",
        b"Content-Language",
        b"Auto-Submitted",
        b"MIME-Version",
        b"Content-Type",
    }
