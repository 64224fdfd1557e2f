"""Where a source says that a parcel was scanned: never a postal code, which may be one house's."""

from typing import Annotated

from msgspec import Meta, Struct

Words = Annotated[str, Meta(max_length=200)]


class Location(Struct, frozen=True):
    """The part of a place that we keep; sources send more of it."""

    city: Words | None = None
    state: Words | None = None
    country: Words | None = None


def place_of(location: Location | None) -> str:
    """City, region and country in one line."""
    if location is None:
        return ""
    return ", ".join(filter(None, (location.city, location.state, location.country)))
