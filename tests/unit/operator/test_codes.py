"""What an operator may ask for, and how the wait for a file is told."""

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from aftercare.batches.errors import BatchInvalidError
from aftercare.batches.model import Export, ExportStatus
from infra.local.settings import StackError
from infra.operator.codes import STALLED_SECONDS, USAGE, order, wait
from infra.operator.progress import Progress
from tests.fakes.codes import NOON

BEGUN = Export("exp_1", "B00-0000000000", 1000, NOON)
DONE = replace(BEGUN, status=ExportStatus.DONE, written=1000, size=87_000, finished_at=NOON)


class Screen(io.StringIO):
    """A terminal, for all that a program can tell."""

    def isatty(self) -> bool:
        return True


def running(written: int) -> Export:
    return replace(BEGUN, status=ExportStatus.RUNNING, written=written)


def still(_seconds: float) -> None:
    """Nothing happens while it is waited."""


def test_a_new_batch_is_told_by_its_product_and_count() -> None:
    asked = order({"SKU": " FIG-1 ", "COUNT": "1000", "GTIN": "96385074", "FACTORY": "Dongguan 2"})
    assert (asked.sku, asked.product, asked.count) == ("FIG-1", "FIG-1", 1000)
    assert (asked.gtin, asked.factory, asked.batch_code, asked.out) == (
        "96385074",
        "Dongguan 2",
        "",
        None,
    )


@pytest.mark.parametrize(
    ("settings", "detail"),
    [
        ({}, USAGE),
        ({"SKU": "FIG-1"}, USAGE),
        ({"COUNT": "10"}, USAGE),
        (
            {"BATCH": "B00-0000000000", "COUNT": "10"},
            "BATCH is a batch that is there: leave out SKU and COUNT.",
        ),
    ],
)
def test_half_an_order_is_answered_with_what_is_missing(
    settings: dict[str, str], detail: str
) -> None:
    with pytest.raises(StackError) as refusal:
        order(settings)
    assert str(refusal.value) == detail


@pytest.mark.parametrize("count", ["0", "-5", "10000001", "many"])
def test_a_wrong_count_is_refused_before_anything_happens(count: str) -> None:
    with pytest.raises(BatchInvalidError):
        order({"SKU": "FIG-1", "COUNT": count})


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    taken = tmp_path / "codes.csv"
    taken.touch()
    with pytest.raises(StackError, match="is there already: choose another OUT"):
        order({"SKU": "FIG-1", "COUNT": "10", "OUT": str(taken)})
    with pytest.raises(StackError, match="There is no folder"):
        order({"SKU": "FIG-1", "COUNT": "10", "OUT": str(tmp_path / "none" / "codes.csv")})


def test_the_wait_tells_each_step_once_and_ends_with_the_file() -> None:
    seen = iter([None, BEGUN, running(400), running(400), running(900), DONE])
    told: list[int] = []
    assert wait(lambda: next(seen), told.append, still, lambda: 0.0) == DONE
    assert told == [0, 400, 900, 1000]


def test_an_export_that_stands_still_is_given_up() -> None:
    moments: Iterator[float] = map(float, count(step=30))
    with pytest.raises(StackError, match="The export stands still at 400 codes"):
        wait(lambda: running(400), still, still, lambda: next(moments))
    assert next(moments) > STALLED_SECONDS


def test_a_log_gets_a_line_for_each_tenth() -> None:
    log = io.StringIO()
    progress = Progress(log, 1000, "codes")
    for done in range(0, 1001, 10):
        progress(done)
    lines = log.getvalue().splitlines()
    assert len(lines) == 11
    assert (lines[0], lines[-1]) == ("  0%  0 of 1,000 codes", "100%  1,000 of 1,000 codes")


def test_a_terminal_gets_a_bar_that_fills_in_its_place() -> None:
    screen = Screen()
    progress = Progress(screen, 10, "codes")
    for done in (0, 5, 5, 10):
        progress(done)
    assert screen.getvalue().split("\r") == [
        "",
        f"{'░' * 30}   0%  0 of 10 codes",
        f"{'█' * 15}{'░' * 15}  50%  5 of 10 codes",
        f"{'█' * 30} 100%  10 of 10 codes\n",
    ]
