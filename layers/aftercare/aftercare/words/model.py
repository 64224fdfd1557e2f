"""The languages that customers read, and how the reader's is chosen."""

import re
from typing import NamedTuple

_MOST_ACCEPTED = 20
_LONGEST_TAG = 35  # RFC 5646 §4.4.1


class Language(NamedTuple):
    """A language: its BCP 47 tag, its own name, its data in CLDR."""

    tag: str
    name: str
    locale: str


class Reader(NamedTuple):
    """The language that a reader gets, and the one they want if it has to stand in for that."""

    language: str
    wants: str = ""


ENGLISH = "en"
CHINESE = "zh-Hans"
TRADITIONAL_CHINESE = "zh-Hant"

LANGUAGES = {
    language.tag: language
    for language in (
        Language(ENGLISH, "English", "en"),
        Language(CHINESE, "简体中文", "zh-Hans"),
        Language("fr", "Français", "fr"),
        Language("es", "Español", "es"),
        Language("ja", "日本語", "ja"),
    )
}
# English with accents and longer by 40 %, to see what a page does with it: never for customers.
PSEUDO = Language("en-XA", "Ƥşéûðö", "en")

_BY_TAG = {tag.lower(): tag for tag in LANGUAGES}
# Chinese by its macrolanguage, and the two of it that browsers name.
_CHINESE = frozenset({"zh", "cmn", "yue"})
# Subtags of Chinese in traditional characters, unless the tag names the other script.
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo", "yue"})
_SUBTAGS = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*", re.ASCII)
_RANGE = re.compile(
    r"\s*(?P<tag>[A-Za-z0-9-]+|\*)\s*(;\s*[qQ]\s*=\s*(?P<weight>0(\.\d{0,3})?|1(\.0{0,3})?))?\s*",
    re.ASCII,
)


def reader_of(tag: str) -> Reader | None:
    """Who reads a language with that BCP 47 tag; None if we have nothing for them.

    The closest of our languages counts: es-MX reads es. Traditional Chinese gets the simplified.
    """
    tag = tag.strip().replace("_", "-").lower()
    if len(tag) > _LONGEST_TAG or not _SUBTAGS.fullmatch(tag):
        return None
    subtags = tag.split("-")
    if subtags[0] in _CHINESE:
        return _chinese(subtags)
    while tag not in _BY_TAG and "-" in tag:
        tag = tag.rpartition("-")[0]
    return Reader(_BY_TAG[tag]) if tag in _BY_TAG else None


def language_of(tag: str) -> str:
    """Our language for a tag, such as one that was stored; English if we have nothing for it."""
    reader = reader_of(tag)
    return reader.language if reader else ENGLISH


def reader_for(accept_language: str, *chosen: str) -> Reader:
    """The first chosen language that we have, else the best of an Accept-Language header.

    Of two languages with the same weight, the first in the header wins (RFC 9110 §12.5.4). Without
    any that we have, the reader gets English.
    """
    for tag in chosen:
        if reader := reader_of(tag):
            return reader
    ranges = [_RANGE.fullmatch(part) for part in accept_language.split(",")[:_MOST_ACCEPTED]]
    wanted = [(found["tag"], float(found["weight"] or 1)) for found in ranges if found]
    refused = {tag.lower() for tag, weight in wanted if weight == 0}
    # Sorting is stable: of equal weights the first stays first.
    for tag, _ in sorted((each for each in wanted if each[1]), key=lambda each: -each[1]):
        reader = reader_of(tag) if tag != "*" else _first_but(refused)
        if reader and not _is_refused(reader.language, refused):
            return reader
    return Reader(ENGLISH)


def _first_but(refused: set[str]) -> Reader | None:
    return next((Reader(tag) for tag in LANGUAGES if not _is_refused(tag, refused)), None)


def _is_refused(tag: str, refused: set[str]) -> bool:
    return not refused.isdisjoint({tag.lower(), tag.partition("-")[0]})


def _chinese(subtags: list[str]) -> Reader:
    if "hans" in subtags or _TRADITIONAL.isdisjoint(subtags):
        return Reader(CHINESE)
    return Reader(CHINESE, TRADITIONAL_CHINESE)
