"""Shippo sells labels of many carriers, as EasyPost does, but at rates that it may sell twice.

Its shapes are in docs.goshippo.com and in the models of its official client (shippo-python-sdk).
"""

from enum import StrEnum
from urllib.parse import quote, urlencode

from msgspec import Struct

from aftercare.kernel.errors import BusyError, UnavailableError
from aftercare.kernel.rulebook import RuleBook
from aftercare.labels.carriers.carrier import Booking, Shipment
from aftercare.labels.carriers.sellers import (
    Offered,
    contract_for,
    first_of,
    price_of,
)
from aftercare.labels.carriers.shippo_api import ShippoApi
from aftercare.labels.carriers.shippo_shipments import request_of
from aftercare.labels.contracts import Contracts
from aftercare.labels.errors import ApiRefusedError, OfferExpiredError
from aftercare.labels.model import SHIPPO, Offer, PageForm, VoidAnswer

_MOST_LISTED = 100
_PDF = b"%PDF"
# Carriers whose token is not their name; docs.goshippo.com's list of carriers, read on 2026-11-28.
_TOKENS = {
    "dpd_germany": "dpd_de",
    "epost_global": "rr_donnelley",
    "evri_uk": "hermes_uk",
    "jitsu": "axlehire",
}


class _State(StrEnum):
    """A transaction's status; one that is not here is one that is not over yet."""

    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    REFUND_PENDING = "REFUNDPENDING"
    REFUNDED = "REFUNDED"
    REFUND_REJECTED = "REFUNDREJECTED"


_SOLD = {_State.SUCCESS, _State.REFUND_PENDING, _State.REFUNDED, _State.REFUND_REJECTED}
_GIVEN_BACK = {
    _State.REFUND_PENDING: VoidAnswer.UNDER_WAY,
    _State.REFUNDED: VoidAnswer.TAKEN_BACK,
}
# A refund's status; one that is not here is one that is not over yet.
_REFUNDS = {"SUCCESS": VoidAnswer.TAKEN_BACK, "ERROR": VoidAnswer.REFUSED}


class _Service(Struct, frozen=True):
    token: str | None = None
    name: str | None = None


class Rate(Struct, frozen=True):
    """A service that a carrier offers for a shipment; `amount` is its price, as text."""

    object_id: str
    provider: str
    servicelevel: _Service
    amount: str
    currency: str


class _Shipment(Struct, frozen=True):
    object_id: str
    rates: tuple[Rate, ...]


class _Message(Struct, frozen=True):
    source: str | None = None
    code: str | None = None
    text: str | None = None


class _Transaction(Struct, frozen=True):
    object_id: str
    status: str
    tracking_number: str | None = None
    metadata: str | None = None
    label_url: str | None = None
    messages: tuple[_Message, ...] | None = None


class _Transactions(Struct, frozen=True):
    results: tuple[_Transaction, ...]


class _Refund(Struct, frozen=True):
    status: str


