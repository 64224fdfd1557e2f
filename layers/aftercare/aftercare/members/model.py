"""A member as the shop tells it, and how its events fold together in any order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from aftercare.kernel.clock import from_text
from aftercare.kernel.ids import is_id
from aftercare.members.errors import MemberEventInvalidError
from aftercare.orders.model import email_key_of, normalised_email

LANGUAGES = ("en", "zh", "fr")
_EVENTS = frozenset({"member.joined", "member.changed"})
_LONGEST_EMAIL = 254


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


def parse(event_type: str, detail: Mapping[str, object]) -> MemberTold:
    """The event in an EventBridge event's detail-type and detail.

    Raises:
        MemberEventInvalidError: Unknown type, a field missing, of the wrong type or impossible.
    """
    if event_type not in _EVENTS:
        raise MemberEventInvalidError(f"There is no member event of the type {event_type[:40]!r}.")
    member_id = _text(detail, "member_id")
    if not is_id(member_id, "mem"):
        raise MemberEventInvalidError("member_id is mem_ and 26 symbols.")
    reminders = detail.get("reminders", True)
    if not isinstance(reminders, bool):
        raise MemberEventInvalidError("reminders is true or false.")
    language = str(detail.get("language", LANGUAGES[0]))
    return MemberTold(
        member_id=member_id,
        occurred_at=_instant(detail),
        email=_email(detail),
        language=language if language in LANGUAGES else LANGUAGES[0],
        reminders=reminders,
    )


# What is wrong is told by the field's name alone: its value may be somebody's address.


def _email(detail: Mapping[str, object]) -> str:
    email = normalised_email(_text(detail, "email"))
    if "@" not in email.strip("@") or len(email) > _LONGEST_EMAIL:
        raise MemberEventInvalidError("email is an e-mail address.")
    return email


def _instant(detail: Mapping[str, object]) -> datetime:
    try:
        return from_text(_text(detail, "occurred_at"))
    except ValueError:
        raise MemberEventInvalidError("occurred_at is an ISO 8601 time with an offset.") from None


def _text(detail: Mapping[str, object], name: str) -> str:
    value = detail.get(name)
    if not isinstance(value, str) or not value.strip():
        raise MemberEventInvalidError(f"{name} is missing, or no text.")
    return value.strip()
