"""What is new in a mail's text or HTML, and that neither takes longer than it is."""

import time

import pytest

from aftercare.desk.incoming.markup import text_of
from aftercare.desk.incoming.quoting import new_part

SECONDS = 20
ANNOUNCED = {
    "en": "On Mon, Nov 3, 2026 at 9:00 AM Aftercare <care@shop.example> wrote:",
    "en wrapped": "On Mon, Nov 3, 2026 at 9:00 AM Aftercare\n<care@shop.example> wrote:",
    "fr": "Le lun. 3 nov. 2026 à 09:00, Aftercare <care@shop.example> a écrit\u00a0:",
    "es": "El lun, 3 nov 2026 a las 9:00, Aftercare (<care@shop.example>) escribió:",
    "ja": "2026年11月3日(火) 9:00 Aftercare <care@shop.example>:",
    "zh": "Aftercare <care@shop.example> 于2026年11月3日周二 09:00写道：",  # noqa: RUF001
}
HEADS = {
    "en": "From: Aftercare <care@shop.example>\nSent: Monday, November 3\nTo: Mei\nSubject: A",
    "fr": "De : Aftercare <care@shop.example>\nEnvoyé : lundi 3 novembre\nÀ : Mei\nObjet : A",
    "es": "De: Aftercare <care@shop.example>\nEnviado: lunes, 3\nPara: Mei\nAsunto: A",
    "ja": "差出人: Aftercare <care@shop.example>\n送信日時: 2026年11月3日\n宛先: Mei\n件名: A",
    "zh": "发件人: Aftercare <care@shop.example>\n发送时间: 2026年11月3日\n收件人: Mei\n主题: A",
    "a line": f"{'_' * 32}\nFrom: Aftercare\nSent: Monday\nTo: Mei\nSubject: A",
    "qq": "------------------ 原始邮件 ------------------\n发件人: Aftercare",
    "old": "-----Original Message-----\nFrom: Aftercare",
}
MARKUP = (
    *("<", "<!--", "<a ", "</a", "<![CDATA[", "<!", "<?", "&", "&#", "&#x110000;", "<script>"),
    *("<a b='", "</script", "<div>", "<blockquote>", "</blockquote>", "<p>", "<br>", "<svg>"),
)
LINES = (
    *("\n", "> ", "On ", "On a\n", "wrote:\n", "On 1 wrote:\n", "El 1 a\n", "1@\n", "1\n", "-"),
    *("From: a\n", "_" * 20 + "\n", "-- original message\n", "差出人:a\n", "\u3000", "> \n1\n"),
)


@pytest.mark.parametrize("announced", ANNOUNCED.values(), ids=ANNOUNCED)
def test_what_was_quoted_is_cut_in_five_languages(announced: str) -> None:
    below = f"A new part.\n\n{announced}\n\n> We look into it.\n> Best wishes\n"
    assert new_part(below) == "A new part."
    above = f"{announced}\n> Which colour is it?\n\nRed.\n\n> And where?\nAt home.\n"
    assert new_part(above) == "Red.\n\nAt home."


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_mail_that_stands_below_as_a_whole_is_cut(head: str) -> None:
    assert new_part(f"A new part.\n\n{head}\n\nWe look into it.\n") == "A new part."


@pytest.mark.parametrize(
    "words",
    [
        "My friend wrote:\nit is fake. And I think so, too.",
        "To: nobody in particular.\nThis is no head of a mail.",
        "3 < 5 and 7 > 5.",
        "I bought it on 3 May:\nthe red one.",
        "A line\n----\nand another.",
    ],
)
def test_what_only_looks_quoted_stays(words: str) -> None:
    assert new_part(words) == words


def test_a_mail_of_quotations_alone_stays_whole() -> None:
    assert new_part("> All of it.\n> Really.") == "> All of it.\n> Really."


@pytest.mark.parametrize("bit", MARKUP)
def test_broken_html_takes_no_longer_than_it_is(bit: str) -> None:
    began = time.monotonic()
    text_of(bit * (150_000 // len(bit)))
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize("line", LINES)
def test_what_looks_quoted_over_and_over_takes_no_longer_than_it_is(line: str) -> None:
    began = time.monotonic()
    new_part(line * (150_000 // len(line)))
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>x",
        "<SCRIPT\n>alert(1)</SCRIPT\n>x",
        "<style>alert(1)</style>x",
        "<img src=x onerror=alert(1)>x",
        "<!-- alert(1) -->x",
        "<svg><script>alert(1)</script></svg>x",
        '<a href="javascript:alert(1)">x</a>',
        "x<script>alert(1)",
    ],
)
def test_scripts_and_addresses_of_html_are_no_words(html: str) -> None:
    assert text_of(html) == "x"


def test_what_stands_for_a_tag_stays_text() -> None:
    assert text_of("&lt;script&gt;alert(1)&lt;/script&gt; 1 < 2") == (
        "<script>alert(1)</script> 1 < 2"
    )
