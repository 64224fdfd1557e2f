"""Checks every member's ledger in an export of the points table.

The folder is what DynamoDB's export to S3 wrote (DYNAMODB_JSON), copied here. It is read once for
each slice of the members, so that memory is bounded whatever the table's size.
"""

import gzip
import re
import sys
import zlib
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from json import loads
from pathlib import Path

from aftercare.kernel.clock import local_day, utc_now
from aftercare.points.auditor import books_in
from aftercare.points.model import EXPIRED_KEPT, Account
from aftercare.points.night.model import Chore, PartRecord, Run
from aftercare.points.night.store import NightStore
from aftercare.points.rules import published
from aftercare.points.store import PointsStore
from infra.local.settings import StackError

_NIGHT = re.compile(r'"pk"\s*:\s*\{\s*"S"\s*:\s*"(RUNS|RUN#(?P<part_of>[0-9-]+))"')


@dataclass
class Count:
    """What was read; `expired` are the accounts' expired points, by due day."""

    members: int = 0
    entries: int = 0
    expired: Counter[date] = field(default_factory=Counter)

    def add(self, account: Account) -> None:
        self.members += 1
        self.expired.update(account.expired)


def audit(arguments: Namespace) -> None:
    """Check all members; the first difference is printed and ends it with exit code 1."""
    folder, slices = export_of(arguments)
    today = arguments.date or local_day(utc_now(), published().zone)
    count = Count()
    difference = first_difference(folder, slices, today, count)
    read = f"{count.members:,} members, {count.entries:,} entries"
    if difference:
        sys.exit(f"{difference}\n({read} before it)")
    print(f"No difference: {read}.")


def export_of(arguments: Namespace) -> tuple[Path, int]:
    """The export's folder, and in how many passes it is read.

    Raises:
        StackError: The folder has no export, or the passes are not a number.
    """
    folder, slices = Path(arguments.export), arguments.slices.strip()
    if not slices.isdecimal():
        raise StackError(f"SLICES={slices} is not a number.")
    if not any(folder.rglob("*.json.gz")):
        raise StackError(f"There are no .json.gz files below {folder}.")
    return folder, max(1, int(slices))


def first_difference(folder: Path, slices: int, today: date, count: Count) -> str:
    """The first fault in a member's books or in a night's record; empty if there is none."""
    for number in range(slices):

        def chosen(member_id: str, number: int = number) -> bool:
            return zlib.crc32(member_id.encode()) % slices == number

        for member_id, books in sorted(
            books_in(_lines(folder), PointsStore.exported, chosen).items()
        ):
            count.add(books.account or Account(member_id))
            count.entries += len(books.entries)
            if faults := books.faults(member_id, today):
                return f"{member_id}: {'; '.join(faults)}"
    return night_difference(expired_by_nights(_lines(folder)), count.expired, today)


def expired_by_nights(lines: Iterable[str]) -> Counter[date]:
    """The points that complete runs expired, by due day; the newest run of each day counts."""
    complete, parts = set[str](), list[tuple[str, PartRecord]]()
    for line in lines:
        if match := _NIGHT.search(line):
            match NightStore.exported(loads(line)["Item"]):
                case Run() as run:
                    complete |= {run.run_id} if run.is_complete else set()
                case record:
                    parts.append((match["part_of"], record))
    newest = {
        record.part: record.tally.points
        for run_id, record in sorted(parts, key=lambda each: each[0])
        if run_id in complete and record.part.chore is Chore.EXPIRE
    }
    expired = Counter[date]()
    for part, points in newest.items():
        expired[part.due] += points
    return expired


def night_difference(nights: Counter[date], accounts: Counter[date], today: date) -> str:
    """The first due day on which nights and accounts disagree.

    Days more than 400 days ago are left out: their points move from accounts to ledger entries.
    """
    for due in sorted(nights):
        if due >= today - EXPIRED_KEPT and nights[due] != accounts[due]:
            return f"{due}: the nights have {nights[due]:,} points, the accounts {accounts[due]:,}"
    return ""


def _lines(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines
