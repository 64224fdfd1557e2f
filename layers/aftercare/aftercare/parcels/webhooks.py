"""A carrier's webhook: as it waits in the queue, and why one has no effect (R-PAR-03)."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from aftercare.kernel.clock import to_text
from aftercare.kernel.errors import RefusedError
from aftercare.kernel.reading import Moment, Text, Timed, convert, in_utc
from aftercare.parcels.errors import NewsInvalidError

MOST_BYTES = 128 * 1024
"""A queue's message has 256 KB; the largest webhook of a parcel has a fifth of this."""
WINDOW = timedelta(hours=24)
"""How old a webhook may be: carriers repeat what we did not take for some hours."""
AHEAD = timedelta(minutes=5)
"""How far a carrier's clock may be ahead of ours."""

SIGNATURES: Mapping[str, str] = {
    "easypost": "x-hmac-signature",
    "shippo": "shippo-auth-signature",
}
"""The header with the signature, in lower case, for each source that has webhooks."""


class Reason(StrEnum):
    """Why a webhook has no effect."""

    FORGED = "forged"
    UNEXPECTED = "unexpected"  # no secret was agreed with that carrier
    LATE = "late"
    MALFORMED = "malformed"


class WebhookRefusedError(RefusedError):
    """A webhook has no effect: it is no carrier's of ours, too old, or can't be read."""

    code = "webhook_refused"

    def __init__(self, source: str, reason: Reason) -> None:
        super().__init__("This webhook has no effect.", source=source, reason=reason.value)
        self.reason = reason


def secret_of(source: str, secrets: Mapping[str, str]) -> str:
    """The secret with which that source signs, of all that were agreed.

    Raises:
        WebhookRefusedError: None was. Anybody may call, so nothing of theirs is worth keeping.
    """
    if not secrets.get(source):
        raise WebhookRefusedError(source, Reason.UNEXPECTED)
    return secrets[source]


class _Message(Timed, frozen=True):
    carrier: Text
    received_at: Moment
    signature: Annotated[str, Meta(max_length=2000)]
    body: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """What came, byte by byte; `signature` is the header's value, empty without one."""

    source: str
    received_at: datetime
    signature: str
    body: bytes

    def to_message(self) -> dict[str, str]:
        """As JSON for the queue."""
        return {
            "carrier": self.source,
            "received_at": to_text(self.received_at),
            "signature": self.signature,
            "body": base64.b64encode(self.body).decode(),
        }

    def is_signed(self, expected: str) -> bool:
        """Whether that is its signature, compared in constant time."""
        return hmac.compare_digest(expected.encode(), self.signature.encode(errors="replace"))

    def in_time(self, said_at: datetime) -> bool:
        """Whether it was said within the window before it came."""
        return self.received_at - WINDOW <= said_at <= self.received_at + AHEAD


def webhook_in(message: object) -> Webhook:
    """The webhook in a queue's message.

    Raises:
        NewsInvalidError: The message was not made by `Webhook.to_message`.
    """
    read = convert(message, _Message, NewsInvalidError, "message")
    if read.carrier not in SIGNATURES:
        raise NewsInvalidError("No carrier has webhooks under that name.", field="carrier")
    try:
        body = base64.b64decode(read.body, validate=True)
    except ValueError:  # also of text beyond ASCII
        raise NewsInvalidError("body must be base64.", field="body") from None
    return Webhook(read.carrier, in_utc("received_at", read.received_at), read.signature, body)
