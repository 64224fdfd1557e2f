"""The points table: accounts, the ledger's rows, claims, idempotency keys, due markers."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, LocalSecondaryIndex
from pynamodb.models import Model

from aftercare.kernel.attributes import CountsAttribute, NamedCountsAttribute
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.tables import (
    EntryColumns,
    Transaction,
    at_version,
    bind_in_place,
    conditional,
    entry_columns,
)
from aftercare.points.model import Account, AccountStatus, Marker
from aftercare.points.posting import Answered, Kind, LedgerEntry, Posting, RequestKey, Reversal

KEY_KEPT = timedelta(days=30)
MARKER_KEPT = timedelta(days=430)
# What a row of the ledger keeps under the same name and as it is.
_COLUMNS = (
    *("kind", "points", "digest", "rules", "sequence", "change", "available", "lots", "past"),
    *("debt", "forfeited", "of", "net", "refunded", "currency", "who", "why"),
)
_MEMBER, _ACCOUNT, _OPERATION, _CLAIM, _KEY = "M#", "ACCOUNT", "OP#", "CLAIM", "KEY"


class _AccountRow(Model):
    class Meta:
        table_name = "points"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute()
    lots = CountsAttribute(default=dict)
    expired = CountsAttribute(default=dict)
    refunded = CountsAttribute(null=True)
    lapsed = CountsAttribute(default=dict)
    holds = NamedCountsAttribute(default=dict)
    debts = CountsAttribute(null=True)
    status = UnicodeAttribute()


class _ByTime(LocalSecondaryIndex["_OperationRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_time"
        projection = AllProjection()

    pk = UnicodeAttribute(hash_key=True)
    recorded = UnicodeAttribute(range_key=True)


class _OperationRow(Model, EntryColumns):
    class Meta:
        table_name = "points"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
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
    due = UnicodeAttribute(null=True)
    net = NumberAttribute(default=0)
    refunded = NumberAttribute(default=0)
    currency = UnicodeAttribute(default="")
    who = UnicodeAttribute(default="")
    why = UnicodeAttribute(default="")

    by_time: ClassVar[_ByTime] = _ByTime()


class _ClaimRow(Model):
    """Whose points a purchase, or a review of a purchased line, earned."""

    class Meta:
        table_name = "points"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    member_id = UnicodeAttribute()


class _KeyRow(Model):
    class Meta:
        table_name = "points"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    member_id = UnicodeAttribute()
    operation_id = UnicodeAttribute()
    digest = UnicodeAttribute()
    expires_at = TTLAttribute()


class _MarkerRow(Model):
    class Meta:
        table_name = "points"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_at = TTLAttribute()


class PointsStore:
    """Points in DynamoDB. An operation is one transaction, against the version that was read."""

    def __init__(self, table_name: str) -> None:
        bind_in_place(table_name, _AccountRow, _OperationRow, _ClaimRow, _KeyRow, _MarkerRow)

    def account(self, member_id: str) -> Account:
        """The member's account as of now; an empty one when there is none yet."""
        try:
            row = _AccountRow.get(f"{_MEMBER}{member_id}", _ACCOUNT, consistent_read=True)
        except _AccountRow.DoesNotExist:
            return Account(member_id)
        return _account(row)

    def replace(self, account: Account) -> None:
        """Writes an account over the version that was read, in one conditional write.

        Raises:
            StaleWriteError: It changed in the meantime.
        """
        with conditional():
            _account_row(account).save()

    def entry(self, member_id: str, operation_id: str) -> LedgerEntry | None:
        """The ledger entry of an operation, as of now."""
        key = f"{_OPERATION}{operation_id}"
        try:
            return _entry(_OperationRow.get(f"{_MEMBER}{member_id}", key, consistent_read=True))
        except _OperationRow.DoesNotExist:
            return None

    def entries(self, member_id: str) -> tuple[LedgerEntry, ...]:
        """Every entry of a member's ledger, in no useful order."""
        of_ledger = _OperationRow.sk.startswith(_OPERATION)
        rows = _OperationRow.query(f"{_MEMBER}{member_id}", of_ledger, consistent_read=True)
        return tuple(map(_entry, rows))

    def newest(self, member_id: str, before: str, limit: int) -> tuple[LedgerEntry, ...]:
        """The newest entries that were recorded before that place, newest first."""
        earlier = _OperationRow.recorded < before
        rows = _OperationRow.by_time.query(
            f"{_MEMBER}{member_id}",
            earlier,
            consistent_read=True,
            scan_index_forward=False,
            limit=limit,
        )
        return tuple(map(_entry, rows))

    def claimed_by(self, operation_id: str) -> str:
        """Who earned by that purchase; empty while nobody did."""
        try:
            row = _ClaimRow.get(f"{_CLAIM}#{operation_id}", _CLAIM, consistent_read=True)
        except _ClaimRow.DoesNotExist:
            return ""
        return row.member_id

    def was_mailed(self, entry_id: str) -> bool:
        """Whether that entry's mail was claimed here, as it was before mails had a table."""
        try:
            _MarkerRow.get(f"MAIL#{entry_id}", "MAIL", consistent_read=True)
        except _MarkerRow.DoesNotExist:
            return False
        return True

    def answered(self, key: RequestKey) -> Answered | None:
        """What the client's key was used for, if it was."""
        try:
            row = _KeyRow.get(_key_of(key), _KEY, consistent_read=True)
        except _KeyRow.DoesNotExist:
            return None
        return Answered(row.member_id, row.operation_id, row.digest)

    def commit(self, posting: Posting, key: RequestKey | None = None) -> None:
        """Everything that an operation makes true, together.

        Raises:
            StaleWriteError: The account or an earlier row changed in the meantime; or the
                operation, the purchase or the key was used. Nothing was written.
        """
        entry, timeline_entry = posting.entry, posting.timeline_entry
        with Transaction(_AccountRow) as commit:
            commit.save(_account_row(posting.account))
            commit.save(
                _operation_row(entry, **(entry_columns(timeline_entry) if timeline_entry else {})),
                _OperationRow.pk.does_not_exist(),
            )
            for settled in posting.settled:
                commit.save(_operation_row(settled), _OperationRow.pk.does_not_exist())
            if posting.marker:
                commit.save(_marker_row(posting.marker))
            if posting.claims:
                name = f"{_CLAIM}#{entry.operation_id}"
                claim = _ClaimRow(name, _CLAIM, member_id=entry.member_id)
                commit.save(claim, _ClaimRow.pk.does_not_exist())
            if key:
                key_row = _key_row(key, entry, entry.recorded_at)
                commit.save(key_row, _KeyRow.pk.does_not_exist())
            _reverse(commit, posting.reversals)

    def keep(self, key: RequestKey, entry: LedgerEntry, now: datetime) -> None:
        """Notes that the key asked for what was done before under another key.

        Raises:
            StaleWriteError: The key was used meanwhile.
        """
        with conditional():
            _key_row(key, entry, now).save(_KeyRow.pk.does_not_exist())

    @staticmethod
    def exported(item: Mapping[str, Any]) -> Account | LedgerEntry:
        """What an item of a member's says in an export of the table (DynamoDB JSON)."""
        if item["sk"]["S"] == _ACCOUNT:
            return _account(_AccountRow.from_raw_data(dict(item)))
        return _entry(_OperationRow.from_raw_data(dict(item)))

    def markers(self, due: date, shard: int) -> Iterable[str]:
        """The members who may have points due on that day: hints, as of now."""
        for row in _MarkerRow.query(_due_key(due, shard), consistent_read=True):
            yield row.sk


