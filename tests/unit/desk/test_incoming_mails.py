"""What a customer's mail says: its words, its files, and whether anybody wrote it at all."""

import base64
from typing import Any

import pytest

from aftercare.desk.incoming.model import Attachment, Parked
from aftercare.desk.ticket import MOST_WORDS
from tests.fakes.incoming import MEI, PASSED, parts, received


def test_a_plain_mail() -> None:
    mail = received("The box was open.\r\n\r\nThe card is missing.\r\n")
    assert mail == (
        "<one@mail.example.com>",
        MEI,
        "My figure",
        (),
        "",
        "The box was open.\n\nThe card is missing.",
        (),
        None,
        True,
        False,
        (),
    )


def test_what_was_quoted_is_cut() -> None:
    below = "A new part.\n\nOn Mon, Nov 3, 2026 Aftercare <care@shop.example> wrote:\n> Old."
    assert received(below).words == "A new part."


def test_long_words_are_cut_and_it_says_so() -> None:
    mail = received("x" * (MOST_WORDS + 1))
    assert (len(mail.words), mail.is_cut) == (MOST_WORDS, True)


def test_html_alone_becomes_text_and_its_quotations_are_cut() -> None:
    html = (
        "<html><head><title>No</title><style>p{}</style></head><body><script>alert(1)</script>"
        "<p>The <b>box</b> was&nbsp;open &amp; torn.</p><div>Twice<br>so.</div><!-- <p>no</p> -->"
        '<img src="https://evil.example/t.gif" alt="no"><ul><li>One</li><li>Two</li></ul>'
        "<div>On Mon, Nov 3, 2026 at 9:00 AM Aftercare &lt;care@shop.example&gt; wrote:<br></div>"
        "<blockquote><p>We look into it.</p></blockquote></body></html>"
    )
    mail = received(html, content_type="text/html; charset=utf-8")
    assert mail.words == "The box was open & torn.\n\nTwice\nso.\n\nOne\nTwo"


def test_plain_text_is_preferred_and_files_are_listed() -> None:
    alternative, kind = parts(
        "Content-Type: text/plain\r\n\r\nPlain.",
        "Content-Type: text/html\r\n\r\n<p>Rich.</p>",
        kind="alternative",
    )
    photo = base64.b64encode(b"\xff\xd8" * 50).decode()
    body, mixed = parts(
        f"Content-Type: {kind}\r\n\r\n{alternative}",
        'Content-Type: image/jpeg; name="../../etc/ear\u202egpj.exe"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{photo}",
        "Content-Type: message/rfc822\r\n\r\nSubject: Within\r\n\r\nHi",
    )
    mail = received(body, content_type=mixed)
    assert mail.words == "Plain."
    assert mail.attachments == (
        Attachment("eargpj.exe", "image/jpeg", 100),
        Attachment("file", "message/rfc822", 2),
    )


@pytest.mark.parametrize(
    ("raw", "charset", "words"),
    [
        ("箱が開いていた。".encode("iso-2022-jp"), "iso-2022-jp", "箱が開いていた。"),
        ("①箱".encode("cp932"), "shift_jis", "①箱"),
        ("盒子是开的镕".encode("gb18030"), "gb2312", "盒子是开的镕"),
        ("ouverte à l’arrivée".encode("cp1252"), "iso-8859-1", "ouverte à l’arrivée"),
        ("déjà".encode(), "us-ascii", "déjà"),
        ("déjà".encode(), "iso-8859-1", "déjà"),
        ("déjà".encode(), "no-such-charset", "déjà"),
        (b"d\xe9j\xe0", "utf-8", "d\ufffdj\ufffd"),
    ],
)
def test_words_are_read_by_what_they_most_likely_are(raw: bytes, charset: str, words: str) -> None:
    assert received(raw, content_type=f"text/plain; charset={charset}").words == words


def test_a_subject_is_one_line_of_text() -> None:
    encoded = "=?utf-8?B?44GT44KT44Gr44Gh44Gv?= =?iso-8859-1?q?d=E9j=E0?="
    assert received(subject=encoded).subject == "こんにちはdéjà"
    hostile = "=?utf-8?q?Hi=0D=0ABcc=3A_eve=40example.com=00?= \u202eevil"
    assert received(subject=hostile).subject == "Hi Bcc: eve@example.com evil"


