"""What an operator may ask of a night, how the wait is told, and how a record reads."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import pytest

from aftercare.points.night.model import Run, RunState, Tally
from infra.local.settings import StackError
from infra.operator.expiry import STALLED_SECONDS, USAGE, Order, order, shown, wait

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
    """Nothing happens while it is waited."""


def test_a_night_is_asked_for_by_its_date() -> None:
    assert order({"DATE": " 2026-11-21 "}) == Order(date(2026, 11, 21), dry_run=False)
    assert order({"DATE": "2026-11-21", "DRY_RUN": "0"}).event == {"date": "2026-11-21"}
    dry = order({"DATE": "2026-11-21", "DRY_RUN": "1"})
    assert dry.event == {"date": "2026-11-21", "dry_run": True}


@pytest.mark.parametrize("text", ["", "tonight", "2026-02-30"])
def test_without_a_date_it_is_told_how_to_say_one(text: str) -> None:
    with pytest.raises(StackError) as refused:
        order({"DATE": text})
    assert str(refused.value).endswith(USAGE)


def test_the_wait_ends_with_the_audit(capsys: pytest.CaptureFixture[str]) -> None:
    complete = replace(DONE, done=OPEN.parts, audited_at=None)
    runs: Iterator[Run] = iter([OPEN, replace(OPEN, done=frozenset(OPEN.parts)), complete, DONE])
    assert wait(lambda: next(runs), still, lambda: 0.0) == DONE
    told = capsys.readouterr().err.splitlines()
    assert told == ["  0%  0 of 5 parts", " 60%  3 of 5 parts", "100%  5 of 5 parts"]


def test_a_preview_ends_when_it_is_complete() -> None:
    preview = replace(OPEN, run_id="2026-11-21~1", state=RunState.COMPLETE, done=OPEN.parts)
    assert wait(lambda: preview, still, lambda: 0.0) == preview


def test_a_night_without_parts_is_not_waited_for() -> None:
    nothing = replace(DONE, parts=frozenset(), done=frozenset())
    assert wait(lambda: nothing, still, lambda: 0.0) == nothing


def test_a_run_that_stands_still_is_given_up() -> None:
    clock = count(0.0, STALLED_SECONDS / 2)
    with pytest.raises(StackError, match="has stalled at 0 of 5 parts"):
        wait(lambda: OPEN, still, lambda: next(clock))


def test_a_record_is_shown_line_by_line() -> None:
    lines = dict(line.split("  ", 1) for line in shown(DONE).splitlines())
    said = {name.strip(): value.strip() for name, value in lines.items()}
    assert said["Run"] == "2026-11-21, complete"
    assert said["Due days"] == "2026-11-19 to 2026-11-20"
    assert (said["Parts"], said["Members"], said["Points"]) == ("3 of 3", "1,200", "34,000")
    assert said["Audit"] == "no difference"
    assert "a preview" in shown(replace(DONE, run_id="2026-11-21~1"))
    assert "b differs" in shown(replace(DONE, differences=frozenset({"b differs"})))
    assert "under way" in shown(replace(DONE, audited_at=None))
