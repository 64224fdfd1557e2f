"""The points table: accounts, entries, claims, keys, markers; the night's: `night/store.py`."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import ConfigurationError
from aftercare.kernel.requests import RequestKey
from aftercare.kernel.tables import Transaction, bind, entry_columns
from aftercare.points.model import Account, Marker
from aftercare.points.posting import Answered, LedgerEntry, Posting, Reversal
from aftercare.points.rows import (
    ACCOUNT,
    AMENDED,
    MEMBER,
    OPERATION,
    AccountRow,
    EntryRow,
    PointsItem,
    account_of,
    account_row,
    entry_of,
    entry_row,
)

if TYPE_CHECKING:
    from aftercare.kernel.due.store import DueStore

KEY_KEPT, MARKER_KEPT = timedelta(days=30), timedelta(days=430)
# A card is good for minutes.
_SHOWN_KEPT = timedelta(days=1)
_CLAIM, _KEY, _SHOWN = "CLAIM", "KEY", "SHOWN"
_EARNED = f"{OPERATION}earn#"
_NAMES_ALONE: Any = {"consistent_read": True, "attributes_to_get": ["sk"]}


class _ClaimRow(PointsItem):
    """The member for whom a purchase, or a review of a purchased line, earned points."""

    member_id = UnicodeAttribute()


class _KeyRow(PointsItem):
    member_id = UnicodeAttribute()
    operation_id = UnicodeAttribute()
    digest = UnicodeAttribute()
    expires_at = TTLAttribute()


class _ShownRow(PointsItem):
    """The operation for which a member showed a card."""

    operation_id = UnicodeAttribute()
    expires_at = TTLAttribute()


class _MarkerRow(PointsItem):
    expires_at = TTLAttribute()


class PointsStore:
    """Points in DynamoDB. An operation is one transaction, against the version that was read.

    `due` has the timers of holds.
    """

    def __init__(self, table_name: str, due: "DueStore | None" = None) -> None:
        self._due = due
        self._accounts = bind(AccountRow, table_name)
        self._entries = bind(EntryRow, table_name)
        self._claims = bind(_ClaimRow, table_name)
        self._keys = bind(_KeyRow, table_name)
        self._shown = bind(_ShownRow, table_name)
        self._markers = bind(_MarkerRow, table_name)

    def account(self, member_id: str) -> Account:
        """The member's account as of now; an empty one when there is none yet."""
        try:
            row = self._accounts.get(f"{MEMBER}{member_id}", ACCOUNT, consistent_read=True)
        except AccountRow.DoesNotExist:
            return Account(member_id)
        return account_of(row)

    def replace(self, account: Account) -> None:
        """Writes an account over the version that was read, in one conditional write.

        Raises:
            StaleWriteError: It changed in the meantime.
        """
        with conditional():
            account_row(account, self._accounts).save()

    def entry(self, member_id: str, operation_id: str) -> LedgerEntry | None:
        """The ledger entry of an operation, as of now."""
        key = f"{OPERATION}{operation_id}"
        try:
            return entry_of(self._entries.get(f"{MEMBER}{member_id}", key, consistent_read=True))
        except EntryRow.DoesNotExist:
            return None

    def entries(self, member_id: str) -> tuple[LedgerEntry, ...]:
        """Every entry of a member's ledger, in the order of their ids."""
        key, ledger = f"{MEMBER}{member_id}", EntryRow.sk.startswith(OPERATION)
        return tuple(map(entry_of, self._entries.query(key, ledger, consistent_read=True)))

    def purchases(self, member_id: str) -> tuple[str, ...]:
        """The names of the purchases that earned points, as of now: orders' numbers, receipts."""
        key, earned = f"{MEMBER}{member_id}", EntryRow.sk.startswith(_EARNED)
        rows = self._markers.query(key, earned, **_NAMES_ALONE)
        return tuple(row.sk.removeprefix(_EARNED) for row in rows)

    def newest(self, member_id: str, before: str, limit: int | None) -> tuple[LedgerEntry, ...]:
        """The newest entries before that place, newest first: all of them without a limit."""
        key, earlier = f"{MEMBER}{member_id}", EntryRow.recorded < before
        of: Any = {"scan_index_forward": False, "limit": limit}
        rows = self._entries.by_time.query(key, earlier, consistent_read=True, **of)
        return tuple(map(entry_of, rows))

    def claimed_by(self, operation_id: str) -> str:
        """The member who earned by that purchase; empty while there is none."""
        try:
            key = f"{_CLAIM}#{operation_id}"
            return self._claims.get(key, _CLAIM, consistent_read=True).member_id
        except _ClaimRow.DoesNotExist:
            return ""

    def shown_for(self, name: str) -> str:
        """The operation for which that card was shown; empty while there is none."""
        try:
            row = self._shown.get(f"{_SHOWN}#{name}", _SHOWN, consistent_read=True)
        except _ShownRow.DoesNotExist:
            return ""
        return str(row.operation_id)

    def was_mailed(self, entry_id: str) -> bool:
        """Whether that entry's mail was claimed here, as it was before mails had a table."""
        try:
            self._markers.get(f"MAIL#{entry_id}", "MAIL", consistent_read=True)
        except _MarkerRow.DoesNotExist:
            return False
        return True

    def answered(self, key: RequestKey) -> Answered | None:
        """The request that the client's key was used for, if it was."""
        try:
            row = self._keys.get(_key_of(key), _KEY, consistent_read=True)
        except _KeyRow.DoesNotExist:
            return None
        return Answered(row.member_id, row.operation_id, row.digest)

    def commit(self, posting: Posting, key: RequestKey | None = None) -> None:
        """Everything that an operation makes true, together.

        Raises:
            StaleWriteError: The account or an earlier entry changed in the meantime; or the
                operation, the purchase or the key was used. Nothing was written.
        """
        entry = posting.entry
        columns = entry_columns(posting.timeline_entry) if posting.timeline_entry else {}
        with Transaction(self._accounts) as commit:
            commit.save(account_row(posting.account, self._accounts))
            commit.save(entry_row(entry, self._entries, columns), EntryRow.pk.does_not_exist())
            for settled in posting.settled:
                commit.save(entry_row(settled, self._entries), EntryRow.pk.does_not_exist())
            if posting.marker:
                commit.save(marker_row(posting.marker, self._markers))
            if posting.claims:
                name, owner = f"{_CLAIM}#{entry.operation_id}", entry.member_id
                claim = self._claims(name, _CLAIM, member_id=owner)
                commit.save(claim, _ClaimRow.pk.does_not_exist())
            if posting.shown:
                until = entry.recorded_at + _SHOWN_KEPT
                name, of = f"{_SHOWN}#{posting.shown}", entry.operation_id
                shown = self._shown(name, _SHOWN, operation_id=of, expires_at=until)
                commit.save(shown)  # its member's account, at its version, lets nobody come between
            if key:
                used = self._key_row(key, entry, entry.recorded_at)
                commit.save(used, _KeyRow.pk.does_not_exist())
            self._reverse(commit, posting.reversals)
            for timer in posting.timers:
                self._timers.add(commit, timer)

    def keep(self, key: RequestKey, entry: LedgerEntry, now: datetime) -> None:
        """Records that the key asked for an operation that was done under another key.

        Raises:
            StaleWriteError: The key was used meanwhile.
        """
        with conditional():
            self._key_row(key, entry, now).save(_KeyRow.pk.does_not_exist())

    def markers(
        self, due: date, shard: int, *, after: str = "", until: str = "", limit: int | None = None
    ) -> tuple[str, ...]:
        """The ids of members who may have points due on that day, in order: hints, as of now.

        Those after `after` and up to `until`, where they are given; `limit` of them at most.
        """
        of: Condition | None = _MarkerRow.sk > after if after else None
        if until:
            of = _MarkerRow.sk.between(after or " ", until)
        rows = self._markers.query(_due_key(due, shard), of, limit=limit, **_NAMES_ALONE)
        return tuple(row.sk for row in rows if row.sk > after)

    @staticmethod
    def exported(item: Mapping[str, Any]) -> Account | LedgerEntry:
        """An account or a ledger entry as an item in an export of the table (DynamoDB JSON)."""
        if item["sk"]["S"] == ACCOUNT:
            return account_of(AccountRow.from_raw_data(dict(item)))
        return entry_of(EntryRow.from_raw_data(dict(item)))

    def _reverse(self, commit: Transaction, reversals: Iterable[Reversal]) -> None:
        for reversal in reversals:
            was, after = reversal.entry, reversal.after
            unchanged = EntryRow.undone == was.reversed_points
            unchanged &= EntryRow.refunded == was.refunded
            actions: list[Action] = [EntryRow.undone.set(after.reversed_points)]
            changed = [name for name in AMENDED if getattr(after, name) != getattr(was, name)]
            actions += [getattr(EntryRow, name).set(getattr(after, name)) for name in changed]
            row = self._entries(f"{MEMBER}{was.member_id}", f"{OPERATION}{was.operation_id}")
            commit.update(row, actions, unchanged)

    @property
    def _timers(self) -> "DueStore":
        if self._due is None:
            raise ConfigurationError("This store has no due index, and writes no holds.")
        return self._due

    def _key_row(self, key: RequestKey, entry: LedgerEntry, now: datetime) -> _KeyRow:
        return self._keys(
            _key_of(key),
            _KEY,
            member_id=entry.member_id,
            operation_id=entry.operation_id,
            digest=key.digest,
            expires_at=now + KEY_KEPT,
        )


def _key_of(key: RequestKey) -> str:
    return f"{_KEY}#{key.client_id}#{key.key_hash}"


def _due_key(due: date, shard: int) -> str:
    return f"DUE#{due}#{shard}"


def marker_row(marker: Marker, kind: type[_MarkerRow] = _MarkerRow) -> _MarkerRow:
    return kind(
        _due_key(marker.due, marker.shard),
        marker.member_id,
        expires_at=datetime.combine(marker.due, time.min, UTC) + MARKER_KEPT,
    )
