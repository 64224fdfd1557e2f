"""In which time zone an address is: data beside this file, compiled by `make addresses`."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unicodedata import category, normalize
from zoneinfo import ZoneInfo

from aftercare.kernel.address import Address
from aftercare.kernel.clock import zone_named

_EVERYWHERE = ""


@dataclass(frozen=True, slots=True)
class _Country:
    """A country's zones; of each list, the first is the one whose day ends last.

    `regions` and `postal` are by such a list, its zones separated by spaces: the names of regions,
    as `folded` gives them, and a pattern of their postal codes. `finer` are patterns that tell the
    zones of one list apart.
    """

    zones: Sequence[str]
    regions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    postal: Mapping[str, str] = field(default_factory=dict)
    finer: Mapping[str, str] = field(default_factory=dict)


def zone_of(address: Address | None, market: str) -> ZoneInfo:
    """The zone on whose clock the days of that customer are counted (R-CAL-01); never fails.

    `address` is where the order went. Of the zones that it may lie in, it is the one whose day ends
    last: nobody is refused on a day that is not over where they live. An address without a country
    is in the market; one in an unknown country tells nothing, as if there were none.
    """
    known, at_home = _countries(), market.strip().upper()
    code = (address.country.strip().upper() if address else "") or at_home
    if code in known:
        return zone_named(_zone(known[code], code, address))
    return zone_named(known[at_home if at_home in known else _EVERYWHERE].zones[0])


def folded(region: str) -> str:
    """A region's name or code in one spelling: without case, accents, spaces and punctuation."""
    plain = normalize("NFKD", region).casefold()
    # A modifier letter is an apostrophe: the Hawaiian okina.
    return "".join(each for each in plain if each.isalnum() and category(each) != "Lm")


def _zone(country: _Country, code: str, address: Address | None) -> str:
    if address is None:
        return country.zones[0]
    postal_code = folded(address.postal_code).upper()
    zones = _of_region(country, folded(address.region), code.casefold())
    zones = zones or _matching(country.postal, postal_code) or country.zones
    finer = _matching(country.finer, postal_code)
    return finer[0] if finer and finer[0] in zones else zones[0]


def _of_region(country: _Country, region: str, code: str) -> Sequence[str]:
    spellings = (region, region.removeprefix(code))  # HI and US-HI
    for zones, regions in country.regions.items():
        if any(each in regions for each in spellings):
            return zones.split()
    return ()


def _matching(patterns: Mapping[str, str], postal_code: str) -> Sequence[str]:
    for zones, pattern in patterns.items():
        if postal_code and re.match(pattern, postal_code):
            return zones.split()
    return ()


@cache
def _countries() -> Mapping[str, _Country]:
    text = Path(__file__).with_name("zones.json").read_text("utf-8")
    return {code: _Country(**country) for code, country in json.loads(text).items()}
