"""The night that an operator runs, its progress, and its record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import pytest

from aftercare.points.night.model import Run, RunState, Tally
from infra.local.settings import StackError
from infra.operator.commands import parser
from infra.operator.expiry import STALLED_SECONDS, event, shown, wait

NOON = datetime(2026, 11, 21, 20, tzinfo=UTC)
OPEN = Run(
    "2026-11-21",
    date(2026, 11, 19),
    frozenset({"expire#2026-11-19#0", "expire#2026-11-20#0", "remind#2026-11-22#0"}),
    NOON,
)
DONE = replace(
    OPEN,
    state=RunState.COMPLETE,
    done=OPEN.parts | OPEN.audits,
    expired=Tally(1200, 34_000, 7),
    completed_at=NOON,
    audited_at=NOON,
)


def still(_seconds: float) -> None:
    """A wait during which nothing happens."""


def test_a_night_is_named_by_its_date() -> None:
    run = parser().parse_args(["expiry", "run", " 2026-11-21 "])
    assert run.date == date(2026, 11, 21)
    assert event(run.date) == {"date": "2026-11-21"}
    assert event(run.date, dry_run=True) == {"date": "2026-11-21", "dry_run": True}


@pytest.mark.parametrize("text", ["", "tonight", "2026-02-30"])
def test_without_a_date_the_answer_is_how_to_write_one(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["expiry", "run", text])
    assert f"{text!r} is not a date such as 2026-11-21" in capsys.readouterr().err


def test_the_wait_ends_with_the_audit(capsys: pytest.CaptureFixture[str]) -> None:
    complete = replace(DONE, done=OPEN.parts, audited_at=None)
    runs: Iterator[Run] = iter([OPEN, replace(OPEN, done=frozenset(OPEN.parts)), complete, DONE])
    assert wait(lambda: next(runs), still, lambda: 0.0) == DONE
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["  0%  0 of 5 parts", " 60%  3 of 5 parts", "100%  5 of 5 parts"]


def test_a_preview_ends_when_it_is_complete() -> None:
    preview = replace(OPEN, run_id="2026-11-21~1", state=RunState.COMPLETE, done=OPEN.parts)
    assert wait(lambda: preview, still, lambda: 0.0) == preview


def test_a_night_without_parts_is_not_waited_for() -> None:
    nothing = replace(DONE, parts=frozenset(), done=frozenset())
    assert wait(lambda: nothing, still, lambda: 0.0) == nothing


def test_a_stalled_run_is_given_up() -> None:
    clock = count(0.0, STALLED_SECONDS / 2)
    with pytest.raises(StackError, match="has stalled at 0 of 5 parts"):
        wait(lambda: OPEN, still, lambda: next(clock))


def test_a_record_is_shown_line_by_line() -> None:
    lines = dict(line.split("  ", 1) for line in shown(DONE).splitlines())
    record = {name.strip(): value.strip() for name, value in lines.items()}
    assert record["Run"] == "2026-11-21, complete"
    assert record["Due days"] == "2026-11-19 to 2026-11-20"
    assert (record["Parts"], record["Members"], record["Points"]) == ("3 of 3", "1,200", "34,000")
    assert record["Audit"] == "no difference"
    assert "a preview" in shown(replace(DONE, run_id="2026-11-21~1"))
    assert "b differs" in shown(replace(DONE, differences=frozenset({"b differs"})))
    assert "under way" in shown(replace(DONE, audited_at=None))
