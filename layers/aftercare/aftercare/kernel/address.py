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

    @property
    def in_one_line(self) -> str:
        """Its parts in the order of an envelope, those that there are."""
        street = (self.name, self.line1, self.line2)
        return ", ".join(
            filter(None, (*street, self.city, self.region, self.postal_code, self.country))
        )
