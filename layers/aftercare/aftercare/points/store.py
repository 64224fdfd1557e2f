"""The points table: accounts, ledger entries, claims, idempotency keys, due markers.

The night's runs, parts and reminders are items of the same table: see `night/store.py`.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, LocalSecondaryIndex
from pynamodb.models import Model

from aftercare.kernel.actor import UNKNOWN
from aftercare.kernel.attributes import CountsAttribute, DayAttribute, NamedCountsAttribute
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.tables import (
    EntryColumns,
    Transaction,
    at_version,
    bind,
    conditional,
    entry_columns,
)
from aftercare.points.model import Account, AccountStatus, Marker
from aftercare.points.posting import Answered, Kind, LedgerEntry, Posting, RequestKey, Reversal

KEY_KEPT = timedelta(days=30)
MARKER_KEPT = timedelta(days=430)
# The fields of a ledger entry that later entries change.
_AMENDED = ("refunded", "edited", "settled", "moved_to")
# Those that are stored as they are, under their own names.
_COLUMNS = (
    *("points", "digest", "rules", "sequence", "change", "available", "lots", "past", "due"),
    *("debt", "forfeited", "of", "net", "currency", "who", "why", "actor", *_AMENDED),
)
_MEMBER, _ACCOUNT, _OPERATION, _CLAIM, _KEY = "M#", "ACCOUNT", "OP#", "CLAIM", "KEY"
_EARNED = f"{_OPERATION}earn#"
_NAMES_ALONE: Any = {"consistent_read": True, "attributes_to_get": ["sk"]}


class PointsItem(Model):
    """An item of the table; `schema`, where it has one, is the version of its shape: none is 1."""

    class Meta:  # noqa: D106
        table_name = "points"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class _AccountRow(PointsItem):
    schema = NumberAttribute(default=1)
    version = VersionAttribute()
    lots = CountsAttribute(default=dict)
    expired = CountsAttribute(default=dict)
    refunded = CountsAttribute(null=True)
    lapsed = CountsAttribute(default=dict)
    holds = NamedCountsAttribute(default=dict)
    debts = CountsAttribute(null=True)
    status = UnicodeAttribute()


class _ByTime(LocalSecondaryIndex["_EntryRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_time"
        projection = AllProjection()

    pk = UnicodeAttribute(hash_key=True)
    recorded = UnicodeAttribute(range_key=True)


class _EntryRow(PointsItem, EntryColumns):
    schema = NumberAttribute(default=1)
    recorded = UnicodeAttribute()
    kind = UnicodeAttribute()
    points = NumberAttribute()
    digest = UnicodeAttribute()
    rules = UnicodeAttribute()
    happened_at = UnicodeAttribute()
    recorded_at = UnicodeAttribute()
    sequence = NumberAttribute()
    change = NumberAttribute()
    available = NumberAttribute()
    lots = CountsAttribute(default=dict)
    past = CountsAttribute(default=dict)
    debt = NumberAttribute(default=0)
    forfeited = NumberAttribute(default=0)
    undone = NumberAttribute(default=0)
    of = UnicodeAttribute(default="")
    due = DayAttribute(null=True)
    net = NumberAttribute(default=0)
    refunded = NumberAttribute(default=0)
    edited = NumberAttribute(default=0)
    settled = NumberAttribute(default=0)
    moved_to = DayAttribute(null=True)
    currency = UnicodeAttribute(default="")
    who = UnicodeAttribute(default="")
    why = UnicodeAttribute(default="")
    actor = UnicodeAttribute(default=UNKNOWN)

    by_time: ClassVar[_ByTime] = _ByTime()


class _ClaimRow(PointsItem):
    """The member for whom a purchase, or a review of a purchased line, earned points."""

    member_id = UnicodeAttribute()


class _KeyRow(PointsItem):
    member_id = UnicodeAttribute()
    operation_id = UnicodeAttribute()
    digest = UnicodeAttribute()
    expires_at = TTLAttribute()


class _MarkerRow(PointsItem):
    expires_at = TTLAttribute()


class PointsStore:
    """Points in DynamoDB. An operation is one transaction, against the version that was read."""

    def __init__(self, table_name: str) -> None:
        self._accounts = bind(_AccountRow, table_name)
        self._entries = bind(_EntryRow, table_name)
        self._claims = bind(_ClaimRow, table_name)
        self._keys = bind(_KeyRow, table_name)
        self._markers = bind(_MarkerRow, table_name)

    def account(self, member_id: str) -> Account:
        """The member's account as of now; an empty one when there is none yet."""
        try:
            row = self._accounts.get(f"{_MEMBER}{member_id}", _ACCOUNT, consistent_read=True)
        except _AccountRow.DoesNotExist:
            return Account(member_id)
        return _account(row)

    def replace(self, account: Account) -> None:
        """Writes an account over the version that was read, in one conditional write.

        Raises:
            StaleWriteError: It changed in the meantime.
        """
        with conditional():
            account_row(account, self._accounts).save()

    def entry(self, member_id: str, operation_id: str) -> LedgerEntry | None:
        """The ledger entry of an operation, as of now."""
        key = f"{_OPERATION}{operation_id}"
        try:
            return _entry(self._entries.get(f"{_MEMBER}{member_id}", key, consistent_read=True))
        except _EntryRow.DoesNotExist:
            return None

    def entries(self, member_id: str) -> tuple[LedgerEntry, ...]:
        """Every entry of a member's ledger, in the order of their ids."""
        key, of_ledger = f"{_MEMBER}{member_id}", _EntryRow.sk.startswith(_OPERATION)
        return tuple(map(_entry, self._entries.query(key, of_ledger, consistent_read=True)))

    def purchases(self, member_id: str) -> tuple[str, ...]:
        """The names of the purchases that earned points, as of now: orders' numbers, receipts."""
        key, earned = f"{_MEMBER}{member_id}", _EntryRow.sk.startswith(_EARNED)
        rows = self._markers.query(key, earned, **_NAMES_ALONE)
        return tuple(row.sk.removeprefix(_EARNED) for row in rows)

    def newest(self, member_id: str, before: str, limit: int | None) -> tuple[LedgerEntry, ...]:
        """The newest entries before that place, newest first: all of them without a limit."""
        key, earlier = f"{_MEMBER}{member_id}", _EntryRow.recorded < before
        rows = self._entries.by_time.query(
            key, earlier, consistent_read=True, scan_index_forward=False, limit=limit
        )
        return tuple(map(_entry, rows))

    def claimed_by(self, operation_id: str) -> str:
        """The member who earned by that purchase; empty while there is none."""
        try:
            row = self._claims.get(f"{_CLAIM}#{operation_id}", _CLAIM, consistent_read=True)
        except _ClaimRow.DoesNotExist:
            return ""
        return row.member_id

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
            commit.save(entry_row(entry, self._entries, columns), _EntryRow.pk.does_not_exist())
            for settled in posting.settled:
                commit.save(entry_row(settled, self._entries), _EntryRow.pk.does_not_exist())
            if posting.marker:
                commit.save(marker_row(posting.marker, self._markers))
            if posting.claims:
                name = f"{_CLAIM}#{entry.operation_id}"
                claim = self._claims(name, _CLAIM, member_id=entry.member_id)
                commit.save(claim, _ClaimRow.pk.does_not_exist())
            if key:
                key_row = self._key_row(key, entry, entry.recorded_at)
                commit.save(key_row, _KeyRow.pk.does_not_exist())
            self._reverse(commit, posting.reversals)

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
        if item["sk"]["S"] == _ACCOUNT:
            return _account(_AccountRow.from_raw_data(dict(item)))
        return _entry(_EntryRow.from_raw_data(dict(item)))

    def _reverse(self, commit: Transaction, reversals: Iterable[Reversal]) -> None:
        for reversal in reversals:
            was, after = reversal.entry, reversal.after
            unchanged = _EntryRow.undone == was.reversed_points
            unchanged &= _EntryRow.refunded == was.refunded
            actions: list[Action] = [_EntryRow.undone.set(after.reversed_points)]
            changed = [name for name in _AMENDED if getattr(after, name) != getattr(was, name)]
            actions += [getattr(_EntryRow, name).set(getattr(after, name)) for name in changed]
            row = self._entries(f"{_MEMBER}{was.member_id}", f"{_OPERATION}{was.operation_id}")
            commit.update(row, actions, unchanged)

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


