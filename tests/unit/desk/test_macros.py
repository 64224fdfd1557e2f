"""The texts that agents send often: what they restate, and how they are filled."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aftercare.desk.macros import Macro, blanks_of, digest_of, fitting, published
from aftercare.desk.model import Channel, Lane
from aftercare.desk.ticket import MOST_WORDS, Proof, Ticket, Topic
from aftercare.kernel.rulebook import RulesInvalidError, read
from aftercare.words.model import LANGUAGES
from tests.fakes.documents import rules
from tests.fakes.template import ROOT

FOLDER = ROOT / "layers/aftercare/aftercare/desk/macros"
TEXT = (FOLDER / "closing.toml").read_text("utf-8")
RULES = {rule.rule_id: rule for rule in rules()}
TICKET = Ticket(
    ticket_id="tkt_00000000000000000000000000",
    number="R-7K4M-2P9D-X",
    email_key="key",
    email="mei@example.com",
    language="en",
    market="US",
    channel=Channel.WEB,
    lane=Lane.STANDARD,
    topic=Topic.ORDER,
    proof=Proof.ORDER_AND_MAILBOX,
    opened_at=datetime(2026, 11, 29, tzinfo=UTC),
    order_number="PM-2026-10001",
)
EVERY_MACRO = pytest.mark.parametrize("macro", published().values(), ids=lambda each: each.macro_id)


@EVERY_MACRO
def test_a_macro_was_looked_at_since_its_rules_changed(macro: Macro) -> None:
    for rule_id, digest in macro.rules.items():
        assert rule_id in RULES, f"{macro.macro_id}: docs/rules.md has no {rule_id}"
        now = digest_of(RULES[rule_id].text)
        assert now == digest, (
            f"desk/macros/{macro.macro_id}.toml was written against another text of {rule_id}. "
            "Read the rule and all five texts of the macro. Mend the texts where they are no "
            f'longer true, and raise `version`. Then write: {rule_id} = "{now}"'
        )


@EVERY_MACRO
def test_a_macro_restates_what_is_built(macro: Macro) -> None:
    assert all(RULES[rule_id].is_built for rule_id in macro.rules)


@EVERY_MACRO
def test_a_macros_figures_are_the_same_in_every_language(macro: Macro) -> None:
    """A language may write a small number as a word, or an ordinal's figure."""
    said = {
        language: frozenset(re.findall(r"\d+", text)) - {"1", "2"}
        for language, text in macro.texts.items()
    }
    assert len(set(said.values())) == 1, said


@EVERY_MACRO
def test_a_macro_is_a_message(macro: Macro) -> None:
    assert (FOLDER / f"{macro.macro_id}.toml").exists()
    for text in macro.texts.values():
        assert len(text) < MOST_WORDS / 2


@EVERY_MACRO
def test_french_has_its_spaces(macro: Macro) -> None:
    assert not re.search(r"[^\u202f][;?!»]|[^\u00a0]:|«[^\u202f]|'", macro.texts["fr"])


@pytest.mark.parametrize("language", [*LANGUAGES, "de", "zh-Hant"])
def test_a_text_is_filled_in_the_customers_language(language: str) -> None:
    ticket = replace(TICKET, language=language)
    read_in = {"de": "en", "zh-Hant": "zh-Hans"}.get(language, language)
    for macro in published().values():
        text = macro.filled(ticket)
        assert not blanks_of(text)
        assert ticket.number in text
        assert text == macro.texts[read_in].strip().format(
            number=ticket.number, order=ticket.order_number
        )


def test_a_macro_about_an_order_is_not_offered_without_one() -> None:
    every, without = fitting(TICKET), fitting(replace(TICKET, order_number=""))
    assert len(every) >= 8
    left_out = {macro.macro_id for macro in every} - {macro.macro_id for macro in without}
    assert left_out == {"damage-photos", "missing-from-set", "parcel-delay"}


def test_what_a_customer_typed_fills_no_blank_twice() -> None:
    """An order's number is text from outside: it is put in as it stands."""
    text = published()["damage-photos"].filled(replace(TICKET, order_number="{number} \\1"))
    assert "{number} \\1" in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('R-DSK-17 = "3d720acbefeb"', "", "rules"),
        ("ja = ", "de = ", "texts"),
        ("dossier {number}", "dossier", "texts"),
        ("{number}", "{name}", "texts"),
        ("version = 1", "version = 0", "version"),
    ],
)
def test_a_macro_that_is_not_whole_is_refused(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(RulesInvalidError) as refused:
        read(TEXT.replace(old, new), Macro)
    assert said in refused.value.detail
