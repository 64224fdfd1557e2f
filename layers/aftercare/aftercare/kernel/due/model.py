"""A timer: at a moment, an event about a subject goes onto the bus."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zlib import crc32

from aftercare.kernel.actor import system
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.errors import ConfigurationError
from aftercare.kernel.timeline import Entry

# How many partitions the index has. It may grow at any time: a timer stays where it was written,
# and every shard is swept. It must not shrink.
SHARDS = 16
# By how much the sweeper's clock may be ahead of that of the worker who takes an event.
_AHEAD = timedelta(minutes=5)
_ACTOR = system("due_sweeper")
_SEPARATOR = "#"


class Timer(NamedTuple):
    """`event` is the type of the event that it becomes, `subject` the id of what it is about.

    Two timers of one event, subject and moment are one.
    """

    event: str
    subject: str
    due_at: datetime

    @property
    def shard(self) -> int:
        return crc32(self.subject.encode()) % SHARDS

    @property
    def key(self) -> str:
        """What it says, as a text that sorts by its moment."""
        return _SEPARATOR.join((to_text(self.due_at), self.event, self.subject))

    def entry(self) -> Entry:
        """The event, the same each time: whoever acts on it reads the state again."""
        return Entry(
            entry_id=self.key,
            entry_type=self.event,
            subject=self.subject,
            occurred_at=self.due_at,
            actor=_ACTOR,
        )


def required[Due](due: Due | None) -> Due:
    """The due index of a store that writes timers; one that only reads is built without.

    Raises:
        ConfigurationError: The store has none.
    """
    if due is None:
        raise ConfigurationError("This store is built without the due index, and writes no timers.")
    return due


def timer_of(key: str) -> Timer:
    """The timer with that key.

    Raises:
        ValueError: It is not a timer's key.
    """
    due_at, event, subject = key.split(_SEPARATOR, maxsplit=2)
    return Timer(event, subject, from_text(due_at))


def keys_until(now: datetime) -> str:
    """A text behind the keys of all timers that are due by then, and before all others."""
    return f"{to_text(now)}~"


def now_or(due_at: datetime | None, now: datetime) -> datetime:
    """Now, by the clock of the sweeper that found the moment come, if it is the one ahead.

    A worker whose clock is a second behind would find nothing due, and the event comes only once.
    """
    return max(now, min(due_at, now + _AHEAD)) if due_at else now