def account_row(account: Account, kind: type[_AccountRow] = _AccountRow) -> _AccountRow:
    row = kind(
        f"{_MEMBER}{account.member_id}",
        _ACCOUNT,
        lots=account.lots,
        expired=account.expired,
        refunded=account.refunded or None,
        lapsed=account.lapsed,
        holds=account.holds,
        debts=account.debts or None,
        status=account.status,
    )
    return at_version(row, account.version)


def entry_row(
    entry: LedgerEntry,
    kind: type[_EntryRow] = _EntryRow,
    timeline_columns: Mapping[str, Any] | None = None,
) -> _EntryRow:
    return kind(
        f"{_MEMBER}{entry.member_id}",
        f"{_OPERATION}{entry.operation_id}",
        recorded=entry.recorded,
        kind=entry.kind.value,
        happened_at=to_text(entry.occurred_at),
        recorded_at=to_text(entry.recorded_at),
        undone=entry.reversed_points,
        **{name: getattr(entry, name) for name in _COLUMNS},
        **(timeline_columns or {}),
    )


def _account(row: _AccountRow) -> Account:
    return Account(
        member_id=row.pk.removeprefix(_MEMBER),
        lots=row.lots,
        expired=row.expired,
        refunded=row.refunded or {},
        lapsed=row.lapsed,
        holds=row.holds,
        debts=row.debts or {},
        status=AccountStatus(row.status),
        version=int(row.version),
    )


def _entry(row: _EntryRow) -> LedgerEntry:
    return LedgerEntry(
        operation_id=row.sk.removeprefix(_OPERATION),
        member_id=row.pk.removeprefix(_MEMBER),
        kind=Kind(row.kind),
        occurred_at=from_text(row.happened_at),
        recorded_at=from_text(row.recorded_at),
        reversed_points=int(row.undone),
        **{name: getattr(row, name) for name in _COLUMNS},
    )
