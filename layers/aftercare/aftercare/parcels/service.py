"""Parcels of both directions: news joins what is known, and a move is told to who owns it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock, implausible
from aftercare.kernel.due.model import Timer, now_or
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.kernel.typed import tracking_number_of
from aftercare.parcels.events import (
    MOVED,
    SILENCE_DUE,
    SILENT,
    ParcelMoved,
    ParcelSilent,
    moves,
)
from aftercare.parcels.model import (
    Direction,
    Owner,
    Parcel,
    ParcelStatus,
    Scan,
    Standing,
)
from aftercare.parcels.silence import untold_from

if TYPE_CHECKING:
    from aftercare.parcels.store import ParcelStore

# The time of these counts as well as that they happened: a window, a clock begins there.
_TIMED = frozenset({ParcelStatus.DELIVERED, ParcelStatus.RETURNED})
_MOST_OWNERS = 20
_PATIENCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class News:
    """What a source says of one parcel. `carrier` is the carrier as the source names it."""

    tracking_number: str
    scans: tuple[Scan, ...]
    carrier: str = field(default="", kw_only=True)


class Noted(NamedTuple):
    """A parcel after news of it.

    `moved` says that its owners were told, `added` how many scans were new, `implausible` how many
    were left out because of their time.
    """

    parcel: Parcel
    moved: bool = False
    added: int = 0
    implausible: int = 0

    @property
    def outcome(self) -> str:
        """In one word, for figures: `moved`, `noted`, `repeated` or `unknown`."""
        if not self.added:
            return "repeated"
        if not self.parcel.owners:
            return "unknown"
        return "moved" if self.moved else "noted"


@dataclass(frozen=True, slots=True)
class ParcelService:
    """One parcel for each tracking number, whether its news or its owner comes first."""

    store: "ParcelStore"
    clock: Clock
    entropy: Entropy

    def of_number(self, tracking_number: str) -> Parcel | None:
        """The parcel of that number in any spelling; none if nobody has said anything of it.

        Raises:
            NewerDataError: A newer version stored a status that this one does not know.
        """
        number = tracking_number_of(tracking_number)
        parcel = self.store.get(number) if number else Parcel("")
        return parcel if parcel.version else None

    def of_numbers(self, tracking_numbers: Iterable[str]) -> Mapping[str, Parcel]:
        """The parcels of those numbers, by the number as it was asked for.

        A number that nobody has said anything of is not there, nor is what only a newer version
        can read: for pages, which say what they know.
        """
        spelled = {each: tracking_number_of(each) for each in tracking_numbers}
        found = {each.number: each for each in self.store.of_numbers({*spelled.values()} - {""})}
        return {each: found[number] for each, number in spelled.items() if number in found}

    @on_fresh_state
    def follow(self, owner: Owner, *, actor: Actor) -> Parcel:
        """Notes whose parcel it is; news that came before is told at once (R-PAR-02).

        A number that several orders share is told to each, to twenty at most. Safe to repeat, and
        in any order with `record`.

        Raises:
            NewerDataError: A newer version stored a status that this one does not know.
        """
        before = self.store.get(tracking_number_of(owner.tracking_number))
        after = before.owned_by(owner)
        if after.owners == before.owners or len(after.owners) > _MOST_OWNERS:
            return before
        told = moves(after.number, owner, after.standing)
        self._save(after, MOVED, told, actor)
        return after

    @on_fresh_state
    def record(self, news: News, *, actor: Actor) -> Noted:
        """Joins what a source says with what is known; a move is one `parcel.moved` per owner.

        Any order and any number of repetitions end the same; what adds nothing writes nothing. A
        scan whose time can't be true is left out. News of a number that nobody here knows is kept
        for 60 days, until `follow` (R-PAR-01, R-PAR-02).

        Raises:
            NewerDataError: A newer version stored a status that this one does not know.
        """
        now, number = self.clock(), tracking_number_of(news.tracking_number)
        scans = [scan for scan in news.scans if not implausible(scan.scanned_at, now)]
        left_out = len(news.scans) - len(scans)
        if not (scans and number):
            return Noted(Parcel(number), implausible=left_out)
        before = self.store.get(number)
        after = before.scanned(scans, news.carrier)
        if after == before:
            return Noted(before, implausible=left_out)
        told = _told(before.standing, after)
        self._save(after, MOVED, told, actor)
        added = len({scan.id for scan in after.scans} - {scan.id for scan in before.scans})
        return Noted(after, bool(told), added, left_out)

    @on_fresh_state
    def tell_silence(
        self,
        tracking_number: str,
        awaits: Callable[[Owner], bool],
        *,
        actor: Actor,
        due_at: datetime | None = None,
    ) -> Parcel:
        """Tells of a parcel that has not moved for too long: one `parcel.silent` for each order.

        Once per silence, whoever calls how often: it lasts until a movement after its beginning, by
        the carrier's clock (R-PCL-01, R-PAR-05). Only an owner who still `awaits` the parcel is
        told. `due_at` is the moment that has come, by the clock of who found it. Safe to repeat.

        Raises:
            NewerDataError: A newer version stored a status that this one does not know.
        """
        parcel = self.store.get(tracking_number_of(tracking_number))
        since, moved_at = untold_from(parcel), parcel.moved_at
        if since is None or moved_at is None or since > now_or(due_at, self.clock()):
            return parcel
        told = [
            ParcelSilent(parcel.number, owner, moved_at, since)
            for owner in parcel.owners
            if owner.direction is Direction.OUTBOUND and awaits(owner)
        ]
        if not told:
            return parcel
        silent = replace(parcel, silent_at=since)
        self._save(silent, SILENT, told, actor)
        return silent

    def _save(
        self,
        parcel: Parcel,
        what: str,
        told: Iterable[ParcelMoved | ParcelSilent],
        actor: Actor,
    ) -> None:
        """Writes the parcel with an entry for each thing told, and the timer of its silence."""
        now = self.clock()

        def entry(of: ParcelMoved | ParcelSilent) -> Entry:
            entry_id = new_id("ent", now, self.entropy)
            return Entry(entry_id, what, of.number, now, of.data(), actor=actor)

        self.store.save(parcel, [entry(each) for each in told], now, _timer(parcel, now))


def _timer(parcel: Parcel, now: datetime) -> Timer | None:
    """When to look whether a parcel to a customer is silent.

    Late news often comes with more that is on its way: then it is not the next minute.
    """
    due_at = untold_from(parcel)
    if due_at is None or all(each.direction is not Direction.OUTBOUND for each in parcel.owners):
        return None
    return Timer(SILENCE_DUE, parcel.number, due_at if due_at > now else now + _PATIENCE)


def _told(before: Standing, after: Parcel) -> tuple[ParcelMoved, ...]:
    """What the owners are told: another status, or another time of one whose time counts."""
    standing = after.standing
    if standing.status is before.status and (
        standing.status not in _TIMED or standing.since == before.since
    ):
        return ()
    return tuple(move for owner in after.owners for move in moves(after.number, owner, standing))
