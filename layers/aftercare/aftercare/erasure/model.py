"""An erasure: who asked for it and why, who confirmed it, what it waits for, how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.returns.model import OpenReturn

SECOND_SWEEP = timedelta(hours=25)
"""How long after the first sweep the second begins: longer than forms, links and sessions live."""
ASKED_AGAIN = timedelta(days=1)
"""How often an erasure that waits for a return looks again."""


class ErasureState(StrEnum):
    """How far an erasure is; the values are stored."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    SWEPT = "swept"
    DONE = "done"
    DECLINED = "declined"


class Why(StrEnum):
    """Why somebody is erased: a code, since words of one's own would name them."""

    CUSTOMER = "customer"
    SHOP = "shop"
    AUTHORITY = "authority"


_UNDER_WAY = frozenset({ErasureState.CONFIRMED, ErasureState.SWEPT})


@dataclass(frozen=True, slots=True)
class Erasure:
    """One person's erasure. The address is in it until it is done, or declined.

    `waits_for` are the returns that are not over; `next_at` is when it goes on. `cursor`
    names the step that the present sweep did last. `erased_at` is when the first sweep
    began: what happened later is a new customer's. `counts` are what was found then.
    """

    erasure_id: str
    email: str
    email_key: str
    why: Why
    asked_by: Actor
    asked_at: datetime
    state: ErasureState = ErasureState.ASKED
    decided_by: Actor | None = None
    decided_at: datetime | None = None
    waits_for: tuple[OpenReturn, ...] = ()
    next_at: datetime | None = None
    erased_at: datetime | None = None
    cursor: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    ended_at: datetime | None = None
    version: int | None = field(default=None, compare=False)

    @property
    def pseudonym(self) -> str:
        """What stands in the place of the mailbox's key; no key looks like it."""
        return f"erased-{self.erasure_id}"

    @property
    def is_under_way(self) -> bool:
        return self.state in _UNDER_WAY

    @property
    def is_live(self) -> bool:
        return self.is_under_way or self.state is ErasureState.ASKED

    def confirmed(self, by: Actor, now: datetime) -> "Erasure":
        state = ErasureState.CONFIRMED
        return replace(self, state=state, decided_by=by, decided_at=now, next_at=now)

    def declined(self, by: Actor, now: datetime) -> "Erasure":
        state = ErasureState.DECLINED
        return self._ended(replace(self, state=state, decided_by=by, decided_at=now), now)

    def postponed(self, waits_for: tuple[OpenReturn, ...], now: datetime) -> "Erasure":
        return replace(self, waits_for=waits_for, next_at=now + ASKED_AGAIN)

    def begun(self, counts: Mapping[str, int], now: datetime) -> "Erasure":
        """With its first sweep under way."""
        return replace(self, erased_at=now, counts=counts, waits_for=())

    def is_before(self, moment: datetime | None) -> bool:
        """Whether what happened then is the erased person's; what has no date is."""
        return moment is None or self.erased_at is None or moment <= self.erased_at

    def swept(self, now: datetime) -> "Erasure":
        """After the first sweep it waits for the second; after that it is done."""
        if self.state is ErasureState.SWEPT:
            return self._ended(replace(self, state=ErasureState.DONE), now)
        return replace(
            self, state=ErasureState.SWEPT, waits_for=(), cursor="", next_at=now + SECOND_SWEEP
        )

    @staticmethod
    def _ended(after: "Erasure", now: datetime) -> "Erasure":
        return replace(after, email="", email_key="", waits_for=(), next_at=None, ended_at=now)


class Found(NamedTuple):
    """What an erasure would remove, put under a pseudonym and keep; or what it waits for."""

    removed: Mapping[str, int]
    pseudonymised: Mapping[str, int]
    kept: Mapping[str, int]
    waits_for: tuple[OpenReturn, ...]
