"""Mutants: each replaces one behaviour of the desk with a bug."""

from typing import Any

from aftercare.desk.moves import Verb
from aftercare.desk.steps import Act
from tests.fakes.crashes.planting import Behaviour, Mutant, planter

MUTANTS: list[Mutant] = []
_bug_in = planter("desk", MUTANTS)


@_bug_in("store.TicketStore.taken")
def nobody_remembers_that_a_message_came(_: Behaviour) -> Behaviour:
    return lambda _store, _key: ""


@_bug_in("steps.looked_at")
def nobody_looks_again(_: Behaviour) -> Behaviour:
    return lambda thread, _now, **_: (thread, None)


@_bug_in("keeping.TicketKeeping._later")
def a_look_leads_to_no_other(_: Behaviour) -> Behaviour:
    return lambda _keeping, _thread, _now: None


@_bug_in("store.queue_of")
def whoever_waits_for_a_third_party_is_in_no_queue(original: Behaviour) -> Behaviour:
    def queue(state: Any) -> Any:
        return None if state == "waiting_third" else original(state)

    return queue


@_bug_in("steps._settled")
def the_stored_state_is_never_that_of_the_entries(_: Behaviour) -> Behaviour:
    return lambda thread: thread


@_bug_in("keeping._due")
def nothing_is_ever_over(_: Behaviour) -> Behaviour:
    return lambda _thread, _now: None


@_bug_in("keeping.TicketKeeping.follow")
def whoever_wrote_is_told_each_time(original: Behaviour) -> Behaviour:
    def twice(keeping: Any, ticket_id: str, *, actor: Any) -> None:
        original(keeping, ticket_id, actor=actor)
        thread = keeping._thread(keeping.store.get(ticket_id))
        if thread.clocks.state != "closed":
            keeping._added(thread, Act(Verb.ACKNOWLEDGE, actor, thread.ticket.channel))

    return twice


@_bug_in("steps.TicketSteps._current")
def whoever_finds_a_merged_ticket_stays_there(_: Behaviour) -> Behaviour:
    return lambda steps, ticket_id: steps.store.get(ticket_id)


@_bug_in("store.TicketStore.merge")
def a_ticket_takes_in_another_that_knows_nothing_of_it(_: Behaviour) -> Behaviour:
    return lambda store, winner, _loser: store.add(winner)


@_bug_in("clocks._awaited")
def what_waits_in_the_other_ticket_is_forgotten(_: Behaviour) -> Behaviour:
    return lambda clocks, _loser, _joined, _terms: clocks.responses


@_bug_in("merging._by_opening")
def whoever_was_opened_last_goes_on(original: Behaviour) -> Behaviour:
    def latest(ticket: Any) -> Any:
        opened_at, ticket_id = original(ticket)
        return -opened_at.timestamp(), ticket_id

    return latest


@_bug_in("clocks.undone_in")
def what_was_undone_counts_on(_: Behaviour) -> Behaviour:
    return lambda _entries: frozenset()
