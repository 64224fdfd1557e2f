"""Mutants: each replaces one behaviour of returns, from the submission to the end, with a bug."""

from dataclasses import replace
from typing import Any

from aftercare.kernel.actor import system
from aftercare.returns import events
from aftercare.returns.arrivals import Condition, Inspection
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.policy import Remedy
from aftercare.returns.settlement import SettlementState
from tests.fakes.crashes.planting import Behaviour, Mutant, nothing, planter

MUTANTS: list[Mutant] = []
_bug_in = planter("returns", MUTANTS)
SOUND = Mutant("returns.store.ReturnStore.release", nothing)

# Units.


@_bug_in("store.ReturnStore.release", "cancel")
def what_ends_a_return_frees_no_units(release: Behaviour) -> Behaviour:
    return lambda self, after, entry, _lines: release(self, after, entry, ())


@_bug_in("store.ReturnStore.release", "cancel")
def what_ends_a_return_frees_only_its_first_line(release: Behaviour) -> Behaviour:
    return lambda self, after, entry, lines: release(self, after, entry, tuple(lines)[:1])


@_bug_in("service.ReturnService.cancel", "cancel")
def each_cancel_frees_the_units_again(cancel: Behaviour) -> Behaviour:
    def freeing(self: Any, email_key: str, return_id: str, *, actor: Any) -> Any:
        is_again = self._any(return_id).status is ReturnStatus.CANCELLED
        after = cancel(self, email_key, return_id, actor=actor)
        if is_again:
            entry = self._entry(after, events.CANCELLED, actor)
            self.store.release(after, entry, after.lines)
        return after

    return freeing


@_bug_in("store.ReturnStore.reopen", "wait3")
def what_comes_back_late_does_not_hold_its_units(reopen: Behaviour) -> Behaviour:
    del reopen
    return lambda self, after, entry, *timers, key=None: self.advance(
        after, entry, *timers, key=key
    )


@_bug_in("receiving.contested", "cancel")
def a_receipt_does_not_see_that_others_have_the_units(_: Behaviour) -> Behaviour:
    return lambda *_values: 0


@_bug_in("on_the_way.contested", "cancel")
def a_scan_does_not_see_that_others_have_the_units(_: Behaviour) -> Behaviour:
    return lambda *_values: 0


@_bug_in("resolving.closed", "inspect2")
def a_close_keeps_what_was_rejected(closed: Behaviour) -> Behaviour:
    def keeping(ret: Return, verb: Any) -> Any:
        after = closed(ret, verb)
        return replace(after, lines=tuple(replace(each, kept=each.units) for each in after.lines))

    return keeping


@_bug_in("resolving.freed_by", "inspect2")
def a_close_frees_nothing(_: Behaviour) -> Behaviour:
    return lambda _before, _after: {}


@_bug_in("asking_store.AskingStore.step", "inspect2")
def a_close_frees_each_unit_twice(step: Behaviour) -> Behaviour:
    def twice(self: Any, after: Any, entry: Any, beside: Any, freed: Any = None) -> Any:
        return step(
            self, after, entry, beside, {key: 2 * count for key, count in (freed or {}).items()}
        )

    return twice


# What came.


@_bug_in("receiving._receipts")
def a_receipt_may_have_more_units_than_were_expected(receipts: Behaviour) -> Behaviour:
    def more(ret: Any, came: Any) -> Any:
        told = receipts(ret, came)
        return {
            key: ({**units, Condition.LOST: 1}, serials) for key, (units, serials) in told.items()
        }

    return more


@_bug_in("receiving._inspection", "inspect3")
def an_inspection_takes_back_more_than_came(_: Behaviour) -> Behaviour:
    def unlimited(ret: Any, _line_id: str, found: Any, actor: Any) -> Any:
        units, grade, disposition, code, words = found
        return Inspection(units, grade, disposition, code, words, actor, ret.submitted_at)

    return unlimited


@_bug_in("receiving.is_inspected", "inspect6")
def one_line_is_enough_of_an_inspection(_: Behaviour) -> Behaviour:
    return lambda _line: True


@_bug_in("receiving._received", "inspect6")
def a_receipt_is_changed_after_its_inspection(_: Behaviour) -> Behaviour:
    return lambda line, receipt: replace(line, receipt=receipt, inspection=None)


@_bug_in("key_store.KeyStore.put")
def a_requests_key_is_not_kept(_: Behaviour) -> Behaviour:
    return lambda *_values, **_named: None


@_bug_in("key_store.KeyStore.keep", "receive4")
def the_key_of_what_was_known_is_not_kept(_: Behaviour) -> Behaviour:
    return lambda *_values, **_named: None


@_bug_in("receiving.ReceivingService._done", "inspect3")
def a_repeated_request_gets_the_answer_of_today(done: Behaviour) -> Behaviour:
    def of_today(self: Any, ret: Any, key: Any) -> Any:
        found = done(self, ret, key)
        return found and found._replace(status=ret.status)

    return of_today


# The promise and the timers.


@_bug_in("receiving.arrived", "receive3")
def a_receipt_begins_the_promise_again(arrived: Behaviour) -> Behaviour:
    return lambda ret, order, now: arrived(replace(ret, arrived_at=None, promise=None), order, now)


@_bug_in("promising.arrived", "arrive")
def a_parcel_that_its_carrier_brings_is_promised_nothing(_: Behaviour) -> Behaviour:
    return lambda ret, _order, now: replace(ret, arrived_at=now)


@_bug_in("receiving.timers_of", "receive1")
def a_receipt_sets_no_timer(_: Behaviour) -> Behaviour:
    return lambda _ret, _order: ()


