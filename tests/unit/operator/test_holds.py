"""What an operator is shown of a member's holds, and whose a hold is."""

import pytest

from infra.local.settings import StackError
from infra.operator.holds import holds, owner_of, shown
from tests.fakes.points import TODAY, TOMORROW, account


def test_holds_are_told_with_their_days() -> None:
    of = account(holds={"hold#ac_2#B": {TODAY: 5}, "hold#ac_1#A": {TOMORROW: 1200, TODAY: 3}})
    assert shown(of).splitlines() == [
        f"hold#ac_1#A  1,203 points: 3 through {TODAY}, 1,200 through {TOMORROW}",
        f"hold#ac_2#B  5 points: 5 through {TODAY}",
    ]
    assert shown(account()) == "No holds."


def test_a_hold_names_its_client_and_the_clients_own_name_for_it() -> None:
    assert owner_of("hold#ac_1#till/7#3") == ("ac_1", "till/7#3")


@pytest.mark.parametrize("named", ["", "hold#ac_1", "spend#ac_1#A", "hold##A"])
def test_what_is_no_holds_name_is_refused(named: str) -> None:
    with pytest.raises(StackError, match="make holds"):
        owner_of(named)


def test_without_a_member_it_is_told_how_to_name_one() -> None:
    with pytest.raises(StackError, match="make holds"):
        holds({})
