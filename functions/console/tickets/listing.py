"""View models of the queues of tickets."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from aftercare.desk.model import Queue
from aftercare.desk.ticket import Claim
from aftercare.desk.waiting import Card
from aftercare.kernel.actor import Actor
from aftercare.words.model import LANGUAGES, language_of
from console import words
from console.moments import Moment, moment, span
from console.queue.rows import Chip, Tab
from console.tickets import mails, names

PATH = "/queue/tickets"
# What is due so soon is marked before it is late.
_SOON = timedelta(hours=2)
_MINUTE = timedelta(minutes=1)


class Due(NamedTuple):
    """When the next target of a ticket is due."""

    text: str
    tone: str
    at: Moment


class Row(NamedTuple):
    """One ticket of a queue."""

    href: str
    number: str
    topic: str
    state: Chip
    due: Due | None
    channel: str
    language: str
    tag: str
    market: str
    who: Chip | None
    is_taken: bool


def rows(cards: Iterable[Card], me: Actor, now: datetime) -> list[Row]:
    """The tickets, as a table shows them."""
    return [
        Row(
            href=f"/tickets/{card.number}",
            number=card.number,
            topic=names.named(names.TOPICS, card.topic),
            state=Chip(*names.state(card.state)),
            due=due(card.due, now),
            channel=names.named(names.CHANNELS, card.channel),
            language=LANGUAGES[language_of(card.language)].name,
            tag=language_of(card.language),
            market=card.market,
            who=who(card.claim, me, now),
            is_taken=is_taken(card, me, now),
        )
        for card in cards
    ]


def queue_in(text: str) -> Queue:
    """The queue that an address names; the agents' if it names none."""
    return Queue(text) if text in set(Queue) else Queue.AGENTS


def href(queue: Queue, after: str = "") -> str:
    return f"{PATH}?{urlencode({'queue': queue} | ({'after': after} if after else {}))}"


def queue_tabs(current: Queue | None) -> list[Tab]:
    """The five queues and the parked mails, for the page of one of them; no queue is the mails."""
    tabs = [Tab(text, href(queue), queue is current) for queue, text in names.QUEUES.items()]
    return [*tabs, Tab("Parked mails", mails.PATH, current is None)]


def due(at: datetime | None, now: datetime) -> Due | None:
    """How long until then, or since."""
    if at is None:
        return None
    left = at - now
    if left < timedelta():
        return Due(f"{span(max(-left, _MINUTE))} late", "bad", moment(at))
    text = f"in {span(left)}" if left >= _MINUTE else "now"
    return Due(text, "warn" if left < _SOON else "", moment(at))


def who(claim: Claim | None, me: Actor, now: datetime) -> Chip | None:
    """Who works on it, by the name of their claim: a queue reads nobody's name."""
    if claim is None or claim.until <= now:
        return None
    left = span(claim.until - now + _MINUTE)
    if claim.by == me:
        return Chip(f"You · {left}", "good")
    return Chip(f"{claim.name or words.who(claim.by, me, {})} · {left}", "note")


def is_free(card: Card, now: datetime) -> bool:
    """Whether nobody works on it, its reader included."""
    return card.claim is None or card.claim.until <= now


def is_taken(card: Card, me: Actor, now: datetime) -> bool:
    """Whether a colleague works on it."""
    return not is_free(card, now) and card.claim is not None and card.claim.by != me
