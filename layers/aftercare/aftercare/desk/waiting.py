"""What a queue of tickets shows."""

from datetime import datetime
from typing import NamedTuple

from aftercare.desk.ticket import Claim

PAGE = 20


class Card(NamedTuple):
    """A ticket in a queue; `due` is the first due time of its clocks, none while all wait."""

    ticket_id: str
    number: str
    topic: str
    channel: str
    state: str
    language: str
    market: str
    opened_at: datetime
    due: datetime | None
    claim: Claim | None


class QueuePage(NamedTuple):
    """Some of a queue, most urgent first. `after` leads to what comes behind; empty at its end."""

    cards: tuple[Card, ...]
    after: str = ""
