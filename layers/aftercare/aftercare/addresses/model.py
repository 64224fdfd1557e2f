"""The parts of an address, and a country's way to write it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """A part of an address; the street may have two lines."""

    NAME = "name"
    STREET = "street"
    CITY = "city"
    REGION = "region"
    POSTAL_CODE = "postal_code"


type Line = tuple[Part | str, ...]
"""Parts of an address, and what stands before, between and after them."""


@dataclass(frozen=True, slots=True)
class CountryFormat:
    """How addresses of a country are written.

    `country` is ISO 3166-1 alpha-2 and `name` what labels call it. `lines` are in its own script,
    `latin` in Latin letters, which may be the other way round. `labels` are what people there call
    a part, in English, such as `ZIP code`.
    """

    country: str
    name: str
    lines: tuple[Line, ...]
    latin: tuple[Line, ...]
    required: frozenset[Part]
    labels: Mapping[Part, str]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that an address has there, in the order of a label."""
        return tuple(each for line in self.lines for each in line if isinstance(each, Part))
