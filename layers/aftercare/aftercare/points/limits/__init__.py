"""How many points a client may move in one operation and in a day: dated data, and its counter."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from aftercare.kernel.observe import logger
from aftercare.kernel.rulebook import Day, Name, Positive, RuleBook, read, read_documents
from aftercare.points.errors import ClientLimitError, FindLimitError, OperationLimitError
from aftercare.points.posting import Kind, Operation, Posting

# An alarm counts lines of this message.
_ALARMED = "points limit"
_FIND = "find"

if TYPE_CHECKING:
    from aftercare.points.ledger import Decide
    from aftercare.points.limits_store import LimitStore
    from aftercare.points.model import Account


class Bounds(Struct, forbid_unknown_fields=True, frozen=True):
    """The most points of each kind of operation."""

    earn: Positive
    spend: Positive
    hold: Positive
    adjust_up: Positive

    def of(self, kind: Kind) -> int:
        points: int = getattr(self, kind.value)
        return points


class Finds(Struct, forbid_unknown_fields=True, frozen=True):
    """How many members a client looks up in a day; one that finds nobody counts as `missed`."""

    day: Positive
    missed: Positive


# Before limits said how many, no till found anybody.
_NONE = Finds(day=0, missed=1)


class ClientBounds(Struct, forbid_unknown_fields=True, frozen=True):
    """One client's bounds."""

    operation: Bounds
    day: Bounds
    finds: Finds | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """One version, in force from `valid_from` on, by the days of UTC."""

    version: str
    valid_from: date
    source: str
    everybody: ClientBounds
    clients: Mapping[str, ClientBounds]

    def of(self, client_id: str) -> ClientBounds:
        return self.clients.get(client_id, self.everybody)

    def finds_of(self, client_id: str) -> Finds:
        return self.of(client_id).finds or self.everybody.finds or _NONE


class _Document(Struct, forbid_unknown_fields=True):
    version: Name
    valid_from: Day
    source: Name
    operation: Bounds
    day: Bounds
    clients: dict[Name, ClientBounds]
    finds: Finds | None = None


@cache
def published() -> RuleBook[Limits]:
    """The limits beside this file, read once per process."""
    return RuleBook(read_documents(Path(__file__).parent, read_limits))


def read_limits(text: str) -> Limits:
    """The version of the limits in a TOML document.

    Raises:
        RulesInvalidError: A field is missing, unknown or not what it must be.
        ValueError: The text is not TOML.
    """
    document = read(text, _Document)
    return Limits(
        version=document.version,
        valid_from=document.valid_from,
        source=document.source,
        everybody=ClientBounds(document.operation, document.day, document.finds),
        clients=document.clients,
    )


@dataclass(slots=True)
class Allowance:
    """What one request may move; it is counted once, however often its write is tried again."""

    meter: "Meter"
    client_id: str
    kind: Kind
    points: int
    _counted: bool = field(default=False, init=False)

    def use(self, now: datetime) -> None:
        """Counts the operation, right before it is written.

        Raises:
            OperationLimitError: These are more points than one operation of this client may move.
            ClientLimitError: The client has moved a day's points of that kind.
        """
        if not self._counted:
            self.meter.count(self, now)
            self._counted = True

    def counting(self, decide: "Decide") -> "Decide":
        """The same decision, whose operation is counted right before it is written."""

        def counted(account: "Account", operation: Operation) -> Posting:
            posting = decide(account, operation)
            self.use(operation.recorded_at)
            return posting

        return counted


@dataclass(frozen=True, slots=True)
class Meter:
    """Bounds what clients move (R-PTS-24). What is refused in the end may have been counted."""

    store: "LimitStore"
    limits: RuleBook[Limits]

    def allowance(self, client_id: str, kind: Kind, points: int) -> Allowance:
        return Allowance(self, client_id, kind, points)

    def count(self, of: Allowance, now: datetime) -> None:
        """As `Allowance.use`."""
        bounds = self.limits.in_force(now.date()).of(of.client_id)
        if of.points > (most := bounds.operation.of(of.kind)):
            _tell(of, "operation")
            raise OperationLimitError(most)
        if not self.store.add(of.client_id, of.kind, now, of.points, bounds.day.of(of.kind)):
            _tell(of, "day")
            raise ClientLimitError(of.client_id, bounds.day.of(of.kind), now)

    def count_find(self, client_id: str, now: datetime) -> None:
        """Counts a look-up of a member, before it is made (R-PTS-27).

        Raises:
            FindLimitError: The client has looked up a day's members.
        """
        most = self.limits.in_force(now.date()).finds_of(client_id).day
        if not self.store.add(client_id, _FIND, now, 1, most):
            facts = {"client_id": client_id, "kind": _FIND, "points": 1, "per": "day"}
            logger.warning(_ALARMED, extra=facts)
            raise FindLimitError(client_id, now)

    def count_miss(self, client_id: str, now: datetime) -> None:
        """Counts the rest of a look-up that found nobody, also past the day's limit."""
        rest = self.limits.in_force(now.date()).finds_of(client_id).missed - 1
        if rest:
            self.store.add(client_id, _FIND, now, rest, sys.maxsize)


def _tell(of: Allowance, per: str) -> None:
    facts = {"client_id": of.client_id, "kind": of.kind, "points": of.points, "per": per}
    logger.warning(_ALARMED, extra=facts)
