"""When evidence is screened that arrives after its customer has answered."""

from datetime import datetime, timedelta

from aftercare.kernel.due.model import Timer
from aftercare.returns import events

# A form takes an upload for ten minutes (evidence/photo_store.py), and an upload takes its time.
_AFTER = (timedelta(minutes=5), timedelta(minutes=30))


def later_looks(return_id: str, now: datetime) -> tuple[Timer, ...]:
    """Looks for what was still being uploaded when the return went back into review (R-SCR-10).

    A look that finds nothing new changes nothing.
    """
    return tuple(Timer(events.LATER_EVIDENCE_DUE, return_id, now + after) for after in _AFTER)
