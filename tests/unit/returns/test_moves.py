"""The table of moves: what may be done to a return, when and by whom."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import aftercare.returns
from aftercare.kernel.actor import CUSTOMER, client, operator, staff, system
from aftercare.returns import events, moves
from aftercare.returns.moves import MOVES, MoveRefusedError, Party, ReturnStatus, Verb
from aftercare.staff.matrix import published
from infra.moves.drawing import PAGE, page
from tests.unit.returns.test_model import line, ret

ENDS = {ReturnStatus.DISCARDED}


@pytest.mark.parametrize("verb", Verb, ids=str)
@pytest.mark.parametrize("status", ReturnStatus, ids=str)
def test_a_verb_that_the_table_does_not_have_is_refused_with_both_named(
    status: ReturnStatus, verb: Verb
) -> None:
    if any(move.verb is verb and status in move.before for move in MOVES):
        moves.require(status, verb)
        return
    with pytest.raises(MoveRefusedError) as refused:
        moves.require(status, verb)
    assert (refused.value.status, refused.value.verb) == (status, verb)
    assert status in str(refused.value)
    assert verb in str(refused.value)


def test_every_status_is_reached_and_every_status_but_the_last_is_left() -> None:
    reached = {move.after for move in MOVES if move.after} | {ReturnStatus.DRAFT}
    left = {before for move in MOVES for before in move.before if move.after not in {None, before}}
    assert reached == set(ReturnStatus)
    assert set(ReturnStatus) - left == ENDS


def test_every_verb_is_somebodys_and_every_entry_of_a_return_is_some_verbs() -> None:
    assert {move.verb for move in MOVES} == set(Verb)
    assert all(move.by for move in MOVES)
    entries = {value for name, value in vars(events).items() if name.isupper()}
    assert {move.entry for move in MOVES} == {each for each in entries if "due." not in each}


def test_staff_need_a_verb_of_the_matrix_for_each_of_their_moves() -> None:
    for move in MOVES:
        assert bool(move.permission) is (Party.STAFF in move.by), move
        assert not move.permission or move.permission in published(), move


def test_a_return_goes_only_where_the_table_leads() -> None:
    submitted = replace(ret(line()), status=ReturnStatus.SUBMITTED)
    assert submitted.moved(Verb.CANCEL, ReturnStatus.CANCELLED).status is ReturnStatus.CANCELLED
    with pytest.raises(MoveRefusedError):
        submitted.moved(Verb.INSPECT)
    with pytest.raises(ValueError, match="does not take a return from submitted to arrived"):
        submitted.moved(Verb.CANCEL, ReturnStatus.ARRIVED)


@pytest.mark.parametrize("actor", [CUSTOMER, client("c"), operator("o"), system("s")], ids=str)
def test_a_step_of_somebody_else_than_the_table_says_is_not_committed(actor: str) -> None:
    moves.require_entry(events.PROPOSED, ReturnStatus.IN_REVIEW, staff("a"))
    with pytest.raises(ValueError, match="no verb of"):
        moves.require_entry(events.PROPOSED, ReturnStatus.IN_REVIEW, actor)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no verb of"):
        moves.require_entry(events.PROPOSED, ReturnStatus.APPROVED, staff("a"))


def test_a_step_is_held_against_the_row_of_its_own_verb() -> None:
    """Staff decide on a return in review; a submitted one is screened, by the system alone."""
    submitted = replace(ret(line()), status=ReturnStatus.SUBMITTED)
    after = submitted.moved(Verb.SCREEN, ReturnStatus.APPROVED)
    moves.require_entry(events.APPROVED, after.status, system("s"), after.taken)
    with pytest.raises(ValueError, match="no verb of staff"):
        moves.require_entry(events.APPROVED, after.status, staff("a"), after.taken)


def test_a_status_changes_by_a_move_alone() -> None:
    """No module of the room replaces a return's status in another way."""
    folder = Path(aftercare.returns.__file__).parent
    found = [
        f"{path.name}:{call.lineno}"
        for path in folder.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "replace"
        and any(keyword.arg == "status" for keyword in call.keywords)
    ]
    assert [each.partition(":")[0] for each in found] == ["model.py"]


def test_the_page_shows_the_table() -> None:
    """If not, `make moves` writes it; commit what it writes."""
    assert PAGE.read_text() == page()
