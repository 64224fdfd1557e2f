"""What an operator is shown of a member's holds, and whose a hold is."""

import pytest

from infra.local.settings import StackError
from infra.operator.commands import parser
from infra.operator.holds import owner_of, shown
from tests.fakes.points import TODAY, TOMORROW, account


def test_holds_are_shown_with_their_days() -> None:
    of = account(holds={"hold#ac_2#B": {TODAY: 5}, "hold#ac_1#A": {TOMORROW: 1200, TODAY: 3}})
    assert shown(of).splitlines() == [
        f"hold#ac_1#A  1,203 points: 3 through {TODAY}, 1,200 through {TOMORROW}",
        f"hold#ac_2#B  5 points: 5 through {TODAY}",
    ]
    assert shown(account()) == "No holds."


def test_a_hold_names_its_client_and_the_clients_own_name_for_it() -> None:
    assert owner_of("hold#ac_1#till/7#3") == ("ac_1", "till/7#3")


@pytest.mark.parametrize("named", ["", "hold#ac_1", "spend#ac_1#A", "hold##A"])
def test_another_name_than_a_holds_is_refused(named: str) -> None:
    with pytest.raises(StackError, match="A hold is named hold#<client>#<hold>"):
        owner_of(named)


@pytest.mark.parametrize("words", [["show"], ["release"], ["release", "mem_1"]])
def test_without_a_member_or_a_hold_the_answer_is_how_to_name_one(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["holds", *words])
    assert "usage: aftercare holds" in capsys.readouterr().err
