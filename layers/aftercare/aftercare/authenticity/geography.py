"""How far countries are from each other, by the principal places of their time zones."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from itertools import product
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

_EARTH_RADIUS_KM = 6371.0
# Latitude and longitude in ISO 6709: ±DDMM±DDDMM or ±DDMMSS±DDDMMSS.
_PLACE = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?([+-])(\d{3})(\d\d)(\d\d)?")

type Place = tuple[float, float]


def is_country(text: str) -> bool:
    """Whether this is an inhabited country's ISO 3166-1 alpha-2 code."""
    return text in _places()


def kilometres(country_a: str, country_b: str) -> float | None:
    """The least great-circle distance between two countries' principal places.

    None when one of them is not a country. People may be nearer to each other than their principal
    places: Hong Kong and the mainland come out 1 200 km apart, China and Myanmar 3 000.
    """
    if country_a > country_b:
        country_a, country_b = country_b, country_a
    return _kilometres(country_a, country_b)


@cache
def _kilometres(country_a: str, country_b: str) -> float | None:
    places = _places()
    if country_a not in places or country_b not in places:
        return None
    ours, theirs = map(_place, places[country_a]), map(_place, places[country_b])
    return min(_great_circle(*pair) for pair in product(ours, theirs))


def _great_circle(one: Place, other: Place) -> float:
    (latitude, longitude), (other_latitude, other_longitude) = one, other
    # The haversine formula.
    across = sin((other_longitude - longitude) / 2) ** 2 * cos(latitude) * cos(other_latitude)
    along = sin((other_latitude - latitude) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(along + across)))


@cache
def _places() -> Mapping[str, list[str]]:
    """Country → places, of the zone table that comes with the time zones."""
    # Not by importlib.resources, which loads archives and temporary files.
    folder = Path(str(import_module("tzdata").__file__)).parent
    table = folder.joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    places: dict[str, list[str]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, place = line.split("\t")[:2]
            places.setdefault(country, []).append(place)
    return places


def _place(text: str) -> Place:
    match = _PLACE.fullmatch(text)
    if not match:
        raise ValueError(f"not an ISO 6709 place: {text}")
    return _radians(*match.groups(default="0")[:4]), _radians(*match.groups(default="0")[4:])


def _radians(sign: str, degrees: str, minutes: str, seconds: str) -> float:
    angle = radians(int(degrees) + int(minutes) / 60 + int(seconds) / 3600)
    return -angle if sign == "-" else angle