class ShippoCarrier:
    """Buys through an account with Shippo.

    Shippo does not promise to sell a rate only once. Each purchase bears our label's id, is looked
    up before it is made again, and is made by one worker at a time, whose claim outlives it.
    """

    name = "Shippo"
    service_level = "Return"
    sample = False

    def __init__(self, api: ShippoApi, contracts: RuleBook[Contracts]) -> None:
        self._api = api
        self._contracts = contracts

    def plan(self, shipment: Shipment, expired: Offer | None = None) -> Offer:  # noqa: ARG002 - its rates can't be renewed
        """The first service of the market's contract that is offered for that parcel.

        Raises:
            OfferMissingError: None of them is offered; only an operator can fix it.
            UnavailableError: Shippo does not answer, or not as it should.
        """
        contract, version = contract_for(shipment, self._contracts, SHIPPO)
        request = request_of(shipment, contract.billed_to, version.parcel, version.phone)
        made = self._api.ask("POST", "/shipments", _Shipment, request)
        offered = (_offered(made.object_id, rate) for rate in made.rates)
        return first_of(offered, contract, made.object_id)

    def find(self, reference: str, offer: Offer | None) -> Booking | None:
        """What was sold at that offer's rate; without an offer nothing ever was.

        Raises:
            BusyError: It is still being sold.
        """
        sold = self._sold(reference, offer) if offer else None
        return Booking(reference, _number(sold)) if sold else None

    def buy(self, shipment: Shipment, offer: Offer) -> Booking:
        """Buys the offer's rate.

        Raises:
            OfferExpiredError: The rate is not sold any more.
            BusyError: It is being sold at this moment.
            UnavailableError: Shippo does not answer, or refuses; nothing is known to be sold.
        """
        request = {
            "rate": offer.rate_id,
            "async": False,
            "label_file_type": "PNG",
            "metadata": shipment.reference,
        }
        try:
            made = self._api.ask("POST", "/transactions", _Transaction, request)
        except ApiRefusedError as error:
            if "rate" not in error.reason.split(","):
                raise
            return self._sold_before(shipment, offer)
        if made.status == _State.ERROR:
            if not _speaks_of_the_rate(made):
                raise ApiRefusedError(_codes(made), 0)
            return self._sold_before(shipment, offer)
        return Booking(shipment.reference, _number(made))

    def document(self, reference: str, offer: Offer | None, form: PageForm) -> bytes | None:
        """The carrier's own page: the picture that was bought. Shippo makes no other form of it.

        None of what an earlier version bought as a PDF: its page is ours.

        Raises:
            UnavailableError: It is not drawn yet, or can't be had now.
        """
        if offer is None or form is not PageForm.PNG:
            return None
        sold = self._sold(reference, offer)
        if sold is None or not sold.label_url:
            raise UnavailableError("The carrier has not drawn this label.", label_id=reference)
        page = self._api.file(sold.label_url)
        return None if page.startswith(_PDF) else page

    def void(self, reference: str, offer: Offer | None) -> VoidAnswer:
        """Asks for the money back; one that is under way is not asked for again.

        Raises:
            BusyError: The label is still being sold.
        """
        sold = self._sold(reference, offer) if offer else None
        if sold is None:
            return VoidAnswer.NEVER_SOLD
        if answer := _GIVEN_BACK.get(_State(sold.status)):
            return answer
        request = {"transaction": sold.object_id, "async": False}
        try:
            refund = self._api.ask("POST", "/refunds", _Refund, request)
        except ApiRefusedError:
            return VoidAnswer.REFUSED
        return _REFUNDS.get(refund.status, VoidAnswer.UNDER_WAY)

    def track(self, tracking_number: str, carrier_name: str) -> object:
        """What Shippo knows of that carrier's parcel, as in its webhooks."""
        token = _token_of(carrier_name)
        return self._api.answer("GET", f"/tracks/{token}/{quote(tracking_number, safe='')}")

    def _sold_before(self, shipment: Shipment, offer: Offer) -> Booking:
        """What was sold at a rate that is refused: being sold already may be why.

        Raises:
            OfferExpiredError: Nothing was.
        """
        booking = self.find(shipment.reference, offer)
        if booking is None:
            raise OfferExpiredError("This offer has expired.")
        return booking

    def _sold(self, reference: str, offer: Offer) -> _Transaction | None:
        """The purchase of that label at that rate, once it is over; failed ones don't count."""
        query = urlencode({"rate": offer.rate_id, "results": _MOST_LISTED})
        listed = self._api.ask("GET", f"/transactions?{query}", _Transactions).results
        for transaction in listed:
            if transaction.metadata == reference and transaction.status != _State.ERROR:
                _number(transaction)
                return transaction
        return None


def _offered(shipment_id: str, rate: Rate) -> Offered:
    amount = price_of(rate.amount, rate.currency)
    token = rate.servicelevel.token or ""
    service = rate.servicelevel.name or token
    offer = Offer(shipment_id, rate.object_id, rate.provider, service, amount, rate.currency)
    return token, offer


def _number(sold: _Transaction) -> str:
    """The tracking number of a purchase that is over.

    Raises:
        BusyError: It is not over yet, so nothing else may be bought.
    """
    if sold.status not in _SOLD or not sold.tracking_number:
        raise BusyError("This label is still being sold.", status=sold.status)
    return sold.tracking_number


def _speaks_of_the_rate(failed: _Transaction) -> bool:
    # Shippo documents no codes of expired rates. A wrong guess costs one more request, which is
    # free, since a failed purchase sold nothing.
    said = (f"{each.code} {each.text}".lower().split() for each in failed.messages or ())
    return any("rate" in words for words in said)


def _codes(failed: _Transaction) -> str:
    codes = sorted(each.code for each in failed.messages or () if each.code)
    return ",".join(codes) or failed.status


def _token_of(carrier_name: str) -> str:
    """Shippo's token of a carrier that it names so in its rates."""
    plain = "".join(each if each.isalnum() else "_" for each in carrier_name.lower())
    return _TOKENS.get(plain, quote(plain))
