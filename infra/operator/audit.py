"""Checks every member's books in an export of the points table: `make audit EXPORT=<folder>`.

The folder is what DynamoDB's export to S3 wrote (DYNAMODB_JSON), copied here. It is read once for
each slice of the members, so that memory is bounded whatever the table's size.
"""

import gzip
import json
import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from aftercare.kernel.clock import local_day, utc_now
from aftercare.points import store as items_of
from aftercare.points.audit import audit as faults_of
from aftercare.points.model import Account
from aftercare.points.posting import Row
from aftercare.points.rules import published
from infra.local.settings import StackError
from infra.operator.target import tell

USAGE = "Say where the export is: make audit EXPORT=<folder> [SLICES=16] [DATE=2026-11-21]."
SLICES = 16
_MEMBER = re.compile(r'"pk"\s*:\s*\{\s*"S"\s*:\s*"M#([^"]+)"')

type Item = Mapping[str, Any]


@dataclass
class Books:
    """One member's part of the export."""

    account: Account
    rows: list[Row] = field(default_factory=list)


@dataclass
class Count:
    """What was read."""

    members: int = 0
    rows: int = 0


def audit(settings: Mapping[str, str]) -> None:
    """Check all members; the first difference is printed and ends it with exit code 1."""
    folder, slices, today = asked(settings)
    count = Count()
    difference = first_difference(folder, slices, today, count)
    read = f"{count.members:,} members, {count.rows:,} rows"
    if difference:
        sys.exit(f"{difference}\n({read} until then)")
    print(f"No difference: {read}.")


def asked(settings: Mapping[str, str]) -> tuple[Path, int, date]:
    """The export's folder, over how many passes, and the day it is of."""
    text, slices = settings.get("EXPORT", "").strip(), settings.get("SLICES", "").strip()
    if not text or not (slices or str(SLICES)).isdecimal():
        raise StackError(USAGE)
    folder = Path(text)
    if not any(folder.rglob("*.json.gz")):
        raise StackError(f"There are no .json.gz files below {folder}.")
    day = settings.get("DATE", "").strip()
    today = date.fromisoformat(day) if day else local_day(utc_now(), published().zone)
    return folder, max(1, int(slices or SLICES)), today


def first_difference(folder: Path, slices: int, today: date, count: Count) -> str:
    """What is wrong with the first member whose books are; nothing if all are in order."""
    for number in range(slices):
        for member_id, books in sorted(_slice(folder, number, slices).items()):
            count.members += 1
            count.rows += len(books.rows)
            if faults := faults_of(books.account, books.rows, today):
                return f"{member_id}: {'; '.join(faults)}"
    return ""


def _slice(folder: Path, number: int, slices: int) -> dict[str, Books]:
    found: dict[str, Books] = {}
    parts = defaultdict[str, list[Item]](list)
    for member_id, item in _items(folder, number, slices):
        parts[member_id].append(item)
    for member_id, items in parts.items():
        found[member_id] = _books(member_id, items)
    return found


def _books(member_id: str, items: Iterable[Item]) -> Books:
    books = Books(Account(member_id))
    for item in items:
        if item["sk"]["S"] == "ACCOUNT":
            books.account = items_of._account(items_of._AccountRow.from_raw_data(dict(item)))
        else:
            books.rows.append(items_of._row(items_of._OperationRow.from_raw_data(dict(item))))
    return books


def _items(folder: Path, number: int, slices: int) -> Iterator[tuple[str, Item]]:
    """The members' items of one slice; other lines are not even parsed."""
    for path in sorted(folder.rglob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                found = _MEMBER.search(line)
                if found and zlib.crc32(found[1].encode()) % slices == number:
                    yield found[1], json.loads(line)["Item"]


if __name__ == "__main__":
    tell(audit)
