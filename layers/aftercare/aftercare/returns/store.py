"""The returns table: returns, timelines, held units, tickets; one commit per step."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aftercare.kernel.clock import to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.due.model import Timer, required
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.errors import NewerDataError
from aftercare.kernel.requests import RequestKey
from aftercare.kernel.tables import (
    CommitRefusedError,
    Transaction,
    at_version,
    bind,
    entry_columns,
    entry_from,
)
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order
from aftercare.returns.case_store import note_row
from aftercare.returns.claim_store import ClaimStore
from aftercare.returns.document import decode, encode
from aftercare.returns.errors import TooManyDraftsError, UnitsTakenError
from aftercare.returns.key_store import KeyStore
from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.moves import require_entry
from aftercare.returns.notes import Note
from aftercare.returns.queueing import place_of
from aftercare.returns.rows import (
    RETURN,
    ClaimRow,
    DraftsRow,
    EntryRow,
    NoteRow,
    PointerRow,
    ReturnRow,
    TicketRow,
)

if TYPE_CHECKING:
    from aftercare.returns.units import Held

# A draft that came to nothing is kept as long as its photos, which another return may take over.
DRAFT_KEPT = timedelta(days=400)
_POINTER_KEPT = timedelta(days=3)
MOST_DRAFTS = 100  # bounds what one customer can have screened (R-RET-13)
_ENTRY = "ENTRY#"
_LAST_ENTRY = f"{_ENTRY}~"
_EXPIRING = {ReturnStatus.DRAFT, ReturnStatus.LAPSED, ReturnStatus.DISCARDED}


class ReturnStore:
    """Returns in DynamoDB. Every step commits with its timeline entry; `due` has their timers."""

    def __init__(self, table_name: str, due: DueStore | None = None) -> None:
        self._due = due
        self._pointers = bind(PointerRow, table_name)
        self._returns = bind(ReturnRow, table_name)
        self._entries = bind(EntryRow, table_name)
        self._drafts = bind(DraftsRow, table_name)
        self._tickets = bind(TicketRow, table_name)
        self._notes = bind(NoteRow, table_name)
        self.keys = KeyStore(table_name)
        self.claims = ClaimStore(table_name)

    def get(self, return_id: str) -> Return | None:
        try:
            return _return(self._returns.get(return_id, RETURN, consistent_read=True))
        except self._returns.DoesNotExist:
            return None

    def by_tickets(self, tickets: Collection[str]) -> tuple[Return, ...]:
        """The returns with those tickets; a ticket that nobody has is absent."""
        keys = [(f"TICKET#{ticket}", "TICKET") for ticket in sorted(tickets)]
        return_ids = [row.return_id for row in self._tickets.batch_get(keys, consistent_read=True)]
        rows = self._returns.batch_get(
            [(return_id, RETURN) for return_id in return_ids], consistent_read=True
        )
        return tuple(_return(row) for row in rows)

    def of_customer(self, email_key: str, limit: int) -> tuple[Return, ...]:
        """The customer's returns, newest first, drafts too, seconds behind at worst.

        A return that only a newer version can read is left out.
        """
        rows = self._returns.by_customer.query(email_key, scan_index_forward=False, limit=limit)
        return tuple(ret for row in rows if (ret := _readable(row)))

    def of_order(self, order_number: str, limit: int) -> tuple[Return, ...]:
        """The order's returns, newest first, drafts too, under whatever e-mail address they are.

        Seconds behind at worst. A return that was last written before this index was there is left
        out, and so is one that only a newer version can read.
        """
        keys = self._returns.by_order.query(order_number, scan_index_forward=False, limit=limit)
        rows = self._returns.batch_get([(key.pk, RETURN) for key in keys], consistent_read=True)
        found = [ret for row in rows if (ret := _readable(row))]
        return tuple(sorted(found, key=lambda ret: ret.created_at, reverse=True))

    def every_of_customer(self, email_key: str) -> tuple[Return, ...]:
        """All of the customer's returns, newest first, seconds behind at worst.

        Raises:
            NewerDataError: A newer version wrote one of them.
        """
        rows = self._returns.by_customer.query(email_key, scan_index_forward=False)
        return tuple(map(_return, rows))

    def every(self) -> Iterator[Return]:
        """All returns, drafts too, in no order: a scan of the table, for operators alone."""
        rows = self._returns.scan(ReturnRow.sk == RETURN, consistent_read=True)
        return (ret for row in rows if (ret := _readable(row)))

    @staticmethod
    def exported(item: Mapping[str, Any]) -> Return | None:
        """A return as an item in an export of the table (DynamoDB JSON); none of other items."""
        if item["sk"]["S"] != RETURN:
            return None
        return _readable(ReturnRow.from_raw_data(dict(item)))

    def timeline(
        self, return_id: str, since: int = 0, until: int | None = None
    ) -> tuple[Entry, ...]:
        """The entries that made the versions after `since`, up to `until`, oldest first."""
        last = _LAST_ENTRY if until is None else _entry_key(until)
        made = EntryRow.sk.between(_entry_key(since + 1), last)
        rows = self._entries.query(return_id, made, consistent_read=True)
        return tuple(entry_from(row.attribute_values) for row in rows)

    def claimed_units(self, order_number: str) -> dict[str, int]:
        """Line id → units that live returns hold; a line without returns is absent."""
        return self.claims.of_order(order_number).units

    def held(self, order: Order) -> "Held":
        """What the order's returns hold, and what those came to that a fact or a counter named."""
        from aftercare.returns.units import Held, settled_by  # noqa: PLC0415 - labels need none

        claims = self.claims.of_order(order.order_number)
        named = self.by_tickets(order.tickets | claims.exchanged)
        return Held(claims.units, settled_by(order, named))

    def draft_id(self, email_key: str, order_number: str) -> str:
        """The return that the customer began last of that order, if it is not long ago."""
        try:
            key = _pointer_key(email_key, order_number)
            return self._pointers.get(*key, consistent_read=True).return_id
        except self._pointers.DoesNotExist:
            return ""

    def begin(
        self, draft: Return, entry: Entry, *, now: datetime, before: str, timers: Sequence[Timer]
    ) -> None:
        """Everything that a draft's first save makes true, together.

        The draft, its entry, its ticket, its timers, one more of the drafts that the customer began
        today; and it is the order's draft from now on, in the place of `before`, if there was one.

        Raises:
            TooManyDraftsError: The customer began too many today.
            StaleWriteError: The draft or the order's draft changed, or the ticket is taken.
        """
        today = self._drafts(f"CUSTOMER#{draft.email_key}", f"DRAFTS#{now:%Y-%m-%d}")
        is_free = DraftsRow.drafts.does_not_exist() | (DraftsRow.drafts < MOST_DRAFTS)
        pointer = self._pointers(
            *_pointer_key(draft.email_key, draft.order_number),
            return_id=draft.return_id,
            expires_at=now + _POINTER_KEPT,
        )
        is_same = PointerRow.return_id == before
        try:
            with Transaction(self._returns) as commit:
                self._put_step(commit, draft, entry)
                self._put_ticket(commit, draft)
                commit.save(pointer, is_same | PointerRow.pk.does_not_exist())
                for timer in timers:
                    self._timers.add(commit, timer)
                ends = DraftsRow.expires_at.set(now + timedelta(days=2))
                commit.update(today, [DraftsRow.drafts.add(1), ends], is_free)
        except CommitRefusedError as error:
            if all(error.held[:-1]):
                raise TooManyDraftsError from error
            raise

    def save_draft(self, draft: Return) -> None:
        """Replaces the version of a draft that was read.

        Raises:
            StaleWriteError: It was written or submitted in the meantime.
        """
        with conditional():
            self._row(draft).save()

    def submit(
        self, after: Return, entry: Entry, limits: Mapping[str, int], *, is_new_ticket: bool = False
    ) -> None:
        """Everything that a submission makes true, together.

        The units are this return's and no other's, and the return is submitted. `limits` bounds,
        per line, the units of all live returns together. A draft from before drafts had tickets
        gets its ticket.

        Raises:
            UnitsTakenError: Another return holds the units.
            StaleWriteError: The draft changed, or the ticket is taken.
        """
        steps = 2 + is_new_ticket
        try:
            with Transaction(self._returns) as commit:
                self._put_step(commit, after, entry)
                if is_new_ticket:
                    self._put_ticket(commit, after)
                for line in after.lines:
                    others = limits[line.line_id] - line.units
                    free = ClaimRow.units.does_not_exist() | (ClaimRow.units <= others)
                    commit.update(
                        self._claim(after, line.line_id), [ClaimRow.units.add(line.units)], free
                    )
        except CommitRefusedError as error:
            if not all(error.held[:steps]):
                raise
            left = self.claims.left(after.order_number, limits)
            taken = [
                line.line_id
                for line, held in zip(after.lines, error.held[steps:], strict=True)
                if not held
            ]
            raise UnitsTakenError({each: left[each] for each in taken}) from error

    def advance(
        self,
        after: Return,
        entry: Entry,
        *timers: Timer,
        note: Note | None = None,
        key: RequestKey | None = None,
    ) -> None:
        """One step forward with its entry, the timers that it sets, staff's note, a client's key.

        Raises:
            StaleWriteError: The return changed, or the key was used, in the meantime.
        """
        with Transaction(self._returns) as commit:
            self._put_step(commit, after, entry)
            for timer in timers:
                self._timers.add(commit, timer)
            if note:
                commit.save(note_row(self._notes, after.return_id, note))
            if key:
                self.keys.put(commit, key, after, entry.occurred_at)

    def save_claim(self, after: Return) -> None:
        """Replaces the version that was read by one that is claimed, or is not; no step.

        Raises:
            StaleWriteError: The return changed in the meantime.
        """
        with conditional():
            self._row(after).save()

    def reopen(
        self, after: Return, entry: Entry, *timers: Timer, key: RequestKey | None = None
    ) -> None:
        """A step that takes a return up again: its units are its own again, taken or not.

        Raises:
            StaleWriteError: The return changed, or the key was used, in the meantime.
        """
        with Transaction(self._returns) as commit:
            self._put_step(commit, after, entry)
            for timer in timers:
                self._timers.add(commit, timer)
            for line in after.lines:
                commit.update(self._claim(after, line.line_id), [ClaimRow.units.add(line.units)])
            if key:
                self.keys.put(commit, key, after, entry.occurred_at)

    def release(self, after: Return, entry: Entry, lines: Iterable[ReturnLine]) -> None:
        """A step with its entry, after which these lines' units are free again.

        Raises:
            StaleWriteError: The return changed in the meantime.
        """
        with Transaction(self._returns) as commit:
            self._put_step(commit, after, entry)
            for line in lines:
                held = ClaimRow.units >= line.units
                commit.update(
                    self._claim(after, line.line_id), [ClaimRow.units.add(-line.units)], held
                )

    def _put_step(self, commit: Transaction, after: Return, entry: Entry) -> None:
        require_entry(entry.entry_type, after.status, entry.actor, after.taken)
        commit.save(self._row(after))
        # Numbered by the version that it makes: no step is lost from a timeline or repeated in it.
        row = self._entries(
            after.return_id, _entry_key((after.version or 0) + 1), **entry_columns(entry)
        )
        commit.save(row, EntryRow.pk.does_not_exist())

    def _put_ticket(self, commit: Transaction, ret: Return) -> None:
        row = self._tickets(f"TICKET#{ret.ticket}", "TICKET", return_id=ret.return_id)
        commit.save(row, TicketRow.pk.does_not_exist())

    @property
    def _timers(self) -> DueStore:
        return required(self._due)

    def _claim(self, ret: Return, line_id: str) -> ClaimRow:
        return self.claims.row(ret.order_number, line_id)

    def _row(self, ret: Return) -> ReturnRow:
        row = self._returns(
            ret.return_id,
            RETURN,
            email_key=ret.email_key,
            created_at=to_text(ret.created_at),
            order_number=ret.order_number,
            document=json.dumps(encode(ret)),
            expires_at=ret.created_at + DRAFT_KEPT if ret.status in _EXPIRING else None,
            **place_of(ret),
        )
        return at_version(row, ret.version)


def _entry_key(version: int) -> str:
    return f"{_ENTRY}{version:06d}"


def _pointer_key(email_key: str, order_number: str) -> tuple[str, str]:
    return f"CUSTOMER#{email_key}", f"DRAFT#{order_number}"


def _readable(row: ReturnRow) -> Return | None:
    try:
        return _return(row)
    except NewerDataError:
        return None


def _return(row: ReturnRow) -> Return:
    document = json.loads(row.document)
    return decode(row.pk, row.email_key, row.created_at, document, int(row.version))
