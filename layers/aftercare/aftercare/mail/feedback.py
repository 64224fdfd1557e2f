"""What SES tells the default event bus about a mail that came back or was complained about."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from aftercare.kernel.clock import from_text
from aftercare.mail.model import Feedback, Reason

BOUNCED = "Email Bounced"
COMPLAINED = "Email Complaint Received"

_PERMANENT = "Permanent"
_NOT_SPAM = "not-spam"


def feedback_in(event: Mapping[str, Any]) -> Feedback | None:
    """The feedback in SES's event, if it ends mail to somebody.

    A full mailbox or an absence (a transient bounce) does not, nor does a report of "not spam".

    Raises:
        KeyError, ValueError: It is not such an event.
    """
    detail = event["detail"]
    if event["detail-type"] == BOUNCED:
        bounce = detail["bounce"]
        if bounce["bounceType"] != _PERMANENT:
            return None
        return _feedback(Reason.BOUNCE, bounce, bounce["bouncedRecipients"], "bounceSubType")
    complaint = detail["complaint"]
    if complaint.get("complaintFeedbackType") == _NOT_SPAM:
        return None
    recipients = complaint["complainedRecipients"]
    return _feedback(Reason.COMPLAINT, complaint, recipients, "complaintFeedbackType")


def _feedback(
    reason: Reason, report: Mapping[str, Any], recipients: list[Mapping[str, str]], detail: str
) -> Feedback:
    return Feedback(
        # A mail server may report its addressee as "Mei <mei@example.com>".
        emails=tuple(parseaddr(recipient["emailAddress"])[1] for recipient in recipients),
        reason=reason,
        detail=report.get(detail) or "",
        occurred_at=from_text(report["timestamp"]),
    )
