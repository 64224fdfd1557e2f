"""A member's account and ledger entries as items of the points table."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.indexes import AllProjection, LocalSecondaryIndex
from pynamodb.models import Model

from aftercare.kernel.actor import UNKNOWN
from aftercare.kernel.attributes import (
    CountsAttribute,
    DayAttribute,
    MomentAttribute,
    NamedCountsAttribute,
    NamedMomentsAttribute,
)
from aftercare.kernel.clock import day_from_text, from_text, to_text
from aftercare.kernel.tables import EntryColumns, at_version
from aftercare.points.model import Account, AccountStatus
from aftercare.points.posting import Kind, LedgerEntry

MEMBER, ACCOUNT, OPERATION = "M#", "ACCOUNT", "OP#"
# The fields of a ledger entry that later entries change.
AMENDED = ("refunded", "edited", "settled", "moved_to")
# Those that are stored as they are, under their own names.
_COLUMNS = (
    *("points", "digest", "rules", "sequence", "change", "available", "lots", "past", "due"),
    *("debt", "forfeited", "rest", "of", "net", "currency", "who", "why", "actor", "until"),
    *AMENDED,
)

# Earlier versions know no extension. They read a hold of no points, which adds up.
_STORED_AS = {Kind.EXTEND: Kind.HOLD}


class PointsItem(Model):
    """An item of the table; `schema`, where it has one, is the version of its shape: none is 1."""

    class Meta:  # noqa: D106
        table_name = "points"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class AccountRow(PointsItem):
    """A member's account."""

    schema = NumberAttribute(default=1)
    version = VersionAttribute()
    lots = CountsAttribute(default=dict)
    expired = CountsAttribute(default=dict)
    refunded = CountsAttribute(null=True)
    lapsed = CountsAttribute(default=dict)
    holds = NamedCountsAttribute(default=dict)
    debts = CountsAttribute(null=True)
    loans = NamedCountsAttribute(null=True)
    ends = NamedMomentsAttribute(null=True)
    status = UnicodeAttribute()


class _ByTime(LocalSecondaryIndex["EntryRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_time"
        projection = AllProjection()

    pk = UnicodeAttribute(hash_key=True)
    recorded = UnicodeAttribute(range_key=True)


class EntryRow(PointsItem, EntryColumns):
    """A ledger entry, with the timeline entry that it carries, if any."""

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
    rest = CountsAttribute(null=True)
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
    until = MomentAttribute(null=True)

    by_time: ClassVar[_ByTime] = _ByTime()


def account_row(account: Account, kind: type[AccountRow] = AccountRow) -> AccountRow:
    row = kind(
        f"{MEMBER}{account.member_id}",
        ACCOUNT,
        lots=account.lots,
        expired=account.expired,
        refunded=account.refunded or None,
        lapsed=account.lapsed,
        holds=account.holds,
        debts=account.debts or None,
        loans={owed.isoformat(): lots for owed, lots in account.loans.items()} or None,
        ends=account.ends or None,
        status=account.status,
    )
    return at_version(row, account.version)


def entry_row(
    entry: LedgerEntry,
    kind: type[EntryRow] = EntryRow,
    timeline_columns: Mapping[str, Any] | None = None,
) -> EntryRow:
    return kind(
        f"{MEMBER}{entry.member_id}",
        f"{OPERATION}{entry.operation_id}",
        recorded=entry.recorded,
        kind=_STORED_AS.get(entry.kind, entry.kind).value,
        happened_at=to_text(entry.occurred_at),
        recorded_at=to_text(entry.recorded_at),
        undone=entry.reversed_points,
        **{name: getattr(entry, name) for name in _COLUMNS},
        **(timeline_columns or {}),
    )


def account_of(row: AccountRow) -> Account:
    return Account(
        member_id=row.pk.removeprefix(MEMBER),
        lots=row.lots,
        expired=row.expired,
        refunded=row.refunded or {},
        lapsed=row.lapsed,
        holds=row.holds,
        debts=row.debts or {},
        loans={day_from_text(owed): lots for owed, lots in (row.loans or {}).items()},
        ends=row.ends or {},
        status=AccountStatus(row.status),
        version=int(row.version),
    )


def entry_of(row: EntryRow) -> LedgerEntry:
    return LedgerEntry(
        operation_id=row.sk.removeprefix(OPERATION),
        member_id=row.pk.removeprefix(MEMBER),
        kind=_kind_of(row),
        occurred_at=from_text(row.happened_at),
        recorded_at=from_text(row.recorded_at),
        reversed_points=int(row.undone),
        **{name: getattr(row, name) for name in _COLUMNS},
    )


def _kind_of(row: EntryRow) -> Kind:
    kind = Kind(row.kind)
    return Kind.EXTEND if kind is Kind.HOLD and row.of else kind
