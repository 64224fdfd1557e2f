"""Mutants: each replaces one behaviour of returns in several parcels with a bug."""

import itertools
from dataclasses import replace
from typing import Any

from aftercare.returns.model import ParcelWay
from tests.fakes.crashes.planting import Behaviour, Mutant, planter

MUTANTS: list[Mutant] = []
_bug_in = planter("returns", MUTANTS)


@_bug_in("waiting.outstanding")
def it_arrives_with_the_first_parcel(_: Behaviour) -> Behaviour:
    return lambda _ret: ()


@_bug_in("receiving.outstanding", "unpack6")
def a_receipt_of_one_parcel_begins_the_clock(_: Behaviour) -> Behaviour:
    return lambda _ret: ()


@_bug_in("receiving.is_inspected", "check3")
def what_is_awaited_needs_no_inspection(_: Behaviour) -> Behaviour:
    return lambda line: line.inspection is not None or (line.receipt and not line.present)


@_bug_in("receiving.uncounted", "unpack6")
def something_may_always_be_awaited(_: Behaviour) -> Behaviour:
    return lambda _ret: (1,)


@_bug_in("receiving.noted")
def nobody_knows_which_parcel_was_counted(_: Behaviour) -> Behaviour:
    return lambda ret, _way, _parcels: ret


@_bug_in("waiting.asked_to_count", "wait3")
def nobody_is_asked_to_count_again(_: Behaviour) -> Behaviour:
    return lambda ret, _now: ret


@_bug_in("on_the_way.OnTheWay.arrive_if_all", "wait3")
def what_will_not_come_is_waited_for(_: Behaviour) -> Behaviour:
    return lambda self, return_id, **_named: self._any(return_id)


@_bug_in("waiting.given_up", "cancel")
def void_labels_are_waited_for(_: Behaviour) -> Behaviour:
    return lambda ret: ret


@_bug_in("ending.is_any_here", "drop1")
def what_is_here_is_lost_with_the_rest(_: Behaviour) -> Behaviour:
    return lambda _ret: False


@_bug_in("ending.not_lost", "reopen")
def what_was_lost_is_lost_for_ever(_: Behaviour) -> Behaviour:
    return lambda ret: ret


@_bug_in("labelled.LabelledService._expire_parcel", "wait3")
def an_unused_label_never_ends(_: Behaviour) -> Behaviour:
    return lambda self, return_id, *_values: self._any(return_id)


@_bug_in("labelled.warned_of", "wait2")
def a_warning_of_a_label_is_not_remembered(_: Behaviour) -> Behaviour:
    drawn = itertools.count()
    return lambda *_of: str(next(drawn))


@_bug_in("waiting.noted")
def older_news_replaces_newer(noted: Behaviour) -> Behaviour:
    def forgetful(ret: Any, way: ParcelWay, parcels: Any) -> Any:
        return noted(replace(ret, ways={}), way, parcels) if ret.parcels > 1 else ret

    return forgetful


@_bug_in("receiving._inspection", "check3")
def what_is_awaited_is_inspected(inspection: Behaviour) -> Behaviour:
    def unaware(ret: Any, line_id: str, *values: Any) -> Any:
        lines = tuple(
            replace(line, receipt=line.receipt._replace(units={"received": line.present}))
            if line.receipt and line.line_id == line_id
            else line
            for line in ret.lines
        )
        return inspection(replace(ret, lines=lines), line_id, *values)

    return unaware
