"""Slots and verdicts in a table, each photo found by its return and by the code that it shows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from aftercare.evidence.document import (
    decode_findings,
    decode_marks,
    encode_findings,
    encode_marks,
)
from aftercare.evidence.errors import TooManyPhotosError
from aftercare.evidence.model import (
    MOST_OPENED,
    MOST_PHOTOS,
    Evidence,
    EvidenceKind,
    EvidenceState,
)
from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.stored import member
from aftercare.kernel.tables import CommitRefusedError, Transaction, bind

_COUNT = "COUNT"
_SLOT = "evd_"
_MOVED = "MOVED#"
_KEPT = timedelta(days=400)


# Schema 1 named neither who opened a slot nor who screened its photo; in 2 every photo was kept
# under its own return; in 3 a photo was of no kind, and nothing was known of it but its verdict;
# in 4 no photo was found by its code; in 5 none came with a message.
_SCHEMA = 6


class _ByCode(GlobalSecondaryIndex["_SlotRow"]):  # type: ignore[no-untyped-call]
    """The photos that show a verification code, and no others, oldest first."""

    class Meta:
        index_name = "by_code"
        projection = KeysOnlyProjection()

    code = UnicodeAttribute(hash_key=True)
    evidence_id = UnicodeAttribute(range_key=True)


class _SlotRow(Model):
    class Meta:
        table_name = "evidence"

    return_id = UnicodeAttribute(hash_key=True)
    evidence_id = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=_SCHEMA)
    content_type = UnicodeAttribute()
    opened_at = UnicodeAttribute()
    state = UnicodeAttribute()
    refusal = UnicodeAttribute(default="")
    sha256 = UnicodeAttribute(default="")
    opened_by = UnicodeAttribute(default=UNKNOWN)
    screened_by = UnicodeAttribute(default=UNKNOWN)
    attempts = NumberAttribute(default=0)
    kept_under = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(default=EvidenceKind.PHOTO)
    marks = UnicodeAttribute(null=True)
    findings = UnicodeAttribute(null=True)
    code = UnicodeAttribute(null=True)
    entry = NumberAttribute(null=True)
    expires_at = TTLAttribute()

    by_code: ClassVar[_ByCode] = _ByCode()


class _CountRow(Model):
    class Meta:
        table_name = "evidence"

    return_id = UnicodeAttribute(hash_key=True)
    evidence_id = UnicodeAttribute(range_key=True)
    slots = NumberAttribute(null=True)
    opened = NumberAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class _MovedRow(Model):
    """Where a slot was before it was moved: what is reported of its upload is about it still."""

    class Meta:
        table_name = "evidence"

    return_id = UnicodeAttribute(hash_key=True)
    evidence_id = UnicodeAttribute(range_key=True)
    moved_to = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()


class EvidenceStore:
    """Photo slots in DynamoDB. A verdict is written once."""

    def __init__(self, table_name: str) -> None:
        self._slots, self._counts = bind(_SlotRow, table_name), bind(_CountRow, table_name)
        self._moves = bind(_MovedRow, table_name)

    def open(self, evidence: Evidence, more: int = 0) -> None:
        """Adds a slot to its return, which may have so many `more` than others.

        Raises:
            TooManyPhotosError: The return has all the slots it may have, or had three times as many
            with those that were removed.
        """
        count = self._count_of(evidence.return_id)
        ends, most = evidence.opened_at + _KEPT, MOST_PHOTOS + more
        try:
            with Transaction(self._slots) as commit:
                commit.save(self._row(evidence), _SlotRow.return_id.does_not_exist())
                commit.update(
                    count,
                    [
                        _CountRow.slots.add(1),
                        _CountRow.opened.add(1),
                        _CountRow.expires_at.set(ends),
                    ],
                    (_CountRow.slots.does_not_exist() | (_CountRow.slots < most))
                    & (_CountRow.opened.does_not_exist() | (_CountRow.opened < MOST_OPENED + more)),
                )
        except CommitRefusedError as error:
            raise TooManyPhotosError(f"A return takes up to {most} photos.", most=most) from error

    def get(self, return_id: str, evidence_id: str) -> Evidence | None:
        try:
            return _evidence(self._slots.get(return_id, evidence_id, consistent_read=True))
        except self._slots.DoesNotExist:
            return None

    def moved_to(self, return_id: str, evidence_id: str) -> str | None:
        """Into which return that slot went: empty if it is not known, none if into no other."""
        try:
            move = self._moves.get(return_id, f"{_MOVED}{evidence_id}", consistent_read=True)
        except self._moves.DoesNotExist:
            return None
        return move.moved_to or ""

    def of_return(self, return_id: str) -> tuple[Evidence, ...]:
        """The return's slots, oldest first."""
        rows = self._slots.query(
            return_id, _SlotRow.evidence_id.startswith(_SLOT), consistent_read=True
        )
        return tuple(_evidence(row) for row in rows)

    def with_code(self, code: str, most: int) -> list[tuple[str, str]]:
        """Where the newest photos were that show that code: returns and slots, seconds behind."""
        rows = self._slots.by_code.query(code, scan_index_forward=False, limit=most)
        return [(row.return_id, row.evidence_id) for row in rows]

    def begin(self, evidence: Evidence) -> Evidence:
        """Counts one more attempt to screen the photo of a slot without a verdict.

        Raises:
            StaleWriteError: It has its verdict.
        """
        row = self._slots(evidence.return_id, evidence.evidence_id)
        with conditional():
            row.update([_SlotRow.attempts.add(1)], _SlotRow.state == EvidenceState.WAITING)
        return _evidence(row)

    def remove(self, evidence: Evidence) -> None:
        """Removes a slot in the state in which it was read, so that another one may be opened.

        Raises:
            StaleWriteError: It was removed, moved or judged in the meantime.
        """
        with Transaction(self._slots) as commit:
            commit.delete(self._row(evidence), _SlotRow.state == evidence.state)
            commit.update(self._count_of(evidence.return_id), [_CountRow.slots.add(-1)])

    def move(self, photos: Sequence[Evidence], to: str) -> None:
        """Moves slots of one return into another one, all of them or none.

        Raises:
            StaleWriteError: One was moved, removed, marked or typed from since it was read, or
            there is no room.
        """
        moved = [
            replace(each, return_id=to, kept_under=each.kept_under or each.return_id)
            for each in photos
        ]
        room = MOST_PHOTOS - len(moved)
        ends = max(each.opened_at for each in photos) + _KEPT
        with Transaction(self._slots) as commit:
            for before, after in zip(photos, moved, strict=True):
                commit.delete(*self._as_read(before))
                commit.save(self._row(after), _SlotRow.return_id.does_not_exist())
                place = (before.return_id, f"{_MOVED}{before.evidence_id}")
                commit.save(self._moves(*place, moved_to=to, expires_at=ends))
            commit.update(self._count_of(photos[0].return_id), [_CountRow.slots.add(-len(moved))])
            commit.update(
                self._count_of(to),
                [_CountRow.slots.add(len(moved)), _CountRow.expires_at.set(ends)],
                _CountRow.slots.does_not_exist() | (_CountRow.slots <= room),
            )

    def settle(self, evidence: Evidence) -> None:
        """Writes the verdict on a slot that had none.

        Raises:
            StaleWriteError: Another screening was first.
        """
        with conditional():
            self._row(evidence).save(_SlotRow.state == EvidenceState.WAITING)

    def note(self, before: Evidence, after: Evidence) -> None:
        """Writes what somebody marked on a photo, or typed from it, since it was read.

        Raises:
            StaleWriteError: Somebody else did meanwhile, or the photo was moved or removed.
        """
        row, unchanged = self._as_read(before)
        # What follows from the rest is no condition: an earlier version may not have written it.
        written = [_SlotRow.schema.set(_SCHEMA), _set(_SlotRow.code, after.code or None)]
        for column, encode in _NOTED:
            if encode(before) != encode(after):
                written.append(_set(column, encode(after)))
        with conditional():
            row.update(written, unchanged)

    def _as_read(self, before: Evidence) -> tuple[_SlotRow, Condition]:
        """A slot's item, and that nobody has changed it since it was read as that.

        The stored texts are compared: this version would write those of a newer one otherwise.

        Raises:
            StaleWriteError: It was changed, moved or removed in the meantime.
        """
        try:
            row = self._slots.get(before.return_id, before.evidence_id, consistent_read=True)
        except self._slots.DoesNotExist:
            raise _changed() from None
        if _evidence(row) != before:
            raise _changed()
        same = _is(_SlotRow.marks, row.marks) & _is(_SlotRow.findings, row.findings)
        return row, (_SlotRow.state == row.state) & same

    def _row(self, evidence: Evidence) -> _SlotRow:
        return self._slots(
            evidence.return_id,
            evidence.evidence_id,
            content_type=evidence.content_type,
            opened_at=to_text(evidence.opened_at),
            state=evidence.state,
            refusal=evidence.refusal,
            sha256=evidence.sha256,
            opened_by=evidence.opened_by,
            screened_by=evidence.screened_by,
            attempts=evidence.attempts,
            kept_under=evidence.kept_under or None,
            kind=evidence.kind,
            marks=encode_marks(evidence),
            findings=encode_findings(evidence),
            code=evidence.code or None,
            entry=evidence.entry or None,
            expires_at=evidence.opened_at + _KEPT,
        )

    def _count_of(self, return_id: str) -> _CountRow:
        return self._counts(return_id, _COUNT)


def _evidence(row: _SlotRow) -> Evidence:
    return Evidence(
        return_id=row.return_id,
        evidence_id=row.evidence_id,
        content_type=row.content_type,
        opened_at=from_text(row.opened_at),
        state=member(EvidenceState, row.state),
        refusal=row.refusal,
        sha256=row.sha256,
        opened_by=Actor(row.opened_by),
        screened_by=Actor(row.screened_by),
        attempts=int(row.attempts),
        kept_under=row.kept_under or "",
        kind=member(EvidenceKind, row.kind),
        marks=decode_marks(row.marks),
        entry=int(row.entry or 0),
        **decode_findings(row.findings),
    )


def _changed() -> StaleWriteError:
    return StaleWriteError("Something changed in the meantime; nothing was written.")


# What people add to a photo after its verdict.
_NOTED = ((_SlotRow.marks, encode_marks), (_SlotRow.findings, encode_findings))


def _is(column: UnicodeAttribute, text: str | None) -> Condition:
    return column.does_not_exist() if text is None else column == text


def _set(column: UnicodeAttribute, text: str | None) -> Action:
    return column.remove() if text is None else column.set(text)
