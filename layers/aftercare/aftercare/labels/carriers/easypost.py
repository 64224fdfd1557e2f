"""EasyPost sells labels of many carriers: return labels, at the first service of the contract.

Its shapes are those that its official client sends and reads in its own recorded tests; what each
field means is in docs.easypost.com: shipments, customs-infos, customs-items, errors.
"""

import math
from typing import Any, NoReturn

from msgspec import Struct

from aftercare.kernel.errors import BusyError, UnavailableError
from aftercare.kernel.rulebook import RuleBook
from aftercare.labels.carriers.carrier import Booking, Shipment
from aftercare.labels.carriers.customs import Declaration, DeclaredItem, declaration_of, weight_with
from aftercare.labels.carriers.easypost_api import EasyPostApi
from aftercare.labels.carriers.sellers import (
    address_fields,
    contract_for,
    first_of,
    price_of,
)
from aftercare.labels.contracts import BilledTo, Contract, Contracts, ParcelSize
from aftercare.labels.errors import ApiRefusedError, OfferExpiredError
from aftercare.labels.model import EASYPOST, Offer, PageForm, VoidAnswer

# EasyPost's codes (docs.easypost.com/docs/errors). Each code of a rate says that this one is gone.
_SOLD_ALREADY = "SHIPMENT.POSTAGE.EXISTS"
_BEING_SOLD = {
    "SHIPMENT.PURCHASE.IN_PROGRESS",
    "SHIPMENT.POSTAGE.NO_RESPONSE",
    "SHIPMENT.POSTAGE.TIMED_OUT",
}
_RATE_IS_GONE = ("SHIPMENT.RATE.", "SHIPMENT.RATES.", "SHIPMENT.MISSING_RATE")
_NOT_TAKEN_BACK = ("SHIPMENT.REFUND.", "REFUND.")
_REFUNDS = {
    "submitted": VoidAnswer.UNDER_WAY,
    "refunded": VoidAnswer.TAKEN_BACK,
    "not_applicable": VoidAnswer.TAKEN_BACK,
}
_OUNCE, _INCH = 28.349523125, 25.4
_US_PROVISION = "NOEEI "
_MOST_EXPLAINED = 255


class Rate(Struct, frozen=True):
    """A service that a carrier offers for a shipment; `rate` is its price, as text."""

    id: str
    carrier: str
    service: str
    rate: str
    currency: str


class _PostageLabel(Struct, frozen=True):
    label_url: str | None = None
    label_zpl_url: str | None = None


class _Shipment(Struct, frozen=True):
    id: str
    rates: tuple[Rate, ...] = ()
    tracking_code: str | None = None
    refund_status: str | None = None
    postage_label: _PostageLabel | None = None


class _Rates(Struct, frozen=True):
    rates: tuple[Rate, ...]


class EasyPostCarrier:
    """Buys through an account with EasyPost; each shipment there is sold once, whoever asks."""

    name = "EasyPost"
    service_level = "Return"
    sample = False

    def __init__(self, api: EasyPostApi, contracts: RuleBook[Contracts]) -> None:
        self._api = api
        self._contracts = contracts

    def plan(self, shipment: Shipment, expired: Offer | None = None) -> Offer:
        """The first service of the market's contract that is offered for that parcel.

        Raises:
            OfferMissingError: None of them is offered; only an operator can fix it.
            UnavailableError: EasyPost does not answer, or not as it should.
        """
        contract, version = contract_for(shipment, self._contracts, EASYPOST)
        if expired:
            again = self._api.ask(
                lambda to: to.shipment.regenerate_rates(expired.shipment_id), _Rates
            )
            return chosen(expired.shipment_id, again.rates, contract)
        request = request_of(shipment, contract.billed_to, version.parcel, version.phone)
        made = self._api.ask(lambda to: to.shipment.create(**request), _Shipment)
        return chosen(made.id, made.rates, contract)

    def find(self, reference: str, offer: Offer | None) -> Booking | None:
        """What was sold of that offer's shipment; without an offer nothing ever was."""
        number = self._shipment(offer).tracking_code if offer else None
        return Booking(reference, number) if number else None

    def buy(self, shipment: Shipment, offer: Offer) -> Booking:
        """Buys the offer's rate of its shipment.

        Raises:
            OfferExpiredError: The rate is not sold any more.
            BusyError: It is being sold at this moment.
            UnavailableError: EasyPost does not answer, or refuses; nothing is known to be sold.
        """
        rate = {"id": offer.rate_id}
        try:
            number = self._api.ask(
                lambda to: to.shipment.buy(offer.shipment_id, rate=rate), _Shipment
            ).tracking_code
        except ApiRefusedError as error:
            if error.reason != _SOLD_ALREADY:
                _refuse_sale(error)
            number = None
        booking = (
            Booking(shipment.reference, number) if number else self.find(shipment.reference, offer)
        )
        if booking is None:
            raise BusyError("This label is still being sold.", label_id=shipment.reference)
        return booking

    def document(self, reference: str, offer: Offer | None, form: PageForm) -> bytes | None:
        """The carrier's own page: the picture that was bought, or what EasyPost makes of it.

        Raises:
            UnavailableError: It is not drawn yet, or can't be had now.
        """
        if offer is None:  # only the built-in carrier sold without offers
            return None
        if form is PageForm.ZPL:
            url = self._converted(offer)
            return self._api.file(url) if url else None
        drawn = self._shipment(offer).postage_label
        if drawn is None or drawn.label_url is None:
            raise UnavailableError("The carrier has not drawn this label.", label_id=reference)
        return self._api.file(drawn.label_url)

    def void(self, reference: str, offer: Offer | None) -> VoidAnswer:  # noqa: ARG002 - the offer says more
        """Asks for the money back; one that is under way is not asked for again."""
        if offer is None:
            return VoidAnswer.NEVER_SOLD
        sold = self._shipment(offer)
        if not sold.tracking_code:
            return VoidAnswer.NEVER_SOLD
        if sold.refund_status in _REFUNDS:
            return _REFUNDS[sold.refund_status]
        try:
            sold = self._api.ask(lambda to: to.shipment.refund(offer.shipment_id), _Shipment)
        except ApiRefusedError as error:
            if error.reason.startswith(_NOT_TAKEN_BACK):
                return VoidAnswer.REFUSED
            raise
        return _REFUNDS.get(sold.refund_status or "", VoidAnswer.REFUSED)

    def _converted(self, offer: Offer) -> str | None:
        """Where the page is for Zebra's printers; none if EasyPost does not make it of this one."""
        form = PageForm.ZPL.upper()
        try:
            drawn = self._api.ask(
                lambda to: to.shipment.label(offer.shipment_id, file_format=form), _Shipment
            ).postage_label
        except ApiRefusedError as error:
            if error.is_final:
                return None
            raise
        return drawn.label_zpl_url if drawn else None

    def _shipment(self, offer: Offer) -> _Shipment:
        return self._api.ask(lambda to: to.shipment.retrieve(offer.shipment_id), _Shipment)


