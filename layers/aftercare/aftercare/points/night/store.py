"""The night's items in the points table: runs, their parts, reminders.

Markers and accounts are the points room's own items: see `PointsStore`.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pynamodb.attributes import (
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.expressions.operand import _Size
from pynamodb.expressions.update import Action

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.tables import EntryColumns, bind, entry_columns
from aftercare.kernel.timeline import Entry
from aftercare.points.night.errors import RunNotFoundError
from aftercare.points.night.model import (
    Part,
    PartRecord,
    Reminder,
    Run,
    RunState,
    Tally,
    Task,
    run_id_of,
)
from aftercare.points.rows import PointsItem

_RUNS, _PREVIEWS = "RUNS", "PREVIEWS"
_REMINDER = "REMIND"
_KEPT = timedelta(days=400)
_PREVIEW_KEPT = timedelta(days=7)
_REMINDER_KEPT = timedelta(days=60)
_MOST_DIFFERENCES = 20


class _RunRow(PointsItem):
    schema = NumberAttribute(default=1)
    since = UnicodeAttribute()
    parts = UnicodeSetAttribute(null=True)
    done = UnicodeSetAttribute(null=True)
    planned_at = UnicodeAttribute()
    planned_by = UnicodeAttribute(default=UNKNOWN)
    reminds_since = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    expired: JSONAttribute = JSONAttribute(default=list)
    reminded: JSONAttribute = JSONAttribute(default=list)
    errors = NumberAttribute(default=0)
    completed_at = UnicodeAttribute(null=True)
    audited_at = UnicodeAttribute(null=True)
    differences = UnicodeSetAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class _PartRow(PointsItem):
    slices = UnicodeSetAttribute(null=True)
    last = NumberAttribute(null=True)
    members = NumberAttribute(default=0)
    points = NumberAttribute(default=0)
    stale = NumberAttribute(default=0)
    expires_at = TTLAttribute(null=True)


class _ReminderRow(PointsItem, EntryColumns):
    schema = NumberAttribute(default=1)
    dues = UnicodeSetAttribute()
    sent_at = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()


class NightStore:
    """Runs, their parts and reminders in DynamoDB."""

    def __init__(self, table_name: str) -> None:
        self._runs = bind(_RunRow, table_name)
        self._parts = bind(_PartRow, table_name)
        self._reminders = bind(_ReminderRow, table_name)

    def run(self, run_id: str) -> Run:
        """The run's record, as of now.

        Raises:
            RunNotFoundError: There is none.
        """
        try:
            return _run(self._runs.get(*_run_key(run_id), consistent_read=True))
        except _RunRow.DoesNotExist:
            raise RunNotFoundError(run_id) from None

    def runs_before(self, scheduled: date) -> Iterator[Run]:
        """Earlier runs, newest first; read lazily."""
        rows = self._runs.query(
            _RUNS,
            _RunRow.sk < run_id_of(scheduled),
            consistent_read=True,
            scan_index_forward=False,
            page_size=10,
        )
        return map(_run, rows)

    def open(self, run: Run) -> None:
        """A new run.

        Raises:
            StaleWriteError: It was planned before.
        """
        row = self._runs(*_run_key(run.run_id), since=run.since.isoformat(), state=run.state)
        row.parts = set(run.parts) or None
        row.planned_at = to_text(run.planned_at)
        row.planned_by = run.planned_by
        row.reminds_since = run.reminds_since.isoformat() if run.reminds_since else None
        row.expires_at = run.planned_at + _PREVIEW_KEPT if run.is_preview else None
        with conditional():
            row.save(_RunRow.pk.does_not_exist())

    def finish_part(self, run_id: str, part: Part) -> Run:
        """Records that every slice of a part is done; a repeat changes nothing. Returns the run."""
        return self._update(run_id, _RunRow.done.add({part.key}))

    def count_errors(self, run_id: str, errors: int) -> None:
        self._update(run_id, _RunRow.errors.add(errors))

    def complete(self, run: Run) -> bool:
        """Completes the run's record with its sums; returns whether it was open."""
        closing = [
            _RunRow.state.set(RunState.COMPLETE),
            _RunRow.expired.set(_to_list(run.expired)),
            _RunRow.reminded.set(_to_list(run.reminded)),
            _RunRow.completed_at.set(_text(run.completed_at)),
        ]
        return self._once(run.run_id, _RunRow.completed_at, *closing)

    def note_audit(self, run: Run) -> bool:
        """Records that the audit is finished; returns whether it was not recorded before."""
        noting = [_RunRow.audited_at.set(_text(run.audited_at))]
        return self._once(run.run_id, _RunRow.audited_at, *noting)

    def note_difference(self, run_id: str, difference: str) -> None:
        """Keeps a fault that the audit reported with the run: each once, the first twenty."""
        column = _RunRow.differences
        room = column.does_not_exist() | (_Size(column) < _MOST_DIFFERENCES)
        with suppress(StaleWriteError), conditional():
            self._runs(*_run_key(run_id)).update([column.add({difference})], condition=room)

    def count(self, task: Task, now: datetime) -> PartRecord:
        """Adds a finished slice to its part, once; returns the part as of now."""
        row = self._parts(*_part_key(task.run_id, task.part))
        number, tally = str(task.number), task.tally
        actions: list[Action] = [
            _PartRow.slices.add({number}),
            _PartRow.members.add(tally.members),
            _PartRow.points.add(tally.points),
            _PartRow.stale.add(tally.stale),
        ]
        if task.is_last:
            actions.append(_PartRow.last.set(task.number))
        if task.is_preview:
            actions.append(_PartRow.expires_at.set(now + _PREVIEW_KEPT))
        is_new = _PartRow.slices.does_not_exist() | ~_PartRow.slices.contains(number)
        try:
            with conditional():
                row.update(actions, condition=is_new)
        except StaleWriteError:
            return self.part(task.run_id, task.part)
        return _part(row)

    @staticmethod
    def exported(item: Mapping[str, Any]) -> Run | PartRecord:
        """A run or a part as an item in an export of the table (DynamoDB JSON)."""
        if item["pk"]["S"] == _RUNS:
            return _run(_RunRow.from_raw_data(dict(item)))
        return _part(_PartRow.from_raw_data(dict(item)))

    def part(self, run_id: str, part: Part) -> PartRecord:
        """The progress of a part, as of now."""
        try:
            return _part(self._parts.get(*_part_key(run_id, part), consistent_read=True))
        except _PartRow.DoesNotExist:
            return PartRecord(part)

    def parts(self, run_id: str) -> Mapping[str, PartRecord]:
        """Every part of the run that has begun, by its key."""
        rows = self._parts.query(_run_parts(run_id), consistent_read=True)
        return {record.part.key: record for record in map(_part, rows)}

    def remind(self, reminder: Reminder, entry: Entry) -> None:
        """Records a reminder with the entry that has it sent; once a member and day."""
        row = reminder_row(reminder, entry, self._reminders)
        with suppress(StaleWriteError), conditional():
            row.save(_ReminderRow.pk.does_not_exist())

    def reminder(self, scheduled: date, member_id: str) -> Reminder | None:
        """The reminder of that date, as of now."""
        try:
            row = self._reminders.get(*_reminder_key(scheduled, member_id), consistent_read=True)
        except _ReminderRow.DoesNotExist:
            return None
        dues = tuple(date.fromisoformat(due) for due in sorted(row.dues))
        return Reminder(member_id, scheduled, dues, is_claimed=bool(row.sent_at))

    def _update(self, run_id: str, *actions: Action) -> Run:
        row = self._runs(*_run_key(run_id))
        try:
            with conditional():
                row.update(list(actions), condition=_RunRow.pk.exists())
        except StaleWriteError:
            raise RunNotFoundError(run_id) from None
        return _run(row)

    def _once(self, run_id: str, column: UnicodeAttribute, *actions: Action) -> bool:
        """Does the actions if the column is still empty."""
        is_first = _RunRow.pk.exists() & column.does_not_exist()
        try:
            with conditional():
                self._runs(*_run_key(run_id)).update(list(actions), condition=is_first)
        except StaleWriteError:
            return False
        return True


