"""What staff note for each other on a return; customers never see it."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.ids import Entropy, is_id, new_id


class Note(NamedTuple):
    """One note: an item of its own, so that it makes nobody's view of the return stale."""

    note_id: str
    text: str
    by: Actor
    at: datetime


def note_name(now: datetime, entropy: Entropy) -> str:
    """A name for one form in which a note is written."""
    return new_id("nte", now, entropy)


def note_id_of(name: str, words: str, by: Actor) -> str:
    """The id of the note that somebody leaves in those words with that form; empty for no name.

    Other words, or another author's, are another note: nobody overwrites one by its name.
    """
    if not is_id(name, "nte"):
        return ""
    return f"{name}-{hashlib.sha256(f'{by} {words}'.encode()).hexdigest()[:16]}"
