"""A member as the shop tells it, and how its events fold together in any order."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from aftercare.orders.model import email_key_of

LANGUAGES = ("en", "zh", "fr")


class MemberStatus(StrEnum):
    """Whether somebody still is a member."""

    OPEN = "open"
    CLOSED = "closed"


class MemberChange(StrEnum):
    """What changed about a member."""

    JOINED = "joined"
    DETAILS = "details"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who collects points. `reminders`: may be told by mail what is about to expire.

    `told_at` is the time of the newest event that was folded in. A closed member has no address.
    """

    member_id: str
    email: str
    language: str
    reminders: bool
    joined_at: datetime
    told_at: datetime
    status: MemberStatus = MemberStatus.OPEN
    version: int | None = field(default=None, compare=False)

    @property
    def email_key(self) -> str:
        """The key under which the member's orders are found; empty once closed."""
        return email_key_of(self.email) if self.email else ""

    @property
    def is_open(self) -> bool:
        return self.status is MemberStatus.OPEN

    def close(self) -> "Member":
        """No member any more: the address is forgotten."""
        return replace(self, status=MemberStatus.CLOSED, email="", reminders=False)


@dataclass(frozen=True, slots=True)
class MemberTold:
    """What the shop says of a member at one time: it always says all of it."""

    member_id: str
    occurred_at: datetime
    email: str
    language: str
    reminders: bool


def fold(member: Member | None, event: MemberTold) -> Member:
    """The member after the event: late and repeated events never take it backwards.

    Whoever was first told of joined then; nobody comes back from being closed.
    """
    told = Member(
        member_id=event.member_id,
        email=event.email,
        language=event.language,
        reminders=event.reminders,
        joined_at=event.occurred_at,
        told_at=event.occurred_at,
    )
    if member is None:
        return told
    joined = min(member.joined_at, event.occurred_at)
    if not member.is_open or not _is_newer(told, member):
        return replace(member, joined_at=joined)
    return replace(told, joined_at=joined, version=member.version)


def change_of(before: Member | None, after: Member) -> MemberChange:
    """What differs; `joined` too when an earlier date of joining is told."""
    if before is None or before.joined_at != after.joined_at:
        return MemberChange.JOINED
    return MemberChange.DETAILS if after.is_open else MemberChange.CLOSED


def _is_newer(told: Member, known: Member) -> bool:
    """By its own time; two at the same instant in any order that does not change."""

    def place(member: Member) -> tuple[datetime, str, str, bool]:
        return (member.told_at, member.email, member.language, member.reminders)

    return place(told) > place(known)
