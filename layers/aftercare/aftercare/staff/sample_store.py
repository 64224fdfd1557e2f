"""Drawn decisions in the staff table, a partition for each week."""

from datetime import timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.tables import bind
from aftercare.staff.audit import MOST_AT_ONCE
from aftercare.staff.samples import Drawn

_SAMPLE = "SAMPLE#"
_KEPT = timedelta(days=400)
_SCHEMA = 1


class _DrawnRow(Model):
    class Meta:
        table_name = "staff"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=_SCHEMA)
    return_id = UnicodeAttribute()
    step = UnicodeAttribute()
    decided_by = UnicodeAttribute()
    decided_at = UnicodeAttribute()
    finding = UnicodeAttribute(default="")
    words = UnicodeAttribute(default="")
    looked_by = UnicodeAttribute(null=True)
    looked_at = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()


class SampleStore:
    """The audit sample in DynamoDB."""

    def __init__(self, table_name: str) -> None:
        self._rows = bind(_DrawnRow, table_name)

    def add(self, drawn: Drawn) -> None:
        """Adds a decision; one that is there already stays as it is."""
        try:
            with conditional():
                self._row(drawn).save(_DrawnRow.pk.does_not_exist())
        except StaleWriteError:
            return

    def get(self, week: str, place: str) -> Drawn | None:
        try:
            return _drawn(self._rows.get(f"{_SAMPLE}{week}", place, consistent_read=True))
        except self._rows.DoesNotExist:
            return None

    def of_week(self, week: str) -> tuple[Drawn, ...]:
        """The first hundred, in the order of their places."""
        rows = self._rows.query(f"{_SAMPLE}{week}", consistent_read=True, limit=MOST_AT_ONCE)
        return tuple(map(_drawn, rows))

    def mark(self, before: Drawn, after: Drawn) -> None:
        """Replaces what was read.

        Raises:
            StaleWriteError: Somebody else looked at it meanwhile.
        """
        looked = _DrawnRow.looked_by
        is_same = looked == before.looked_by if before.looked_by else looked.does_not_exist()
        with conditional():
            self._row(after).save(_DrawnRow.pk.exists() & is_same)

    def forget_words(self, week: str, place: str) -> None:
        """Empties what somebody wrote about a decision, if it was drawn."""
        row = self._rows(f"{_SAMPLE}{week}", place)
        try:
            with conditional():
                row.update([_DrawnRow.words.set("")], _DrawnRow.pk.exists())
        except StaleWriteError:
            return

    def _row(self, drawn: Drawn) -> _DrawnRow:
        return self._rows(
            f"{_SAMPLE}{drawn.week}",
            drawn.place,
            return_id=drawn.return_id,
            step=drawn.step,
            decided_by=drawn.decided_by,
            decided_at=to_text(drawn.decided_at),
            finding=drawn.finding,
            words=drawn.words,
            looked_by=drawn.looked_by,
            looked_at=to_text(drawn.looked_at) if drawn.looked_at else None,
            expires_at=drawn.decided_at + _KEPT,
        )


def _drawn(row: _DrawnRow) -> Drawn:
    return Drawn(
        week=row.pk.removeprefix(_SAMPLE),
        place=row.sk,
        return_id=row.return_id,
        step=row.step,
        decided_by=Actor(row.decided_by),
        decided_at=from_text(row.decided_at),
        finding=row.finding,
        words=row.words,
        looked_by=Actor(row.looked_by) if row.looked_by else None,
        looked_at=from_text(row.looked_at) if row.looked_at else None,
    )
