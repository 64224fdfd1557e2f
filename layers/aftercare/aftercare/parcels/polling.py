"""Asks a seller for a parcel of which it does not tell by itself, four times a day (R-PAR-06)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.kernel.clock import Clock
from aftercare.kernel.due.model import Timer, now_or
from aftercare.kernel.fresh import on_fresh_state
from aftercare.parcels.model import ParcelStatus
from aftercare.parcels.polls import ASKED_FOR, EVERY, POLL_DUE, Poll
from aftercare.parcels.service import ParcelService

if TYPE_CHECKING:
    from aftercare.parcels.poll_store import PollStore

_OVER = frozenset({ParcelStatus.DELIVERED, ParcelStatus.RETURNED})


@dataclass(frozen=True, slots=True)
class PollService:
    """Each poll has one timer at a time: the next is written before the seller is asked."""

    store: "PollStore"
    parcels: ParcelService
    clock: Clock

    @on_fresh_state
    def begin(self, tracking_number: str, seller: str, carrier_name: str) -> Poll:
        """Has that seller asked for a label's parcel, for 60 days. Safe to repeat."""
        now = self.clock()
        poll = Poll(tracking_number, seller, carrier_name, now + ASKED_FOR)
        if known := self.store.get(poll.number):
            return known
        self.store.save(poll, Timer(POLL_DUE, poll.number, now + EVERY))
        return poll

    @on_fresh_state
    def claim(self, number: str, *, due_at: datetime | None = None) -> Poll | None:
        """The right to ask for that parcel once; none if it is over, or was asked for lately.

        Claimed at most once in six hours, whoever calls how often; who fails after it asks no more
        until then. `due_at` is the moment that has come, by the clock of who found it.
        """
        now = now_or(due_at, self.clock())
        poll = self.store.get(number)
        if poll is None or now >= poll.until or self._is_over(poll):
            return None
        if poll.asked_at and now < poll.asked_at + EVERY:
            return None
        asked = replace(poll, asked_at=now)
        self.store.save(asked, Timer(POLL_DUE, poll.number, now + EVERY))
        return asked

    def _is_over(self, poll: Poll) -> bool:
        parcel = self.parcels.of_number(poll.tracking_number)
        return parcel is not None and parcel.standing.status in _OVER
