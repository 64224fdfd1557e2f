"""The carriers: how they are reached, and what their numbers look like. Data in `directory/`."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from aftercare.kernel.rulebook import Name, Positive
from aftercare.kernel.rulebook import read as read_document

_FOLDER = Path(__file__).with_name("directory")


class Check(StrEnum):
    """How a number's last digit follows from the others."""

    MOD_10 = "mod_10"
    MOD_7 = "mod_7"
    FEDEX = "fedex"
    UPS = "ups"


class Shape(Struct, frozen=True, forbid_unknown_fields=True):
    """One format of a carrier's numbers.

    The check digit covers the last `tail` characters (0: all of them), behind the digits of
    `before`, which are not printed.
    """

    pattern: Name
    lengths: tuple[Positive, ...]
    check: Check | None = None
    tail: int = 0
    before: str = ""
    likelihood: int = 0

    @property
    def is_bare(self) -> bool:
        """Whether any digits fit, so that only their number says something."""
        return self.pattern == "[0-9]+"


class Carrier(Struct, frozen=True, forbid_unknown_fields=True):
    """Who carries parcels. What we do not know for certain is ""."""

    code: Name
    name: Name
    site: Name
    source: Name
    tracking: str = ""
    chat: str = ""
    phone: str = ""
    form: str = ""
    words: tuple[Name, ...] = ()
    prefixes: tuple[Name, ...] = ()
    posts: tuple[Name, ...] = ()
    shapes: tuple[Shape, ...] = ()

    def page_of(self, number: str) -> str:
        """The carrier's page about the parcel of that number, or its site.

        The number is one that was recognised: letters and digits.
        """
        return self.tracking.replace("{number}", number) or self.site


class _Carriers(Struct, frozen=True, forbid_unknown_fields=True):
    carriers: tuple[Carrier, ...]


class _Posts(Struct, frozen=True, forbid_unknown_fields=True):
    source: Name
    site: Name
    countries: Name
    names: dict[str, Name]


@cache
def carriers() -> tuple[Carrier, ...]:
    """All carriers with formats of their own, those named first that are likelier."""
    return _read("carriers", _Carriers).carriers


@cache
def posts() -> Mapping[str, Carrier]:
    """Country → the post that issues its S10 numbers."""
    document = _read("posts", _Posts)
    known = {country: carrier for carrier in carriers() for country in carrier.posts}
    others = {
        country: Carrier(
            code=f"post_{country.lower()}",
            name=document.names.get(country, f"Post ({country})"),
            site=document.site,
            source=document.source,
        )
        for country in document.countries.split()
    }
    return MappingProxyType(others | known)


def carrier_named(name: str) -> Carrier | None:
    """The carrier of that code, name or word, as shops and labels write it; none if unknown."""
    return _by_name().get(_plain(name))


@cache
def _by_name() -> Mapping[str, Carrier]:
    named: dict[str, Carrier] = {}
    for carrier in carriers():
        for name in (carrier.code, carrier.name, *carrier.words):
            named.setdefault(_plain(name), carrier)
    return named


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name)).upper()


def _read[Document](name: str, kind: type[Document]) -> Document:
    path = next(path for path in _FOLDER.iterdir() if path.stem == name)
    return read_document(path.read_text("utf-8"), kind)
