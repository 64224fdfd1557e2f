"""What Shippo is asked for: a shipment, and what it is told of one across a border."""

from typing import Any

from aftercare.labels.carriers.carrier import Shipment
from aftercare.labels.carriers.customs import Declaration, DeclaredItem, declaration_of, weight_with
from aftercare.labels.carriers.sellers import address_fields
from aftercare.labels.contracts import BilledTo, ParcelSize

# Whose return labels Shippo makes by itself, from the addresses of the way there.
_RETURNS_IN = "US"
# What the postal union has another word for.
_CONTENTS = {"returned_goods": "RETURN_MERCHANDISE"}
# The provisions of the US for an export that is not filed.
_EXPORT_CODES = {"NOEEI 30.36": "NOEEI_30_36", "NOEEI 30.37(a)": "NOEEI_30_37_a"}


def request_of(
    shipment: Shipment, billed_to: BilledTo | None, parcel: ParcelSize, phone: str = ""
) -> dict[str, Any]:
    """What Shippo is asked for.

    Within the US it is a return, and Shippo turns the addresses of the way there round. Elsewhere
    it knows no returns: the parcel is one from the customer to us.
    """
    is_return = shipment.ship_from.country == shipment.ship_to.country == _RETURNS_IN
    sender, recipient = shipment.ship_from, shipment.ship_to
    if is_return:
        sender, recipient = recipient, sender
    billing = {"billing": _billing(billed_to)} if billed_to else {}
    # What people at the dock look for, on a page that has none of our codes.
    printed = {"reference_1": shipment.ticket} if shipment.ticket else {}
    declared = declaration_of(shipment)
    return {
        "address_from": address_fields(sender, phone),
        "address_to": address_fields(recipient, phone),
        "parcels": [
            {
                "length": str(parcel.length),
                "width": str(parcel.width),
                "height": str(parcel.height),
                "distance_unit": "mm",
                "weight": str(weight_with(declared, parcel.weight)),
                "mass_unit": "g",
            }
        ],
        "extra": {"is_return": is_return, **printed, **billing},
        **({"customs_declaration": _customs_declaration(declared)} if declared else {}),
        "metadata": shipment.reference,
        "async": False,
    }


def _customs_declaration(declared: Declaration) -> dict[str, Any]:
    """The contents, in Shippo's terms. Whoever gets the parcel pays what is due for it: we do."""
    code = _EXPORT_CODES.get(declared.export_code)
    return {
        "contents_type": _CONTENTS.get(declared.contents, declared.contents.upper()),
        "contents_explanation": declared.explanation,
        "certify": True,
        "certify_signer": declared.signer,
        "non_delivery_option": "RETURN",
        "incoterm": "DDU",
        "invoice": declared.invoice,
        **({"eel_pfc": code} if code else {}),
        "items": [_customs_item(each, declared) for each in declared.items],
    }


def _customs_item(item: DeclaredItem, declared: Declaration) -> dict[str, Any]:
    return {
        "description": item.description,
        "quantity": item.units,
        "net_weight": str(item.weight),  # of all units, as is the value
        "mass_unit": "g",
        "value_amount": declared.amount(item),
        "value_currency": declared.currency,
        "tariff_number": declared.hs_code,
        "origin_country": declared.origin,
        "sku_code": item.sku,
    }


def _billing(billed_to: BilledTo) -> dict[str, str]:
    return {
        "type": billed_to.type,
        "account": billed_to.account,
        "country": billed_to.country,
        "zip": billed_to.postal_code,
    }