def request_of(
    shipment: Shipment, billed_to: BilledTo | None, parcel: ParcelSize, phone: str = ""
) -> dict[str, Any]:
    """What EasyPost is asked for: a return, so its addresses are those of the way there."""
    # What people at the dock look for, on a page that has none of our codes.
    printed = {"print_custom_1": shipment.ticket} if shipment.ticket else {}
    payment = {"payment": _payment(billed_to)} if billed_to else {}
    declared = declaration_of(shipment)
    weight = weight_with(declared, parcel.weight)
    return {
        "to_address": address_fields(shipment.ship_from, phone),
        "from_address": address_fields(shipment.ship_to, phone),
        "is_return": True,
        "reference": shipment.reference,
        "parcel": {
            "length": round(parcel.length / _INCH, 1),
            "width": round(parcel.width / _INCH, 1),
            "height": round(parcel.height / _INCH, 1),
            "weight": math.ceil(weight / _OUNCE * 10) / 10,
        },
        **({"customs_info": _customs_info(declared)} if declared else {}),
        "options": {"label_format": "PNG", "label_size": "4x6", **printed, **payment},
    }


def _customs_info(declared: Declaration) -> dict[str, Any]:
    """The contents, in EasyPost's terms. Of what the export goes by, it knows the US's codes."""
    code = declared.export_code
    return {
        "contents_type": declared.contents,
        "contents_explanation": declared.explanation[:_MOST_EXPLAINED],
        "customs_certify": True,
        "customs_signer": declared.signer,
        "non_delivery_option": "return",
        "restriction_type": "none",
        **({"eel_pfc": code} if code.startswith(_US_PROVISION) else {}),
        "customs_items": [_customs_item(each, declared) for each in declared.items],
    }


def _customs_item(item: DeclaredItem, declared: Declaration) -> dict[str, Any]:
    return {
        "description": item.description,
        "quantity": item.units,
        "value": float(declared.amount(item)),  # of all units, as is the weight
        "currency": declared.currency,
        "weight": math.floor(item.weight / _OUNCE * 100) / 100,
        "hs_tariff_number": declared.hs_code,
        "origin_country": declared.origin,
        "code": item.sku,
    }


def chosen(shipment_id: str, rates: tuple[Rate, ...], contract: Contract) -> Offer:
    """The first service of the contract that is among the rates.

    Raises:
        OfferMissingError: None of them is offered.
    """
    offers = [_offer(shipment_id, rate) for rate in rates]
    offered = ((f"{each.carrier_name}/{each.service}", each) for each in offers)
    return first_of(offered, contract, shipment_id)


def _offer(shipment_id: str, rate: Rate) -> Offer:
    amount = price_of(rate.rate, rate.currency)
    return Offer(shipment_id, rate.id, rate.carrier, rate.service, amount, rate.currency)


def _payment(billed_to: BilledTo) -> dict[str, str]:
    return {
        "type": billed_to.type,
        "account": billed_to.account,
        "country": billed_to.country,
        "postal_code": billed_to.postal_code,
    }


def _refuse_sale(error: ApiRefusedError) -> NoReturn:
    if error.reason in _BEING_SOLD:
        raise BusyError("This label is being sold at this moment.") from error
    if error.reason.startswith(_RATE_IS_GONE):
        raise OfferExpiredError("This offer has expired.") from error
    raise error
