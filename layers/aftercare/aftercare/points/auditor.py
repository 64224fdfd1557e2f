"""Audits members' books: one by one in the table, or file by file in an export of it."""

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
    """A member's account and entries, from one file of an export or from all of them."""

    account: Account | None = None
    entries: list[LedgerEntry] = field(default_factory=list)

    def faults(self, member_id: str, today: date) -> tuple[str, ...]:
        return audit(self.account or Account(member_id), self.entries, today)


@dataclass(frozen=True, slots=True)
class Audited:
    """The result for a file: how much was read, how many members were read again in the table."""

    members: int
    entries: int
    reread: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Auditor:
    """Compares members' accounts with their ledger entries. It writes nothing."""

    store: "PointsStore"

    @on_fresh_state
    def inspect(self, member_id: str, today: date) -> tuple[Account, tuple[str, ...]]:
        """A member's account as of now, and the faults of the books, as sentences.

        Raises:
            StaleWriteError: The account changed during every attempt.
        """
        account, entries = self.store.account(member_id), self.store.entries(member_id)
        if self.store.account(member_id).version != account.version:
            raise StaleWriteError("The member's account changed while its entries were read.")
        return account, audit(account, entries, today)

    def audit_file(self, lines: Iterable[str], today: date) -> Audited:
        """Audits every member in one file of the table's export (DynamoDB JSON, a line an item).

        A member's items may be in two files, and each file is read alone. A member without an
        account in this file, or with a fault in it, is therefore read again in the table.
        """
        members = books_in(lines, self.store.exported)
        doubtful = [
            member_id
            for member_id, books in members.items()
            if books.account is None or books.faults(member_id, today)
        ]
        faults = [fault for each in doubtful for fault in self.inspect(each, today)[1]]
        entries = sum(len(books.entries) for books in members.values())
        return Audited(len(members), entries, len(doubtful), tuple(faults))


def books_in(
    lines: Iterable[str], read: Read, chosen: Callable[[str], bool] = lambda _: True
) -> dict[str, MemberBooks]:
    """The books of the chosen members, by id; other lines are not parsed."""
    members: dict[str, MemberBooks] = {}
    for line in lines:
        named = _MEMBER.search(line)
        if named is None or not chosen(named[1]):
            continue
        books = members.setdefault(named[1], MemberBooks())
        match read(json.loads(line)["Item"]):
            case Account() as account:
                books.account = account
            case entry:
                books.entries.append(entry)
    return members
