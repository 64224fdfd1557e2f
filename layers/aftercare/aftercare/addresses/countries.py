"""The formats of all countries: data beside this file, compiled by `make addresses`."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from aftercare.addresses.model import CountryFormat, Line, Part

# What a country has of which nothing is known: name, street and city.
_DEFAULT = "ZZ"
_PARTS = {
    "N": Part.NAME,
    "A": Part.STREET,
    "C": Part.CITY,
    "S": Part.REGION,
    "Z": Part.POSTAL_CODE,
}
_USUAL = {
    Part.NAME: "name",
    Part.STREET: "street",
    Part.CITY: "city",
    Part.REGION: "province",
    Part.POSTAL_CODE: "postal code",
}
_FIELD = re.compile(r"%([NACSZ])")


@cache
def format_of(country: str) -> CountryFormat:
    """How addresses of that country are written; `country` is ISO 3166-1 alpha-2 in any case.

    For a country of which nothing is known it is name, street and city, and the country's code.
    """
    code = country.strip().upper()
    known = _documents()
    document = known.get(code) or known[_DEFAULT]
    named = {_PARTS[field]: label for field, label in document["labels"].items()}
    return CountryFormat(
        country=code,
        name=document["name"] or code,
        lines=_lines(document["lines"]),
        latin=_lines(document.get("latin", document["lines"])),
        required=frozenset(_PARTS[field] for field in document["required"]),
        labels=_USUAL | named,
    )


@cache
def _documents() -> Mapping[str, Mapping[str, Any]]:
    text = Path(__file__).with_name("countries.json").read_text("utf-8")
    documents: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return documents


def _lines(lines: list[str]) -> tuple[Line, ...]:
    # Splitting by a group gives texts and fields in turns.
    return tuple(
        tuple(
            _PARTS[each] if number % 2 else each
            for number, each in enumerate(_FIELD.split(line))
            if each
        )
        for line in lines
    )
