"""The printer's file: every code once, each genuine, each with its link, read in any portions."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from aftercare.authenticity.codes import Code, normalise, read
from aftercare.batches.model import Batch
from codes_export.progress import Progress
from codes_export.sheet import Sheet, rows
from tests.fakes.codes import KEYS, batch

ORIGIN = "https://returns.example.com"


def sheet(of: Batch, counts: list[int] | None = None) -> Sheet:
    return Sheet(rows(of, KEYS[of.key_id], ORIGIN), (counts if counts is not None else []).append)


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_every_serial_of_the_range_is_there_once_in_order() -> None:
    of = replace(batch(2), count=5000)
    written = [read(normalise(row["code"]), KEYS[0]) for row in lines(sheet(of).read())]
    assert written == [Code(0, serial) for serial in range(2000, 7000)]


def test_a_code_comes_in_fours_and_its_link_holds_the_same_symbols() -> None:
    [row] = lines(sheet(replace(batch(), count=1)).read())
    symbols = normalise(row["code"])
    assert [len(group) for group in row["code"].split("-")] == [4, 4, 4, 4]
    assert row["digital_link"] == f"{ORIGIN}/01/06941234567898/21/{symbols}"


def test_without_a_gtin_the_link_is_the_check_page_with_the_code_filled_in() -> None:
    [row] = lines(sheet(replace(batch(), count=1, gtin="")).read())
    assert row["digital_link"] == f"{ORIGIN}/authenticity?code={normalise(row['code'])}"


def test_the_same_range_makes_the_same_bytes() -> None:
    assert sheet(batch()).read() == sheet(batch()).read()


@pytest.mark.parametrize("portion", [1, 7, 4096, 70_000, 10_000_000])
def test_it_is_read_in_any_portions_and_knows_its_size(portion: int) -> None:
    whole, other = sheet(batch()).read(), sheet(batch())
    portions = list(iter(lambda: other.read(portion), b""))
    assert b"".join(portions) == whole
    assert {len(part) for part in portions[:-1]} <= {portion}
    assert other.size == len(whole)


def test_it_tells_how_many_rows_were_read() -> None:
    counts: list[int] = []
    sheet(replace(batch(), count=5000), counts).read()
    assert counts == [2000, 4000, 5000]


def test_progress_is_told_each_hundredth_but_not_more_than_once_a_second() -> None:
    counts: list[int] = []
    moments: Iterator[float] = iter([0.0, 0.5, 1.0, 1.5, 2.0, 9.0, 20.0])
    progress = Progress(counts.append, 1000, lambda: next(moments))
    for count in (100, 200, 300, 400, 405, 410):
        progress(count)
    assert counts == [200, 400, 410]
