"""A mail and its delivery promise; a mailbox and why it gets no mail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

# Longer than the mailer's timeout, so that a live worker never loses its claim; shorter than the
# queues' visibility timeout, so that a redelivered message finds a dead worker's claim free.
LEASE = timedelta(seconds=45)


class Promise(StrEnum):
    """How often a mail may be sent.

    AT_MOST_ONCE: claimed for good before it is sent; a worker that dies loses the mail (R-EML-02).
    UNTIL_SENT: claimed with a lease; after a crash it is sent again and may come twice (R-EML-01).
    """

    AT_MOST_ONCE = "at_most_once"
    UNTIL_SENT = "until_sent"


class Outcome(StrEnum):
    """How an attempt to send ended. All but REPEATED are stored, and final."""

    SENT = "sent"
    SUPPRESSED = "suppressed"
    REFUSED = "refused"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of our mails: its layout is in `templates/<name>/`, its words are the section `name`."""

    name: str
    promise: Promise


ACCESS_CODE = Kind("access_code", Promise.UNTIL_SENT)
LABEL_READY = Kind("label_ready", Promise.UNTIL_SENT)
POINTS_LAPSED = Kind("points_lapsed", Promise.UNTIL_SENT)
POINTS_REMINDER = Kind("points_reminder", Promise.AT_MOST_ONCE)
RETURN_DECLINED = Kind("return_declined", Promise.UNTIL_SENT)

KINDS = (ACCESS_CODE, LABEL_READY, POINTS_LAPSED, POINTS_REMINDER, RETURN_DECLINED)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one mailbox. `mail_id` is the same whenever the same mail is asked for again.

    A language that we or the kind don't have is replaced by English.
    """

    kind: Kind
    mail_id: str
    to: str
    values: Mapping[str, object]
    language: str = "en"

    @property
    def key(self) -> str:
        return f"{self.kind.name}#{self.mail_id}"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, as text and as HTML."""

    subject: str
    text: str
    html: str


# What sends a room's notices: `MailService.send`, or a test's mailbox.
type Send = Callable[[Mail], Outcome]


class Reason(StrEnum):
    """Why a mailbox gets no mail."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What came back about a mail to these addresses, if it ends mail to them.

    `detail` is SES's subtype of it, such as `NoEmail` or `abuse`.
    """

    emails: tuple[str, ...]
    reason: Reason
    detail: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Suppression:
    """A mailbox that gets no mail, until an operator lifts it. `email_key` names nobody.

    `reason` is a Reason, or one that a later version added.
    """

    email_key: str
    reason: str
    detail: str
    since: datetime
    lifted_at: datetime | None = None
    lifted_by: str = ""
    version: int | None = field(default=None, compare=False)

    @property
    def is_active(self) -> bool:
        return self.lifted_at is None

    def covers(self, feedback: Feedback) -> bool:
        """Whether the feedback adds nothing: suppressed already, or lifted after it was given."""
        return self.lifted_at is None or feedback.occurred_at <= self.lifted_at
