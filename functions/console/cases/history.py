"""View models of what happened to a return, and of what colleagues noted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.timeline import Entry
from aftercare.returns import events
from aftercare.returns.notes import Note
from console import words
from console.moments import Moment, moment

# What an entry's data says to a person; the rest are ids.
_TELLING = ("reason", "carrier_name", "amount")


class Step(NamedTuple):
    """One entry of the timeline: what happened, to which detail, by whom, when."""

    kind: str
    words: str
    detail: str
    who: str
    at: Moment


class NoteCard(NamedTuple):
    """One colleague's note."""

    who: str
    at: Moment
    text: str


def steps(
    entries: Iterable[Entry], me: Actor, names: Mapping[str, str], now: datetime
) -> list[Step]:
    """The entries, newest first."""
    shown = [
        Step(
            kind=entry.actor.partition(":")[0],
            words=words.step(entry.entry_type),
            detail=_detail(entry),
            who=words.who(entry.actor, me, names),
            at=moment(entry.occurred_at, now),
        )
        for entry in entries
    ]
    return shown[::-1]


def note_cards(
    notes: Iterable[Note], me: Actor, names: Mapping[str, str], now: datetime
) -> list[NoteCard]:
    """The notes, newest first."""
    shown = [
        NoteCard(words.who(note.by, me, names), moment(note.at, now), note.text) for note in notes
    ]
    return shown[::-1]


def _detail(entry: Entry) -> str:
    if entry.data.get("currency") and entry.data.get("amount"):
        return ""  # minor units: the case's own value says it better
    if entry.entry_type == events.SCREENED_FURTHER:
        codes = entry.data.get("signals", "").split()
        return ", ".join(map(words.signal, codes)) or "nothing new noticed"
    return ", ".join(
        entry.data[name].replace("_", " ") for name in _TELLING if entry.data.get(name)
    )
