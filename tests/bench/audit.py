"""Measures the time and memory to audit a file of an export of the points table."""

import gzip
import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from aftercare.points import rows as items
from aftercare.points.auditor import Auditor
from aftercare.points.model import Account
from aftercare.points.posting import Kind
from aftercare.points.store import PointsStore
from tests.bench.own_process import measured_alone
from tests.bench.tables import table
from tests.fakes.points import NOON, entry

DUE = date(2027, 6, 9)
ROWS = 24
MEMBERS = (2_000, 8_000)
_UNIT = 1024 if sys.platform == "linux" else 1


class _NoTable:
    """A table that is never read, because all ledgers balance."""

    exported = staticmethod(PointsStore.exported)


def report() -> str:
    """Rows a second and peak memory, with a new process for each length."""
    heads = ["members", "rows", "file MB", "seconds", "rows a second", "memory for the file, MB"]
    rows = [_row(_in_own_process(count)) for count in MEMBERS]
    return f"{table(heads, rows)}\n\n{ROWS} rows a member; one core, from a file on disk."


def _row(done: dict[str, float]) -> list[str]:
    return [
        f"{done['members']:,.0f}",
        f"{done['rows']:,.0f}",
        f"{done['size'] / 1e6:.1f}",
        f"{done['seconds']:.1f}",
        f"{done['rows'] / done['seconds']:,.0f}",
        f"{(done['peak'] - done['before']) / 1e6:,.0f}",
    ]


def _in_own_process(count: int) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "0.json.gz"
        with gzip.open(file, "wt", encoding="utf-8") as lines:
            lines.writelines(_lines(count))
        audited: dict[str, float] = measured_alone("tests.bench.audit", file)
    return audited


def _lines(members: int) -> Iterator[str]:
    """The members' items as exported: an account, then its ledger entries."""
    account = items.account_row(Account("mem_X", {DUE: 10 * ROWS}))
    account.version = ROWS
    earned = entry(Kind.EARN, 10, lots={DUE: 10}, due=DUE, recorded_at=NOON)
    texts = [json.dumps({"Item": account.serialize()})]
    for place in range(ROWS):
        posted = replace(earned, member_id="mem_X", operation_id=f"earn#S-0412#R-2026-{place:06d}")
        texts.append(json.dumps({"Item": items.entry_row(posted).serialize()}))
    for number in range(members):
        for text in texts:
            yield text.replace("mem_X", f"mem_{number:026d}") + "\n"


def _audit(file: Path) -> dict[str, float]:
    """Runs in its own process, because a process's peak memory can be measured only once."""
    before, started = _peak(), time.perf_counter()
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        done = Auditor(cast("Any", _NoTable())).audit_file(lines, DUE)
    seconds = time.perf_counter() - started
    if done.reread:
        raise ValueError("the bench generated ledgers that do not balance")
    size = file.stat().st_size
    counts = {"members": done.members, "rows": done.entries, "size": size, "seconds": seconds}
    return counts | {"before": before, "peak": _peak()}


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_audit(Path(sys.argv[1]))))
