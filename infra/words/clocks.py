"""What people call the clock of each zone that an address can be in, by CLDR."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

from infra.addresses.zones import clock, every_zone, zones_by_country

TABLE = Path(__file__).with_name("clocks.toml")


class ClocksError(Exception):
    """The zones of a metazone differ, and the table does not say which one has its name alone."""


def names(locale: Locale, name: str) -> dict[str, str]:
    """Zone → what its clock is called in that language, in the middle of a sentence."""
    return {zone: _name(locale, name, zone) for zone in sorted(set(every_zone()))}


@cache
def table() -> Mapping[str, Any]:
    return tomllib.loads(TABLE.read_text("utf-8"))


def metazone(zone: str) -> str:
    """CLDR's group of zones; CLDR knows some zones by older names only. Empty if there is none."""
    metazones: Mapping[str, str] = get_global("meta_zones")
    return next((metazones[each] for each in (zone, *_older_names(zone)) if each in metazones), "")


def alone(metazone: str, stated: str | None) -> str:
    """The zone whose clock the name of the metazone means, without a place.

    Raises:
        ClocksError: Its zones have different clocks, and none is stated.
    """
    zones = _zones_of()[metazone]
    if stated is None and len({*map(clock, zones)}) > 1:
        raise ClocksError(f"clocks.toml: zones of {metazone} differ: {zones}")
    return stated or zones[0]


def _name(locale: Locale, name: str, zone: str) -> str:
    if stated := table()["names"].get(zone):
        return str(stated[name])
    group = metazone(zone)
    common = _common_name(locale, zone, group)
    if not common:
        return str(table()["place"][name]).format(place=_place(locale, zone))
    common = _spelled(name, common)
    if clock(zone) == clock(alone(group, table()["alone"].get(group))):
        return common
    # CLDR's `fallbackFormat`: Babel has it as a pattern.
    pattern: str = locale.zone_formats["fallback"]
    return pattern % {"0": _place(locale, zone), "1": common}


def _common_name(locale: Locale, zone: str, metazone: str) -> str:
    """The name of the metazone at any time of the year; of one that never changes, its only one."""
    names = locale.meta_zones.get(metazone, {}).get("long", {})
    changes = len({*clock(zone)}) > 1
    return str(names.get("generic") or ("" if changes else names.get("standard", "")))


def _spelled(name: str, text: str) -> str:
    for spelling in table()["spelling"].get(name, ()):
        text = text.replace(spelling["from"], spelling["to"])
    return _straight(text)


def _place(locale: Locale, zone: str) -> str:
    """The country, if it has this zone only; else the city."""
    country = next((code for code, zones in zones_by_country().items() if zones == (zone,)), "")
    if country:
        return _straight(locale.territories[country])
    known = next((each for each in _older_names(zone) if each in locale.time_zones), zone)
    return _straight(get_timezone_location(ZoneInfo(known), locale=locale, return_city=True))


def _straight(text: str) -> str:
    """With straight apostrophes, like the catalogue's texts."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


@cache
def _zones_of() -> Mapping[str, list[str]]:
    found = defaultdict(list)
    for zone in sorted(set(every_zone())):
        found[metazone(zone)].append(zone)
    return found


@cache
def _older_names(zone: str) -> tuple[str, ...]:
    aliases: Mapping[str, str] = get_global("zone_aliases")
    return tuple(old for old, new in aliases.items() if new == zone)
