"""A night's run as values: its plan, its parts, and their results."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.clock import day_from_text
from aftercare.points.rules import RuleBook

# Runs do not look for lots whose due day is longer ago.
MOST_NIGHTS = timedelta(days=400)
# Reminders that were missed longer ago are not sent.
_MOST_MISSED = timedelta(days=30)
_DAY = timedelta(days=1)
_PREVIEW = "~"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the night needs of one version of the rules of points.

    In force for points earned from `valid_from` on, until the next version.
    """

    valid_from: date
    lifetime_days: int
    reminder_days: tuple[int, ...]
    shards: int


def terms_of(book: RuleBook) -> Sequence[Terms]:
    """The terms of each version of the rules, oldest first."""
    return [
        Terms(rules.valid_from, rules.lifetime_days, rules.reminder_days, rules.shards)
        for rules in book.versions
    ]


class Chore(StrEnum):
    """What is done for the members of a part; the values are stored."""

    EXPIRE = "expire"
    REMIND = "remind"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Part:
    """One chore for the members whose markers are in one shard of one due day."""

    chore: Chore
    due: date
    shard: int

    @property
    def key(self) -> str:
        return f"{self.chore}#{self.due}#{self.shard}"

    @classmethod
    def of(cls, key: str) -> Self:
        """The part with that key.

        Raises:
            ValueError: It is not the key of a part.
        """
        chore, due, shard = key.split("#")
        return cls(Chore(chore), day_from_text(due), int(shard))


@dataclass(frozen=True, slots=True)
class Tally:
    """The result for some markers.

    `members` had points due; one with two due days counts twice. The other markers are `stale`:
    their points were spent, clawed back or forfeited before.
    """

    members: int = 0
    points: int = 0
    stale: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.members + other.members, self.points + other.points, self.stale + other.stale
        )


def tally_of(points: int) -> Tally:
    """The tally of one marker that stands for so many points."""
    return Tally(1, points) if points else Tally(stale=1)


@dataclass(frozen=True, slots=True)
class Task:
    """A slice of a part as one message: the markers after `after`, up to `until`.

    Without `until` it is the rest of the part, which is cut into slices first. A slice that ran out
    of time continues after `resume` with the tally so far, and retries the members who `failed`.
    `is_last`: it is the part's last slice.
    """

    run_id: str
    part: Part
    number: int = 0
    after: str = ""
    until: str = ""
    is_last: bool = False
    resume: str = ""
    tally: Tally = field(default_factory=Tally)
    failed: tuple[str, ...] = ()

    @property
    def is_preview(self) -> bool:
        return _PREVIEW in self.run_id

    @property
    def scheduled(self) -> date:
        return scheduled_in(self.run_id)


@dataclass(frozen=True, slots=True)
class PartRecord:
    """The progress of a part: its finished slices, and the number of the last one, once cut."""

    part: Part
    slices: frozenset[int] = frozenset()
    last: int | None = None
    tally: Tally = field(default_factory=Tally)

    @property
    def is_done(self) -> bool:
        return self.last is not None and len(self.slices) == self.last + 1


class RunState(StrEnum):
    """The state of a run; the values are stored."""

    OPEN = "open"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Run:
    """The record of one night. It is complete when all of its parts are done.

    `since` is its first due day; the last is the day before `scheduled`. `reminds_since` is the
    first date whose reminders it sends: its own, or one that was missed. `errors` counts failures
    of members, every attempt. `differences` are the first faults that the audit reported; the
    audit is finished once there is `audited_at`.
    """

    run_id: str
    since: date
    parts: frozenset[str]
    planned_at: datetime
    planned_by: Actor = UNKNOWN
    reminds_since: date | None = None
    state: RunState = RunState.OPEN
    done: frozenset[str] = frozenset()
    expired: Tally = field(default_factory=Tally)
    reminded: Tally = field(default_factory=Tally)
    errors: int = 0
    completed_at: datetime | None = None
    audited_at: datetime | None = None
    differences: frozenset[str] = frozenset()

    @property
    def scheduled(self) -> date:
        return scheduled_in(self.run_id)

    @property
    def is_preview(self) -> bool:
        return _PREVIEW in self.run_id

    @property
    def is_complete(self) -> bool:
        return self.state is RunState.COMPLETE

    @property
    def is_over(self) -> bool:
        """Whether it is complete and audited; a preview is not audited."""
        return self.is_complete and (self.is_preview or self.audited_at is not None)

    @property
    def audits(self) -> frozenset[str]:
        """The parts of the audit: one for each that expires points; none for a preview."""
        parts = [Part.of(key) for key in self.parts if not self.is_preview]
        expired = [part for part in parts if part.chore is Chore.EXPIRE]
        return frozenset(replace(part, chore=Chore.AUDIT).key for part in expired)

    @property
    def remind_days(self) -> tuple[date, ...]:
        """The due days of which it reminds members, soonest first; none if it runs late."""
        parts = map(Part.of, self.parts)
        return tuple(sorted({part.due for part in parts if part.chore is Chore.REMIND}))

    @property
    def missed_nights(self) -> tuple[date, ...]:
        """The dates before it whose reminders it sends with its own, latest first."""
        return tuple(_days(self.reminds_since or self.scheduled, self.scheduled))[::-1]

    def open_parts(self) -> list[Part]:
        """The parts still to do, oldest due day first; the audit after all others."""
        left = self.parts - self.done or self.audits - self.done
        return sorted(map(Part.of, left), key=lambda part: (part.chore, part.due, part.shard))