def _run_key(run_id: str) -> tuple[str, str]:
    return (_PREVIEWS if "~" in run_id else _RUNS), run_id


def _run_parts(run_id: str) -> str:
    return f"RUN#{run_id}"


def _part_key(run_id: str, part: Part) -> tuple[str, str]:
    return _run_parts(run_id), f"PART#{part.key}"


def reminder_row(
    reminder: Reminder, entry: Entry, kind: type[_ReminderRow] = _ReminderRow
) -> _ReminderRow:
    return kind(
        *_reminder_key(reminder.scheduled, reminder.member_id),
        dues={due.isoformat() for due in reminder.dues},
        expires_at=datetime.combine(reminder.scheduled, time.min, UTC) + _REMINDER_KEPT,
        **entry_columns(entry),
    )


def _reminder_key(scheduled: date, member_id: str) -> tuple[str, str]:
    return f"{_REMINDER}#{scheduled}#{member_id}", _REMINDER


def _run(row: _RunRow) -> Run:
    return Run(
        run_id=row.sk,
        since=date.fromisoformat(row.since),
        parts=frozenset(row.parts or ()),
        planned_at=from_text(row.planned_at),
        planned_by=Actor(row.planned_by),
        reminds_since=date.fromisoformat(row.reminds_since) if row.reminds_since else None,
        state=RunState(row.state),
        done=frozenset(row.done or ()),
        expired=_tally(row.expired),
        reminded=_tally(row.reminded),
        errors=int(row.errors),
        completed_at=from_text(row.completed_at) if row.completed_at else None,
        audited_at=from_text(row.audited_at) if row.audited_at else None,
        differences=frozenset(row.differences or ()),
    )


def _part(row: _PartRow) -> PartRecord:
    return PartRecord(
        part=Part.of(row.sk.removeprefix("PART#")),
        slices=frozenset(map(int, row.slices or ())),
        last=None if row.last is None else int(row.last),
        tally=Tally(int(row.members), int(row.points), int(row.stale)),
    )


def _tally(stored: list[int]) -> Tally:
    """A later version may count more than these."""
    return Tally(*stored[:3])


def _to_list(tally: Tally) -> list[int]:
    return [tally.members, tally.points, tally.stale]


def _text(moment: datetime | None) -> str:
    return to_text(moment) if moment else ""
