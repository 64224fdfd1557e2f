"""The returns centres: data beside this file."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

from aftercare.kernel.address import Address
from aftercare.kernel.rulebook import Name, read_documents
from aftercare.kernel.rulebook import read as read_document


class _Centre(Struct, forbid_unknown_fields=True):
    markets: tuple[Name, ...]
    name: Name
    line1: Name
    city: Name
    region: str
    postal_code: str
    country: Name
    line2: str = ""

    @property
    def address(self) -> Address:
        return Address(
            self.name,
            self.line1,
            self.city,
            self.region,
            self.postal_code,
            self.country,
            self.line2,
        )


class _Document(Struct, forbid_unknown_fields=True):
    centres: tuple[_Centre, ...]


@cache
def return_centres() -> Mapping[str, Address]:
    """Market → the address to which its returns go (R-LBL-05)."""
    folder = Path(__file__).with_name("return_centres")
    documents = read_documents(folder, lambda text: read_document(text, _Document))
    centres = [centre for document in documents for centre in document.centres]
    return {market: centre.address for centre in centres for market in centre.markets}
