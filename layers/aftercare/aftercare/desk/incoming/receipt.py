"""What SES says when it has received a mail: its notification of an S3 action."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from aftercare.desk.mailed import Receipt
from aftercare.kernel.ids import is_key
from aftercare.kernel.reading import Moment, Text, Timed, convert, in_utc
from aftercare.kernel.timeline import EntryInvalidError
from aftercare.kernel.worker import ObjectKey

# SES takes a mail to fifty recipients at most; an address has 320 characters at most.
Recipient = Annotated[str, Meta(max_length=400, description="an address")]
Recipients = Annotated[list[Recipient], Meta(max_length=500, description="addresses")]
_PASS, _FAIL = "PASS", "FAIL"


class Verdict(Struct, frozen=True):
    """What one of SES's checks found."""

    status: str = ""


class StoredAs(Struct, frozen=True, rename="camel"):
    """Where SES put the mail."""

    object_key: ObjectKey


class Named(Struct, frozen=True, rename="camel"):
    """What SES calls the mail."""

    message_id: Text


class Checked(Timed, frozen=True, rename="camel"):
    """Of whom and when the mail was received, and what the checks found."""

    timestamp: Moment
    recipients: Recipients
    action: StoredAs
    dmarc_verdict: Verdict = Verdict()
    spam_verdict: Verdict = Verdict()
    virus_verdict: Verdict = Verdict()


class Notification(Struct, frozen=True):
    """SES's notification, as far as it matters."""

    mail: Named
    receipt: Checked


def receipt_in(notification: dict[str, Any]) -> Receipt:
    """What SES says of a mail. A check that did not pass, or was not made, is no pass.

    Raises:
        EntryInvalidError: It is no notification of SES about a mail that it stored.
    """
    told = convert(notification, Notification, EntryInvalidError, "notification")
    receipt, key = told.receipt, told.receipt.action.object_key
    if not is_key(key):
        raise EntryInvalidError("objectKey must be an object's key.", field="objectKey")
    return Receipt(
        sent_as=told.mail.message_id,
        key=key,
        at=in_utc("timestamp", receipt.timestamp),
        recipients=tuple(receipt.recipients),
        passes_dmarc=receipt.dmarc_verdict.status == _PASS,
        is_spam=receipt.spam_verdict.status == _FAIL,
        has_virus=receipt.virus_verdict.status == _FAIL,
    )
