"""Mutants: each replaces one behaviour of the desk with a bug."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from aftercare.desk.model import Channel
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


@_bug_in("hand_over_store.HandOverStore.use")
def a_code_is_never_used_up(_: Behaviour) -> Behaviour:
    return lambda _store, _commit, **_: None


@_bug_in("redeeming.Redeeming._again")
def a_code_that_was_used_opens_the_ticket_once_more(original: Behaviour) -> Behaviour:
    def again(redeeming: Any, by: Any, code: Any) -> Any:
        thread = original(redeeming, by, code)
        act = Act(Verb.HAND_OVER, by, Channel.COUNTER, thread.messages[-1].words)
        return redeeming._added(thread, act)

    return again


@_bug_in("hand_over.HandOver.is_live")
def a_code_is_good_for_ever(_: Behaviour) -> Behaviour:
    return lambda code, _now: code.used_by is None


@_bug_in("hand_over_store.HandOverStore.put")
def a_code_that_was_replaced_still_opens_its_case(original: Behaviour) -> Behaviour:
    def put(store: Any, new: Any, before: Any) -> Any:
        over = before and replace(before, asked_at=before.asked_at - timedelta(hours=1))
        return original(store, new, over)

    return put


@_bug_in("model.TicketEntry.is_human_answer")
def whoever_brings_it_to_a_counter_is_answered(original: Behaviour) -> Behaviour:
    def is_answer(entry: Any) -> bool:
        return bool(original.fget(entry)) or entry.verb is Verb.HAND_OVER

    return property(is_answer)


@_bug_in("walk_ins.form_key")
def a_counters_second_press_opens_a_second_ticket(original: Behaviour) -> Behaviour:
    presses = count()

    def another(member: Any, sent_as: str) -> Any:
        return original(member, f"{sent_as} {next(presses)}")

    return another


@_bug_in("model._OF_CUSTOMERS")
def who_asks_for_a_review_waits_for_nobody(_: Behaviour) -> Behaviour:
    return frozenset({Verb.WRITE})
