"""The desk's events: what others follow has an event of its own."""

from collections.abc import Mapping

from aftercare.desk.moves import Verb

OPENED = "ticket.opened"
ACKNOWLEDGED = "ticket.acknowledged"
ANSWERED = "ticket.answered"
REMINDED = "ticket.reminded"
REOPENED = "ticket.reopened"
CHANGED = "ticket.changed"
DUE = "due.ticket"
"""A timer: a clock of the ticket warns or is due, or its customer's time for something is over."""

_OF_VERBS: Mapping[Verb, str] = {
    Verb.OPEN: OPENED,
    Verb.ACKNOWLEDGE: ACKNOWLEDGED,
    Verb.REPLY: ANSWERED,
    Verb.ASK: ANSWERED,
    Verb.RESOLVE: ANSWERED,
    Verb.REMIND: REMINDED,
    Verb.REOPEN: REOPENED,
}


def event_of(verb: Verb) -> str:
    """The type of the event that an entry of that verb is."""
    return _OF_VERBS.get(verb, CHANGED)