def test_a_mail_without_an_id_has_the_same_one_each_time() -> None:
    first, again = received(message_id=None), received(message_id=None)
    assert first.message_id == again.message_id != received("Else.", message_id=None).message_id
    assert first.message_id.endswith("@no-id.invalid>")


def test_references_are_those_nearest_first() -> None:
    mail = received(in_reply_to="<c@x>", references="<a@x> <b@x>\r\n <c@x>")
    assert mail.references == ("<c@x>", "<b@x>", "<a@x>")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"auto_submitted": "auto-replied"}, Parked.AUTO_REPLY),
        ({"auto_submitted": "Auto-Generated; owner-email=x"}, Parked.AUTO_REPLY),
        ({"auto_submitted": "no"}, None),
        ({"precedence": "bulk"}, Parked.AUTO_REPLY),
        ({"precedence": "auto_reply"}, Parked.AUTO_REPLY),
        ({"x_auto_response_suppress": "All"}, Parked.AUTO_REPLY),
        ({"return_path": "<>"}, Parked.BOUNCE),
        ({"return_path": None}, None),
        ({"from": "MAILER-DAEMON@example.com"}, Parked.BOUNCE),
        ({"content_type": "multipart/report; boundary=b"}, Parked.BOUNCE),
        ({"list_id": "<figures.example.com>"}, Parked.LIST),
        ({"precedence": "list"}, Parked.LIST),
        ({"list_unsubscribe": "<mailto:a@b.example>"}, Parked.LIST),
        ({"from": "care@shop.example"}, Parked.OURS),
        ({"from": "returns@MAIL.shop.example"}, Parked.OURS),
        ({"from": "care@notshop.example"}, None),
        ({"from": None}, Parked.NO_SENDER),
        ({"from": "Mei"}, Parked.NO_SENDER),
        ({"from": f"{MEI}, li@example.com"}, Parked.NO_SENDER),
    ],
)
def test_what_nobody_wrote_to_us_is_parked(changes: dict[str, Any], why: Parked | None) -> None:
    assert received(**changes).parked is why


QUOTED = (
    'amazonses.com; spf=pass envelope-from="x; dmarc=pass header.from=example.com; "@evil.example;'
    " dmarc=fail header.from=evil.example"
)
UNPROVED: dict[str, str | None] = {
    "nothing": None,
    "failed": PASSED.replace("dmarc=pass", "dmarc=fail"),
    "no policy": PASSED.replace("dmarc=pass", "dmarc=none"),
    "not checked": PASSED.partition("dmarc=")[0],
    "another checker": PASSED.replace("amazonses.com", "mx.example.com", 1),
    "a longer name": PASSED.replace("amazonses.com", "amazonses.com.evil.example", 1),
    "another domain": PASSED.replace("from=example.com", "from=evil.example"),
    "a longer domain": PASSED.replace("from=example.com", "from=example.com.evil"),
    "a comment": PASSED.replace("dmarc=", "(dmarc=") + ")",
    "an open comment": f"amazonses.com; spf=none (dmarc=pass; {PASSED}",
    "a quoted text": QUOTED,
    "two results": f"{PASSED} dmarc=fail header.from=example.com",
    "much": PASSED + " x" * 1_000,
}


@pytest.mark.parametrize("results", UNPROVED.values(), ids=UNPROVED)
def test_anything_but_a_pass_that_ses_wrote_proves_nothing(results: str | None) -> None:
    assert not received(authentication_results=results).is_proved


@pytest.mark.parametrize(
    "sender",
    [
        f"Mei <{MEI}>, eve@example.com",
        f'"{MEI}" <eve@evil.example>',
        "mei@sub.example.com",
        "mei@example.com.evil.example",
    ],
)
def test_another_domain_than_the_checked_one_is_not_proved(sender: str) -> None:
    assert not received(**{"from": sender}).is_proved


def test_a_forged_result_below_that_of_ses_is_not_believed() -> None:
    failed = PASSED.replace("dmarc=pass", "dmarc=fail")
    forged = ("Authentication-Results", PASSED)
    assert not received("Hi", forged, authentication_results=failed).is_proved
    assert not received("Hi", ("From", "mei@example.com")).is_proved
    other = ("Authentication-Results", f"mx.example.net; {failed.partition(';')[2]}")
    assert received("Hi", other).is_proved


def test_what_is_proved_is_the_sender_who_is_named() -> None:
    mail = received("Hi", **{"from": '"Li <li@example.com>" <MEI@Example.com>'})
    assert (mail.sender, mail.is_proved) == (MEI, True)
