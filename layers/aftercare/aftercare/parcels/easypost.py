"""EasyPost's webhooks: our own check of the signature, and the tracker that they carry.

The official client's `validate_webhook` looks for one spelling of the header, and API Gateway may
bring another.
"""

import hashlib
import hmac
import json
import unicodedata

from msgspec import Struct

from aftercare.kernel.reading import Moment, Text, Timed, convert, in_utc
from aftercare.parcels.errors import NewsInvalidError
from aftercare.parcels.model import Scan
from aftercare.parcels.places import Location, Words
from aftercare.parcels.service import News
from aftercare.parcels.vocabulary import scan_of
from aftercare.parcels.webhooks import Reason, Webhook, WebhookRefusedError

SOURCE = "easypost"
_SCHEME = "hmac-sha256-hex="
_TRACKED = frozenset({"tracker.created", "tracker.updated"})


class _Event(Timed, frozen=True):
    description: Text
    created_at: Moment


class _Detail(Timed, frozen=True):
    datetime: Moment
    status: Text
    status_detail: Words | None = None
    tracking_location: Location | None = None


class _Tracker(Struct, frozen=True):
    tracking_code: Text
    carrier: Words | None = None
    tracking_details: tuple[object, ...] = ()


class _Tracked(Struct, frozen=True):
    result: _Tracker


def signature_of(body: bytes, secret: str) -> str:
    """The header's value for that body: the secret is normalised as the official client does."""
    key = unicodedata.normalize("NFKD", secret).encode()
    return _SCHEME + hmac.new(key, body, hashlib.sha256).hexdigest()


def news_in(webhook: Webhook, secret: str) -> News | None:
    """What a genuine webhook says of a parcel; none if it is about something else.

    The signature is checked before anything is read, over the raw bytes, in constant time. When it
    was said is part of what is signed.

    Raises:
        WebhookRefusedError: It is forged, late, or can't be read.
    """
    if not webhook.is_signed(signature_of(webhook.body, secret)):
        raise WebhookRefusedError(SOURCE, Reason.FORGED)
    try:
        body = json.loads(webhook.body)
        event = convert(body, _Event, NewsInvalidError, "webhook")
        if not webhook.in_time(in_utc("created_at", event.created_at)):
            raise WebhookRefusedError(SOURCE, Reason.LATE)
        if event.description not in _TRACKED:
            return None
        tracker = convert(body, _Tracked, NewsInvalidError, "webhook").result
    except (ValueError, RecursionError, NewsInvalidError):
        raise WebhookRefusedError(SOURCE, Reason.MALFORMED) from None
    scans = tuple(scan for each in tracker.tracking_details if (scan := _scan(each)))
    return News(tracker.tracking_code, scans, carrier=tracker.carrier or "")


def _scan(said: object) -> Scan | None:
    """One of a tracker's details; none if it has no status or no time."""
    try:
        detail = convert(said, _Detail, NewsInvalidError, "detail")
        scanned_at = in_utc("datetime", detail.datetime)
    except (ValueError, NewsInvalidError):
        return None
    further = detail.status_detail or ""
    return scan_of(SOURCE, detail.status, further, scanned_at, detail.tracking_location)
