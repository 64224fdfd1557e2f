"""Scans, owners and webhooks with fixed defaults."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from aftercare.parcels import easypost, shippo
from aftercare.parcels.model import Direction, Owner, ParcelStatus, Scan
from aftercare.parcels.service import News
from aftercare.parcels.webhooks import Reason, Webhook, WebhookRefusedError
from tests.fakes.orders import NOON

NUMBER = "9400136897846022215007"
WEBHOOK_SECRET = "s\u00e9cret of the \ufb01rm"


def scan(
    status: ParcelStatus | None,
    hours: float = 0,
    *,
    at: datetime | None = None,
    source: str = "easypost",
    words: str = "",
    place: str = "",
) -> Scan:
    """A scan so many hours after noon."""
    moment = at or NOON + timedelta(hours=hours)
    return Scan(status, moment, source, words or status or "gremlins", place)


def news(*scans: Scan, number: str = NUMBER, carrier: str = "USPS") -> News:
    return News(number, scans, carrier=carrier)


def reason_of(refused: Webhook, news_in: Callable[[Webhook, str], object]) -> Reason:
    """Why a source's webhook is refused."""
    with pytest.raises(WebhookRefusedError) as caught:
        news_in(refused, WEBHOOK_SECRET)
    assert caught.value.code == "webhook_refused"
    return caught.value.reason


def of_order(order_number: str = "T-10001", number: str = NUMBER) -> Owner:
    return Owner(Direction.OUTBOUND, order_number, "USPS", number)


def of_return(return_id: str, number: str = NUMBER, carrier: str = "house") -> Owner:
    return Owner(Direction.INBOUND, return_id, carrier, number)


def detail(
    status: str, further: str = "", *, at: datetime = NOON, city: str = "PORTLAND"
) -> dict[str, Any]:
    """One of a tracker's details, in EasyPost's shape."""
    return {
        "object": "TrackingDetail",
        "message": "Delivered, Front Door/Porch",
        "description": None,
        "status": status,
        "status_detail": further or None,
        "datetime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "source": "USPS",
        "carrier_code": None,
        "tracking_location": {
            "object": "TrackingLocation",
            "city": city,
            "state": "OR",
            "country": None,
            "zip": "97214",
        },
    }


def tracker_event(
    *details: dict[str, Any],
    number: str = NUMBER,
    description: str = "tracker.updated",
    at: datetime = NOON,
) -> dict[str, Any]:
    """EasyPost's event of a tracker, as its webhooks carry it."""
    return {
        "id": "evt_b4c4f5d4a1d611edb7e27fa6c8e0b3ba",
        "object": "Event",
        "mode": "production",
        "description": description,
        "previous_attributes": {"status": "unknown"},
        "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "result": {
            "id": "trk_3e79d6ffa0244363907d2d63cd59108a",
            "object": "Tracker",
            "mode": "production",
            "tracking_code": number,
            "carrier": "USPS",
            "status": details[-1]["status"] if details else "unknown",
            "signed_by": "JORDAN ELLIS",
            "tracking_details": list(details),
        },
    }


def webhook(event: object, *, secret: str = WEBHOOK_SECRET, came_at: datetime = NOON) -> Webhook:
    """A webhook of EasyPost's with that body, signed with that secret."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return Webhook("easypost", came_at, easypost.signature_of(body, secret), body)


def track_status(
    status: str, further: str = "", *, at: datetime = NOON, city: str = "Portland"
) -> dict[str, Any]:
    """One status of a parcel, in Shippo's shape."""
    moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    substatus = {"code": further, "text": "Left at the door.", "action_required": False}
    return {
        "object_created": moment,
        "object_updated": moment,
        "object_id": "6907e5d9b9a54fb0b3d1d7fd2f2ed8ac",
        "status": status,
        "status_details": "Delivered to JORDAN ELLIS, front door",
        "status_date": moment,
        "substatus": substatus if further else None,
        "location": {"city": city, "state": "OR", "zip": "97214", "country": "US"},
    }


def track_event(
    *statuses: dict[str, Any], number: str = NUMBER, event: str = "track_updated"
) -> dict[str, Any]:
    """Shippo's event of a parcel, as its webhooks carry it."""
    return {
        "event": event,
        "test": False,
        "data": {
            "carrier": "usps",
            "tracking_number": number,
            "address_from": {"city": "Portland", "state": "OR", "zip": "97214", "country": "US"},
            "address_to": None,
            "eta": None,
            "messages": [],
            "metadata": "lbl_1",
            "servicelevel": {"name": "Priority Mail", "token": "usps_priority"},
            "tracking_status": statuses[-1] if statuses else None,
            "tracking_history": list(statuses),
            "transaction": None,
        },
    }


def shippo_webhook(
    event: object,
    *,
    secret: str = WEBHOOK_SECRET,
    came_at: datetime = NOON,
    sent_at: datetime = NOON,
) -> Webhook:
    """A webhook of Shippo's with that body, sent then and signed with that secret."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    signature = shippo.signature_of(body, secret, int(sent_at.timestamp()))
    return Webhook("shippo", came_at, signature, body)
