"""Shippo's webhooks: the check of their signature, and the tracking that they carry.

Shippo signs for accounts that have asked it to (docs.goshippo.com/tracking/webhook-security). Its
other ways, a word in the address or its own addresses, do not say which bytes it sent.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime

from msgspec import Struct

from aftercare.kernel.reading import Moment, Text, Timed, convert, in_utc
from aftercare.parcels.errors import NewsInvalidError
from aftercare.parcels.model import Scan
from aftercare.parcels.places import Location, Words
from aftercare.parcels.service import News
from aftercare.parcels.vocabulary import scan_of
from aftercare.parcels.webhooks import Reason, Webhook, WebhookRefusedError

SOURCE = "shippo"
_TRACKED = "track_updated"
_MOST_DIGITS = 12


class _Event(Struct, frozen=True):
    event: Text


class _Substatus(Struct, frozen=True):
    code: Words | None = None


class _Status(Timed, frozen=True):
    status: Text
    status_date: Moment
    substatus: _Substatus | None = None
    location: Location | None = None


class _Track(Struct, frozen=True):
    tracking_number: Text
    carrier: Words | None = None
    tracking_status: object = None
    tracking_history: tuple[object, ...] | None = None


class _Tracked(Struct, frozen=True):
    data: _Track


def signature_of(body: bytes, secret: str, sent_at: int) -> str:
    """The header's value for that body, sent at that second since 1970."""
    signed = b"%d.%b" % (sent_at, body)
    return f"t={sent_at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def news_in(webhook: Webhook, secret: str) -> News | None:
    """What a genuine webhook says of a parcel; none if it is about something else.

    The signature is checked before anything is read, over the raw bytes and the time at which they
    were sent, in constant time.

    Raises:
        WebhookRefusedError: It is forged, late, or can't be read.
    """
    sent_at = _sent_at(webhook.signature)
    if not webhook.is_signed(signature_of(webhook.body, secret, sent_at)):
        raise WebhookRefusedError(SOURCE, Reason.FORGED)
    if not webhook.in_time(_moment(sent_at)):
        raise WebhookRefusedError(SOURCE, Reason.LATE)
    try:
        body = json.loads(webhook.body)
        if convert(body, _Event, NewsInvalidError, "webhook").event != _TRACKED:
            return None
        return _news(convert(body, _Tracked, NewsInvalidError, "webhook").data)
    except (ValueError, RecursionError, NewsInvalidError):
        raise WebhookRefusedError(SOURCE, Reason.MALFORMED) from None


def news_of(answer: object) -> News:
    """What Shippo answers of a parcel when it is asked.

    Raises:
        NewsInvalidError: The answer can't be read.
    """
    return _news(convert(answer, _Track, NewsInvalidError, "answer"))


def _news(track: _Track) -> News:
    said = (*(track.tracking_history or ()), track.tracking_status)
    scans = tuple(scan for each in said if (scan := _scan(each)))
    return News(track.tracking_number, scans, carrier=track.carrier or "")


def _sent_at(signature: str) -> int:
    """The second that the header names; 0 if it names none, and no signature of that fits."""
    named = signature.partition(",")[0].removeprefix("t=")
    return int(named) if named.isascii() and named.isdigit() and len(named) <= _MOST_DIGITS else 0


def _moment(second: int) -> datetime:
    try:
        return datetime.fromtimestamp(second, UTC)
    except (ValueError, OverflowError):  # beyond the years that there are
        raise WebhookRefusedError(SOURCE, Reason.LATE) from None


def _scan(said: object) -> Scan | None:
    """One status of a parcel; none if it has no status or no time."""
    try:
        status = convert(said, _Status, NewsInvalidError, "status")
        scanned_at = in_utc("status_date", status.status_date)
    except (ValueError, NewsInvalidError):
        return None
    further = (status.substatus and status.substatus.code) or ""
    return scan_of(SOURCE, status.status, further, scanned_at, status.location)