def _reverse(commit: Transaction, reversals: Iterable[Reversal]) -> None:
    for reversal in reversals:
        was, after = reversal.entry, reversal.after
        unchanged = (_OperationRow.undone == was.reversed_points) & (
            _OperationRow.refunded == was.refunded
        )
        actions: list[Action] = [_OperationRow.undone.set(after.reversed_points)]
        if after.refunded != was.refunded:
            actions.append(_OperationRow.refunded.set(after.refunded))
        commit.update(
            _OperationRow(f"{_MEMBER}{was.member_id}", f"{_OPERATION}{was.operation_id}"),
            actions,
            unchanged,
        )


def _key_of(key: RequestKey) -> str:
    return f"{_KEY}#{key.client_id}#{key.key_hash}"


def _due_key(due: date, shard: int) -> str:
    return f"DUE#{due}#{shard}"


def _key_row(key: RequestKey, entry: LedgerEntry, now: datetime) -> _KeyRow:
    return _KeyRow(
        _key_of(key),
        _KEY,
        member_id=entry.member_id,
        operation_id=entry.operation_id,
        digest=key.digest,
        expires_at=now + KEY_KEPT,
    )


def _marker_row(marker: Marker) -> _MarkerRow:
    return _MarkerRow(
        _due_key(marker.due, marker.shard),
        marker.member_id,
        expires_at=datetime.combine(marker.due, time.min, UTC) + MARKER_KEPT,
    )


def _account_row(account: Account) -> _AccountRow:
    row = _AccountRow(
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


def _operation_row(
    entry: LedgerEntry,
    **timeline: Any,  # noqa: ANN401 - as the row takes them
) -> _OperationRow:
    return _OperationRow(
        f"{_MEMBER}{entry.member_id}",
        f"{_OPERATION}{entry.operation_id}",
        recorded=entry.recorded,
        happened_at=to_text(entry.occurred_at),
        recorded_at=to_text(entry.recorded_at),
        due=entry.due.isoformat() if entry.due else None,
        undone=entry.reversed_points,
        **{name: getattr(entry, name) for name in _COLUMNS},
        **timeline,
    )


def _entry(row: _OperationRow) -> LedgerEntry:
    return LedgerEntry(
        operation_id=row.sk.removeprefix(_OPERATION),
        member_id=row.pk.removeprefix(_MEMBER),
        kind=Kind(row.kind),
        occurred_at=from_text(row.happened_at),
        recorded_at=from_text(row.recorded_at),
        due=date.fromisoformat(row.due) if row.due else None,
        reversed_points=int(row.undone),
        **{name: getattr(row, name) for name in _COLUMNS if name != "kind"},
    )
