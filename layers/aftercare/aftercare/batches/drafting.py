"""What an operator may say of a batch."""

import re
from collections.abc import Mapping

from aftercare.batches.errors import BatchInvalidError
from aftercare.batches.model import KEY_IDS

_LONGEST = {"sku": 64, "product": 120, "batch_code": 64, "factory": 120}
_FORMULA = ("=", "+", "-", "@")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z][a-z]{3})?")
_LONGEST_TEXT = 2000


def check_words(**words: str) -> None:
    """Checks what a batch is called: one line each, which a spreadsheet does not calculate.

    Raises:
        BatchInvalidError: A word is not valid; the error names its field.
    """
    for name, word in words.items():
        if len(word) > _LONGEST[name] or not (word.isprintable() or not word):
            raise BatchInvalidError(
                name, f"The {name} must be one line of at most {_LONGEST[name]} characters."
            )
        if word.startswith(_FORMULA):
            signs = " ".join(_FORMULA)
            raise BatchInvalidError(
                name, f"The {name} must not begin with one of {signs}: spreadsheets calculate it."
            )
    for name in ("sku", "product"):
        if not words[name].strip():
            raise BatchInvalidError(name, f"A batch needs a {name}.")


def checked_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts for customers, by language, without spaces around them.

    Raises:
        BatchInvalidError: A language has no such code, or a text is empty or too long.
    """
    for language, text in texts.items():
        if not _LANGUAGE.fullmatch(language):
            raise BatchInvalidError(
                "language", f"{language!r} is not a language code such as en, zh-Hans or fr."
            )
        if not 0 < len(text.strip()) <= _LONGEST_TEXT:
            raise BatchInvalidError(
                "known_issue",
                f"The text in {language} must have 1 to {_LONGEST_TEXT:,} characters.",
            )
    return {language: text.strip() for language, text in texts.items()}


def valid_key_id(key_id: int) -> int:
    """The key id, if there may be one of that number.

    Raises:
        BatchInvalidError: There can't.
    """
    if not 0 <= key_id < KEY_IDS:
        raise BatchInvalidError("key_id", f"A key id is 0 to {KEY_IDS - 1}, not {key_id}.")
    return key_id
