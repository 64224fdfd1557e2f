"""The items of the returns table, as rows that its stores bind."""
# ruff: noqa: D106 - pynamodb's Meta

from typing import ClassVar

from pynamodb.attributes import (
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    VersionAttribute,
)
from pynamodb.indexes import (
    AllProjection,
    GlobalSecondaryIndex,
    IncludeProjection,
    KeysOnlyProjection,
)
from pynamodb.models import Model

from aftercare.kernel.tables import EntryColumns

RETURN = "RETURN"
"""The sort key of a return's own item."""


class ByCustomer(GlobalSecondaryIndex["ReturnRow"]):  # type: ignore[no-untyped-call]
    """A customer's returns, by when they were begun."""

    class Meta:
        index_name = "by_customer"
        projection = AllProjection()

    email_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class ByOrder(GlobalSecondaryIndex["ReturnRow"]):  # type: ignore[no-untyped-call]
    """An order's returns, by when they were begun, under whatever e-mail address."""

    class Meta:
        index_name = "by_order"
        projection = KeysOnlyProjection()

    order_number = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class QueueByAge(GlobalSecondaryIndex["ReturnRow"]):  # type: ignore[no-untyped-call]
    """The returns that wait for a person, and no others, by when they began to wait."""

    class Meta:
        index_name = "queue_by_age"
        projection = IncludeProjection(["queue_card"])

    queue = UnicodeAttribute(hash_key=True)
    queue_since = UnicodeAttribute(range_key=True)


class QueueByValue(GlobalSecondaryIndex["ReturnRow"]):  # type: ignore[no-untyped-call]
    """The same, by their value beside what their market calls high."""

    class Meta:
        index_name = "queue_by_value"
        projection = IncludeProjection(["queue_card"])

    queue = UnicodeAttribute(hash_key=True)
    queue_value = NumberAttribute(range_key=True)


class ReturnRow(Model):
    """A return. What the queue shows of it is there while it waits for a person.

    Rows from before the index of orders have no `order_number` but in their document.
    """

    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute()
    email_key = UnicodeAttribute()
    created_at = UnicodeAttribute()
    order_number = UnicodeAttribute(null=True)
    document = UnicodeAttribute()
    expires_at = TTLAttribute(null=True)
    queue = UnicodeAttribute(null=True)
    queue_since = UnicodeAttribute(null=True)
    queue_value = NumberAttribute(null=True)
    queue_card = UnicodeAttribute(null=True)

    by_customer: ClassVar[ByCustomer] = ByCustomer()
    by_order: ClassVar[ByOrder] = ByOrder()
    by_age: ClassVar[QueueByAge] = QueueByAge()
    by_value: ClassVar[QueueByValue] = QueueByValue()


class EntryRow(Model, EntryColumns):
    """An entry of a return's timeline."""

    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class ClaimRow(Model):
    """How many units of one order line live returns hold together.

    `tickets` are of returns whose units were exchanged at a counter.
    """

    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    units = NumberAttribute(null=True)
    tickets = UnicodeSetAttribute(null=True)


class AskedRow(Model):
    """What the returns of one order have asked the shop to pay back, so that none asks twice."""

    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute()
    requests = UnicodeAttribute()


class DraftsRow(Model):
    """How many returns a customer has begun on one day."""

    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    drafts = NumberAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class TicketRow(Model):
    """Whose a ticket is."""

    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    return_id = UnicodeAttribute()


class PointerRow(Model):
    """The draft of one order with which its customer goes on; it may have come to its end."""

    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    return_id = UnicodeAttribute()
    expires_at = TTLAttribute(null=True)


class KeyRow(Model):
    """What a client's system asked under an Idempotency-Key, and how far the return was then."""

    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    digest = UnicodeAttribute()
    status = UnicodeAttribute()
    return_id = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()


class NoteRow(Model):
    """What staff noted for each other on a return."""

    class Meta:
        table_name = "returns"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    text = UnicodeAttribute()
    noted_by = UnicodeAttribute()
    noted_at = UnicodeAttribute()
