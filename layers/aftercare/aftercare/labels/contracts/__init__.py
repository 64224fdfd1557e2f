"""Which carrier sells the labels of each market: data beside this file, a document per version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from msgspec import Struct

from aftercare.kernel.reading import FieldError
from aftercare.kernel.rulebook import (
    Day,
    Name,
    Positive,
    RuleBook,
    read,
    read_documents,
)


class ParcelSize(Struct, frozen=True, forbid_unknown_fields=True):
    """What a parcel is taken to be, in millimetres and grams."""

    length: Positive
    width: Positive
    height: Positive
    weight: Positive


class BilledTo(Struct, frozen=True, forbid_unknown_fields=True):
    """The carrier account that pays for a label, by the seller's names: RECEIVER, THIRD_PARTY."""

    type: Name
    account: Name
    country: Name
    postal_code: Name


class Contract(Struct, frozen=True, forbid_unknown_fields=True):
    """Who sells the labels of these markets, and which services are bought, in order.

    Without services, the cheapest one. Without `billed_to`, our account with the seller pays.
    """

    markets: tuple[Name, ...]
    carrier: Name
    services: tuple[Name, ...]
    billed_to: BilledTo | None = None


class _Document(Struct, forbid_unknown_fields=True):
    version: Name
    valid_from: Day
    source: Name
    parcel: ParcelSize
    contracts: tuple[Contract, ...]
    phone: str = ""

    def __post_init__(self) -> None:
        markets = [market for contract in self.contracts for market in contract.markets]
        if len(markets) != len(set(markets)):
            raise FieldError("contracts", "one for each market")


@dataclass(frozen=True, slots=True)
class Contracts:
    """One version of all contracts, by market (R-LBL-17).

    `phone` is our number, which carriers are given for both ends of a parcel; empty, none is.
    """

    version: str
    valid_from: date
    parcel: ParcelSize
    by_market: Mapping[str, Contract]
    phone: str = ""


@cache
def published() -> RuleBook[Contracts]:
    """Every version beside this file, read once per process."""
    return RuleBook(read_documents(Path(__file__).parent, read_contracts))


def read_contracts(text: str) -> Contracts:
    """The version of the contracts in a TOML document.

    Raises:
        RulesInvalidError: A field is missing, unknown or not what it must be.
        ValueError: The text is not TOML.
    """
    document = read(text, _Document)
    by_market = {market: each for each in document.contracts for market in each.markets}
    valid_from, parcel = document.valid_from, document.parcel
    return Contracts(document.version, valid_from, parcel, by_market, document.phone)
