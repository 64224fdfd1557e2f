"""The members table: one item each, found by id or by address."""

from typing import ClassVar

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.tables import at_version, bind, conditional
from aftercare.members.model import Member, MemberStatus


class _ByEmail(GlobalSecondaryIndex["_MemberRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_email"
        projection = AllProjection()

    email_key = UnicodeAttribute(hash_key=True)
    joined_at = UnicodeAttribute(range_key=True)


class _MemberRow(Model):
    class Meta:
        table_name = "members"

    member_id = UnicodeAttribute(hash_key=True)
    version = VersionAttribute()
    email = UnicodeAttribute(null=True)
    email_key = UnicodeAttribute(null=True)
    language = UnicodeAttribute()
    reminders = BooleanAttribute()
    joined_at = UnicodeAttribute()
    told_at = UnicodeAttribute()
    status = UnicodeAttribute()

    by_email: ClassVar[_ByEmail] = _ByEmail()


class MemberStore:
    """Members in DynamoDB, version-checked."""

    def __init__(self, table_name: str) -> None:
        self._rows = bind(_MemberRow, table_name)

    def get(self, member_id: str) -> Member | None:
        try:
            return _member(self._rows.get(member_id, consistent_read=True))
        except _MemberRow.DoesNotExist:
            return None

    def save(self, member: Member) -> None:
        """Writes a new member, or replaces the version that was read.

        Raises:
            StaleWriteError: The member changed in the meantime.
        """
        row = self._rows(
            member.member_id,
            email=member.email or None,
            email_key=member.email_key or None,
            language=member.language,
            reminders=member.reminders,
            joined_at=to_text(member.joined_at),
            told_at=to_text(member.told_at),
            status=member.status,
        )
        at_version(row, member.version)
        with conditional():
            row.save()

    def by_email(self, email_key: str) -> Member | None:
        """The member of that address who joined last, seconds behind at worst; none closed."""
        rows = self._rows.by_email.query(email_key, scan_index_forward=False, limit=1)
        return next((_member(row) for row in rows), None)


def _member(row: _MemberRow) -> Member:
    return Member(
        member_id=row.member_id,
        email=row.email or "",
        language=row.language,
        reminders=row.reminders,
        joined_at=from_text(row.joined_at),
        told_at=from_text(row.told_at),
        status=MemberStatus(row.status),
        version=int(row.version),
    )
