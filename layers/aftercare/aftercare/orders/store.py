"""The orders table: one item per order, found by its number or its buyer, and its timeline.

The table's only key is the order number. The entry that a version of an order commits is an item of
its own under `ENTRY#<order number>#<version>`: no order number contains `#`. What does not fit into
an order's item is in items of its own, `PIECE#<order number>#<digest>`, which commit with it.

What is stored is read tolerantly: fields that this version does not know are ignored.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pynamodb.attributes import (
    BinaryAttribute,
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
from aftercare.orders import document
from aftercare.orders.model import Order, Parcel, email_key_of

ENTRY_KEPT = timedelta(days=400)
_PIECE_KEPT = timedelta(days=1)
# DynamoDB's items have up to 400 KB; the rest of an order's has room in what this leaves.
MOST_IN_ITEM = 300_000
_MOST_IN_PIECE = 350_000
_SCHEMA = 1
_DOCUMENTS: Mapping[str, Callable[[Any], str]] = {
    "purchase": document.purchase_text,
    "carried": document.carried_text,
    "parcels": document.parcels_text,
    "refunds": document.refunds_text,
    "refund_failures": document.failures_text,
    "cancellations": document.cancellations_text,
    "kept_deliveries": document.kept_text,
    "unread": document.unread_text,
    "quarantined": document.quarantined_text,
}


class _ByCustomer(GlobalSecondaryIndex["_OrderRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_customer"
        projection = AllProjection()

    email_key = UnicodeAttribute(hash_key=True)
    paid_at = UnicodeAttribute(range_key=True)


class _OrderRow(Model):
    class Meta:
        table_name = "orders"

    order_number = UnicodeAttribute(hash_key=True)
    version = VersionAttribute()
    email_key = UnicodeAttribute(null=True)
    paid_at = UnicodeAttribute(null=True)
    shipped_at = UnicodeAttribute(null=True)
    delivered_at = UnicodeAttribute(null=True)
    purchase = UnicodeAttribute(null=True)
    refunds = UnicodeAttribute(default="{}")
    refund_failures = UnicodeAttribute(null=True)
    first_paid_at = UnicodeAttribute(null=True)
    purchase_digest = UnicodeAttribute(null=True)
    carried = UnicodeAttribute(null=True)
    parcels = UnicodeAttribute(null=True)
    cancellations = UnicodeAttribute(null=True)
    kept_deliveries = UnicodeAttribute(null=True)
    unread = UnicodeAttribute(null=True)
    quarantined = UnicodeAttribute(null=True)
    elsewhere = UnicodeAttribute(null=True)
    erased_at = UnicodeAttribute(null=True)
    schema = NumberAttribute(default=_SCHEMA)

    by_customer: ClassVar[_ByCustomer] = _ByCustomer()


class _EntryRow(Model, EntryColumns):
    class Meta:
        table_name = "orders"

    order_number = UnicodeAttribute(hash_key=True)
    expires_at = TTLAttribute()


class _PieceRow(Model):
    class Meta:
        table_name = "orders"

    order_number = UnicodeAttribute(hash_key=True)
    piece = BinaryAttribute(legacy_encoding=False)
    expires_at = TTLAttribute(null=True)


class OrderStore:
    """Orders in DynamoDB. Every version of an order commits with its timeline entry."""

    def __init__(self, table_name: str) -> None:
        self._rows = bind(_OrderRow, table_name)
        self._entries = bind(_EntryRow, table_name)
        self._pieces = bind(_PieceRow, table_name)

    def get(self, order_number: str) -> Order:
        """The order; an empty one when nothing is stored of it."""
        try:
            row = self._rows.get(order_number, consistent_read=True)
        except _OrderRow.DoesNotExist:
            return Order(order_number)
        return next(self._orders([row]))

    def save(self, order: Order, entry: Entry, *, keeps_pieces: bool = True) -> None:
        """Writes a new order, or replaces the version that was read, with its timeline entry.

        The pieces of a very large order commit with it. Those that it no longer has stay for a day,
        for readers of an index that lags behind, if it `keeps_pieces`.

        Raises:
            StaleWriteError: The order changed in the meantime; nothing was written.
            BusyError: Other writers kept the order busy.
        """
        version = (order.version or 0) + 1
        entry_row = self._entries(
            _entry_key(order.order_number, version),
            expires_at=entry.occurred_at + ENTRY_KEPT,
            **entry_columns(entry),
        )
        row, pieces = self._split(self._row(order))
        with Transaction(self._rows) as commit:
            commit.save(at_version(row, order.version))
            commit.save(entry_row)
            for key in pieces.keys() - order.pieces:
                commit.save(self._pieces(key, piece=pieces[key]))
            for key in order.pieces - pieces.keys():
                expires_at = entry.occurred_at + _PIECE_KEPT
                if keeps_pieces:
                    commit.update(self._pieces(key), actions=[_PieceRow.expires_at.set(expires_at)])
                else:
                    commit.delete(self._pieces(key))

    def timeline(self, order: Order) -> tuple[Entry, ...]:
        """The order's entries of the last 400 days, oldest first."""
        keys = [
            _entry_key(order.order_number, version + 1) for version in range(order.version or 0)
        ]
        read = self._entries.batch_get(keys, consistent_read=True)
        rows = {row.order_number: row for row in read}
        return tuple(entry_from(rows[key].attribute_values) for key in keys if key in rows)

    def of_customer(self, email_key: str, limit: int | None = None) -> tuple[Order, ...]:
        """The customer's orders, newest first, seconds behind at worst."""
        rows = self._rows.by_customer.query(email_key, scan_index_forward=False, limit=limit)
        return tuple(self._orders(list(rows)))

    def of_numbers(self, numbers: Iterable[str]) -> tuple[Order, ...]:
        """Those of the orders that are stored, as of now; a request for each hundred of them."""
        return tuple(self._orders(list(self._rows.batch_get([*numbers], consistent_read=True))))

    def _orders(self, rows: list[_OrderRow]) -> Iterator[Order]:
        """The orders in those rows, with the pieces that are stored elsewhere."""
        keys = {key for row in rows for keys in _elsewhere(row).values() for key in keys}
        found = self._pieces.batch_get(keys, consistent_read=True) if keys else ()
        pieces = {row.order_number: row.piece for row in found}
        for row in rows:
            for name, places in _elsewhere(row).items():
                setattr(row, name, b"".join(pieces[key] for key in places).decode())
            yield _order(row)

    def _split(self, row: _OrderRow) -> tuple[_OrderRow, Mapping[str, bytes]]:
        """The row without its largest documents, as far as they don't fit, and their pieces."""
        texts = {name: (getattr(row, name) or "").encode() for name in _DOCUMENTS}
        left, pieces = sum(map(len, texts.values())), dict[str, bytes]()
        elsewhere: dict[str, list[str]] = {}
        for name in sorted(texts, key=lambda name: len(texts[name]), reverse=True):
            if left <= MOST_IN_ITEM:
                break
            left -= len(texts[name])
            apart = {_piece_key(row.order_number, part): part for part in _parts(texts[name])}
            elsewhere[name] = [*apart]
            pieces |= apart
            setattr(row, name, "{}" if name == "refunds" else None)
        row.elsewhere = json.dumps(elsewhere) if elsewhere else None
        return row, pieces

    def _row(self, order: Order) -> _OrderRow:
        row = self._rows(order.order_number)
        row.paid_at = _to_text(order.paid_at)
        row.shipped_at = _to_text(order.shipped_at)
        # Without parcels, a reader takes the date for that of a parcel with all of the order.
        row.delivered_at = None if order.taken_along_at else _to_text(order.delivered_at)
        if order.first_paid_at != order.paid_at:
            row.first_paid_at = _to_text(order.first_paid_at)
        row.purchase_digest = order.purchase_digest or None
        row.erased_at = _to_text(order.erased_at)
        if order.purchase and order.purchase.email:
            row.email_key = email_key_of(order.purchase.email)
        for name, text in _DOCUMENTS.items():
            if value := getattr(order, name):
                setattr(row, name, text(value))
        return row


