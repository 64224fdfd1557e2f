"""A mail and its delivery promise; a mailbox and why it gets no mail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

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


class Urgency(StrEnum):
    """How long a mail can wait while SES takes no more.

    NOW: a customer waits for it on a page. SOON: a customer must know. BULK: a night's flood.
    """

    NOW = "now"
    SOON = "soon"
    BULK = "bulk"


class Outcome(StrEnum):
    """How an attempt to send ended. All but REPEATED and CAPPED are stored, and final.

    CAPPED: the mailbox had a day's mails of that kind before; nothing was sent.
    """

    SENT = "sent"
    SUPPRESSED = "suppressed"
    REFUSED = "refused"
    REPEATED = "repeated"
    CAPPED = "capped"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of our mails: its layout is in `templates/<name>/`, its words are the section `name`."""

    name: str
    promise: Promise
    urgency: Urgency = Urgency.SOON


ACCESS_CODE = Kind("access_code", Promise.UNTIL_SENT, Urgency.NOW)
CLAIM_DECIDED = Kind("claim_decided", Promise.UNTIL_SENT)
CLAIM_RECEIVED = Kind("claim_received", Promise.UNTIL_SENT)
EVIDENCE_WANTED = Kind("evidence_wanted", Promise.UNTIL_SENT)
EVIDENCE_REMINDER = Kind("evidence_reminder", Promise.AT_MOST_ONCE)
LABEL_EXPIRING = Kind("label_expiring", Promise.AT_MOST_ONCE)
LABEL_READY = Kind("label_ready", Promise.UNTIL_SENT)
MESSAGES_CODE = Kind("messages_code", Promise.UNTIL_SENT, Urgency.NOW)
PARCEL_EXPIRING = Kind("parcel_expiring", Promise.AT_MOST_ONCE)
PARCEL_LABELLED = Kind("parcel_labelled", Promise.UNTIL_SENT)
PARCEL_SILENT = Kind("parcel_silent", Promise.AT_MOST_ONCE)
POINTS_CODE = Kind("points_code", Promise.UNTIL_SENT, Urgency.NOW)
POINTS_LAPSED = Kind("points_lapsed", Promise.UNTIL_SENT)
POINTS_REMINDER = Kind("points_reminder", Promise.AT_MOST_ONCE, Urgency.BULK)
REQUEST_WITHDRAWN = Kind("request_withdrawn", Promise.UNTIL_SENT)
RETURN_ARRIVED = Kind("return_arrived", Promise.UNTIL_SENT)
RETURN_CANCELLED = Kind("return_cancelled", Promise.UNTIL_SENT)
RETURN_DECLINED = Kind("return_declined", Promise.UNTIL_SENT)
RETURN_HANDED_IN = Kind("return_handed_in", Promise.UNTIL_SENT)
RETURN_IN_REVIEW = Kind("return_in_review", Promise.UNTIL_SENT)
RETURN_IN_TRANSIT = Kind("return_in_transit", Promise.UNTIL_SENT)
RETURN_LAPSED = Kind("return_lapsed", Promise.UNTIL_SENT)
RETURN_RECEIVED = Kind("return_received", Promise.UNTIL_SENT)
RETURN_REFUNDED = Kind("return_refunded", Promise.UNTIL_SENT)
RETURN_REOPENED = Kind("return_reopened", Promise.UNTIL_SENT)
RETURN_CLOSED = Kind("return_closed", Promise.UNTIL_SENT)
RETURN_EXPIRED = Kind("return_expired", Promise.UNTIL_SENT)
RETURN_INSPECTED = Kind("return_inspected", Promise.UNTIL_SENT)
RETURN_LOST = Kind("return_lost", Promise.UNTIL_SENT)
RETURN_REPLACED = Kind("return_replaced", Promise.UNTIL_SENT)
TICKET_ANSWERED = Kind("ticket_answered", Promise.UNTIL_SENT)
# The page that took the message has said so; it goes to a mailbox once a day.
TICKET_RECEIVED = Kind("ticket_received", Promise.AT_MOST_ONCE)
TICKET_REMINDER = Kind("ticket_reminder", Promise.AT_MOST_ONCE)

KINDS = (
    ACCESS_CODE,
    CLAIM_DECIDED,
    CLAIM_RECEIVED,
    EVIDENCE_REMINDER,
    EVIDENCE_WANTED,
    LABEL_EXPIRING,
    LABEL_READY,
    MESSAGES_CODE,
    PARCEL_EXPIRING,
    PARCEL_LABELLED,
    PARCEL_SILENT,
    POINTS_CODE,
    POINTS_LAPSED,
    POINTS_REMINDER,
    REQUEST_WITHDRAWN,
    RETURN_ARRIVED,
    RETURN_CANCELLED,
    RETURN_DECLINED,
    RETURN_HANDED_IN,
    RETURN_IN_REVIEW,
    RETURN_IN_TRANSIT,
    RETURN_LAPSED,
    RETURN_RECEIVED,
    RETURN_REFUNDED,
    RETURN_REOPENED,
    RETURN_CLOSED,
    RETURN_EXPIRED,
    RETURN_INSPECTED,
    RETURN_LOST,
    RETURN_REPLACED,
    TICKET_ANSWERED,
    TICKET_RECEIVED,
    TICKET_REMINDER,
)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one mailbox. `mail_id` is the same whenever the same mail is asked for again.

    Its language is a tag, ours or an older one; what we don't have becomes English.
    Mails with one `thread`, such as a ticket, are one conversation. `unsubscribe` is the path of
    the page that ends mails of this kind, where they may be ended. `reply_to` is the address at
    which somebody reads what is answered, and `answers` the id of the mail that it answers.
    """

    kind: Kind
    mail_id: str
    to: str
    values: Mapping[str, object]
    language: str = "en"
    thread: str = ""
    unsubscribe: str = ""
    reply_to: str = ""
    answers: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind.name}#{self.mail_id}"


class Item(NamedTuple):
    """Units of a product, as mails list them.

    `rule` is what refuses them, by the name that their words have; `last_day` is their last day, on
    the clock of `zone`. `judgement` is what somebody of ours decided, likewise, with their `words`;
    `taken` are the units that an inspection takes back, none if nothing of them came.
    """

    units: int
    name: str
    rule: str = ""
    last_day: date | None = None
    zone: ZoneInfo | None = None
    judgement: str = ""
    words: str = ""
    taken: int | None = None


class Shown(NamedTuple):
    """A photo or a video that a customer showed, as mails list it.

    `kind` is what it shows, by the name that its words have; `marks` are the customer's words.
    """

    number: int
    kind: str
    marks: tuple[str, ...] = ()


class Way(NamedTuple):
    """How somebody else is reached, as mails list it: its name in our words, and the address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, as text and as HTML, and in which language and conversation.

    `unsubscribe` is the address that ends such mails, by a link or one post; `reply_to` and
    `answers` are those of the mail.
    """

    subject: str
    text: str
    html: str
    language: str = "en"
    thread: str = ""
    unsubscribe: str = ""
    reply_to: str = ""
    answers: str = ""


# What sends a room's notices: `MailService.send`, in its turn or not, or a test's mailbox.
type Send = Callable[[Mail], Outcome]


@dataclass(frozen=True, slots=True)
class Quota:
    """How many mails SES takes from the account in 24 hours, and how many it took in the last.

    A negative limit stands for none.
    """

    limit: float
    sent: float

    def is_used_up(self, share: float) -> bool:
        """Whether that share of the limit is used up."""
        return 0 <= self.limit * share <= self.sent


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
