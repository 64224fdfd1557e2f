"""A night's run: planned once, done in slices by any number of workers, closed by the last one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock, local_day
from aftercare.kernel.errors import AftercareError, StaleWriteError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.timeline import Entry
from aftercare.points.auditor import Auditor
from aftercare.points.model import Lots
from aftercare.points.night.errors import MembersFailedError, RunNotFoundError, RunTooEarlyError
from aftercare.points.night.model import (
    Chore,
    PartRecord,
    Reminder,
    Run,
    Tally,
    Task,
    Terms,
    differences,
    plan,
    reminder_days,
    reminds_since,
    run_id_of,
    tally_of,
    totals,
)

if TYPE_CHECKING:
    from aftercare.points.night.store import NightStore
    from aftercare.points.store import PointsStore

REMINDER_DUE = "points.reminder_due"
# A thousand markers are one page of 100 KB, and some ten seconds of a worker's time.
SLICE = 1000

type Send = Callable[[Iterable[Task]], None]
"""Queues tasks for the workers, or raises."""
type Report = Callable[[str, str], object]
"""Reports a difference, or a member that failed: the event's name and a sentence with ids."""


@dataclass(frozen=True, slots=True)
class NightService:
    """Expires points, has reminders sent, audits the books: all determined by the scheduled date.

    A run may be planned, and its tasks done, late, repeatedly, concurrently, or by workers that
    crash at any point: accounts and records end up the same. The verbs raise what the stores raise
    while AWS does not answer; a retry then continues where the run stopped.
    """

    store: "NightStore"
    send: Send
    accounts: "PointsStore"
    auditor: Auditor
    terms: Sequence[Terms]
    zone: ZoneInfo
    clock: Clock
    report: Report
    slice: int = SLICE

    def today(self) -> date:
        """The day it is in the program's zone."""
        return self.day_of(self.clock())

    def day_of(self, moment: datetime) -> date:
        return local_day(moment, self.zone)

    def run(self, scheduled: date, preview: str = "", *, actor: Actor) -> Run:
        """Plans the run of that date, or continues it: queues its open parts for the workers.

        Points are good through the end of their due day (R-PTS-02), so the run of a date moves
        what was due on the days before it. A `preview` (any name) counts and changes no account.

        Raises:
            RunTooEarlyError: That day has not begun yet; a preview may be of a future day.
            UnsentError: The queue did not take every task; a retry is safe.
        """
        if not preview and scheduled > self.today():
            raise RunTooEarlyError(scheduled, self.today())
        run = self._planned(scheduled, preview, actor)
        if run.parts <= run.done and not run.is_complete:
            run = self._complete(run)
        if run.is_complete and run.audits <= run.done:
            return self._end_audit(run)
        self.send(Task(run.run_id, part) for part in run.open_parts())
        return run

    def record(self, run_id: str) -> Run:
        """The run's record as of now.

        Raises:
            RunNotFoundError: That run was never planned.
        """
        return self.store.run(run_id)

    def is_over(self, scheduled: date) -> bool:
        """Whether that night's run is complete and audited."""
        try:
            return self.store.run(run_id_of(scheduled)).is_over
        except RunNotFoundError:
            return False

    def work(self, task: Task, has_time: Callable[[], bool], *, actor: Actor) -> None:
        """Cuts a part into slices, or does a slice; the worker of the last one closes the run.

        When `has_time` is false, after one step at least, the rest becomes a new task.

        Raises:
            MembersFailedError: Some members failed, all others are done; retry the task.
            UnsentError: The queue did not take the next task; retry this one.
        """
        if task.until:
            part = task.part
            members = self.accounts.markers(
                part.due, part.shard, after=task.after, until=task.until
            )
            self._do(task, members, has_time, actor)
        else:
            self._cut(task, has_time, actor)

    def _cut(self, task: Task, has_time: Callable[[], bool], actor: Actor) -> None:
        """Queues a slice for each page of markers, and does the last one itself."""
        while True:
            part = task.part
            members = self.accounts.markers(
                part.due, part.shard, after=task.after, limit=self.slice
            )
            if len(members) < self.slice:
                self._do(replace(task, is_last=True), members, has_time, actor)
                return
            self.send([replace(task, until=members[-1])])
            task = replace(task, number=task.number + 1, after=members[-1])
            if not has_time():
                self.send([task])
                return

    def _do(
        self, task: Task, members: Sequence[str], has_time: Callable[[], bool], actor: Actor
    ) -> None:
        """Does the members after `resume`, then those who failed before them."""
        fresh = [member_id for member_id in members if member_id > task.resume]
        done, left = self._each(replace(task, failed=()), fresh, has_time, actor)
        again: Sequence[str] = task.failed
        if again and not left:
            done, again = self._each(done, again, has_time, actor)
        failed = (*again, *done.failed)
        # Out of time: another task continues. Not after no progress at all: that would never end.
        if left or (again and (fresh or len(failed) < len(task.failed))):
            self.send([replace(done, until=task.until or members[-1], failed=failed)])
            return
        if failed:
            self.store.count_errors(task.run_id, len(failed))
            raise MembersFailedError(task.run_id, task.part.key, len(failed))
        self._close(task, self.store.count(done, self.clock()))

    def _each(
        self, task: Task, members: Sequence[str], has_time: Callable[[], bool], actor: Actor
    ) -> tuple[Task, Sequence[str]]:
        """The task after the last member for whom there was time, and the members left."""
        do = self._verb(task, actor)
        for place, member_id in enumerate(members, start=1):
            task = replace(task, resume=max(task.resume, member_id))
            try:
                task = replace(task, tally=task.tally + do(member_id))
            except (AftercareError, KeyError, ValueError, TypeError) as error:
                task = replace(task, failed=(*task.failed, member_id))
                self.report("member failed", f"{task.run_id} {member_id} {type(error).__name__}")
            if not has_time():
                return task, members[place:]
        return task, ()

    def _verb(self, task: Task, actor: Actor) -> Callable[[str], Tally]:
        """The task's chore on one member."""
        due = task.part.due
        if task.part.chore is Chore.REMIND:
            run = self.store.run(task.run_id)
            return lambda member_id: self._remind(run, member_id, due, actor)
        if task.part.chore is Chore.AUDIT:
            return lambda member_id: self._inspect(task, member_id)
        if task.is_preview:
            return lambda member_id: self._preview(member_id, task.scheduled, due)
        return lambda member_id: self._expire(member_id, task.scheduled, due)

    @on_fresh_state
    def _expire(self, member_id: str, until: date, due: date) -> Tally:
        """Expires all lots that were due before that day, in one write at most."""
        account = self.accounts.account(member_id)
        after = account.expire(until)
        if after != account:
            self.accounts.replace(after)
        return tally_of(after.expired.get(due, 0))

    def _preview(self, member_id: str, until: date, due: date) -> Tally:
        return tally_of(self.accounts.account(member_id).expire(until).expired.get(due, 0))

    def _remind(self, run: Run, member_id: str, due: date, actor: Actor) -> Tally:
        lots = self.accounts.account(member_id).lots
        # On a later day, that day's run reminds its members, except those reminded by this one.
        if not run.is_preview and self.today() <= run.scheduled:
            reminder = Reminder(member_id, run.scheduled, self._unreminded(run, member_id, lots))
            if reminder.dues:
                self.store.remind(reminder, reminder_entry(reminder, self.clock(), actor))
        return tally_of(lots.get(due, 0))

    def _unreminded(self, run: Run, member_id: str, lots: Lots) -> tuple[date, ...]:
        """The due days to remind the member of: the date's own, and missed ones."""
        wanted, reminded = set(reminder_days(self.terms, run.scheduled)), set[date]()
        for night in run.missed_nights:
            reminder = self.store.reminder(night, member_id)
            reminded.update(reminder.dues if reminder else ())
            wanted.update(set(reminder_days(self.terms, night)) - reminded)
        return tuple(due for due in run.remind_days if due in wanted and lots.get(due))

    def _inspect(self, task: Task, member_id: str) -> Tally:
        # A late run audits as of today: lots that have expired by now may leave a debt standing.
        account, faults = self.auditor.inspect(member_id, self.today())
        for fault in faults:
            self._differ(task.run_id, fault)
        return tally_of(account.expired.get(task.part.due, 0))

    def _close(self, task: Task, record: PartRecord) -> None:
        """Closes the part, and with its last one the run, and with its last audit the audit."""
        if not record.is_done:
            return
        run = self.store.finish_part(task.run_id, task.part)
        if not run.parts <= run.done:
            return
        if not run.is_complete:
            run = self._complete(run)
        if run.audits <= run.done:
            self._end_audit(run)
        elif task.part.chore is not Chore.AUDIT:
            self.send(Task(run.run_id, part) for part in run.open_parts())

    def _planned(self, scheduled: date, preview: str, actor: Actor) -> Run:
        """The run's record, made if there is none; of two concurrent plans the first one counts."""
        run_id = run_id_of(scheduled, preview)
        try:
            return self.store.run(run_id)
        except RunNotFoundError:
            run = self._plan(run_id, scheduled, actor)
        try:
            self.store.open(run)
        except StaleWriteError:
            return self.store.run(run_id)
        return run

    def _plan(self, run_id: str, scheduled: date, actor: Actor) -> Run:
        last, reminded = None, None
        for run in self.store.runs_before(scheduled):
            last = last or (run.scheduled if run.is_complete else None)
            reminded = reminded or (run.scheduled if self._has_reminded(run) else None)
            if last and reminded:
                break
        first = reminds_since(scheduled, self.today(), reminded)
        since, parts = plan(self.terms, scheduled, last, first, today=self.today())
        return Run(
            run_id, since, parts, planned_at=self.clock(), planned_by=actor, reminds_since=first
        )

    def _has_reminded(self, run: Run) -> bool:
        """Whether it sent its reminders: it had some, and was complete on its own day."""
        ended = run.completed_at and self.day_of(run.completed_at)
        return bool(run.remind_days) and ended == run.scheduled

    def _complete(self, run: Run) -> Run:
        records = self.store.parts(run.run_id)
        closed = replace(
            run,
            expired=totals(run, records, Chore.EXPIRE),
            reminded=totals(run, records, Chore.REMIND),
            completed_at=self.clock(),
        )
        self.store.complete(closed)
        return self.store.run(run.run_id)

    def _end_audit(self, run: Run) -> Run:
        if run.is_over:
            return run
        for difference in differences(run, self.store.parts(run.run_id)):
            self._differ(run.run_id, difference)
        self.store.note_audit(replace(run, audited_at=self.clock()))
        return self.store.run(run.run_id)

    def _differ(self, run_id: str, difference: str) -> None:
        self.report("audit difference", difference)
        self.store.note_difference(run_id, difference)


def reminder_entry(reminder: Reminder, now: datetime, actor: Actor) -> Entry:
    """The entry that has a reminder sent; its id is the reminder's, so that there is only one."""
    scheduled = reminder.scheduled.isoformat()
    return Entry(
        entry_id=f"rem_{scheduled}_{reminder.member_id}",
        entry_type=REMINDER_DUE,
        subject=reminder.member_id,
        occurred_at=now,
        data={"scheduled": scheduled},
        actor=actor,
    )
