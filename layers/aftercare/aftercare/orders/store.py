"""The orders table: one item per order, found by its number or its buyer, and its timeline.

The table's only key is the order number. The entry that a version of an order commits is an item of
its own under `ENTRY#<order number>#<version>`: no order number contains `#`.

What is stored is read tolerantly: fields that this version does not know are ignored.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pynamodb.attributes import (
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from aftercare.kernel.address import Address
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.stored import from_fields
from aftercare.kernel.tables import (
    EntryColumns,
    Transaction,
    at_version,
    bind,
    entry_columns,
    entry_from,
)
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order, OrderLine, ProductKind, Purchase, Refund, email_key_of

ENTRY_KEPT = timedelta(days=400)
_SCHEMA = 1


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
    schema = NumberAttribute(default=_SCHEMA)

    by_customer: ClassVar[_ByCustomer] = _ByCustomer()


class _EntryRow(Model, EntryColumns):
    class Meta:
        table_name = "orders"

    order_number = UnicodeAttribute(hash_key=True)
    expires_at = TTLAttribute()


class OrderStore:
    """Orders in DynamoDB. Every version of an order commits with its timeline entry."""

    def __init__(self, table_name: str) -> None:
        self._rows = bind(_OrderRow, table_name)
        self._entries = bind(_EntryRow, table_name)

    def get(self, order_number: str) -> Order:
        """The order; an empty one when nothing is stored of it."""
        try:
            return _order(self._rows.get(order_number, consistent_read=True))
        except _OrderRow.DoesNotExist:
            return Order(order_number)

    def save(self, order: Order, entry: Entry) -> None:
        """Writes a new order, or replaces the version that was read, with its timeline entry.

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
        with Transaction(self._rows) as commit:
            commit.save(at_version(self._row(order), order.version))
            commit.save(entry_row)

    def timeline(self, order: Order) -> tuple[Entry, ...]:
        """The order's entries of the last 400 days, oldest first."""
        keys = [
            _entry_key(order.order_number, version + 1) for version in range(order.version or 0)
        ]
        rows = {row.order_number: row for row in self._entries.batch_get(keys)}
        return tuple(entry_from(rows[key].attribute_values) for key in keys if key in rows)

    def of_customer(self, email_key: str, limit: int | None = None) -> tuple[Order, ...]:
        """The customer's orders, newest first, seconds behind at worst."""
        rows = self._rows.by_customer.query(email_key, scan_index_forward=False, limit=limit)
        return tuple(_order(row) for row in rows)

    def _row(self, order: Order) -> _OrderRow:
        row = self._rows(order.order_number)
        row.paid_at = _to_text(order.paid_at)
        row.shipped_at = _to_text(order.shipped_at)
        row.delivered_at = _to_text(order.delivered_at)
        row.refunds = json.dumps({key: asdict(refund) for key, refund in order.refunds.items()})
        if order.purchase:
            row.purchase = json.dumps(asdict(order.purchase))
            row.email_key = email_key_of(order.purchase.email)
        return row


def _entry_key(order_number: str, version: int) -> str:
    return f"ENTRY#{order_number}#{version}"


def _order(row: _OrderRow) -> Order:
    refunds = json.loads(row.refunds)
    return Order(
        order_number=row.order_number,
        purchase=_purchase(row.purchase) if row.purchase else None,
        paid_at=_from_text(row.paid_at),
        shipped_at=_from_text(row.shipped_at),
        delivered_at=_from_text(row.delivered_at),
        refunds={refund_id: from_fields(Refund, refund) for refund_id, refund in refunds.items()},
        version=int(row.version),
    )


def _purchase(text: str) -> Purchase:
    document = json.loads(text)
    lines = tuple(
        from_fields(OrderLine, {**line, "kind": _kind(line)}) for line in document["lines"]
    )
    ship_to = from_fields(Address, document["ship_to"])
    return from_fields(Purchase, {**document, "ship_to": ship_to, "lines": lines})


def _kind(line: Mapping[str, Any]) -> ProductKind:
    return ProductKind(line["kind"])


def _to_text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


def _from_text(text: str | None) -> datetime | None:
    return from_text(text) if text else None
