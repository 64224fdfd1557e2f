"""What an operator may order, and the progress of an export."""

import io
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from aftercare.batches.errors import BatchInvalidError
from aftercare.batches.model import Export, ExportStatus
from infra.local.settings import StackError
from infra.operator.codes import STALLED_SECONDS, NewBatch, free_path, new_batch, wait
from infra.operator.commands import parser
from infra.operator.progress import Progress
from tests.fakes.codes import NOON

BEGUN = Export("exp_1", "B00-0000000000", 1000, NOON)
DONE = replace(BEGUN, status=ExportStatus.DONE, written=1000, size=87_000, finished_at=NOON)


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def running(written: int) -> Export:
    return replace(BEGUN, status=ExportStatus.RUNNING, written=written)


def still(_seconds: float) -> None:
    """A wait during which nothing happens."""


def ordered(*words: str) -> NewBatch:
    return new_batch(parser().parse_args(["codes", "issue", *words]))


def test_a_new_batch_is_named_by_its_product_and_count() -> None:
    batch = ordered(
        "--sku", " FIG-1 ", "--count", "1000", "--gtin", "96385074", "--factory", "Dongguan 2"
    )
    assert batch == NewBatch("FIG-1", 1000, "FIG-1", "96385074", "", "Dongguan 2")


@pytest.mark.parametrize(
    ("words", "detail"),
    [
        (["issue"], "the following arguments are required: --sku, --count"),
        (["issue", "--sku", "FIG-1"], "the following arguments are required: --count"),
        (["issue", "--count", "10"], "the following arguments are required: --sku"),
        (["file"], "the following arguments are required: BATCH"),
        (["file", "B00-0000000000", "--count", "10"], "unrecognized arguments: --count 10"),
    ],
)
def test_half_an_order_is_answered_with_what_is_missing(
    words: list[str], detail: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["codes", *words])
    assert detail in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "-5", "10000001", "many"])
def test_a_wrong_count_is_refused_before_anything_happens(count: str) -> None:
    with pytest.raises(BatchInvalidError):
        ordered("--sku", "FIG-1", f"--count={count}")


def test_a_batch_without_a_sku_is_refused() -> None:
    with pytest.raises(StackError, match="Name the product"):
        ordered("--sku", " ", "--count", "10")


def test_a_file_that_exists_is_not_written_over(tmp_path: Path) -> None:
    taken = tmp_path / "codes.csv"
    taken.touch()
    with pytest.raises(StackError, match="exists already: choose another OUT"):
        free_path(str(taken))
    with pytest.raises(StackError, match="There is no folder"):
        free_path(str(tmp_path / "none" / "codes.csv"))
    assert free_path("") is None


def test_genuine_codes_never_lie_where_git_could_take_them_in(tmp_path: Path) -> None:
    checkout = tmp_path / "aftercare"
    (checkout / ".local").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", str(checkout)], check=True)
    (checkout / ".gitignore").write_text(".local/\n")
    with pytest.raises(StackError, match=r"choose OUT=\.local/codes\.csv, or a folder outside"):
        free_path(str(checkout / "codes.csv"))
    ignored, outside = checkout / ".local" / "codes.csv", tmp_path / "codes.csv"
    assert free_path(str(ignored)) == ignored
    assert free_path(str(outside)) == outside


def test_the_wait_shows_each_step_once_and_ends_with_the_file() -> None:
    seen = iter([None, BEGUN, running(400), running(400), running(900), DONE])
    steps: list[int] = []
    assert wait(lambda: next(seen), steps.append, still, lambda: 0.0) == DONE
    assert steps == [0, 400, 900, 1000]


def test_a_stalled_export_is_given_up() -> None:
    moments: Iterator[float] = map(float, count(step=30))
    with pytest.raises(StackError, match="The export has stalled at 400 codes"):
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
