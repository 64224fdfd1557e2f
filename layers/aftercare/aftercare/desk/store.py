"""The tickets table: tickets, their entries, and what leads to them; one commit per message."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from aftercare.desk.commits import Came, Key, Step
from aftercare.desk.document import (
    decode,
    decode_card,
    decode_joint,
    encode,
    encode_card,
    encode_fact,
    encode_joint,
)
from aftercare.desk.joints import joined_keys, with_joined
from aftercare.desk.mail_document import decode_envelope, encode_envelope
from aftercare.desk.model import Channel, TicketEntry
from aftercare.desk.moves import Verb, require_entry
from aftercare.desk.queues import queue_of
from aftercare.desk.rows import (
    ENTRY,
    POINTER,
    TICKET,
    EntryRow,
    FactRow,
    PointerRow,
    TicketRow,
    facts_key,
)
from aftercare.desk.ticket import Message, Thread, Ticket
from aftercare.desk.waiting import PAGE, QueuePage
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.due.model import Timer, required
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.errors import InvalidError
from aftercare.kernel.ids import is_id
from aftercare.kernel.stored import member
from aftercare.kernel.tables import Transaction, at_version, bind, entry_columns
from aftercare.kernel.timeline import Entry

# A provider repeats what it could not deliver for days, not for weeks.
_MESSAGE_KEPT = timedelta(days=40)
_FACT_KEPT = timedelta(days=400)
# Tickets without a running clock come behind all others of their queue, the longest waiting first.
_NEVER = "9999"


class TicketStore:
    """Tickets in DynamoDB. Every message commits with its event, its key and its timer."""

    def __init__(self, table_name: str, due: DueStore | None = None) -> None:
        self._due = due
        self._tickets = bind(TicketRow, table_name)
        self._entries = bind(EntryRow, table_name)
        self._pointers = bind(PointerRow, table_name)
        self._facts = bind(FactRow, table_name)

    def get(self, ticket_id: str) -> Ticket | None:
        try:
            return decode(self._tickets.get(ticket_id, TICKET, consistent_read=True))
        except self._tickets.DoesNotExist:
            return None

    def messages(self, ticket_id: str) -> tuple[Message, ...]:
        """The entries, oldest first, with those of the tickets that were merged into it.

        One query, and one more read for each hundred entries of merged tickets.
        """
        own = self.own_messages(ticket_id)
        wanted = joined_keys(own)
        if not wanted:
            return own
        keys = [(each, _entry_key(number)) for each, number in wanted]
        rows = self._entries.batch_get(keys, consistent_read=True)
        found = {(row.pk, _number(row)): _message(row) for row in rows}
        return with_joined(own, found)

    def own_messages(self, ticket_id: str) -> tuple[Message, ...]:
        """The ticket's own entries alone, oldest first."""
        rows = self._entries.query(ticket_id, EntryRow.sk.startswith(ENTRY), consistent_read=True)
        return tuple(map(_message, rows))

    def id_of(self, number: str) -> str:
        """The id of the ticket with that number; empty if there is none."""
        return self._led_to(f"NUMBER#{number}")

    def current(self, conversation: str) -> str:
        """The id of the ticket that holds that conversation; empty if none was begun."""
        return self._led_to(_conversation_key(conversation))

    def taken(self, key: Key) -> str:
        """The id of the ticket to which that message came; empty if it never came."""
        return self._led_to(_message_key(key))

    def came(self, key: Key) -> Came | None:
        """What became of that message; none if it never came."""
        row = self._pointer(_message_key(key))
        return Came(row.ticket_id, int(row.number or 0), row.asks or "") if row else None

    def of_customer(self, email_key: str, limit: int | None = None) -> tuple[Ticket, ...]:
        """The customer's tickets, newest first, seconds behind at worst."""
        keys = self._tickets.by_customer.query(email_key, scan_index_forward=False, limit=limit)
        rows = self._tickets.batch_get([(key.pk, TICKET) for key in keys], consistent_read=True)
        found = (decode(row) for row in rows if row.email_key == email_key)
        return tuple(sorted(found, key=lambda ticket: ticket.opened_at, reverse=True))

    def waiting(self, queue: str, after: str = "") -> QueuePage:
        """Up to 20 tickets of the queue behind that place, most urgent first; seconds behind.

        Raises:
            InvalidError: `after` is no place in it.
        """
        start = _place_in(queue, after) if after else None
        index = self._tickets.by_queue
        rows = list(index.query(queue, limit=PAGE + 1, last_evaluated_key=start))
        cards = tuple(
            decode_card(row.pk, row.card or "{}", row.urgency or "") for row in rows[:PAGE]
        )
        is_all = len(rows) <= PAGE
        return QueuePage(cards, "" if is_all else rows[PAGE - 1].urgency or "")

    def open(self, step: Step, conversation: str = "") -> None:
        """Everything that a ticket's first message makes true, together.

        The ticket with its number, its entry, its timer, and that the message came; and the
        conversation, if it has one, is held in this ticket and no other.

        Raises:
            StaleWriteError: The message came, or the number was taken, or the conversation was
                begun in the meantime.
        """
        ticket = step.after.ticket
        with Transaction(self._tickets) as commit:
            self._put(commit, step)
            number = self._pointers(f"NUMBER#{ticket.number}", ticket_id=ticket.ticket_id)
            commit.save(number, PointerRow.pk.does_not_exist())
            if conversation:
                row = self._pointers(_conversation_key(conversation), ticket_id=ticket.ticket_id)
                commit.save(row, PointerRow.pk.does_not_exist())

    def add(self, step: Step) -> None:
        """One more entry of a ticket, with everything that it makes true.

        Raises:
            StaleWriteError: The ticket changed, or the message came, in the meantime.
        """
        with Transaction(self._tickets) as commit:
            self._put(commit, step)

    def merge(self, winner: Step, loser: Step) -> None:
        """One more entry of either of two tickets: they become one, or two again; all or nothing.

        Raises:
            StaleWriteError: One of them changed, or the form came, in the meantime.
        """
        with Transaction(self._tickets) as commit:
            self._put(commit, winner)
            self._put(commit, loser)

    def save(self, thread: Thread, timer: Timer | None = None) -> None:
        """Replaces the version of a ticket that was read: a claim, or when to look again.

        Raises:
            StaleWriteError: The ticket changed in the meantime.
        """
        if timer is None:
            with conditional():
                self._row(thread).save()
            return
        with Transaction(self._tickets) as commit:
            commit.save(self._row(thread))
            required(self._due).add(commit, timer)

    def forget(self, ticket: Ticket, messages: Sequence[Message]) -> None:
        """Leaves of a ticket what names nobody: its entries without words, its times. Repeatable.

        Raises:
            StaleWriteError: The ticket changed in the meantime; some words are gone.
        """
        for message in messages:
            if message.words or message.envelope:
                key = ticket.ticket_id, _entry_key(message.entry.number)
                self._entries(*key).update([EntryRow.words.remove(), EntryRow.envelope.remove()])
        with conditional():
            row = at_version(self._tickets(ticket.ticket_id, TICKET), ticket.version)
            document = TicketRow.document.set(encode(ticket.impersonal()))
            row.update([document, TicketRow.email_key.remove()])

    def _led_to(self, pk: str) -> str:
        row = self._pointer(pk)
        return row.ticket_id if row else ""

    def _pointer(self, pk: str) -> PointerRow | None:
        try:
            return self._pointers.get(pk, POINTER, consistent_read=True)
        except PointerRow.DoesNotExist:
            return None

    def _put(self, commit: Transaction, step: Step) -> None:
        thread = step.after
        message = thread.messages[-1]
        entry = message.entry
        require_entry(step.before, entry.verb, entry.actor, is_public=entry.is_public)
        commit.save(self._row(thread))
        commit.save(self._entry(thread.ticket, message, step.event), EntryRow.pk.does_not_exist())
        if step.key:
            came = self._pointers(
                _message_key(step.key),
                ticket_id=thread.ticket.ticket_id,
                number=entry.number,
                asks=step.key.asks or None,
                expires_at=entry.at + _MESSAGE_KEPT,
            )
            commit.save(came, PointerRow.pk.does_not_exist())
        if step.fact:
            row = self._facts(
                facts_key(step.fact.closed_at.date()),
                step.fact.ticket_id,
                document=encode_fact(step.fact),
                expires_at=step.fact.closed_at + _FACT_KEPT,
            )
            commit.save(row, FactRow.pk.does_not_exist())
        if step.timer:
            required(self._due).add(commit, step.timer)
        if step.also:
            step.also(commit)

    def _row(self, thread: Thread) -> TicketRow:
        ticket, due = thread.ticket, thread.clocks.due
        queue = queue_of(ticket.state)
        since = f"{to_text(due) if due else _NEVER}#{to_text(ticket.opened_at)}#{ticket.ticket_id}"
        row = self._tickets(
            ticket.ticket_id,
            TICKET,
            email_key=ticket.email_key or None,
            opened_at=to_text(ticket.opened_at),
            document=encode(ticket),
            queue=queue,
            urgency=since if queue else None,
            card=encode_card(ticket, due) if queue else None,
        )
        return at_version(row, ticket.version)

    def _entry(self, ticket: Ticket, message: Message, event: Entry) -> EntryRow:
        entry = message.entry
        return self._entries(
            ticket.ticket_id,
            _entry_key(entry.number),
            verb=entry.verb,
            channel=entry.channel,
            at=to_text(entry.at),
            by=entry.actor,
            public=int(entry.is_public) or None,
            words=message.words or None,
            envelope=encode_envelope(message.envelope) if message.envelope else None,
            joint=encode_joint(message.joint) if message.joint else None,
            **entry_columns(event),
        )


def _entry_key(number: int) -> str:
    return f"{ENTRY}{number:06d}"


def _message_key(key: Key) -> str:
    return f"MESSAGE#{key.digest}"


def _conversation_key(conversation: str) -> str:
    return f"CONVERSATION#{conversation}"


def _number(row: EntryRow) -> int:
    return int(row.sk.removeprefix(ENTRY))


def _message(row: EntryRow) -> Message:
    joint = decode_joint(row.joint) if row.joint else None
    entry = TicketEntry(
        number=_number(row),
        verb=member(Verb, row.verb),
        at=from_text(row.at),
        actor=Actor(row.by),
        is_public=bool(row.public),
        channel=member(Channel, row.channel),
        other=joint.ticket_id if joint else "",
    )
    envelope = decode_envelope(row.envelope) if row.envelope else None
    return Message(entry, row.words or "", envelope, joint)


def _place_in(queue: str, after: str) -> dict[str, Any]:
    ticket_id = after.rpartition("#")[2]
    if not is_id(ticket_id, "tkt"):
        raise InvalidError("That is no place in the queue.", field="after")
    texts = {"queue": queue, "urgency": after, "pk": ticket_id, "sk": TICKET}
    return {name: {"S": text} for name, text in texts.items()}
