"""Members audited by the file: who seems wrong there, or is half elsewhere, is looked at again."""

import json
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest

from aftercare.points import rows as items
from aftercare.points.auditor import Audited, Auditor
from aftercare.points.model import Account, Lots
from aftercare.points.posting import Kind, LedgerEntry
from aftercare.points.store import PointsStore
from tests.fakes.points import NOON, entry

DUE = date(2026, 6, 20)
TODAY = date(2026, 6, 10)


class Shelf:
    """The table as of now; records the members that were read."""

    exported = staticmethod(PointsStore.exported)

    def __init__(self, *members: tuple[Account, list[LedgerEntry]]) -> None:
        self.members = {account.member_id: (account, entries) for account, entries in members}
        self.read = set[str]()

    def account(self, member_id: str) -> Account:
        self.read.add(member_id)
        return self.members[member_id][0]

    def entries(self, member_id: str) -> list[LedgerEntry]:
        return self.members[member_id][1]


def member(name: str, lots: Lots, *earned: int) -> tuple[Account, list[LedgerEntry]]:
    member_id = f"mem_{name}"
    entries = [
        entry(
            Kind.EARN,
            points,
            name=str(place),
            member_id=member_id,
            lots={DUE: points},
            due=DUE,
            recorded_at=NOON,
        )
        for place, points in enumerate(earned)
    ]
    return Account(member_id, lots), entries


def lines_of(account: Account, entries: list[LedgerEntry]) -> list[str]:
    """The account's line, then a line for each entry, as an export has them."""
    stored = items.account_row(account)
    stored.version = 1
    every = [stored, *map(items.entry_row, entries)]
    return [json.dumps({"Item": item.serialize()}) + "\n" for item in every]


def audited(shelf: Shelf, lines: list[str]) -> Audited:
    return Auditor(cast("Any", shelf)).audit_file(lines, TODAY)


def test_sound_books_are_not_reread_again() -> None:
    sound = [member(str(number), {DUE: 5}, 5) for number in range(3)]
    lines = [line for each in sound for line in lines_of(*each)]
    lines.append('{"Item":{"pk":{"S":"DUE#2026-06-20#0"},"sk":{"S":"mem_1"}}}\n')
    shelf = Shelf(*sound)
    assert audited(shelf, lines) == Audited(3, 3, 0, ())
    assert shelf.read == set()


def test_a_member_who_is_wrong_in_the_table_too_is_told() -> None:
    wrong = member("1", {DUE: 7}, 5)
    result = audited(Shelf(wrong), lines_of(*wrong))
    assert result == Audited(1, 1, 1, ("the books of mem_1 differ by -2",))


@pytest.mark.parametrize("cut", [1, 2])
def test_a_member_whose_items_lie_in_two_files_is_not_accused(cut: int) -> None:
    split = member("1", {DUE: 12}, 5, 7)
    lines = lines_of(*split)
    shelf = Shelf(split)
    for part in (lines[:cut], lines[cut:]):
        result = audited(shelf, part)
        assert (result.reread, result.faults) == (1, ())


def test_a_fault_that_no_file_shows_by_itself_is_found_where_the_account_is_not() -> None:
    """The account's file adds up, and so does the other: together they do not."""
    account, entries = member("1", {DUE: 5}, 5)
    spent = entry(Kind.SPEND, 3, member_id="mem_1", lots={DUE: 3}, reversed_points=0)
    back = entry(Kind.REVERSAL, 3, member_id="mem_1", lots={DUE: 3}, of=spent.operation_id)
    wrong = (account, [*entries, spent, back])
    first, second = lines_of(account, [*entries]), lines_of(account, [spent, back])[1:]
    shelf = Shelf(wrong)
    assert audited(shelf, first).faults == ()
    result = audited(shelf, second)
    assert result.faults == ("spend#1 has 0 points reversed, others 3",)


def test_what_was_put_right_since_the_export_is_no_fault() -> None:
    exported, now = member("1", {DUE: 7}, 5), member("1", {DUE: 5}, 5)
    assert audited(Shelf(now), lines_of(*exported)) == Audited(1, 1, 1, ())


def test_an_account_without_anything_earned_is_a_fault() -> None:
    account, _ = member("1", {DUE: 5})
    assert audited(Shelf((account, [])), lines_of(account, [])).faults


def test_an_account_read_back_is_the_account() -> None:
    account, _ = member("1", {DUE: 5})
    full = replace(
        account,
        expired={TODAY: 3},
        refunded={TODAY: 1},
        lapsed={TODAY: 2},
        holds={"hold#1": {DUE: 4}},
        debts={TODAY: 6},
    )
    [line] = lines_of(full, [])
    assert PointsStore.exported(json.loads(line)["Item"]) == full