@dataclass(frozen=True, slots=True)
class Reminder:
    """The due days of which a member is reminded on a scheduled date.

    Claimed: its mail is being sent, or was.
    """

    member_id: str
    scheduled: date
    dues: tuple[date, ...]
    is_claimed: bool = False


def run_id_of(scheduled: date, preview: str = "") -> str:
    return f"{scheduled}{_PREVIEW}{preview}" if preview else scheduled.isoformat()


def scheduled_in(run_id: str) -> date:
    return day_from_text(run_id.partition(_PREVIEW)[0])


def plan(
    terms: Sequence[Terms],
    scheduled: date,
    last: date | None,
    reminds_since: date | None = None,
    *,
    today: date | None = None,
) -> tuple[date, frozenset[str]]:
    """The first due day and the parts of the run of `scheduled`, after the run of `last`.

    It expires every day since the last complete run's, up to the day before this one, `MOST_NIGHTS`
    at most. The preview of a day ahead covers those of the nights until then, too: all days after
    `MOST_NIGHTS` before `today` on which points that exist today can be due. It reminds of the days
    that the rules name for any date from `reminds_since` on and that are not past yet; of none
    without that date.
    """
    today = min(today or scheduled, scheduled)
    earliest = today - MOST_NIGHTS
    since = max(last, earliest) if last else earliest
    until = min(scheduled, today + _DAY * max(version.lifetime_days + 1 for version in terms))
    nights = _days(reminds_since, scheduled + _DAY) if reminds_since else ()
    ahead = {due for night in nights for due in reminder_days(terms, night) if due >= scheduled}
    parts = [
        *_parts(terms, Chore.EXPIRE, _days(since, until)),
        *_parts(terms, Chore.REMIND, sorted(ahead)),
    ]
    return since, frozenset(part.key for part in parts)


def reminds_since(scheduled: date, today: date, reminded: date | None) -> date | None:
    """The first date whose reminders the run of `scheduled` sends; None if it runs late.

    A late run sends no reminders: the next one on time sends those missed since the run of
    `reminded`. So a member gets one mail a day, even if an operator repeats runs.
    """
    if scheduled < today:
        return None
    missed = max(reminded + _DAY, scheduled - _MOST_MISSED) if reminded else scheduled
    return min(missed, scheduled)


def shards(terms: Sequence[Terms], due: date) -> int:
    """The number of shards of a due day's markers; 0 if no points can be due on that day.

    It follows from the rules in force on the day of earning.
    """
    nexts: Iterable[date] = [version.valid_from for version in terms[1:]] + [date.max]
    return max(
        (
            version.shards
            for version, end in zip(terms, nexts, strict=True)
            if version.valid_from <= due - timedelta(days=version.lifetime_days) < end
        ),
        default=0,
    )


def reminder_days(terms: Sequence[Terms], scheduled: date) -> tuple[date, ...]:
    """The due days of which the rules remind members on that day, soonest first."""
    in_force = [version for version in terms if version.valid_from <= scheduled]
    ahead = in_force[-1].reminder_days if in_force else ()
    return tuple(scheduled + timedelta(days=days) for days in sorted(ahead))


def differences(run: Run, records: Mapping[str, PartRecord]) -> list[str]:
    """Where the parts, the run's record and the accounts disagree."""
    faults = []
    for key in sorted(run.audits):
        audited = records[key].tally
        swept = records[replace(Part.of(key), chore=Chore.EXPIRE).key].tally
        if audited != swept:
            faults.append(f"{key}: the accounts have {audited}, the run counted {swept}")
    parts = totals(run, records, Chore.EXPIRE)
    if parts != run.expired:
        faults.append(f"{run.run_id}: the parts have {parts}, the run's record {run.expired}")
    return faults


def totals(run: Run, records: Mapping[str, PartRecord], chore: Chore) -> Tally:
    """The sum over the run's parts of that chore."""
    keys = [key for key in run.parts if Part.of(key).chore is chore]
    return sum((records[key].tally for key in keys), Tally())


def _parts(terms: Sequence[Terms], chore: Chore, days: Iterable[date]) -> Iterator[Part]:
    for due in days:
        for shard in range(shards(terms, due)):
            yield Part(chore, due, shard)


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += _DAY
