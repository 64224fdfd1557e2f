"""Which review a ticket's customer may ask for (R-DSK-85)."""

from aftercare.desk.moves import TicketState, Verb, move_of
from aftercare.desk.targets import Measure
from aftercare.desk.ticket import Thread

_TIERS = {Measure.TIER2_QA: Verb.APPEAL, Measure.LEGAL: Verb.APPEAL_FURTHER}
"""The tiers in their order, and the verb that asks for each."""
APPEALS = frozenset(_TIERS.values())
_STATES = move_of(TicketState.OPEN, Verb.APPEAL).before


def next_appeal(thread: Thread) -> Verb | None:
    """The review that the customer may ask for: of the first tier that has made none.

    None before a person has answered, while a tier reviews, before somebody has told the customer
    what came of the last review, and after both tiers.
    """
    clocks = thread.clocks
    if clocks.state not in _STATES or not _is_told(thread):
        return None
    reviewed = {clock.measure for clock in clocks.reviews}
    return next((verb for tier, verb in _TIERS.items() if tier not in reviewed), None)


def _is_told(thread: Thread) -> bool:
    """Whether a person has answered since the last review ended, or at all if there was none."""
    answers = [each.entry.number for each in thread.messages if each.entry.is_human_answer]
    last_review = max(
        (each.entry.number for each in thread.messages if _ends_review(each.entry.verb)), default=0
    )
    return bool(answers) and answers[-1] > last_review


def _ends_review(verb: Verb) -> bool:
    """A review that ends with the resolution is told by it."""
    return verb is Verb.HAND_BACK
