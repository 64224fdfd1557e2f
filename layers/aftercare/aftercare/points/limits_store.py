"""Counters of the points that each client moved on a day."""

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute

from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.tables import bind
from aftercare.points.rows import PointsItem

_DAY = "DAY"
_KEPT = timedelta(days=7)


class _CounterRow(PointsItem):
    """Not part of any operation's transaction: a busy client's counter must not hold those up."""

    points = NumberAttribute(default=0)
    expires_at = TTLAttribute()


class LimitStore:
    """Points by client, kind of operation and day of UTC; members that were looked up, too."""

    def __init__(self, table_name: str) -> None:
        self._counters = bind(_CounterRow, table_name)

    def add(self, client_id: str, kind: str, now: datetime, points: int, most: int) -> bool:
        """Counts so many points, in one write; False, and nothing counted, if it passes `most`."""
        if points > most:
            return False
        row = self._counters(f"LIMIT#{client_id}#{kind}#{now.date()}", _DAY)
        has_room = _CounterRow.pk.does_not_exist() | (_CounterRow.points <= most - points)
        try:
            with conditional():
                row.update(
                    [_CounterRow.points.add(points), _CounterRow.expires_at.set(now + _KEPT)],
                    has_room,
                )
        except StaleWriteError:
            return False
        return True
