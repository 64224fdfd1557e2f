"""The languages that customers read, and how the reader's is chosen."""

from typing import NamedTuple

_MOST_ACCEPTED = 20


class Language(NamedTuple):
    """A language: its own name, its data in CLDR, the sections that it shows in English."""

    tag: str
    name: str
    locale: str
    in_english: frozenset[str] = frozenset()


ENGLISH = "en"

_ENGLISH_ONLY = frozenset(
    {
        *("entry", "pages", "points", "problems", "returns", "script", "codes_link"),
        *("access_code", "label_ready", "return_declined"),  # mails
    }
)

LANGUAGES = {
    language.tag: language
    for language in (
        Language(ENGLISH, "English", "en"),
        Language("zh", "中文", "zh-Hans", _ENGLISH_ONLY),
        Language("fr", "Français", "fr", _ENGLISH_ONLY),
    )
}


def language_for(accept_language: str, chosen: str = "") -> str:
    """The chosen language if we have it, else the best of an Accept-Language header, else English.

    Of two languages with the same weight, the first in the header wins.
    """
    if chosen in LANGUAGES:
        return chosen
    ranges = [_range(part) for part in accept_language.split(",")[:_MOST_ACCEPTED]]
    # Sorting is stable: of equal weights the first stays first.
    for _, language in sorted(ranges, key=lambda each: -each[0]):
        if language in LANGUAGES:
            return language
    return ENGLISH


def _range(part: str) -> tuple[float, str]:
    """The weight and primary tag of one language range: `zh-Hant;q=0.8` → (0.8, "zh")."""
    tag, _, weight = part.strip().partition(";")
    try:
        quality = float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        quality = 0.0
    language = tag.strip().partition("-")[0].lower()
    return (quality, language) if quality > 0 else (0.0, "")
