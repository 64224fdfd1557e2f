"""What staff note for each other on a return; customers never see it."""

from datetime import datetime
from typing import NamedTuple

from aftercare.kernel.actor import Actor


class Note(NamedTuple):
    """One note: an item of its own, so that it makes nobody's view of the return stale."""

    note_id: str
    text: str
    by: Actor
    at: datetime
