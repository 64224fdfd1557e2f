"""The customer's other tickets on a ticket's page: to be merged with it, or merged already."""

from collections.abc import Iterable
from typing import NamedTuple

from aftercare.desk.merging import may_be_merged, undone_until
from aftercare.desk.moves import TicketState
from aftercare.desk.ticket import Thread, Ticket
from console import words
from console.moments import Moment, moment
from console.queue.rows import Chip
from console.tickets import names
from console.tickets.talk import Reader

_MOST_EARLIER = 20


class Other(NamedTuple):
    """Another ticket of the customer; one that may be merged with this has its entries."""

    href: str
    number: str
    topic: str
    state: Chip
    at: Moment
    entries: int
    is_mergeable: bool


class Alias(NamedTuple):
    """A ticket that was merged into this one. `until` is there while that can be undone."""

    number: str
    order: str
    who: str
    at: Moment
    until: Moment | None


def others(tickets: Iterable[Ticket], thread: Thread, reader: Reader) -> list[Other]:
    return [
        Other(
            f"/tickets/{each.number}",
            each.number,
            names.named(names.TOPICS, each.topic),
            Chip(*names.state(each.state)),
            moment(each.opened_at, reader.now),
            each.entries,
            may_be_merged(thread.ticket, each),
        )
        for each in tickets
    ][:_MOST_EARLIER]


def merged(thread: Thread, reader: Reader) -> list[Alias]:
    """The tickets that were merged into it, the last one first."""
    is_open = thread.clocks.state is not TicketState.CLOSED
    found = []
    for each in reversed(thread.merges):
        until = undone_until(each)
        found.append(
            Alias(
                each.joint.number,
                each.joint.order_number,
                words.who(each.entry.actor, reader.me, reader.names),
                moment(each.entry.at, reader.now),
                moment(until) if is_open and reader.now <= until else None,
            )
        )
    return found
