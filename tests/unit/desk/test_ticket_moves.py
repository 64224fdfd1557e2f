"""The table of a ticket's moves: what may be done to it, when and by whom (R-DSK-10)."""

from collections import Counter

import pytest

from aftercare.desk import moves
from aftercare.desk.moves import MOVES, UNRESOLVED, MoveRefusedError, Party, TicketState, Verb
from aftercare.desk.queues import queue_of
from aftercare.kernel.actor import CUSTOMER, client, operator, staff, system

S = TicketState
AGENT, SWEEPER, STORE = staff("usr_1"), system("desk_worker"), client("cli_1")


@pytest.mark.parametrize("verb", Verb, ids=str)
@pytest.mark.parametrize("state", [None, *TicketState], ids=str)
def test_a_verb_that_the_table_does_not_have_is_refused_with_both_named(
    state: TicketState | None, verb: Verb
) -> None:
    if any(move.verb is verb and state in move.before for move in MOVES):
        assert moves.moved(state, verb) in TicketState
        return
    with pytest.raises(MoveRefusedError) as refused:
        moves.moved(state, verb)
    assert (refused.value.state, refused.value.verb) == (state, verb)
    assert refused.value.facts == {"ticket_state": state or "not there", "verb": verb}
    assert f"“{state or 'not there'}” takes no “{verb}”" in str(refused.value)


def test_a_verb_and_a_state_have_one_row() -> None:
    rows = Counter((move.verb, state) for move in MOVES for state in move.before)
    assert set(rows.values()) == {1}


def test_every_state_is_reached_and_every_state_but_the_last_ones_is_left() -> None:
    reached = {move.after for move in MOVES if move.after}
    left = {before for move in MOVES for before in move.before if move.after not in {None, before}}
    assert reached == set(TicketState)
    assert set(TicketState) - left == {S.CLOSED, S.MERGED}


def test_every_verb_is_somebodys() -> None:
    assert {move.verb for move in MOVES} == set(Verb)
    assert all(move.by for move in MOVES)
    assert {party for move in MOVES for party in move.by} == set(Party)


@pytest.mark.parametrize("state", TicketState, ids=str)
def test_an_open_ticket_is_in_one_queue_and_no_other_ticket_is(state: TicketState) -> None:
    is_open = state in UNRESOLVED or state is S.REPLIED
    assert (queue_of(state) is not None) is is_open


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([Verb.OPEN], S.NEW),
        ([Verb.OPEN, Verb.ACKNOWLEDGE], S.NEW),
        ([Verb.OPEN, Verb.TAKE], S.OPEN),
        ([Verb.OPEN, Verb.ASK, Verb.WRITE], S.OPEN),
        ([Verb.OPEN, Verb.AWAIT_THIRD, Verb.WRITE], S.WAITING_THIRD),
        ([Verb.OPEN, Verb.ESCALATE, Verb.ESCALATE_FURTHER, Verb.REPLY], S.LEGAL),
        ([Verb.OPEN, Verb.RESOLVE, Verb.WRITE], S.REPLIED),
        ([Verb.OPEN, Verb.RESOLVE, Verb.WRITE, Verb.REPLY], S.RESOLVED),
        ([Verb.OPEN, Verb.RESOLVE, Verb.WRITE, Verb.NO_ACTION, Verb.CLOSE], S.CLOSED),
        ([Verb.OPEN, Verb.RESOLVE, Verb.REOPEN], S.OPEN),
    ],
)
def test_where_a_ticket_goes(steps: list[Verb], state: TicketState) -> None:
    found: TicketState | None = None
    for verb in steps:
        found = moves.moved(found, verb)
    assert found is state


def test_a_closed_ticket_takes_nothing_but_notes_and_what_nobody_proved() -> None:
    taken = {move.verb for move in MOVES if S.CLOSED in move.before}
    assert taken == {Verb.NOTE, Verb.UNCONFIRMED}


def test_an_entry_is_held_against_its_row() -> None:
    moves.require_entry(S.OPEN, Verb.REPLY, AGENT, is_public=True)
    moves.require_entry(None, Verb.OPEN, STORE, is_public=True)
    moves.require_entry(S.WAITING_CUSTOMER, Verb.RESOLVE, SWEEPER, is_public=True)
    with pytest.raises(ValueError, match="not for customer"):
        moves.require_entry(S.OPEN, Verb.REPLY, CUSTOMER, is_public=True)
    with pytest.raises(ValueError, match="not for operator"):
        moves.require_entry(S.OPEN, Verb.NOTE, operator("ops"), is_public=False)
    with pytest.raises(ValueError, match="not for system"):
        moves.require_entry(S.OPEN, Verb.RESOLVE, SWEEPER, is_public=True)
    with pytest.raises(ValueError, match="note is internal"):
        moves.require_entry(S.OPEN, Verb.NOTE, AGENT, is_public=True)
    with pytest.raises(ValueError, match="reply is public"):
        moves.require_entry(S.OPEN, Verb.REPLY, AGENT, is_public=False)
    with pytest.raises(MoveRefusedError):
        moves.require_entry(S.CLOSED, Verb.REPLY, AGENT, is_public=True)


def test_a_ticket_is_resolved_only_after_a_person_has_answered() -> None:
    """So no first response is open when a ticket is resolved."""
    for move in MOVES:
        if move.after is S.RESOLVED and S.NEW in move.before:
            assert move.by == {Party.STAFF}
            assert move.is_public
