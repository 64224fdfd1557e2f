"""The frame of every mail: readable in light and dark, without images, and as text alone."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from unicodedata import east_asian_width

import pytest

from aftercare.mail.model import Letter
from aftercare.mail.rendering import Renderer
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from infra.mails.samples import SAMPLES, Sample

PORTAL = "https://returns.example.com"
# Gmail cuts a mail off beyond 102 kB.
LONGEST = 60_000
# What lists of mails show after a subject; a Chinese or Japanese character is two wide.
PREHEADER = range(20, 240)
# WCAG AA for text of any size.
CONTRAST = 4.5
EVERY = [
    pytest.param(sample, language, id=f"{sample.name}-{language}")
    for sample in SAMPLES
    for language in LANGUAGES
]
every_mail = pytest.mark.parametrize(("sample", "language"), EVERY)


def letter(sample: Sample, language: str) -> Letter:
    return Renderer(PORTAL)(sample.mail(language))


class Reading(HTMLParser):
    """Texts of a mail with the colours that they stand in, as one scheme paints them."""

    VOID = frozenset({"meta", "br", "img", "hr", "link"})

    def __init__(self, classes: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__()
        self.shown: list[tuple[str, str, str]] = []
        self.hidden: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self._classes = classes
        self._stack: list[tuple[str, str, str, bool]] = [("", "#000000", "#ffffff", False)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag in self.VOID:
            return
        style = declarations(given.get("style") or "")
        for name in (given.get("class") or "").split():
            style |= self._classes.get(name, {})
        _, colour, ground, hidden = self._stack[-1]
        hidden = hidden or style.get("display") == "none" or tag in {"style", "title"}
        colour = style.get("color", colour)
        ground = style.get("background-color", ground)
        self._stack.append((tag, colour, ground, hidden))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self._stack.pop()[0] == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        _, colour, ground, hidden = self._stack[-1]
        text = data.strip(" \n\xa0\u034f\u200c")
        if text and hidden:
            self.hidden.append(text)
        elif text:
            self.shown.append((text, colour, ground))


def declarations(style: str) -> dict[str, str]:
    pairs = (each.partition(":") for each in style.replace("!important", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value}


def read(html: str, *, dark: bool = False) -> Reading:
    block = re.search(r"prefers-color-scheme: dark\) \{(.*?)\n\}", html, re.DOTALL)
    assert block
    rules = re.findall(r"\.([\w-]+) \{([^}]*)\}", block[1]) if dark else []
    reading = Reading({name: declarations(style) for name, style in rules})
    reading.feed(html)
    return reading


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@every_mail
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_its_background(
    sample: Sample, language: str, *, dark: bool
) -> None:
    html = letter(sample, language).html
    for text, colour, ground in read(html, dark=dark).shown:
        assert contrast(colour, ground) >= CONTRAST, (text, colour, ground)
    assert "light dark" in html


@every_mail
def test_it_needs_nothing_from_elsewhere(sample: Sample, language: str) -> None:
    """No picture to load, no font, no style sheet, no script: nothing tells when it is read."""
    html = letter(sample, language).html
    assert not read(html).tags & {"img", "script", "link", "iframe", "object", "video", "form"}
    assert not re.findall(r"url\(|@import|@font-face|\bon\w+=", html)


@every_mail
def test_each_link_can_be_read_as_text_in_both_parts(sample: Sample, language: str) -> None:
    mail = letter(sample, language)
    reading = read(mail.html)
    texts = {text for text, _, _ in reading.shown}
    for link in reading.links:
        assert link.startswith(f"{PORTAL}/")
        assert re.search(rf"[?&]lang={mail.language}$", link)
        assert link.count("?") == 1
        assert link in texts
        assert link in mail.text.split()
    assert set(re.findall(r"https?://\S+", mail.text)) == set(reading.links)


@every_mail
def test_a_list_of_mails_shows_more_than_the_subject(sample: Sample, language: str) -> None:
    mail = letter(sample, language)
    preheader = read(mail.html).hidden[-1]
    assert sum(2 if east_asian_width(each) in "WF" else 1 for each in preheader) in PREHEADER
    assert preheader not in mail.subject


@every_mail
def test_the_text_says_what_the_html_says(sample: Sample, language: str) -> None:
    mail = letter(sample, language)
    # The brand, the numbers of steps, and what stands between a button and its address.
    aside = " ".join(words(mail.language, typeset=True).text("mails.link").split())
    only_html = {"Aftercare", aside, *(str(number) for number in range(1, 9))}
    told = " ".join(mail.text.split())
    shown = {" ".join(text.split()) for text, _, _ in read(mail.html).shown}
    assert {text for text in shown - only_html if text not in told} == set()


@every_mail
def test_it_is_not_cut_off(sample: Sample, language: str) -> None:
    mail = letter(sample, language)
    assert len(mail.html.encode()) < LONGEST
    assert "None" not in mail.text
    assert not re.search(r"[{}]|\n{4}", mail.text)


@every_mail
def test_its_language_is_named_where_mail_programs_look(sample: Sample, language: str) -> None:
    mail = letter(sample, language)
    assert mail.language == language
    assert f'<html lang="{language}">' in mail.html


def test_a_subject_names_the_ticket_by_which_the_mail_is_found() -> None:
    with_tickets = [sample for sample in SAMPLES if sample.thread]
    assert with_tickets
    for sample in with_tickets:
        for language in LANGUAGES:
            assert sample.thread in letter(sample, language).subject
