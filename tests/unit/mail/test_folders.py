"""Every mail is a folder of templates that states its promise and renders in every language."""

import re

import pytest
from jinja2 import DictLoader

from aftercare.mail.model import (
    ACCESS_CODE,
    EVIDENCE_REMINDER,
    KINDS,
    LABEL_EXPIRING,
    PARCEL_EXPIRING,
    PARCEL_SILENT,
    POINTS_REMINDER,
    TICKET_RECEIVED,
    TICKET_REMINDER,
    Mail,
    Promise,
)
from aftercare.mail.rendering import Renderer, environment
from aftercare.web.rendering import plain_environment
from aftercare.words.model import ENGLISH, LANGUAGES
from infra.mails.samples import SAMPLES, Sample
from tests.fakes.template import ROOT
from tests.fakes.words import sections

FOLDERS = ROOT / "layers" / "aftercare" / "aftercare" / "mail" / "templates"
HOSTILE = """<script>alert(1)</script> & "O'Neil" {{ 7 * 7 }}"""
EVERY = [
    pytest.param(sample, language, id=f"{sample.name}-{language}")
    for sample in SAMPLES
    for language in LANGUAGES
]


def test_every_folder_is_a_mail_with_its_three_parts() -> None:
    folders = {path.name: path for path in FOLDERS.iterdir() if path.is_dir()}
    assert set(folders) == {kind.name for kind in KINDS}
    for folder in folders.values():
        parts = {path.name for path in folder.iterdir()}
        assert parts == {"subject.txt", "text.txt", "body.html"}, folder.name
        assert '{% extends "shell.html" %}' in (folder / "body.html").read_text()


def test_every_mail_is_in_the_gallery() -> None:
    assert {sample.kind for sample in SAMPLES} == set(KINDS)
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)


def test_every_mail_has_words_of_its_own() -> None:
    assert {kind.name for kind in KINDS} <= sections(ENGLISH)


def test_what_a_customer_must_know_is_sent_until_it_was_and_the_rest_at_most_once() -> None:
    at_most_once = {
        EVIDENCE_REMINDER,
        LABEL_EXPIRING,
        PARCEL_EXPIRING,
        PARCEL_SILENT,
        POINTS_REMINDER,
        TICKET_RECEIVED,
        TICKET_REMINDER,
    }
    for kind in KINDS:
        kept = Promise.AT_MOST_ONCE if kind in at_most_once else Promise.UNTIL_SENT
        assert kind.promise is kept, kind.name


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_it_renders_in_each_language(sample: Sample, language: str) -> None:
    letter = Renderer("https://returns.example.com/")(sample.mail(language))
    assert letter.subject
    assert letter.subject == letter.subject.strip()
    assert f'<html lang="{language}">' in letter.html
    unstyled = re.sub(r"<style>.*?</style>", "", letter.html, flags=re.DOTALL)
    for part in (letter.subject, letter.text, unstyled):
        assert "mei@example.com" not in part
        assert "{" not in part
        assert "example.com//" not in part


def test_a_hostile_value_is_text_in_html_and_one_line_in_a_subject() -> None:
    values = {"code": f"{HOSTILE}\r\nBcc: eve@example.com", "minutes": 10}
    letter = Renderer("https://returns.example.com")(Mail(ACCESS_CODE, "m", "a@b.example", values))
    assert "<script>" not in letter.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;O&#39;Neil&#34;" in letter.html
    assert HOSTILE in letter.text
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    assert f"{HOSTILE} Bcc: eve@example.com" in " ".join(letter.subject.split())
    assert "49" not in letter.html


def test_a_missing_value_is_an_error_and_no_gap() -> None:
    with pytest.raises(Exception, match="'minutes' is undefined"):
        Renderer("https://returns.example.com")(
            Mail(ACCESS_CODE, "m", "a@b.example", {"code": "1"})
        )


def test_the_build_compiles_mails_with_the_options_with_which_they_are_read() -> None:
    """It has one environment for all templates: the web's."""
    ours, builds = environment(), plain_environment(DictLoader({}))
    for option in ("undefined", "trim_blocks", "lstrip_blocks", "keep_trailing_newline"):
        assert getattr(ours, option) == getattr(builds, option), option
    for name, is_escaped in {"body.html": True, "text.txt": False, "subject.txt": False}.items():
        for each in (ours, builds):
            assert callable(each.autoescape)
            assert each.autoescape(f"access_code/{name}") is is_escaped
