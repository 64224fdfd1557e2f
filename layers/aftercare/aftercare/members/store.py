"""The members table: one item each, found by id or by address, and its timeline.

The table's only key is the member id. The entry that a version of a member commits is an item of
its own under `ENTRY#<member id>#<version>`: no member id contains `#`.
"""

from datetime import timedelta
from typing import ClassVar

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.tables import (
    EntryColumns,
    Transaction,
    at_version,
    bind,
    entry_columns,
    entry_from,
)
from aftercare.kernel.timeline import Entry
from aftercare.members.model import Member, MemberStatus
from aftercare.words.model import language_of

ENTRY_KEPT = timedelta(days=400)
_SCHEMA = 1


class _ByEmail(GlobalSecondaryIndex["_MemberRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_email"
        projection = AllProjection()

    email_key = UnicodeAttribute(hash_key=True)
    joined_at = UnicodeAttribute(range_key=True)


class _ByPhone(GlobalSecondaryIndex["_MemberRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_phone"
        projection = AllProjection()

    phone_key = UnicodeAttribute(hash_key=True)
    joined_at = UnicodeAttribute(range_key=True)


class _MemberRow(Model):
    class Meta:
        table_name = "members"

    member_id = UnicodeAttribute(hash_key=True)
    version = VersionAttribute()
    email = UnicodeAttribute(null=True)
    email_key = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    phone_key = UnicodeAttribute(null=True)
    language = UnicodeAttribute()
    reminders = BooleanAttribute()
    joined_at = UnicodeAttribute()
    told_at = UnicodeAttribute()
    status = UnicodeAttribute()
    unsubscribed = BooleanAttribute(null=True)
    schema = NumberAttribute(default=_SCHEMA)

    by_email: ClassVar[_ByEmail] = _ByEmail()
    by_phone: ClassVar[_ByPhone] = _ByPhone()


class _EntryRow(Model, EntryColumns):
    class Meta:
        table_name = "members"

    member_id = UnicodeAttribute(hash_key=True)
    expires_at = TTLAttribute()


class MemberStore:
    """Members in DynamoDB. Every version of a member commits with its timeline entry."""

    def __init__(self, table_name: str) -> None:
        self._rows = bind(_MemberRow, table_name)
        self._entries = bind(_EntryRow, table_name)

    def get(self, member_id: str) -> Member | None:
        try:
            return _member(self._rows.get(member_id, consistent_read=True))
        except _MemberRow.DoesNotExist:
            return None

    def save(self, member: Member, entry: Entry) -> None:
        """Writes a new member, or replaces the version that was read, with its timeline entry.

        Raises:
            StaleWriteError: The member changed in the meantime; nothing was written.
            BusyError: Other writers kept the member busy.
        """
        version = (member.version or 0) + 1
        entry_row = self._entries(
            _entry_key(member.member_id, version),
            expires_at=entry.occurred_at + ENTRY_KEPT,
            **entry_columns(entry),
        )
        row = self._rows(
            member.member_id,
            email=member.email or None,
            email_key=member.email_key or None,
            phone=member.phone or None,
            phone_key=member.phone_key or None,
            language=member.language,
            reminders=member.reminders,
            joined_at=to_text(member.joined_at),
            told_at=to_text(member.as_of),
            status=member.status,
            unsubscribed=member.unsubscribed or None,
        )
        with Transaction(self._rows) as commit:
            commit.save(at_version(row, member.version))
            commit.save(entry_row)

    def timeline(self, member: Member) -> tuple[Entry, ...]:
        """The member's entries of the last 400 days, oldest first."""
        keys = [_entry_key(member.member_id, version + 1) for version in range(member.version or 0)]
        read = self._entries.batch_get(keys, consistent_read=True)
        rows = {row.member_id: row for row in read}
        return tuple(entry_from(rows[key].attribute_values) for key in keys if key in rows)

    def by_email(self, email_key: str) -> Member | None:
        """The member of that address who joined last, seconds behind at worst; none closed."""
        rows = self._rows.by_email.query(email_key, scan_index_forward=False, limit=1)
        return next((_member(row) for row in rows), None)

    def every_by_email(self, email_key: str) -> tuple[Member, ...]:
        """All open members of that address, seconds behind at worst."""
        return tuple(map(_member, self._rows.by_email.query(email_key)))

    def every_by_phone(self, phone_key: str) -> tuple[Member, ...]:
        """Open members of that phone number, two at most, seconds behind at worst."""
        return tuple(map(_member, self._rows.by_phone.query(phone_key, limit=2)))


def _entry_key(member_id: str, version: int) -> str:
    return f"ENTRY#{member_id}#{version}"


def _member(row: _MemberRow) -> Member:
    return Member(
        member_id=row.member_id,
        email=row.email or "",
        language=language_of(row.language),  # earlier versions wrote `zh`
        reminders=row.reminders,
        joined_at=from_text(row.joined_at),
        as_of=from_text(row.told_at),
        status=MemberStatus(row.status),
        unsubscribed=bool(row.unsubscribed),
        phone=row.phone or "",
        version=int(row.version),
    )
