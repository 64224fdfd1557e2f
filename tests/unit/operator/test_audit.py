"""The full pass over an export: streamed in slices, until the first difference."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aftercare.points import rows as items
from aftercare.points.model import Account, Lots
from aftercare.points.posting import Kind
from infra.local.settings import StackError
from infra.operator.audit import Count, audit, export_of, first_difference
from infra.operator.commands import parser
from tests.fakes.points import NOON, entry

DUE = date(2026, 6, 20)
TODAY = date(2026, 6, 10)


def lines_of(member_id: str, lots: Lots, earned: int) -> list[str]:
    """A member's account and the entry of the purchase, as the export has them."""
    account = items.account_row(Account(member_id, lots))
    account.version = 1
    earning = items.entry_row(
        entry(Kind.EARN, earned, member_id=member_id, lots={DUE: earned}, due=DUE, recorded_at=NOON)
    )
    return [line(account.serialize()), line(earning.serialize())]


def line(item: dict[str, Any]) -> str:
    return json.dumps({"Item": item}) + "\n"


def export(folder: Path, lines: list[str]) -> Path:
    """Two files below `data`, as DynamoDB writes them; a member's lines may be in both."""
    data = folder / "AWSDynamoDB" / "01" / "data"
    data.mkdir(parents=True)
    for number in range(2):
        with gzip.open(data / f"{number}.json.gz", "wt", encoding="utf-8") as file:
            file.writelines(lines[number::2])
    return folder


def people(count: int) -> list[str]:
    return [f"mem_{number:026d}" for number in range(count)]


def test_books_in_order_are_counted(tmp_path: Path) -> None:
    lines = [text for who in people(30) for text in lines_of(who, {DUE: 5}, 5)]
    lines.append(line({"pk": {"S": "DUE#2026-06-20#0"}, "sk": {"S": people(1)[0]}}))
    for slices in (1, 4):
        count = Count()
        assert first_difference(export(tmp_path / str(slices), lines), slices, TODAY, count) == ""
        assert (count.members, count.entries) == (30, 30)


@pytest.mark.parametrize("slices", [1, 3, 16])
def test_the_difference_is_found_whichever_slice_it_is_in(tmp_path: Path, slices: int) -> None:
    lines = [text for who in people(20) for text in lines_of(who, {DUE: 5}, 5)]
    lines += lines_of("mem_wrong", {DUE: 7}, 5)
    difference = first_difference(export(tmp_path, lines), slices, TODAY, Count())
    assert difference == "mem_wrong: the books of mem_wrong differ by -2"


def test_a_ledger_without_its_account_is_a_difference(tmp_path: Path) -> None:
    lines = lines_of("mem_1", {DUE: 5}, 5)[1:]
    assert "differ by 5" in first_difference(export(tmp_path, lines), 1, TODAY, Count())


def test_as_a_command_it_ends_with_one_and_the_difference(tmp_path: Path) -> None:
    folder = export(tmp_path, lines_of("mem_wrong", {DUE: 7}, 5))
    with pytest.raises(SystemExit) as ended:
        audit(parser().parse_args(["audit", str(folder)]))
    assert str(ended.value.code).startswith("mem_wrong: the books of mem_wrong differ by -2")


def test_as_a_command_it_says_what_was_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = export(tmp_path, lines_of("mem_1", {DUE: 5}, 5))
    audit(parser().parse_args(["audit", str(folder), "--slices", "2"]))
    assert capsys.readouterr().out == "No difference: 1 members, 1 entries.\n"


@pytest.mark.parametrize("words", [["nowhere"], [".", "--slices", "few"]])
def test_without_an_export_the_answer_says_what_is_missing(words: list[str]) -> None:
    with pytest.raises(StackError, match=r"SLICES=few|no \.json\.gz"):
        export_of(parser().parse_args(["audit", *words]))
