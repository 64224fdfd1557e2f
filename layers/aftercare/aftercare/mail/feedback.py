"""What SES tells the default event bus about a mail that bounced or was complained about."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Annotated

from msgspec import Meta, Struct

from aftercare.kernel.reading import Moment, OptionalText, Text, Timed, convert, in_utc
from aftercare.mail.errors import MailFeedbackInvalidError
from aftercare.mail.model import Feedback, Reason

BOUNCED = "Email Bounced"
COMPLAINED = "Email Complaint Received"

_PERMANENT = "Permanent"
_NOT_SPAM = "not-spam"

# A mail server may report its addressee as "Mei <mei@example.com>".
Address = Annotated[str, Meta(min_length=3, max_length=1000, description="an e-mail address")]


class Recipient(Struct, frozen=True, rename="camel"):
    """One mailbox that the report is about."""

    email_address: Address


class Report(Timed, frozen=True):
    """When SES reported it. The bounce's own timestamp is of the mail server's clock."""

    time: Moment


class Bounce(Struct, frozen=True, rename="camel"):
    """A mail server refused the mail: for now (Transient), for good (Permanent), or unclear."""

    bounce_type: Text
    bounced_recipients: Annotated[tuple[Recipient, ...], Meta(min_length=1)]
    bounce_sub_type: OptionalText | None = None


class Complaint(Struct, frozen=True, rename="camel"):
    """The recipient called the mail spam, or said that it was none."""

    complained_recipients: Annotated[tuple[Recipient, ...], Meta(min_length=1)]
    complaint_feedback_type: OptionalText | None = None


class Bounced(Struct, frozen=True):
    """The detail of `Email Bounced`."""

    bounce: Bounce


class Complained(Struct, frozen=True):
    """The detail of `Email Complaint Received`."""

    complaint: Complaint


def feedback_in(event: Mapping[str, object]) -> Feedback | None:
    """The feedback in SES's event, if it ends mail to somebody.

    A full mailbox or an absence (a transient bounce) does not, nor does a report of "not spam".

    Raises:
        MailFeedbackInvalidError: A field is missing or impossible.
    """
    detail, invalid = event.get("detail"), MailFeedbackInvalidError
    at = in_utc("time", convert({**event}, Report, invalid, "event").time)
    if event["detail-type"] == BOUNCED:
        return _bounced(convert(detail, Bounced, invalid, "feedback").bounce, at)
    return _complained(convert(detail, Complained, invalid, "feedback").complaint, at)


def _bounced(bounce: Bounce, at: datetime) -> Feedback | None:
    if bounce.bounce_type != _PERMANENT:
        return None
    emails = _addresses(bounce.bounced_recipients)
    return Feedback(emails, Reason.BOUNCE, bounce.bounce_sub_type or "", at)


def _complained(complaint: Complaint, at: datetime) -> Feedback | None:
    kind = complaint.complaint_feedback_type or ""
    if kind == _NOT_SPAM:
        return None
    emails = _addresses(complaint.complained_recipients)
    return Feedback(emails, Reason.COMPLAINT, kind, at)


def _addresses(recipients: tuple[Recipient, ...]) -> tuple[str, ...]:
    parsed = (parseaddr(recipient.email_address)[1] for recipient in recipients)
    return tuple(filter(None, parsed))
