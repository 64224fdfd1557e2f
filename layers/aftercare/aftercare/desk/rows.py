"""The items of the tickets table, as rows that its store binds.

`<ticket id>` has the ticket and its entries. `NUMBER#`, `MESSAGE#` and `CONVERSATION#` lead to a
ticket from its number, from a message as its sender names it, and from what is talked about.
`STAFF#<staff id>` has the searches that a member keeps. `FACTS#<day>` has how the tickets were
served that closed on that day (UTC).
"""
# ruff: noqa: D106 - pynamodb's Meta

from datetime import date
from typing import ClassVar

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model

from aftercare.kernel.tables import EntryColumns

TICKET = "TICKET"
ENTRY = "ENTRY#"
POINTER = "POINTER"
SCHEMA = 1


class ByCustomer(GlobalSecondaryIndex["TicketRow"]):  # type: ignore[no-untyped-call]
    """A customer's tickets, by when they were opened."""

    class Meta:
        index_name = "by_customer"
        projection = KeysOnlyProjection()

    email_key = UnicodeAttribute(hash_key=True)
    opened_at = UnicodeAttribute(range_key=True)


class ByQueue(GlobalSecondaryIndex["TicketRow"]):  # type: ignore[no-untyped-call]
    """Open tickets, each in one queue, by what is due first."""

    class Meta:
        index_name = "by_queue"
        projection = IncludeProjection(["card"])

    queue = UnicodeAttribute(hash_key=True)
    urgency = UnicodeAttribute(range_key=True)


class TicketRow(Model):
    """A ticket. It has a queue while it is open, and a person until that person is erased."""

    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute()
    email_key = UnicodeAttribute(null=True)
    opened_at = UnicodeAttribute()
    document = UnicodeAttribute()
    queue = UnicodeAttribute(null=True)
    urgency = UnicodeAttribute(null=True)
    card = UnicodeAttribute(null=True)

    by_customer: ClassVar[ByCustomer] = ByCustomer()
    by_queue: ClassVar[ByQueue] = ByQueue()


class EntryRow(Model, EntryColumns):
    """An entry of a ticket, with the words of who wrote. They travel nowhere: events have ids."""

    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    verb = UnicodeAttribute()
    channel = UnicodeAttribute()
    at = UnicodeAttribute()
    by = UnicodeAttribute()
    public = NumberAttribute(null=True)
    words = UnicodeAttribute(null=True)
    envelope = UnicodeAttribute(null=True)
    joint = UnicodeAttribute(null=True)
    schema = NumberAttribute(default=SCHEMA)


class FactRow(Model):
    """How a closed ticket was served, under the day on which it closed. Never changed."""

    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    document = UnicodeAttribute()
    expires_at = TTLAttribute()
    schema = NumberAttribute(default=SCHEMA)


class FigureRow(Model):
    """The figures of one day, or the latest ones of thirty: `FIGURES`."""

    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    document = UnicodeAttribute()
    schema = NumberAttribute(default=SCHEMA)


class SearchesRow(Model):
    """The searches that a member of staff keeps: `STAFF#<staff id>`."""

    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute()
    document = UnicodeAttribute()
    schema = NumberAttribute(default=SCHEMA)


class PointerRow(Model):
    """What leads to a ticket. `number` is the entry that a message became."""

    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=POINTER)
    ticket_id = UnicodeAttribute()
    number = NumberAttribute(null=True)
    asks = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)
    schema = NumberAttribute(default=SCHEMA)


def facts_key(day: date) -> str:
    """The partition of the facts of that day."""
    return f"FACTS#{day}"