def _entry_key(order_number: str, version: int) -> str:
    return f"ENTRY#{order_number}#{version}"


def _piece_key(order_number: str, piece: bytes) -> str:
    return f"PIECE#{order_number}#{hashlib.sha256(piece).hexdigest()[:32]}"


def _parts(text: bytes) -> Iterable[bytes]:
    return (text[at : at + _MOST_IN_PIECE] for at in range(0, len(text), _MOST_IN_PIECE))


def _elsewhere(row: _OrderRow) -> Mapping[str, list[str]]:
    """Document → the keys of its pieces, in their order."""
    places: dict[str, list[str]] = json.loads(row.elsewhere or "{}")
    return places


def _order(row: _OrderRow) -> Order:
    paid_at = _from_text(row.paid_at)
    return Order(
        order_number=row.order_number,
        purchase=document.purchase_from(row.purchase) if row.purchase else None,
        paid_at=paid_at,
        first_paid_at=_from_text(row.first_paid_at) or paid_at,
        purchase_digest=row.purchase_digest or "",
        carried=document.carried_from(row.carried or "{}"),
        parcels=document.parcels_from(row.parcels) if row.parcels else _one_parcel(row),
        refunds=document.refunds_from(row.refunds),
        refund_failures=document.failures_from(row.refund_failures or "{}"),
        cancellations=document.cancellations_from(row.cancellations or "{}"),
        kept_deliveries=document.kept_from(row.kept_deliveries or "{}"),
        unread=document.unread_from(row.unread or "[]"),
        quarantined=document.quarantined_from(row.quarantined or "[]"),
        erased_at=_from_text(row.erased_at),
        pieces=frozenset(key for keys in _elsewhere(row).values() for key in keys),
        version=int(row.version),
    )


def _one_parcel(row: _OrderRow) -> dict[str, Parcel]:
    """The dates that versions without parcels stored: those of a parcel with all of the order."""
    parcel = Parcel(
        shipped_at=_from_text(row.shipped_at), delivered_at=_from_text(row.delivered_at)
    )
    return {parcel.key: parcel} if parcel != Parcel() else {}


def _to_text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


def _from_text(text: str | None) -> datetime | None:
    return from_text(text) if text else None
