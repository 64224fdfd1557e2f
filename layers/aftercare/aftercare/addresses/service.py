"""Reads an address as its country does: what it lacks, and its lines on a label (R-LBL-09)."""

import unicodedata

from aftercare.addresses.countries import format_of
from aftercare.addresses.model import CountryFormat, Line, Part
from aftercare.addresses.zones import zone_of
from aftercare.kernel.address import Address

__all__ = ["format_of", "label_lines", "missing_parts", "zone_of"]


def missing_parts(address: Address) -> tuple[Part, ...]:
    """The parts that the country's addresses need and this one lacks, in the order of a label.

    An address without a country lacks nothing that could be named.
    """
    written = format_of(address.country)
    needed = written.required if address.country.strip() else ()
    values = _values(address)
    return tuple(part for part in written.parts if part in needed and not values[part])


def label_lines(address: Address) -> tuple[str, ...]:
    """The address as a label shows it: the country's own parts in its order, the country last.

    An address in Latin letters is written from small to large, also where the country's own script
    goes the other way. Parts that the country does not have are left out, except for the city.
    """
    written = format_of(address.country)
    values = _values(address)
    if _is_known_otherwise(values, written):
        values[Part.CITY] = ""
    lines = written.latin if _is_latin(values) else written.lines
    shown = [text for line in lines for text in _written(line, values).split("\n") if text]
    return (*shown, written.name) if written.name else tuple(shown)


def _values(address: Address) -> dict[Part, str]:
    street = (address.line1.strip(), address.line2.strip())
    return {
        Part.NAME: address.name.strip(),
        Part.STREET: "\n".join(line for line in street if line),
        Part.CITY: address.city.strip(),
        Part.REGION: address.region.strip(),
        Part.POSTAL_CODE: address.postal_code.strip(),
    }


def _is_known_otherwise(values: dict[Part, str], written: CountryFormat) -> bool:
    """Whether the city is the country or the region itself, where addresses need no city."""
    if Part.CITY in written.required:
        return False
    texts = {each for line in written.latin for each in line if isinstance(each, str)}
    others = {written.name, values[Part.REGION], *texts}
    return values[Part.CITY].casefold() in {each.strip().casefold() for each in others}


def _is_latin(values: dict[Part, str]) -> bool:
    # A name may be in another script than the place. In its own script a place may be written
    # without spaces, which would run Latin words together.
    places = [values[part] for part in (Part.CITY, Part.REGION) if values[part]]
    return any(map(_has_latin_letters_only, places or [values[Part.STREET]]))


def _has_latin_letters_only(text: str) -> bool:
    letters = {each for each in text if each.isalpha()}
    return all(unicodedata.name(each, "").startswith("LATIN") for each in letters)


def _written(line: Line, values: dict[Part, str]) -> str:
    """The line with what the address has; a text between parts belongs to the part after it."""
    parts = [each for each in line if isinstance(each, Part)]
    if not parts:
        return "".join(map(str, line))
    text, before = "", ""
    for each in line:
        if not isinstance(each, Part):
            before = each
            continue
        if value := values[each]:
            separates_nothing = not text and each is not parts[0]
            is_there = bool(before.strip()) and value.startswith(before.strip())  # CH-8001
            text += ("" if separates_nothing or is_there else before) + value
        before = ""
    return text
