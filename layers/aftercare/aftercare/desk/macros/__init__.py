"""Texts that agents send often: data beside this file, a document per macro.

A macro names the rules that it restates, each with a digest of the rule's text as it was when
somebody last looked at the macro (R-DSK-40). A test compares them with docs/rules.md.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

from msgspec import Struct

from aftercare.desk.ticket import Ticket
from aftercare.kernel.reading import FieldError
from aftercare.kernel.rulebook import Name, Positive, read, read_documents
from aftercare.words.model import LANGUAGES, language_of

_BLANK = re.compile(r"\{(\w*)\}")
_DIGITS_OF_DIGEST = 12
# Blank → what fills it.
_FILLED_BY: Mapping[str, Callable[[Ticket], str]] = {
    "number": lambda ticket: ticket.number,
    "order": lambda ticket: ticket.order_number,
}


class Macro(Struct, frozen=True, forbid_unknown_fields=True):
    """One text in every language; `name` is what staff call it, `rules` is rule id → digest."""

    macro_id: Name
    version: Positive
    name: Name
    rules: dict[Name, Name]
    texts: dict[str, Name]

    def __post_init__(self) -> None:
        if not self.rules:
            raise FieldError("rules", "the rules that it restates, at least one")
        if set(self.texts) != set(LANGUAGES):
            raise FieldError("texts", f"in {', '.join(LANGUAGES)}")
        blanks = {blanks_of(text) for text in self.texts.values()}
        if len(blanks) > 1 or not blanks.pop() <= set(_FILLED_BY):
            known = ", ".join(_FILLED_BY)
            raise FieldError("texts", f"with the same blanks in every language, of {known}")

    def filled(self, ticket: Ticket) -> str:
        """The text in the language of the ticket's customer; empty if a blank stays empty."""
        text = self.texts[language_of(ticket.language)].strip()
        facts = {blank: _FILLED_BY[blank](ticket) for blank in blanks_of(text)}
        return _BLANK.sub(lambda blank: facts[blank[1]], text) if all(facts.values()) else ""


def blanks_of(text: str) -> frozenset[str]:
    """The names of what a text leaves open."""
    return frozenset(_BLANK.findall(text))


def digest_of(rule: str) -> str:
    """What stands for a rule's text in the macros that restate it."""
    return hashlib.sha256(rule.encode()).hexdigest()[:_DIGITS_OF_DIGEST]


@cache
def published() -> Mapping[str, Macro]:
    """Every macro by its id, in the order of what staff call them; read once per process."""
    macros = read_documents(Path(__file__).parent, partial(read, kind=Macro))
    return {macro.macro_id: macro for macro in sorted(macros, key=lambda each: each.name)}


def fitting(ticket: Ticket) -> tuple[Macro, ...]:
    """The macros whose blanks the ticket fills."""
    return tuple(macro for macro in published().values() if macro.filled(ticket))
