"""What customers read in one language: texts by their keys, values as the language writes them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

from aftercare.words.catalogue import Entry, section
from aftercare.words.formats import formats
from aftercare.words.model import LANGUAGES, PSEUDO, Language

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


class _Markup(Protocol):
    @classmethod
    def escape(cls, text: str) -> str: ...


class Words:
    """One language's words."""

    def __init__(self, language: Language, *, typeset: bool) -> None:
        self._language = language
        self._typeset = typeset
        self._formats = formats(language.locale)

    @property
    def language(self) -> str:
        """The language's tag, as in `lang` attributes."""
        return self._language.tag

    def has(self, key: str) -> bool:
        """Whether there are words for that key."""
        name, _, rest = key.partition(".")
        return rest in section(self.language, name)

    def text(self, key: str, **facts: object) -> str:
        """The text with that key; its {placeholders} are filled from `facts`.

        If a fact is markup, the result is markup, and the text and the other facts are escaped.

        Raises:
            LookupError: No such key, or a placeholder without a fact.
            TypeError: The key has texts of another kind.
        """
        entry = self._entry(key)
        if not isinstance(entry, str):
            raise TypeError(f"{key} is not one text")
        return self._filled(entry, facts)

    def texts(self, key: str, **facts: object) -> tuple[str, ...]:
        """The list of texts with that key.

        Raises:
            LookupError, TypeError: As for `text`.
        """
        entry = self._entry(key)
        if not isinstance(entry, list):
            raise TypeError(f"{key} is not a list of texts")
        return tuple(self._filled(text, facts) for text in entry)

    def section(self, name: str) -> dict[str, str]:
        """The single texts of a section by what follows its name in their keys, unfilled."""
        texts = section(self.language, name).items()
        return {key: self._set(text) for key, text in texts if isinstance(text, str)}

    def count(self, key: str, number: int, **facts: object) -> str:
        """The text for so many: the language's plural form, with `{count}` as the number.

        Raises:
            LookupError, TypeError: As for `text`.
        """
        entry = self._entry(key)
        if not isinstance(entry, dict):
            raise TypeError(f"{key} has no plural forms")
        form = entry[self._formats.plural(number)]
        return self._filled(form, {"count": self._formats.number(number)} | facts)

    def number(self, value: int) -> str:
        """A whole number with its separators."""
        return self._formats.number(value)

    def decimal(self, value: int, digits: int) -> str:
        """So many of the last decimal place: 19 with 1 digit → 1.9."""
        return self._formats.decimal(value, digits)

    def money(self, minor: int, currency: str) -> str:
        """An amount of minor units of an ISO 4217 currency: 1999, "USD" → $19.99."""
        return self._formats.money(minor, currency)

    def day(self, value: date, style: str = "long") -> str:
        """A day: full, long, medium, day_of_month ("Mar 1"), month ("Mar"), year."""
        return self._formats.day(value, style)

    def moment(self, at: datetime, style: str = "long", zone: "ZoneInfo | None" = None) -> str:
        """A moment to the minute, with the zone's clock or in UTC; `short` leaves the year out."""
        at = at.astimezone(zone or UTC)
        facts = {
            "date": self.day(at, "day_of_month" if style == "short" else style),
            "time": self._formats.time(at),
        }
        if zone is None:
            return self.text(f"language.moment.{style}", **facts)
        return self.text(f"language.moment_there.{style}", clock=self.clock(zone), **facts)

    def clock(self, zone: "ZoneInfo") -> str:
        """What people call the time of that zone, within a sentence: "Hawaii time"."""
        return self._set(self._formats.clock(zone.key))

    def last_day(self, day: date, zone: "ZoneInfo") -> str:
        """The end of a day that counts in full: "the end of June 16, 2026, Hawaii time".

        It stands for a moment, as in "until {last_day}".
        """
        return self.text("language.last_day", date=self.day(day), clock=self.clock(zone))

    def list(self, parts: Sequence[str], style: str = "and") -> str:
        """The parts as a sentence lists them; style `or` for alternatives."""
        return self._formats.list(parts, style)

    def country(self, code: str) -> str:
        """The name of an ISO 3166 country; empty for any other code."""
        return self._set(self._formats.country(code))

    def sentences(self, sentences: Sequence[str]) -> str:
        """Whole sentences, one after the other; empty ones are left out."""
        return self.text("language.joint").join(filter(None, sentences))

    def _entry(self, key: str) -> Entry:
        name, _, rest = key.partition(".")
        entry = section(self.language, name).get(rest)
        if entry is None:
            raise LookupError(f"no words for {key} in {self.language}")
        return entry

    def _filled(self, text: str, facts: dict[str, object]) -> str:
        text = self._set(text)
        for fact in facts.values():
            if hasattr(fact, "__html__"):
                return cast("_Markup", type(fact)).escape(text).format_map(facts)
        return text.format_map(facts)

    def _set(self, text: str) -> str:
        return text.replace("'", _APOSTROPHE) if self._typeset else text


@cache
def words(language: str, *, typeset: bool = False) -> Words:
    """The words of one of LANGUAGES or of PSEUDO, with typographic apostrophes if `typeset`.

    Raises:
        ValueError: We don't have that language.
    """
    known = PSEUDO if language == PSEUDO.tag else LANGUAGES.get(language)
    if known is None:
        raise ValueError(f"no words in {language}")
    return Words(known, typeset=typeset)


def stand_in_note(wanted: str) -> str:
    """What a reader is told, in their own language, when another one stands in for it."""
    return str(section(wanted, "stand_in")["note"]) if wanted else ""
