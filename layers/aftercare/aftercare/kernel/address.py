"""A postal address, which orders and labels share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in the script in which it was entered; `country` is ISO 3166-1 alpha-2."""

    name: str
    line1: str
    city: str
    region: str
    postal_code: str
    country: str
    line2: str = ""
