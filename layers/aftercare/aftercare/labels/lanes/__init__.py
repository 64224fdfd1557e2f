"""What goes with a return across a customs border: data beside this file, a document per version.

Every table of it names its source. `aftercare.labels.borders` reads it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from msgspec import Struct

from aftercare.kernel.reading import FieldError
from aftercare.kernel.rulebook import (
    Day,
    Name,
    Positive,
    RuleBook,
    book_in,
)

ANYWHERE = "*"


class Form(StrEnum):
    """A document that a lane may need."""

    CN22 = "cn22"
    CN23 = "cn23"
    INVOICE = "invoice"
    PACKING_LIST = "packing_list"


class MovedBy(StrEnum):
    """Whether a post or a courier moves a parcel."""

    POSTAL = "postal"
    COMMERCIAL = "commercial"


class Goods(Struct, frozen=True, forbid_unknown_fields=True):
    """What goods are taken to be while the shop does not say; `weight` is grams of one unit.

    `contents` is the category under which a return is declared.
    """

    hs_code: Name
    origin: Name
    contents: Name
    weight: Positive
    source: Name


class Union(Struct, frozen=True, forbid_unknown_fields=True):
    """Places between which nothing is declared."""

    name: Name
    members: frozenset[Name]
    source: Name


class Territory(Struct, frozen=True, forbid_unknown_fields=True):
    """Parts of a country that are another place, by how their postal codes begin."""

    country: Name
    places: Mapping[Name, tuple[Name, ...]]
    source: Name


class Carriers(Struct, frozen=True, forbid_unknown_fields=True):
    """Which of the names of carriers are posts, and which couriers."""

    postal: frozenset[Name]
    commercial: frozenset[Name]
    source: Name


class Small(Struct, frozen=True, forbid_unknown_fields=True):
    """Up to how many grams, and how much in each currency's minor units, a packet is small."""

    weight: Positive
    value: Mapping[Name, Positive]
    source: Name


class Lane(Struct, frozen=True, forbid_unknown_fields=True, rename={"origins": "from"}):
    """The documents of parcels from some places to others; `small`: of a small packet."""

    origins: tuple[Name, ...]
    to: tuple[Name, ...]
    by: MovedBy
    documents: tuple[Form, ...]
    source: Name
    small: tuple[Form, ...] = ()


class Export(Struct, frozen=True, forbid_unknown_fields=True, rename={"origins": "from"}):
    """The provision by which nothing is filed for an export `below` a value, or of any value."""

    origins: tuple[Name, ...]
    to: tuple[Name, ...]
    code: Name
    source: Name
    currency: str = ""
    below: int = 0

    def __post_init__(self) -> None:
        if bool(self.currency) != bool(self.below):
            raise FieldError("below", "an amount with its currency, or neither")


class Relief(Struct, frozen=True, forbid_unknown_fields=True):
    """What may be claimed for goods that come back within so many days of their export."""

    to: tuple[Name, ...]
    within: Positive
    code: Name
    source: Name


class Language(Struct, frozen=True, forbid_unknown_fields=True):
    """The language beside English in which those places' papers are."""

    to: tuple[Name, ...]
    language: Name
    source: Name


class Lanes(Struct, frozen=True, forbid_unknown_fields=True):
    """One version of it all."""

    version: Name
    valid_from: Day
    source: Name
    goods: Goods
    unions: tuple[Union, ...]
    territories: tuple[Territory, ...]
    carriers: Carriers
    small: Small
    lanes: tuple[Lane, ...]
    copies: Mapping[Form, Positive]
    exports: tuple[Export, ...]
    reliefs: tuple[Relief, ...]
    languages: tuple[Language, ...]

    def names(self, named: Iterable[str], place: str) -> bool:
        """Whether a list of places and unions has that place."""
        listed = frozenset(named)
        of_unions = (union.members for union in self.unions if union.name in listed)
        return bool(listed & {ANYWHERE, place}) or any(place in each for each in of_unions)


@cache
def published() -> RuleBook[Lanes]:
    """Every version beside this file, read once per process."""
    return book_in(Path(__file__).parent, Lanes)


def lanes_on(day: date) -> Lanes:
    """The version in force on that day; before the first one, that one."""
    return published().in_force(day)
