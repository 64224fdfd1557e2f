"""The mails of the tickets table: how many a sender sent, and those that were parked.

`PARKED#<name>` is a parked mail; while nobody has looked at it, the index of queues lists it under
`parked`. `SENDER#<hash>#<hour>` has the names of what one sender sent in an hour.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.attributes import (
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.expressions.condition import size
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from aftercare.desk.mail_document import decode_parked, encode_parked
from aftercare.desk.mailed import ParkedMail, ParkedPage
from aftercare.desk.rows import SCHEMA, ByCustomer, ByQueue, TicketRow
from aftercare.desk.waiting import PAGE
from aftercare.kernel.clock import to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import InvalidError
from aftercare.kernel.tables import Transaction, bind

QUEUE = "parked"
_PARKED, _SENT = "PARKED", "SENT"
PARKED_KEPT = timedelta(days=30)
_COUNTED = timedelta(days=7)
_PLACE = 100


class _ParkedRow(Model):
    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_PARKED)
    email_key = UnicodeAttribute()
    opened_at = UnicodeAttribute()
    queue = UnicodeAttribute(null=True)
    urgency = UnicodeAttribute(null=True)
    card = UnicodeAttribute()
    words = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()
    schema = NumberAttribute(default=SCHEMA)


class _SenderRow(Model):
    class Meta:
        table_name = "tickets"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_SENT)
    names = UnicodeSetAttribute(null=True)
    expires_at = TTLAttribute(null=True)
    schema = NumberAttribute(null=True)


class InboxStore:
    """Mails beside the tickets that they came to."""

    def __init__(self, table_name: str) -> None:
        self._parked = bind(_ParkedRow, table_name)
        self._senders = bind(_SenderRow, table_name)
        self._indexed = bind(TicketRow, table_name)

    def counted(self, sender: str, hour: datetime) -> frozenset[str]:
        """The names of what that sender sent in that hour."""
        try:
            row = self._senders.get(_sender_key(sender, hour), _SENT, consistent_read=True)
        except self._senders.DoesNotExist:
            return frozenset()
        return frozenset(row.names or ())

    def count(self, commit: Transaction, sender: str, hour: datetime, name: str, most: int) -> None:
        """Counts a mail with the transaction, once, and as one of so many in the hour at most."""
        rows = self._senders
        actions: list[Action] = [rows.names.add({name}), rows.expires_at.set(hour + _COUNTED)]
        few = size(rows.names) < most  # type: ignore[no-untyped-call]
        is_room = rows.names.does_not_exist() | (few & ~rows.names.contains(name))
        commit.update(rows(_sender_key(sender, hour), _SENT), actions, condition=is_room)

    def parked(self, name: str) -> ParkedMail | None:
        """The parked mail of that name, whether somebody looked at it or not."""
        try:
            row = self._parked.get(_parked_key(name), _PARKED, consistent_read=True)
        except self._parked.DoesNotExist:
            return None
        return _decoded(row)

    def park(self, parked: ParkedMail, email_key: str) -> None:
        """Keeps the mail where people look.

        Raises:
            StaleWriteError: It is parked already.
        """
        with conditional():
            self._row(parked, email_key).save(_ParkedRow.pk.does_not_exist())

    def park_with(self, commit: Transaction, parked: ParkedMail, email_key: str) -> None:
        """The same with a transaction."""
        commit.save(self._row(parked, email_key), _ParkedRow.pk.does_not_exist())

    def waiting(self, after: str = "") -> ParkedPage:
        """Up to 20 mails behind that place at which nobody has looked, oldest first.

        Raises:
            InvalidError: `after` is no place among them.
        """
        index: ByQueue = self._indexed.by_queue
        start = _place(after) if after else None
        rows = list(index.query(QUEUE, limit=PAGE + 1, last_evaluated_key=start))
        mails = [
            decode_parked(row.pk.removeprefix(_parked_key("")), row.card or "{}")
            for row in rows[:PAGE]
        ]
        return ParkedPage(mails, rows[PAGE - 1].urgency or "" if len(rows) > PAGE else "")

    def of_sender(self, email_key: str) -> tuple[ParkedMail, ...]:
        """The parked mails that say that they are from that mailbox."""
        index: ByCustomer = self._indexed.by_customer
        keys = [(row.pk, _PARKED) for row in index.query(_sender_index(email_key))]
        return tuple(map(_decoded, self._parked.batch_get(keys, consistent_read=True)))

    def look_at(self, name: str) -> None:
        """Takes the mail off the list; it stays known, so that it is not parked again."""
        with Transaction(self._parked) as commit:
            self.look_at_with(commit, name)

    def look_at_with(self, commit: Transaction, name: str) -> None:
        """The same with a transaction."""
        row = self._parked.get(_parked_key(name), _PARKED, consistent_read=True)
        row.queue, row.urgency = None, None
        commit.save(row, _ParkedRow.pk.exists())

    def forget(self, parked: ParkedMail) -> None:
        """Removes the parked mail. Safe to repeat."""
        self._parked(_parked_key(parked.name), _PARKED).delete()

    def _row(self, parked: ParkedMail, email_key: str) -> _ParkedRow:
        at = to_text(parked.at)
        return self._parked(
            _parked_key(parked.name),
            email_key=_sender_index(email_key),
            opened_at=at,
            queue=QUEUE,
            urgency=f"{at}#{parked.name}",
            card=encode_parked(parked),
            words=parked.words or None,
            expires_at=parked.at + PARKED_KEPT,
        )


def _decoded(row: _ParkedRow) -> ParkedMail:
    return decode_parked(row.pk.removeprefix(_parked_key("")), row.card, row.words or "")


def _parked_key(name: str) -> str:
    return f"{_PARKED}#{name}"


def _sender_index(email_key: str) -> str:
    """Another key than the customer's: a forged sender must not fill their list of tickets."""
    return f"{_PARKED}#{email_key}"


def _sender_key(sender: str, hour: datetime) -> str:
    hashed = hashlib.sha256(sender.encode(errors="surrogatepass")).hexdigest()
    return f"SENDER#{hashed}#{hour.astimezone(UTC):%Y-%m-%dT%H}"


def _place(after: str) -> dict[str, Any]:
    name = after.rpartition("#")[2]
    if not name.isalnum() or len(after) > _PLACE:
        raise InvalidError("That is no place in the list.", field="after")
    texts = {"queue": QUEUE, "urgency": after, "pk": _parked_key(name), "sk": _PARKED}
    return {key: {"S": text} for key, text in texts.items()}
