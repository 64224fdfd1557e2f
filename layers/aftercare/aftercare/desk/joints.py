"""What a merge brings: the entries of the ticket that was merged, and of those below it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from aftercare.desk.moves import Verb
from aftercare.desk.ticket import Joint, Message, Ticket

type Place = tuple[str, int]
"""The id of a ticket, and the number of one of its entries."""


def joint_of(ticket: Ticket, messages: Iterable[Message]) -> Joint:
    """The ticket that another one merges with, as it is now."""
    below = tuple(pair for joint in _merged(messages) for pair in _pairs(joint))
    about = ticket.return_id, ticket.order_number
    return Joint(ticket.ticket_id, ticket.number, ticket.entries, *about, below)


def joined_keys(messages: Iterable[Message]) -> list[Place]:
    """Every entry that those messages' merges brought, undone or not, each once."""
    most: dict[str, int] = {}
    for ticket_id, entries in (pair for joint in _merged(messages) for pair in _pairs(joint)):
        most[ticket_id] = max(entries, most.get(ticket_id, 0))
    return [(each, number) for each, most_of in most.items() for number in range(1, most_of + 1)]


def with_joined(messages: Iterable[Message], found: Mapping[Place, Message]) -> tuple[Message, ...]:
    """The messages, each merge with what it brought."""
    return tuple(_whole(message, found) for message in messages)


def brought(message: Message, joined: tuple[Message, ...]) -> Message:
    """The message of a merge with what it brought."""
    entries = tuple(each.entry for each in joined)
    return message._replace(entry=replace(message.entry, joined=entries), joined=joined)


def _whole(message: Message, found: Mapping[Place, Message]) -> Message:
    joint = message.joint
    if joint is None or message.entry.verb is not Verb.MERGE:
        return message
    places = ((joint.ticket_id, number) for number in range(1, joint.entries + 1))
    return brought(message, with_joined((found[place] for place in places), found))


def _merged(messages: Iterable[Message]) -> Iterator[Joint]:
    for message in messages:
        if message.joint and message.entry.verb is Verb.MERGE:
            yield message.joint


def _pairs(joint: Joint) -> Iterator[tuple[str, int]]:
    yield joint.ticket_id, joint.entries
    yield from joint.below
