"""EasyPost's objects: a shipment, its rates, what it has once it is bought."""

from collections.abc import Callable, Mapping
from typing import Any

from infra.local.carrier import customs, pages

_NOW = "2026-11-28T12:00:00Z"
# Carrier, service, price: what each shipment is offered, whatever it weighs.
_OFFERS = (
    ("USPS", "Priority", "USD", "6.95"),
    ("USPS", "GroundAdvantage", "USD", "5.93"),
    ("UPS", "Ground", "USD", "8.10"),
    ("CanadaPost", "ExpeditedParcel", "CAD", "12.40"),
    ("RoyalMail", "TrackedReturns48", "GBP", "3.20"),
    ("AustraliaPost", "ParcelPost", "AUD", "9.60"),
)

_CARRIERS = tuple(dict.fromkeys(carrier for carrier, *_ in _OFFERS))

type Ids = Callable[[str], str]
"""Makes the next id with that prefix."""


def shipment(asked: Mapping[str, Any], new: Ids) -> dict[str, Any]:
    """What is made of a request: nothing is bought yet."""
    shipment_id = new("shp")
    ends = ("to_address", "from_address")
    recipient, sender = reversed(ends) if asked.get("is_return") else ends
    fault = customs.fault_of_easypost(asked, asked[sender], asked[recipient])
    return {
        "id": shipment_id,
        "object": "Shipment",
        "created_at": _NOW,
        "updated_at": _NOW,
        "mode": "test",
        "status": "unknown",
        "reference": asked.get("reference"),
        "is_return": bool(asked.get("is_return")),
        # A return goes the other way: EasyPost switches the addresses that it was given.
        "to_address": {**asked[recipient], "id": new("adr"), "object": "Address"},
        "from_address": {**asked[sender], "id": new("adr"), "object": "Address"},
        "parcel": {**asked["parcel"], "id": new("prcl"), "object": "Parcel"},
        "customs_info": _customs_info(asked.get("customs_info"), new),
        "options": dict(asked.get("options") or {}),
        "messages": [_rate_error(each, fault) for each in _CARRIERS if fault],
        "fees": [],
        "rates": [] if fault else rates(shipment_id, new),
        "selected_rate": None,
        "postage_label": None,
        "tracking_code": None,
        "tracker": None,
        "refund_status": None,
    }


def rates(shipment_id: str, new: Ids) -> list[dict[str, Any]]:
    """A rate for each service."""
    return [
        {
            "id": new("rate"),
            "object": "Rate",
            "mode": "test",
            "carrier": carrier,
            "service": service,
            "currency": currency,
            "rate": price,
            "shipment_id": shipment_id,
        }
        for carrier, service, currency, price in _OFFERS
    ]


def _customs_info(asked: Mapping[str, Any] | None, new: Ids) -> dict[str, Any] | None:
    if not asked:
        return None
    items = [
        {**each, "id": new("cstitem"), "object": "CustomsItem", "value": str(each.get("value"))}
        for each in asked.get("customs_items") or []
    ]
    made = {"id": new("cstinfo"), "object": "CustomsInfo", "mode": "test", "declaration": None}
    return {**asked, **made, "customs_items": items}


def _rate_error(carrier: str, message: str) -> dict[str, str]:
    """A carrier's word on why it offers nothing."""
    return {"carrier": carrier, "type": "rate_error", "message": message}


def bought(of: Mapping[str, Any], rate: Mapping[str, Any], number: str, new: Ids) -> dict[str, Any]:
    """What a shipment has from when it is bought at that rate."""
    tracker = {
        "id": new("trk"),
        "object": "Tracker",
        "tracking_code": number,
        "carrier": rate["carrier"],
        "shipment_id": of["id"],
        "status": "pre_transit",
        "tracking_details": [],
    }
    label = {
        "id": new("pl"),
        "object": "PostageLabel",
        "label_size": "4x6",
        "label_type": "default",
        "label_file_type": "image/png",
        "label_resolution": pages.dpi_of(str(rate["carrier"])),
        "label_url": f"/files/{of['id']}.png",
        "label_pdf_url": None,
        "label_zpl_url": None,
        "label_epl2_url": None,
    }
    return {
        "tracking_code": number,
        "selected_rate": rate,
        "tracker": tracker,
        "postage_label": label,
    }
