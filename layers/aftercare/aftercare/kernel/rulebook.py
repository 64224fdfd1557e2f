"""Business rules are dated documents: a version is in force until the next one begins."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Protocol

from msgspec import Meta

from aftercare.kernel.errors import InvalidError
from aftercare.kernel.reading import convert

Day = Annotated[date, Meta(description="a date, as in 2025-01-06")]
Name = Annotated[str, Meta(min_length=1, description="text")]
Names = frozenset[Name]
Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
_ENDINGS = (".toml", ".json")


class RulesInvalidError(InvalidError):
    """A document of rules that cannot be read; the sentence names the field."""

    code = "rules_invalid"


class Dated(Protocol):
    """One version of some rules, in force from the first moment of its day."""

    @property
    def version(self) -> str: ...

    @property
    def valid_from(self) -> date: ...


class RuleBook[Rules: Dated]:
    """All versions of one set of rules, oldest first."""

    def __init__(self, versions: Iterable[Rules]) -> None:
        """Sorts the versions by their days.

        Raises:
            ValueError: There is none, or two share a day or a name.
        """
        self.versions = tuple(sorted(versions, key=lambda rules: rules.valid_from))
        days = {rules.valid_from for rules in self.versions}
        names = {rules.version for rules in self.versions}
        if not days or len(days) < len(self.versions):
            raise ValueError("A rule book needs versions, each valid from a day of its own.")
        if len(names) < len(self.versions):
            raise ValueError("Each version in a rule book needs a name of its own.")

    def on(self, day: date) -> Rules | None:
        """The version in force on that day; none before the first."""
        begun = (rules for rules in reversed(self.versions) if rules.valid_from <= day)
        return next(begun, None)

    def in_force(self, day: date) -> Rules:
        """The version in force on that day; before the first one, that one."""
        return self.on(day) or self.versions[0]

    def version(self, name: str) -> Rules:
        """The version of that name, in force or not.

        Raises:
            LookupError: There is no such version.
        """
        for rules in self.versions:
            if rules.version == name:
                return rules
        raise LookupError(f"There is no version {name!r} of these rules.")


def book_in[Rules: Dated](folder: Path, kind: type[Rules]) -> RuleBook[Rules]:
    """All versions in the folder, where each document is one as it stands.

    Raises:
        RulesInvalidError: As `read_documents`.
    """
    return RuleBook(read_documents(folder, partial(read, kind=kind)))


def documents(folder: Path) -> Iterator[tuple[str, str]]:
    """The path and the text of each document in the folder and those below it."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from ((f"{item.name}/{path}", text) for path, text in documents(item))
        elif item.name.endswith(_ENDINGS):
            yield item.name, item.read_text("utf-8")


def read_documents[Rules](folder: Path, read_one: Callable[[str], Rules]) -> list[Rules]:
    """What `read_one` makes of each document in the folder and those below it.

    Raises:
        RulesInvalidError: One cannot be read; the sentence names its file, the line and the reason.
    """
    rules = []
    for path, text in documents(folder):
        try:
            rules.append(read_one(text))
        except (RulesInvalidError, ValueError, LookupError) as error:
            line = error.facts.get("line") if isinstance(error, RulesInvalidError) else None
            where = f"{path}, line {line}" if line else path
            raise RulesInvalidError(f"{where}: {error}") from error
    return rules


def read[Document](text: str, kind: type[Document]) -> Document:
    """The TOML document as that struct; also one that the build has turned into JSON.

    Raises:
        RulesInvalidError: A field is missing, unknown or not what it must be; `line` says where.
        ValueError: The text is not TOML.
    """
    document = _parsed(text)
    try:
        return convert(document, kind, RulesInvalidError, "document")
    except RulesInvalidError as error:
        from aftercare.kernel import toml_lines  # noqa: PLC0415 - for who edits rules only

        def complaint(changed: dict[str, Any]) -> str:
            try:
                convert(changed, kind, RulesInvalidError, "document")
            except RulesInvalidError as again:
                return again.detail
            return ""

        line = toml_lines.line_of(text, document, str(error.facts.get("field", "")), complaint)
        raise RulesInvalidError(error.detail, **error.facts, line=line) from None


def _parsed(text: str) -> dict[str, Any]:
    if text.startswith("{"):
        compiled: dict[str, Any] = json.loads(text)
        return compiled
    import tomllib  # noqa: PLC0415 - what is deployed is JSON

    return tomllib.loads(text)
