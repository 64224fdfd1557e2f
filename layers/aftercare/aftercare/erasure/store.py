"""The erasures table: erasures in one partition, and which mailbox has a live one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.models import Model

from aftercare.erasure.model import Erasure, ErasureState, Why
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import day_from_text, from_text, to_text
from aftercare.kernel.due.model import Timer
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.stored import member
from aftercare.kernel.tables import Transaction, at_version, bind
from aftercare.returns.model import OpenReturn

_ERASURES, _LIVE = "ERASURES", "LIVE"
_SCHEMA = 1
_MOST_LISTED = 50


class _ErasureRow(Model):
    class Meta:
        table_name = "erasures"

    pk = UnicodeAttribute(hash_key=True, default=_ERASURES)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=_SCHEMA)
    version = VersionAttribute()
    email = UnicodeAttribute(null=True)
    email_key = UnicodeAttribute(null=True)
    why = UnicodeAttribute()
    asked_by = UnicodeAttribute()
    asked_at = UnicodeAttribute()
    state = UnicodeAttribute()
    decided_by = UnicodeAttribute(null=True)
    decided_at = UnicodeAttribute(null=True)
    waits_for = UnicodeAttribute(default="[]")
    next_at = UnicodeAttribute(null=True)
    erased_at = UnicodeAttribute(null=True)
    cursor = UnicodeAttribute(default="")
    counts = UnicodeAttribute(default="{}")
    ended_at = UnicodeAttribute(null=True)


class _LiveRow(Model):
    """The live erasure of a mailbox, by its key: there is one at most, and no item once it ends."""

    class Meta:
        table_name = "erasures"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_LIVE)
    erasure_id = UnicodeAttribute()


class ErasureStore:
    """Erasures in DynamoDB. When one goes on is a timer that is written with it."""

    def __init__(self, table_name: str, due: DueStore) -> None:
        self._rows = bind(_ErasureRow, table_name)
        self._live = bind(_LiveRow, table_name)
        self._due = due

    def get(self, erasure_id: str) -> Erasure | None:
        try:
            return _erasure(self._rows.get(_ERASURES, erasure_id, consistent_read=True))
        except self._rows.DoesNotExist:
            return None

    def live_of(self, email_key: str) -> Erasure | None:
        """The live erasure of that mailbox."""
        try:
            row = self._live.get(f"{_LIVE}#{email_key}", _LIVE, consistent_read=True)
        except self._live.DoesNotExist:
            return None
        return self.get(row.erasure_id)

    def newest(self) -> tuple[Erasure, ...]:
        """The 50 newest, newest first."""
        rows = self._rows.query(
            _ERASURES, consistent_read=True, scan_index_forward=False, limit=_MOST_LISTED
        )
        return tuple(map(_erasure, rows))

    def begin(self, erasure: Erasure) -> None:
        """Writes a new erasure, the mailbox's only live one.

        Raises:
            StaleWriteError: The mailbox has a live one already.
        """
        live = self._live(f"{_LIVE}#{erasure.email_key}", erasure_id=erasure.erasure_id)
        with self._written(erasure, None) as commit:
            commit.save(live, _LiveRow.pk.does_not_exist())

    def save(self, erasure: Erasure, timer: Timer | None = None, *, ends: str = "") -> None:
        """Replaces the version that was read. `ends`: that mailbox has no live one any more.

        Raises:
            StaleWriteError: It changed in the meantime; nothing was written.
        """
        with self._written(erasure, timer) as commit:
            if ends:
                commit.delete(self._live(f"{_LIVE}#{ends}", _LIVE))

    @contextmanager
    def _written(self, erasure: Erasure, timer: Timer | None) -> Iterator[Transaction]:
        with Transaction(self._rows) as commit:
            commit.save(at_version(self._row(erasure), erasure.version))
            yield commit
            if timer:
                self._due.add(commit, timer)

    def _row(self, erasure: Erasure) -> _ErasureRow:
        return self._rows(
            sk=erasure.erasure_id,
            email=erasure.email or None,
            email_key=erasure.email_key or None,
            why=erasure.why,
            asked_by=erasure.asked_by,
            asked_at=to_text(erasure.asked_at),
            state=erasure.state,
            decided_by=erasure.decided_by,
            decided_at=_text(erasure.decided_at),
            waits_for=json.dumps([_open_text(each) for each in erasure.waits_for]),
            next_at=_text(erasure.next_at),
            erased_at=_text(erasure.erased_at),
            cursor=erasure.cursor,
            counts=json.dumps(dict(erasure.counts)),
            ended_at=_text(erasure.ended_at),
        )


def _erasure(row: _ErasureRow) -> Erasure:
    return Erasure(
        erasure_id=row.sk,
        email=row.email or "",
        email_key=row.email_key or "",
        why=member(Why, row.why),
        asked_by=Actor(row.asked_by),
        asked_at=from_text(row.asked_at),
        state=member(ErasureState, row.state),
        decided_by=Actor(row.decided_by) if row.decided_by else None,
        decided_at=_moment(row.decided_at),
        waits_for=tuple(_open_from(*each[:3]) for each in json.loads(row.waits_for)),
        next_at=_moment(row.next_at),
        erased_at=_moment(row.erased_at),
        cursor=row.cursor,
        counts=json.loads(row.counts),
        ended_at=_moment(row.ended_at),
        version=int(row.version),
    )


def _open_text(each: OpenReturn) -> list[str]:
    return [each.ticket, each.status, each.until.isoformat() if each.until else ""]


def _open_from(ticket: str, status: str, until: str) -> OpenReturn:
    return OpenReturn(ticket, status, day_from_text(until) if until else None)


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return from_text(text) if text else None
