"""What all sellers of labels have in common: contract, rate, price, address, answers, files."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from msgspec import Struct

from aftercare.kernel.address import Address
from aftercare.kernel.errors import InvalidError, UnavailableError
from aftercare.kernel.reading import convert
from aftercare.kernel.rulebook import RuleBook
from aftercare.labels.carriers.carrier import Shipment
from aftercare.labels.contracts import Contract, Contracts
from aftercare.labels.errors import CarrierUnknownError, OfferMissingError
from aftercare.labels.model import Offer
from aftercare.words.formats import minor_units

SECONDS = 7
"""Silence ends a request: a worker's 30 seconds have room for one, and slow answers before it."""

MOST_BYTES = 2_000_000
"""A page of 4 by 6 inches at 300 dpi has a tenth of this."""
# A simulator alone is without TLS.
_LOOPBACK, _SECURE = "http://127.0.0.1:", "https://"

type Offered = tuple[str, Offer]
"""A service by the name that contracts have for it, and its offer."""


def contract_for(
    shipment: Shipment, contracts: RuleBook[Contracts], seller: str
) -> tuple[Contract, Contracts]:
    """The contract of that parcel's market on its day, and the version that has it.

    Raises:
        CarrierUnknownError: The market has none on that day.
    """
    version = contracts.in_force(shipment.day)
    contract = version.by_market.get(shipment.market)
    if contract is None:
        raise CarrierUnknownError(seller, shipment.reference)
    return contract, version


def first_of(offered: Iterable[Offered], contract: Contract, shipment_id: str) -> Offer:
    """The first service of the contract, at its lowest rate; without services the lowest of all.

    Raises:
        OfferMissingError: None of them is offered.
    """
    by_price = sorted(offered, key=lambda each: each[1].amount)
    for wanted in contract.services or [service for service, _ in by_price]:
        for service, offer in by_price:
            if service == wanted:
                return offer
    raise OfferMissingError(shipment_id)


def price_of(text: str, currency: str) -> int:
    """The price in minor units; sellers write it with any number of zeros behind.

    Raises:
        UnavailableError: It can't be read.
    """
    whole, _, part = text.partition(".")
    amount = minor_units(f"{whole}.{part.rstrip('0')}".rstrip("."), currency)
    if amount is None:
        raise UnavailableError("A rate's price can't be read.")
    return amount


def address_fields(address: Address, phone: str = "") -> dict[str, str]:
    """An address by the names that sellers have for its parts, with that number if there is one."""
    return {
        "name": address.name,
        "street1": address.line1,
        "street2": address.line2,
        "city": address.city,
        "state": address.region,
        "zip": address.postal_code,
        "country": address.country,
        **({"phone": phone} if phone else {}),
    }


def read_answer[Answer: Struct](
    answer: Mapping[str, Any], kind: type[Answer], seller: str
) -> Answer:
    """The answer's parts that we need.

    Raises:
        UnavailableError: It lacks one of them.
    """
    try:
        return convert(answer, kind, InvalidError, "answer")
    except InvalidError as error:
        raise UnavailableError(f"{seller}'s answer can't be read: {error.detail}") from None


def check_place(url: str, seller_url: str) -> None:
    """Passes if a seller at that address may keep files there.

    Raises:
        UnavailableError: We don't fetch from there.
    """
    is_simulated = seller_url.startswith(_LOOPBACK)
    if not url.startswith((_SECURE, _LOOPBACK) if is_simulated else _SECURE):
        raise UnavailableError("The seller of labels keeps a page where it should not.")


def checked_page(status: int, page: bytes) -> bytes:
    """The file that came, of which at most one byte too much was read.

    Raises:
        UnavailableError: It is not one, or too large.
    """
    if status != HTTPStatus.OK or not 0 < len(page) <= MOST_BYTES:
        raise UnavailableError("A label's page does not come.", status=status, size=len(page))
    return page
