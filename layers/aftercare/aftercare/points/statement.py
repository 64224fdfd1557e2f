"""What a member sees: the balance, what is due when, and every movement, expiries included."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aftercare.kernel.clock import from_text, is_sane, to_text
from aftercare.kernel.ids import is_key
from aftercare.points.errors import PointsInvalidError
from aftercare.points.model import Account, AccountStatus, plus, total
from aftercare.points.posting import Kind, LedgerEntry
from aftercare.points.rules import Rules

SOON_DAYS = (1, 7, 30)
# Sorts after every time: where a statement begins.
_NEWEST = "~"
HEADER = ("recorded_at", "occurred_at", "kind", "points", "change", "lapsed", "due", "operation_id")


@dataclass(frozen=True, slots=True)
class Balance:
    """A member's points now. `soon`: days → the points that are due within so many days.

    `available` is negative while there is a debt; `due` are the next due days and their points,
    `holds` the points of each hold and its end, soonest first. A closed account has none, and takes
    no operation.
    """

    available: int
    held: int
    debt: int
    due: tuple[tuple[date, int], ...]
    soon: dict[int, int]
    holds: tuple[tuple[datetime | None, int], ...] = ()
    status: AccountStatus = AccountStatus.OPEN


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a statement; `change` adds up to what is available."""

    operation_id: str
    kind: Kind
    points: int
    change: int
    occurred_at: datetime
    recorded_at: datetime
    lapsed: int = 0
    due: date | None = None
    why: str = ""
    until: datetime | None = None

    @property
    def place(self) -> str:
        return f"{to_text(self.recorded_at)}#{self.operation_id}"

    def cells(self) -> tuple[str, ...]:
        """A row of the export, under `HEADER`."""
        return (
            to_text(self.recorded_at),
            to_text(self.occurred_at),
            self.kind.value,
            str(self.points),
            str(self.change),
            str(self.lapsed),
            self.due.isoformat() if self.due else "",
            self.operation_id,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Movements, newest first; `cursor` is that of the next page, and empty on the last one."""

    movements: tuple[Movement, ...]
    cursor: str


def balance_of(account: Account, today: date) -> Balance:
    live = account.live(today)

    def within(days: int) -> int:
        return sum(points for due, points in live.items() if due <= today + timedelta(days=days))

    return Balance(
        available=account.available(today),
        held=account.held,
        debt=account.debt,
        due=tuple(live.items()),
        soon={days: within(days) for days in SOON_DAYS},
        holds=tuple(sorted(_holds(account), key=_by_end)),
        status=account.status,
    )


def _holds(account: Account) -> Iterator[tuple[datetime | None, int]]:
    for hold_id, lots in account.holds.items():
        yield account.ends.get(hold_id), total(lots)


def _by_end(hold: tuple[datetime | None, int]) -> tuple[bool, str, int]:
    """Those without an end, of an earlier version, come last."""
    until, points = hold
    return until is None, to_text(until) if until else "", points


def page_of(
    entries: Sequence[LedgerEntry], expiries: Sequence[Movement], before: str, limit: int
) -> Page:
    """A page of the newest movements before that place.

    `entries` are the newest `limit` + 1 of the ledger. A movement that has an entry among them is
    shown as the entry has it.
    """
    every = [*expiries, *(_of_entry(entry) for entry in entries)]
    earlier = {movement.place: movement for movement in every if movement.place < before}
    newest = [earlier[place] for place in sorted(earlier, reverse=True)]
    page = tuple(newest[:limit])
    return Page(page, cursor_at(page[-1].place) if len(newest) > limit else "")


def expiries_of(account: Account, rules: Rules, now: datetime) -> list[Movement]:
    """Expiries that have no ledger entry yet, whether a nightly run has moved them or not."""
    expired = plus(account.expired, account.past(rules.day_of(now)))

    def movement(due: date, points: int) -> Movement:
        ended = rules.end_of(due)
        return Movement(f"expired#{due}", Kind.EXPIRED, points, -points, ended, ended, due=due)

    return [movement(due, points) for due, points in expired.items()]


def cursor_at(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_at(cursor: str) -> str:
    """The place on the statement that a cursor stands for; an empty one for its beginning.

    Raises:
        PointsInvalidError: It is not a cursor of ours.
    """
    if not cursor:
        return _NEWEST
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        place = ""
    moment, sign, operation_id = place.partition("#")
    if not (sign and operation_id and _is_moment(moment) and is_key(place)):
        raise PointsInvalidError("cursor", "Invalid cursor.")
    return place


def _is_moment(text: str) -> bool:
    """Whether it is an instant as we write it, of the years that we know."""
    try:
        moment = from_text(text)
    except (ValueError, OverflowError):
        return False
    return is_sane(moment) and to_text(moment) == text


def _of_entry(entry: LedgerEntry) -> Movement:
    # The past points of what was taken back had expired before it.
    lapsed = 0 if entry.kind in {Kind.CLAWBACK, Kind.EDIT_DOWN} else total(entry.past)
    return Movement(
        operation_id=entry.operation_id,
        kind=entry.kind,
        points=entry.points,
        change=entry.change,
        occurred_at=entry.occurred_at,
        recorded_at=entry.recorded_at,
        lapsed=lapsed,
        due=entry.due,
        why=entry.why,
        until=entry.until,
    )
