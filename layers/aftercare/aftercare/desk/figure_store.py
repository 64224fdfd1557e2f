"""The desk's figures in the tickets table: facts, the figures of each day, and the latest ones."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from aftercare.desk.document import decode_fact
from aftercare.desk.facts import Fact
from aftercare.desk.figures import Figures, Report, Served, Spread
from aftercare.desk.model import Channel
from aftercare.desk.rows import FactRow, FigureRow, facts_key
from aftercare.kernel.tables import bind

_FIGURES, _LATEST = "FIGURES", "LATEST"


class FigureStore:
    """Facts are read, figures are written."""

    def __init__(self, table_name: str) -> None:
        self._facts = bind(FactRow, table_name)
        self._figures = bind(FigureRow, table_name)

    def facts(self, day: date) -> Iterator[Fact]:
        """How the tickets were served that closed on that day (UTC), in no order."""
        rows = self._facts.query(facts_key(day), consistent_read=True)
        return (decode_fact(row.sk, row.document) for row in rows)

    def days(self, days: Sequence[date]) -> dict[date, Figures]:
        """The figures of those of the days that were folded."""
        keys = [(_FIGURES, f"{day}") for day in days]
        rows = self._figures.batch_get(keys, consistent_read=True)
        return {date.fromisoformat(row.sk): _decoded(json.loads(row.document)) for row in rows}

    def put_day(self, day: date, figures: Figures) -> None:
        document = json.dumps(_encoded(figures))
        self._figures(_FIGURES, f"{day}", document=document).save()

    def latest(self) -> Report | None:
        """What was written last."""
        try:
            stored = json.loads(self._figures.get(_FIGURES, _LATEST, consistent_read=True).document)
        except FigureRow.DoesNotExist:
            return None
        return Report(date.fromisoformat(stored["until"]), _decoded(stored["figures"]))

    def put_latest(self, report: Report) -> None:
        document = {"until": f"{report.until}", "figures": _encoded(report.figures)}
        self._figures(_FIGURES, _LATEST, document=json.dumps(document)).save()


def _encoded(figures: Figures) -> dict[str, Any]:
    return {
        channel: {
            "first_response": [dict(served.first_response.minutes), served.first_response.met],
            "resolution": [dict(served.resolution.minutes), served.resolution.met],
        }
        for channel, served in figures.items()
    }


def _decoded(stored: Mapping[str, Any]) -> Figures:
    """The figures of the channels that this version knows."""
    known = {channel: stored[channel] for channel in Channel if channel in stored}
    return {
        channel: Served(_spread(parts["first_response"]), _spread(parts["resolution"]))
        for channel, parts in known.items()
    }


def _spread(stored: Sequence[Any]) -> Spread:
    minutes, met = stored
    return Spread({int(minute): count for minute, count in minutes.items()}, met)
