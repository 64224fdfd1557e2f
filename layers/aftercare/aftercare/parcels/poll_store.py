"""Polls in the table of parcels, beside what is known of them: `POLL#<number>`."""

from datetime import timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.models import Model

from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.due.model import Timer
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.tables import Transaction, at_version, bind
from aftercare.parcels.polls import Poll

_SCHEMA = 1
# A repeated event of a poll that is over must find it.
_KEPT_ON = timedelta(days=7)


class _PollRow(Model):
    class Meta:
        table_name = "parcels"

    pk = UnicodeAttribute(hash_key=True)
    version = VersionAttribute()
    schema = NumberAttribute(default=_SCHEMA)
    tracking_number = UnicodeAttribute()
    seller = UnicodeAttribute()
    carrier_name = UnicodeAttribute()
    until = UnicodeAttribute()
    asked_at = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()


class PollStore:
    """One item for each parcel that is asked for, written with its next timer."""

    def __init__(self, table_name: str, due: DueStore) -> None:
        self._polls = bind(_PollRow, table_name)
        self._due = due

    def get(self, number: str) -> Poll | None:
        """The poll of that number, in one spelling; none if nobody is asked for it."""
        try:
            row = self._polls.get(_key(number), consistent_read=True)
        except _PollRow.DoesNotExist:
            return None
        return Poll(
            tracking_number=row.tracking_number,
            seller=row.seller,
            carrier_name=row.carrier_name,
            until=from_text(row.until),
            asked_at=from_text(row.asked_at) if row.asked_at else None,
            version=int(row.version),
        )

    def save(self, poll: Poll, timer: Timer) -> None:
        """Writes a new poll, or replaces the version that was read, with its next timer.

        Raises:
            StaleWriteError: Another worker was first; nothing was written.
            BusyError: Other workers kept the poll busy.
        """
        row = self._polls(
            _key(poll.number),
            tracking_number=poll.tracking_number,
            seller=poll.seller,
            carrier_name=poll.carrier_name,
            until=to_text(poll.until),
            asked_at=to_text(poll.asked_at) if poll.asked_at else None,
            expires_at=poll.until + _KEPT_ON,
        )
        with Transaction(self._polls) as commit:
            commit.save(at_version(row, poll.version))
            self._due.add(commit, timer)


def _key(number: str) -> str:
    return f"POLL#{number}"
