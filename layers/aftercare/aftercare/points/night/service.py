"""A night's run: planned once, done in slices by any number of workers, closed by the last one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

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
"""Hands tasks to workers, or raises."""
type Report = Callable[[str, str], object]
"""Reports a difference, or a member that failed: the event's name and a sentence with ids."""


@dataclass(frozen=True, slots=True)
class NightService:
    """What the night does. Everything is a pure function of the scheduled date.

    A run may be planned and its tasks done late, again, twice at once, or by workers that die at
    any point: the accounts and the record end up the same. Raises what the stores raise while AWS
    does not answer; then, too, the same again goes on where it stopped.
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

    def run(self, scheduled: date, preview: str = "") -> Run:
        """Plans the run of that date, or goes on with it; hands what is open to the workers.

        Points are good through the end of their due day (R-PTS-02), so the run of a date moves
        what was due on the days before it. A `preview` (any name) counts and writes no account.

        Raises:
            RunTooEarlyError: That day has not begun yet; a preview may look ahead.
            UnsentError: The queue did not take everything; the same again is safe.
        """
        if not preview and scheduled > self.today():
            raise RunTooEarlyError(scheduled, self.today())
        run = self._planned(scheduled, preview)
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
        """Whether that night's run was planned, every marker accounted for, and all audited."""
        try:
            return self.store.run(run_id_of(scheduled)).is_over
        except RunNotFoundError:
            return False

    def work(self, task: Task, has_time: Callable[[], bool]) -> None:
        """Cuts a part into slices, or does a slice; whoever ends the last one closes up.

        Hands the rest to a fresh task when `has_time` says no, after one step at least.

        Raises:
            MembersFailedError: Some members could not be done, all others were; again, please.
            UnsentError: The queue did not take what comes next; again, please.
        """
        if task.until:
            part = task.part
            members = self.accounts.markers(
                part.due, part.shard, after=task.after, until=task.until
            )
            self._do(task, members, has_time)
        else:
            self._cut(task, has_time)

    def _cut(self, task: Task, has_time: Callable[[], bool]) -> None:
        """Hands on a slice for each page of markers, and does the last one itself."""
        while True:
            part = task.part
            members = self.accounts.markers(
                part.due, part.shard, after=task.after, limit=self.slice
            )
            if len(members) < self.slice:
                self._do(replace(task, is_last=True), members, has_time)
                return
            self.send([replace(task, until=members[-1])])
            task = replace(task, number=task.number + 1, after=members[-1])
            if not has_time():
                self.send([task])
                return

    def _do(self, task: Task, members: Sequence[str], has_time: Callable[[], bool]) -> None:
        """The members behind `resume`, then those who failed before them."""
        fresh = [member_id for member_id in members if member_id > task.resume]
        done, left = self._each(replace(task, failed=()), fresh, has_time)
        again: Sequence[str] = task.failed
        if again and not left:
            done, again = self._each(done, again, has_time)
        failed = (*again, *done.failed)
        # Without time another message goes on, unless this one did nobody: that would never end.
        if left or (again and (fresh or len(failed) < len(task.failed))):
            self.send([replace(done, until=task.until or members[-1], failed=failed)])
            return
        if failed:
            self.store.count_errors(task.run_id, len(failed))
            raise MembersFailedError(task.run_id, task.part.key, len(failed))
        self._close(task, self.store.count(done, self.clock()))

    def _each(
        self, task: Task, members: Sequence[str], has_time: Callable[[], bool]
    ) -> tuple[Task, Sequence[str]]:
        """The task behind the last member for whom there was time, and the members behind them."""
        do = self._verb(task)
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

    def _verb(self, task: Task) -> Callable[[str], Tally]:
        """What is done to each member of the slice."""
        due = task.part.due
        if task.part.chore is Chore.REMIND:
            run = self.store.run(task.run_id)
            return lambda member_id: self._remind(run, member_id, due)
        if task.part.chore is Chore.AUDIT:
            return lambda member_id: self._inspect(task, member_id)
        if task.is_preview:
            return lambda member_id: self._preview(member_id, task.scheduled, due)
        return lambda member_id: self._expire(member_id, task.scheduled, due)

    @on_fresh_state
    def _expire(self, member_id: str, until: date, due: date) -> Tally:
        """Moves all that was due before, whatever the day of the marker, in one write at most."""
        account = self.accounts.account(member_id)
        after = account.expire(until)
        if after != account:
            self.accounts.replace(after)
        return tally_of(after.expired.get(due, 0))

    def _preview(self, member_id: str, until: date, due: date) -> Tally:
        return tally_of(self.accounts.account(member_id).expire(until).expired.get(due, 0))

    def _remind(self, run: Run, member_id: str, due: date) -> Tally:
        lots = self.accounts.account(member_id).lots
        # On a later day its members hear from that day's run, which knows whom this one told.
        if not run.is_preview and self.today() <= run.scheduled:
            reminder = Reminder(member_id, run.scheduled, self._untold(run, member_id, lots))
            if reminder.dues:
                self.store.remind(reminder, _entry(reminder, self.clock()))
        return tally_of(lots.get(due, 0))

    def _untold(self, run: Run, member_id: str, lots: Lots) -> tuple[date, ...]:
        """The due days to tell the member of: the date's own, and missed ones not told since."""
        wanted, told = set(reminder_days(self.terms, run.scheduled)), set[date]()
        for night in run.missed_nights:
            reminder = self.store.reminder(night, member_id)
            told.update(reminder.dues if reminder else ())
            wanted.update(set(reminder_days(self.terms, night)) - told)
        return tuple(due for due in run.remind_days if due in wanted and lots.get(due))

    def _inspect(self, task: Task, member_id: str) -> Tally:
        # A late run's audit is of the day that it is: what was past by then lets a debt stand.
        today = max(task.scheduled, self.today())
        account, faults = self.auditor.inspect(member_id, today)
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

    def _planned(self, scheduled: date, preview: str) -> Run:
        """The run's record; made when there is none. Who comes second finds the first one's."""
        run_id = run_id_of(scheduled, preview)
        try:
            return self.store.run(run_id)
        except RunNotFoundError:
            run = self._plan(run_id, scheduled)
        try:
            self.store.open(run)
        except StaleWriteError:
            return self.store.run(run_id)
        return run

    def _plan(self, run_id: str, scheduled: date) -> Run:
        last, reminded = None, None
        for run in self.store.runs_before(scheduled):
            last = last or (run.scheduled if run.is_complete else None)
            reminded = reminded or (run.scheduled if self._has_reminded(run) else None)
            if last and reminded:
                break
        first = reminds_since(scheduled, self.today(), reminded)
        since, parts = plan(self.terms, scheduled, last, first)
        return Run(run_id, since, parts, planned_at=self.clock(), reminds_since=first)

    def _has_reminded(self, run: Run) -> bool:
        """Whether it told everybody: it had to, and was complete on its own day."""
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


def _entry(reminder: Reminder, now: datetime) -> Entry:
    """The entry that has a reminder sent; its id is the reminder's, so that one stays one."""
    scheduled = reminder.scheduled.isoformat()
    return Entry(
        entry_id=f"rem_{scheduled}_{reminder.member_id}",
        entry_type=REMINDER_DUE,
        subject=reminder.member_id,
        occurred_at=now,
        data={"scheduled": scheduled},
    )
