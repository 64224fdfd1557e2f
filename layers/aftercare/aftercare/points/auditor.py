"""Audits many members' books: one by one in the table, or file by file in an export of it."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.points.audit import audit
from aftercare.points.model import Account
from aftercare.points.posting import LedgerEntry

if TYPE_CHECKING:
    from aftercare.points.store import PointsStore

type Item = Mapping[str, Any]
type Read = Callable[[Item], Account | LedgerEntry]

_MEMBER = re.compile(r'"pk"\s*:\s*\{\s*"S"\s*:\s*"M#([^"]+)"')


@dataclass(slots=True)
class MemberBooks:
    """What one file, or all files, of an export have of a member."""

    account: Account | None = None
    entries: list[LedgerEntry] = field(default_factory=list)

    def faults(self, member_id: str, today: date) -> tuple[str, ...]:
        return audit(self.account or Account(member_id), self.entries, today)


@dataclass(frozen=True, slots=True)
class Audited:
    """What came of a file: how much was read, how many members had to be looked at in the table."""

    members: int
    entries: int
    reread: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Auditor:
    """Holds members' accounts against their entries. It writes nothing."""

    store: "PointsStore"

    @on_fresh_state
    def inspect(self, member_id: str, today: date) -> tuple[Account, tuple[str, ...]]:
        """A member's account as of now, and what is wrong with the books, in sentences.

        Raises:
            StaleWriteError: The account changed all the while.
        """
        account, entries = self.store.account(member_id), self.store.entries(member_id)
        if self.store.account(member_id).version != account.version:
            raise StaleWriteError("The member's entries and account are of different moments.")
        return account, audit(account, entries, today)

    def audit_file(self, lines: Iterable[str], today: date) -> Audited:
        """Audits every member in one file of the table's export (DynamoDB JSON, a line an item).

        A member's items may lie in two files, and each file is read by itself: whose account is not
        in this one, or whose books seem wrong by it, is looked at in the table. So nobody is
        missed, and nobody is accused for what another file has.
        """
        found = books_in(lines, self.store.exported)
        doubtful = [
            member_id
            for member_id, books in found.items()
            if books.account is None or books.faults(member_id, today)
        ]
        faults = [fault for each in doubtful for fault in self.inspect(each, today)[1]]
        entries = sum(len(books.entries) for books in found.values())
        return Audited(len(found), entries, len(doubtful), tuple(faults))


def books_in(
    lines: Iterable[str], read: Read, chosen: Callable[[str], bool] = lambda _: True
) -> dict[str, MemberBooks]:
    """The books of the chosen members by id; no other line is even parsed."""
    found: dict[str, MemberBooks] = {}
    for line in lines:
        named = _MEMBER.search(line)
        if named is None or not chosen(named[1]):
            continue
        books = found.setdefault(named[1], MemberBooks())
        match read(json.loads(line)["Item"]):
            case Account() as account:
                books.account = account
            case entry:
                books.entries.append(entry)
    return found
