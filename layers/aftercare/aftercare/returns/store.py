"""The returns table: returns, timelines, held units, tickets; one commit per step."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from aftercare.kernel.clock import to_text
from aftercare.kernel.errors import NewerDataError
from aftercare.kernel.tables import (
    CommitRefusedError,
    EntryColumns,
    Transaction,
    at_version,
    bind,
    conditional,
    entry_columns,
    entry_from,
)
from aftercare.kernel.timeline import Entry
from aftercare.returns.document import decode, encode
from aftercare.returns.errors import UnitsTakenError
from aftercare.returns.model import Return

DRAFT_KEPT = timedelta(days=7)
_RETURN = "RETURN"
_ENTRY = "ENTRY#"
_LINE = "LINE#"


class _ByCustomer(GlobalSecondaryIndex["_ReturnRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_customer"
        projection = AllProjection()

    email_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class _ReturnRow(Model):
    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute()
    email_key = UnicodeAttribute()
    created_at = UnicodeAttribute()
    document = UnicodeAttribute()
    expires_at = TTLAttribute(null=True)

    by_customer: ClassVar[_ByCustomer] = _ByCustomer()


class _EntryRow(Model, EntryColumns):
    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class _ClaimRow(Model):
    """How many units of one order line live returns hold together."""

    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    units = NumberAttribute(null=True)


class _DraftsRow(Model):
    """How many returns a customer has begun on one day."""

    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    drafts = NumberAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class _TicketRow(Model):
    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    return_id = UnicodeAttribute()


class ReturnStore:
    """Returns in DynamoDB. Every step of a submitted return commits with its timeline entry."""

    def __init__(self, table_name: str) -> None:
        self._returns = bind(_ReturnRow, table_name)
        self._entries = bind(_EntryRow, table_name)
        self._claims = bind(_ClaimRow, table_name)
        self._drafts = bind(_DraftsRow, table_name)
        self._tickets = bind(_TicketRow, table_name)

    def get(self, return_id: str) -> Return | None:
        try:
            return _return(self._returns.get(return_id, _RETURN, consistent_read=True))
        except self._returns.DoesNotExist:
            return None

    def of_customer(self, email_key: str, limit: int) -> tuple[Return, ...]:
        """The customer's returns, newest first, drafts too, seconds behind at worst.

        A return that only a newer version can read is left out.
        """
        rows = self._returns.by_customer.query(email_key, scan_index_forward=False, limit=limit)
        return tuple(ret for row in rows if (ret := _readable(row)))

    def timeline(self, return_id: str) -> tuple[Entry, ...]:
        """The return's entries, oldest first."""
        rows = self._entries.query(return_id, _EntryRow.sk.startswith(_ENTRY), consistent_read=True)
        return tuple(entry_from(row.attribute_values) for row in rows)

    def claimed_units(self, order_number: str) -> dict[str, int]:
        """Line id → units that live returns hold; a line without returns is absent."""
        rows = self._claims.query(
            _order_key(order_number), _ClaimRow.sk.startswith(_LINE), consistent_read=True
        )
        return {row.sk.removeprefix(_LINE): int(row.units or 0) for row in rows}

    def count_draft(self, email_key: str, now: datetime) -> int:
        """Counts one more return that the customer starts; returns today's count."""
        row = self._drafts(f"CUSTOMER#{email_key}", f"DRAFTS#{now:%Y-%m-%d}")
        ends = now + timedelta(days=2)
        row.update([_DraftsRow.drafts.add(1), _DraftsRow.expires_at.set(ends)])
        return int(row.drafts or 0)

    def save_draft(self, draft: Return) -> None:
        """Writes a new draft, or replaces the version that was read; it expires unless submitted.

        Raises:
            StaleWriteError: It was written or submitted in the meantime.
        """
        row = self._row(draft)
        row.expires_at = draft.created_at + DRAFT_KEPT
        with conditional():
            row.save()

    def submit(self, after: Return, entry: Entry, limits: Mapping[str, int]) -> None:
        """Everything that a submission makes true, together.

        The units are this return's and no other's, the return is submitted, under a ticket that
        nobody else has, and its timeline has begun. `limits` bounds, per line, the units of all
        live returns together.

        Raises:
            UnitsTakenError: Another return holds the units.
            StaleWriteError: The draft changed, or the ticket is taken.
        """
        steps = 3
        try:
            with Transaction(self._returns) as commit:
                self._put_step(commit, after, entry)
                ticket = self._tickets(
                    f"TICKET#{after.ticket}", "TICKET", return_id=after.return_id
                )
                commit.save(ticket, _TicketRow.pk.does_not_exist())
                for line in after.lines:
                    others = limits[line.line_id] - line.units
                    free = _ClaimRow.units.does_not_exist() | (_ClaimRow.units <= others)
                    commit.update(
                        self._claim(after, line.line_id), [_ClaimRow.units.add(line.units)], free
                    )
        except CommitRefusedError as error:
            if all(error.held[:steps]):
                raise UnitsTakenError("Those items are in another return already.") from error
            raise

    def advance(self, after: Return, entry: Entry) -> None:
        """One step forward with its timeline entry.

        Raises:
            StaleWriteError: The return changed in the meantime.
        """
        with Transaction(self._returns) as commit:
            self._put_step(commit, after, entry)

    def release(self, after: Return, entry: Entry) -> None:
        """A step that ends the return: with its entry, its units are free again.

        Raises:
            StaleWriteError: The return changed in the meantime.
        """
        with Transaction(self._returns) as commit:
            self._put_step(commit, after, entry)
            for line in after.lines:
                held = _ClaimRow.units >= line.units
                commit.update(
                    self._claim(after, line.line_id), [_ClaimRow.units.add(-line.units)], held
                )

    def _put_step(self, commit: Transaction, after: Return, entry: Entry) -> None:
        commit.save(self._row(after))
        # Numbered by the version that it makes: no step is lost from a timeline or repeated in it.
        row = self._entries(
            after.return_id, f"{_ENTRY}{(after.version or 0) + 1:06d}", **entry_columns(entry)
        )
        commit.save(row, _EntryRow.pk.does_not_exist())

    def _claim(self, ret: Return, line_id: str) -> _ClaimRow:
        return self._claims(_order_key(ret.order_number), f"{_LINE}{line_id}")

    def _row(self, ret: Return) -> _ReturnRow:
        row = self._returns(
            ret.return_id,
            _RETURN,
            email_key=ret.email_key,
            created_at=to_text(ret.created_at),
            document=json.dumps(encode(ret)),
        )
        return at_version(row, ret.version)


def _order_key(order_number: str) -> str:
    return f"ORDER#{order_number}"


def _readable(row: _ReturnRow) -> Return | None:
    try:
        return _return(row)
    except NewerDataError:
        return None


def _return(row: _ReturnRow) -> Return:
    document = json.loads(row.document)
    return decode(row.pk, row.email_key, row.created_at, document, int(row.version))
