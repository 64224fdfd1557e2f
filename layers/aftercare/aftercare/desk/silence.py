"""A customer who was asked and says nothing: when they are reminded, and when the desk goes on.

R-DSK-87. Nobody is taken for silent who has written anything since, confirmed or not.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.desk.moves import Party, TicketState, Verb, party_of
from aftercare.desk.targets import targets_on
from aftercare.desk.ticket import Message, Thread


class Silence(NamedTuple):
    """What comes next if it lasts: a reminder, or after that the resolution; and when."""

    verb: Verb
    at: datetime


def silence_of(thread: Thread) -> Silence | None:
    """What the customer's silence leads to; none unless the ticket waits for them alone."""
    if thread.clocks.state is not TicketState.WAITING_CUSTOMER:
        return None
    since = _since_asked([each.message for each in thread.line])
    if not since or any(each.words and not _is_ours(each) for each in since[1:]):
        return None
    targets = targets_on(thread.ticket.opened_at.date())
    reminded = [each.entry.at for each in since if each.entry.verb is Verb.REMIND]
    if reminded:
        return Silence(Verb.RESOLVE, reminded[0] + timedelta(days=targets.silence_days))
    return Silence(Verb.REMIND, since[0].entry.at + timedelta(days=targets.remind_days))


def _since_asked(messages: Sequence[Message]) -> Sequence[Message]:
    """The last thing that a person of the desk said to the customer, and what came after it."""
    spoken = [place for place, each in enumerate(messages) if each.entry.is_human_answer]
    return messages[spoken[-1] :] if spoken else ()


def _is_ours(message: Message) -> bool:
    """Whether staff wrote it: a note, for instance."""
    return party_of(message.entry.actor) == Party.STAFF
