"""Business rules are dated documents: a version is in force until the next one begins."""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.resources.abc import Traversable
from typing import Annotated, Protocol

from msgspec import Meta

from aftercare.kernel.errors import InvalidError
from aftercare.kernel.reading import convert

Day = Annotated[date, Meta(description="a date, as in 2025-01-06")]
Name = Annotated[str, Meta(min_length=1, description="text")]
Names = frozenset[Name]
Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]


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

    def version(self, name: str) -> Rules:
        """The version of that name, in force or not.

        Raises:
            LookupError: There is no such version.
        """
        for rules in self.versions:
            if rules.version == name:
                return rules
        raise LookupError(f"There is no version {name!r} of these rules.")


def documents(folder: Traversable) -> Iterator[str]:
    """The text of each TOML document in the folder and those below it."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from documents(item)
        elif item.name.endswith(".toml"):
            yield item.read_text()


def read[Document](text: str, kind: type[Document]) -> Document:
    """The TOML document as that struct.

    Raises:
        RulesInvalidError: A field is missing, unknown or not what it must be.
        ValueError: The text is not TOML.
    """
    return convert(tomllib.loads(text), kind, RulesInvalidError, "document")
