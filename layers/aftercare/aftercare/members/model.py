"""A member, and how the shop's events fold into one in any order."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from aftercare.kernel.clock import is_ahead
from aftercare.orders.model import email_key_of

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class MemberStatus(StrEnum):
    """Whether a membership is still open; the values are stored."""

    OPEN = "open"
    CLOSED = "closed"


class MemberChange(StrEnum):
    """What changed about a member."""

    JOINED = "joined"
    DETAILS = "details"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who collects points. `reminders`: the shop says that they want to be reminded.

    `unsubscribed`: they ended reminders in a mail, whatever the shop says later. `as_of` is the
    time of the newest event folded in. `phone` is in E.164's form, or empty. A closed member has
    neither address nor phone.
    """

    member_id: str
    email: str
    language: str
    reminders: bool
    joined_at: datetime
    as_of: datetime
    status: MemberStatus = MemberStatus.OPEN
    unsubscribed: bool = False
    phone: str = ""
    version: int | None = field(default=None, compare=False)

    @property
    def email_key(self) -> str:
        """The key under which the member's orders are found; empty once closed."""
        return email_key_of(self.email) if self.email else ""

    @property
    def phone_key(self) -> str:
        """The key under which a till finds the member by phone; empty without one."""
        return phone_key_of(self.phone) if self.phone else ""

    @property
    def is_open(self) -> bool:
        return self.status is MemberStatus.OPEN

    @property
    def wants_reminders(self) -> bool:
        """Whether mails tell them which points expire soon (R-PTS-16, R-PTS-25)."""
        return self.is_open and self.reminders and not self.unsubscribed

    def remind(self, *, wanted: bool) -> "Member":
        """The member with or without reminders, as they chose by the link in one."""
        return replace(self, unsubscribed=not wanted, reminders=self.reminders or wanted)

    def close(self) -> "Member":
        """The member once the membership has ended, without the address and the phone."""
        return replace(self, status=MemberStatus.CLOSED, email="", phone="", reminders=False)


@dataclass(frozen=True, slots=True)
class MemberEvent:
    """Everything the shop says of a member, at one time."""

    member_id: str
    occurred_at: datetime
    email: str
    language: str
    reminders: bool
    phone: str = ""


def phone_key_of(phone: str) -> str:
    """The key of a phone number in E.164's form, as `email_key_of` is of an address."""
    return hashlib.sha256(f"phone {phone}".encode()).hexdigest()


def fold(member: Member | None, event: MemberEvent) -> Member:
    """The member after the event: late and repeated events never take it backwards.

    The first event's time is when the member joined. A closed membership stays closed.
    """
    reported = Member(
        member_id=event.member_id,
        email=event.email,
        language=event.language,
        reminders=event.reminders,
        phone=event.phone,
        joined_at=event.occurred_at,
        as_of=event.occurred_at,
    )
    if member is None:
        return reported
    joined = min(member.joined_at, event.occurred_at)
    if not member.is_open or not _is_newer(reported, member):
        return replace(member, joined_at=joined)
    return replace(
        reported,
        joined_at=joined,
        unsubscribed=member.unsubscribed,
        version=member.version,
    )


def replaceable(member: Member | None, now: datetime) -> Member | None:
    """The member as an event finds it: times in the future give way to the event's."""
    if member is None:
        return None
    if is_ahead(member.joined_at, now):
        member = replace(member, joined_at=_LAST)
    return replace(member, as_of=_FIRST) if is_ahead(member.as_of, now) else member


def change_of(before: Member | None, after: Member) -> MemberChange:
    """What differs; an earlier date of joining counts as `joined`."""
    if before is None or before.joined_at != after.joined_at:
        return MemberChange.JOINED
    return MemberChange.DETAILS if after.is_open else MemberChange.CLOSED


def _is_newer(reported: Member, stored: Member) -> bool:
    """By time; two at the same instant in an arbitrary but constant order."""

    def place(member: Member) -> tuple[datetime, str, str, bool, str]:
        return (member.as_of, member.email, member.language, member.reminders, member.phone)

    return place(reported) > place(stored)
