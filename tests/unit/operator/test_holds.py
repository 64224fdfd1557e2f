"""What an operator is shown of holds, whose a hold is, and which have no end."""

import json
from datetime import timedelta

import pytest

from aftercare.points import rows
from aftercare.points.holding import Hold
from infra.local.settings import StackError
from infra.operator.commands import parser
from infra.operator.holds import endless_in, line_of, owner_of
from tests.fakes.points import MEMBER, NOON, OTHER, TODAY, TOMORROW, account


def test_a_hold_is_shown_with_its_days() -> None:
    hold = Hold("hold#ac_1#A", {TOMORROW: 1200, TODAY: 3}, NOON, NOON + timedelta(days=30))
    assert line_of(hold) == (
        f"hold#ac_1#A  1,203 points: 3 through {TODAY}, 1,200 through {TOMORROW}; "
        "held since 2026-06-10 until 2026-07-10"
    )
    old = Hold("hold#ac_2#B", {TODAY: 5}, NOON, None)
    assert line_of(old).endswith("held since 2026-06-10 without an end")


def test_the_members_of_an_export_whose_holds_have_no_end_are_found() -> None:
    held = account({TODAY: 1}, holds={"hold#ac_1#A": {TODAY: 5}})
    other = account(holds={"hold#ac_1#A": {TODAY: 5}}, ends={"hold#ac_1#A": NOON})
    items = []
    for of, member_id in ((held, MEMBER), (other, OTHER)):
        row = rows.account_row(of)
        row.pk, row.version = f"M#{member_id}", 1
        items.append(json.dumps({"Item": row.serialize()}))
    assert endless_in(items) == [MEMBER]


def test_a_hold_names_its_client_and_the_clients_own_name_for_it() -> None:
    assert owner_of("hold#ac_1#till/7#3") == ("ac_1", "till/7#3")


@pytest.mark.parametrize("named", ["", "hold#ac_1", "spend#ac_1#A", "hold##A"])
def test_another_name_than_a_holds_is_refused(named: str) -> None:
    with pytest.raises(StackError, match="A hold is named hold#<client>#<hold>"):
        owner_of(named)


@pytest.mark.parametrize("words", [["show"], ["release"], ["release", "mem_1"], ["date"]])
def test_without_a_member_or_a_hold_the_answer_is_how_to_name_one(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["holds", *words])
    assert "usage: aftercare holds" in capsys.readouterr().err
