"""The review that a customer may ask for: what it is, and how long it takes (R-DSK-85)."""

from typing import NamedTuple

from aftercare.desk.appeals import APPEALS, next_appeal
from aftercare.desk.moves import Verb
from aftercare.desk.targets import Measure, targets_on
from aftercare.desk.ticket import Thread
from aftercare.words.service import Words

_DAY = 24 * 3_600
_TIERS = {Verb.APPEAL: Measure.TIER2_QA, Verb.APPEAL_FURTHER: Measure.LEGAL}


class Appeal(NamedTuple):
    """What the form asks for, and what that means."""

    verb: str
    means: str


def appeal_of(w: Words, thread: Thread) -> Appeal | None:
    """The review that the conversation's page offers; none if there is none to ask for."""
    verb = next_appeal(thread)
    if verb is None:
        return None
    ticket = thread.ticket
    target = targets_on(ticket.opened_at.date()).of(_TIERS[verb], ticket.channel, ticket.lane)
    days = -(-target.seconds // _DAY) if target else 0
    within = w.count("messages.appeal.days", days)
    return Appeal(verb, w.text(f"messages.appeal.means.{verb}", within=within))


def wish_in(review: str) -> Verb | None:
    """The review that a form asks for; none if it is a message."""
    return next((verb for verb in APPEALS if verb == review), None)
