"""Who writes to the service account: an id that WeChat gave them, and a customer once they bind."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

MOST_KEPT = 20
"""Messages of somebody who is not bound: more say no more."""
LINK_LASTS = timedelta(minutes=30)
MOST_ANSWERS = 5
_ANSWERED_FOR = timedelta(hours=48)
"""So many answers WeChat passes on, for so long after a message: the service account's rules of
customer service messages, since June 2023."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's openid, and the mailbox that they proved and bound it to, once.

    `last_at` is when they wrote last, `last_sent_as` what WeChat calls that message, `answers` how
    many went to them by WeChat since.
    """

    openid: str
    email_key: str = ""
    email: str = ""
    bound_at: datetime | None = None
    last_at: datetime | None = None
    answers: int = 0
    last_sent_as: str = ""
    version: int | None = None

    @property
    def is_bound(self) -> bool:
        return bool(self.email_key)


class Kept(NamedTuple):
    """A message of somebody who was not bound when it came."""

    sent_as: str
    at: datetime
    words: str


class Quota(NamedTuple):
    """How many answers WeChat still passes on, and until when."""

    left: int
    until: datetime | None


def quota(person: Person, now: datetime) -> Quota:
    """What WeChat still passes on to them (R-DSK-71); later answers go by mail alone."""
    until = person.last_at + _ANSWERED_FOR if person.last_at else None
    if until is None or now >= until:
        return Quota(0, None)
    return Quota(max(0, MOST_ANSWERS - person.answers), until)
