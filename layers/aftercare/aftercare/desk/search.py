"""What somebody looks for among tickets, and such a search under a name."""

from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.desk.model import Queue
from aftercare.desk.waiting import Card
from aftercare.kernel.actor import Actor

MINE, NOBODYS = "mine", "nobodys"
MOST_DAYS = 365


class Search(NamedTuple):
    """Tickets of a queue that have all of this; what is empty does not matter.

    `who` is `mine` or `nobodys`; `days` are those for which a ticket has been open at least.
    """

    queue: Queue = Queue.AGENTS
    state: str = ""
    topic: str = ""
    channel: str = ""
    language: str = ""
    who: str = ""
    is_overdue: bool = False
    days: int = 0

    @property
    def is_whole_queue(self) -> bool:
        return self == Search(self.queue)

    def fits(self, card: Card, me: Actor, now: datetime) -> bool:
        claim = card.claim if card.claim and now < card.claim.until else None
        wanted = {"": True, MINE: bool(claim and claim.by == me), NOBODYS: claim is None}
        return (
            all(
                not asked or asked == has
                for asked, has in (
                    (self.state, card.state),
                    (self.topic, card.topic),
                    (self.channel, card.channel),
                    (self.language, card.language),
                )
            )
            and wanted.get(self.who, True)
            and (not self.is_overdue or (card.due is not None and card.due < now))
            and card.opened_at <= now - timedelta(days=self.days)
        )


class Kept(NamedTuple):
    """A search under the name that its owner gave it."""

    name: str
    search: Search