@_bug_in("promising.timers_of", "arrive")
def an_arrival_sets_no_timer(_: Behaviour) -> Behaviour:
    return lambda _ret, _order: ()


@_bug_in("labelled.LabelledService.warn_of_expiry", "wait2")
def a_warning_is_not_remembered(warn: Behaviour) -> Behaviour:
    def forgetful(self: Any, return_id: str, *values: Any, **named: Any) -> Any:
        after = warn(self, return_id, *values, **named)
        if after.reminded and after.status is ReturnStatus.LABEL_READY:
            after = replace(after, reminded=(), version=self.store.get(return_id).version)
            self.store.save_claim(after)
        return after

    return forgetful


# The table.


@_bug_in("store.entry_columns")
def entries_have_the_wrong_actor(columns: Behaviour) -> Behaviour:
    return lambda entry: columns(replace(entry, actor=system("returns_worker")))


@_bug_in("store._entry_key")
def a_step_takes_the_number_of_the_next(entry_key: Behaviour) -> Behaviour:
    return lambda version: entry_key(version + 1)


@_bug_in("resolving.require", "resolve2")
def every_member_of_staff_may_settle(_: Behaviour) -> Behaviour:
    return lambda _member, _verb: None


@_bug_in("resolving.settlement_of")
def everything_costs_twice_as_much(settlement_of: Behaviour) -> Behaviour:
    def double(*values: Any) -> Any:
        made = settlement_of(*values)
        lines = {
            key: line._replace(net=2 * line.net, tax=2 * line.tax)
            for key, line in made.lines.items()
        }
        return made._replace(lines=lines)

    return double


@_bug_in("settling.answered", "pay1")
def a_part_settles_the_whole(answered: Behaviour) -> Behaviour:
    def whole(settlements: Any, order: Any, ticket: str) -> Any:
        told = answered(settlements, order, ticket)
        if any(each.ticket == ticket for each in order.refunds.values()):
            return tuple(each._replace(state=SettlementState.SETTLED) for each in told)
        return told

    return whole


@_bug_in("settling.answered")
def refunds_settle_nothing(_: Behaviour) -> Behaviour:
    return lambda settlements, _order, _ticket: settlements


@_bug_in("settling.is_done", "pay1")
def a_return_is_closed_by_the_first_answer(_: Behaviour) -> Behaviour:
    return lambda _ret: True


# Taken up again.


@_bug_in("asking_store.AskingStore.take_again", "reopen")
def what_is_taken_up_does_not_hold_its_units(_: Behaviour) -> Behaviour:
    return lambda self, after, entry, beside, *_limits: self.step(after, entry, beside)


@_bug_in("ending._missing", "reopen")
def what_is_taken_up_holds_twice_what_was_kept(_: Behaviour) -> Behaviour:
    return lambda _before, after: {line.line_id: line.units for line in after.lines}


@_bug_in("ending._undecided", "reopen")
def what_is_taken_up_counts_as_inspected(_: Behaviour) -> Behaviour:
    return lambda line: line


@_bug_in("asking_store.AskingStore.take_again", "reopen")
def what_is_taken_up_forgets_what_was_asked_for(take_again: Behaviour) -> Behaviour:
    return lambda self, after, *values: take_again(self, replace(after, settlements=()), *values)


@_bug_in("ending.require", "reopen1")
def every_member_of_staff_may_reopen(_: Behaviour) -> Behaviour:
    return lambda _member, _verb: None


@_bug_in("ending.EndingService._limits", "reopen")
def who_reopens_does_not_see_that_others_have_the_units(_: Behaviour) -> Behaviour:
    return lambda _self, ret: {line.line_id: 99 for line in ret.lines}


# What a customer gets instead of the money.


@_bug_in("remedies._difference", "exchange")
def a_dearer_item_costs_nothing_more(difference: Behaviour) -> Behaviour:
    return lambda worths, item: (difference(worths, item)[0], 0)


@_bug_in("remedies._difference", "exchange")
def who_takes_a_cheaper_item_gets_everything_back(difference: Behaviour) -> Behaviour:
    return lambda worths, item: (worths, difference(worths, item)[1])


@_bug_in("remedies._difference", "exchange1")
def the_tax_of_the_other_item_is_paid_twice(difference: Behaviour) -> Behaviour:
    return lambda worths, item: difference(worths, item._replace(tax=2 * item.tax))


@_bug_in("resolving.stated", "exchange1")
def the_shop_is_not_told_what_is_due(stated: Behaviour) -> Behaviour:
    return lambda settlement: {**stated(settlement), "due": "0"}


@_bug_in("resolving.REQUESTS", "credit")
def credit_is_asked_for_as_money(requests: Behaviour) -> Behaviour:
    return {**requests, Remedy.STORE_CREDIT: events.REFUND_REQUESTED}


@_bug_in("answers._sent", "exchange")
def money_settles_what_is_still_to_be_sent(_: Behaviour) -> Behaviour:
    return lambda settlements, _order, _ticket: {each.settlement_id for each in settlements}


@_bug_in("answers._sent", "resolve5")
def a_parcel_answers_each_request_for_the_line(sent: Behaviour) -> Behaviour:
    def alone(settlements: Any, order: Any, ticket: str) -> set[str]:
        return {each.settlement_id for each in settlements if sent([each], order, ticket)}

    return alone


@_bug_in("answers._is_asked_again", "credit")
def late_money_settles_what_was_asked_for_again(_: Behaviour) -> Behaviour:
    return lambda _settlement, _told: False
