"""In which queue a ticket of a state waits (R-DSK-11)."""

from aftercare.desk.model import Queue
from aftercare.desk.moves import TicketState

_QUEUES = {
    TicketState.NEW: Queue.AGENTS,
    TicketState.OPEN: Queue.AGENTS,
    TicketState.REPLIED: Queue.AGENTS,
    TicketState.WAITING_CUSTOMER: Queue.CUSTOMERS,
    TicketState.WAITING_THIRD: Queue.THIRD_PARTIES,
    TicketState.TIER2_QA: Queue.QA,
    TicketState.LEGAL: Queue.LEGAL,
}


def queue_of(state: TicketState) -> Queue | None:
    """The queue of tickets of that state; none of those that are resolved or closed."""
    return _QUEUES.get(state)
