"""Mutants: each replaces one behaviour of the points room with a bug."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

from aftercare.points.model import Account, AccountStatus, Allocation, latest, minus, plus, soonest
from aftercare.points.posting import Reversal
from aftercare.points.rules import RuleBook
from tests.fakes.crashes.planting import Behaviour, Mutant, nothing, planter

_DAY = timedelta(days=1)
# Before every day of a test, and after the first of the calendar: days are taken off it.
_LONG_AGO = date(2000, 1, 1)
MUTANTS: list[Mutant] = []
_bug_in = planter("points", MUTANTS)
SOUND = Mutant("points.model.Account.take_back", nothing)


def _parts(points: Any, today: date) -> tuple[dict[date, int], dict[date, int]]:
    """The points that are past, and the others."""
    past = {due: count for due, count in points.items() if due < today}
    return past, minus(points, past)


# ---------------------------------------------------------------- days and rules


@_bug_in("model.Account.live")
def a_lot_is_gone_on_its_last_day(live: Behaviour) -> Behaviour:
    return lambda self, today: {
        due: points for due, points in live(self, today).items() if due > today
    }


@_bug_in("model.Account.past")
def the_run_takes_what_is_due_today(past: Behaviour) -> Behaviour:
    return lambda self, today: past(self, today + _DAY)


@_bug_in("rules.Rules.due_day")
def points_live_a_day_longer(due_day: Behaviour) -> Behaviour:
    return lambda self, moment: due_day(self, moment) + _DAY


@_bug_in("rules.Rules.day_of")
def days_are_counted_in_utc(_: Behaviour) -> Behaviour:
    return lambda _self, moment: moment.astimezone(UTC).date()


@_bug_in("journal.Journal._operation")
def a_change_of_rules_applies_backwards(operation: Behaviour) -> Behaviour:
    def by_the_rules_of_now(self: Any, request: Any) -> Any:
        made = operation(self, request)
        return replace(made, rules=self.rules.at(made.recorded_at))

    return by_the_rules_of_now


@_bug_in("earning.EarningService._claw_back")
def a_refund_counts_by_todays_rules(claw_back: Behaviour) -> Behaviour:
    class TodaysRules(RuleBook):
        now: Any = None

        def version(self, version: str) -> Any:
            del version
            return self.at(type(self).now)

    def by_todays_rules(self: Any, *values: Any) -> Any:
        TodaysRules.now = self.journal.clock()
        journal = replace(self.journal, rules=TodaysRules(self.journal.rules.versions))
        return claw_back(replace(self, journal=journal), *values)

    return by_todays_rules


# ---------------------------------------------------------------- debts


@_bug_in("model.Account.add")
def earnings_pay_no_debt(add: Behaviour) -> Behaviour:
    def only_their_own(self: Account, points: Any, today: date) -> Any:
        past, live = _parts(points, today)
        before, gone = add(self, past, today)
        after, kept = add(replace(before, debts={}), live, today)
        after = replace(after, debts=before.debts)
        return after, Allocation(kept.lots, gone.past, gone.debt)

    return only_their_own


@_bug_in("model.Account.add")
def the_debt_is_paid_and_the_lot_kept(add: Behaviour) -> Behaviour:
    def both(self: Account, points: Any, today: date) -> Any:
        after, allocation = add(self, points, today)
        _, live = _parts(points, today)
        return replace(after, lots=plus(self.lots, live)), replace(allocation, lots=live)

    return both


@_bug_in("model.Account.add")
def past_points_do_not_pay_the_debt_they_left(add: Behaviour) -> Behaviour:
    def only_live_ones(self: Account, points: Any, today: date) -> Any:
        past, live = _parts(points, today)
        before, gone = add(replace(self, debts={}), past, today)
        after, kept = add(replace(before, debts=self.debts), live, today)
        return after, Allocation(kept.lots, gone.past, kept.debt)

    return only_live_ones


@_bug_in("model.Account.take_back")
def lets_the_debt_go(take_back: Behaviour) -> Behaviour:
    def without_debt(self: Account, *values: Any) -> Any:
        after, allocation = take_back(self, *values)
        return replace(after, debts=self.debts), replace(allocation, debt=0)

    return without_debt


@_bug_in("ledger.claw_back")
def a_closed_account_owes(claw_back: Behaviour) -> Behaviour:
    def with_debt(account: Any, operation: Any, amendment: Any, **named: Any) -> Any:
        posting = claw_back(account, operation, amendment, **named)
        if account.status is not AccountStatus.CLOSED:
            return posting
        due = amendment.entry.due_now or operation.today
        owing, _ = account.take_back(amendment.points, due, operation.today)
        return replace(posting, account=replace(posting.account, debts=owing.debts))

    return with_debt


# ---------------------------------------------------------------- spending


@_bug_in("model.Account.take")
def spends_what_is_due_last(take: Behaviour) -> Behaviour:
    def latest_first(self: Account, points: int, today: date) -> Any:
        take(self, points, today)
        taken = latest(self.live(today), points)
        return replace(self, lots=minus(self.lots, taken)), taken

    return latest_first


@_bug_in("model.Account.take")
def spends_more_than_there_is(_: Behaviour) -> Behaviour:
    def without_asking(self: Account, points: int, today: date) -> Any:
        taken = soonest(self.live(today), points)
        return replace(self, lots=minus(self.lots, taken)), taken

    return without_asking


# ---------------------------------------------------------------- reversals


@_bug_in("ledger.latest")
def reverses_to_the_soonest_lots(_: Behaviour) -> Behaviour:
    return soonest


@_bug_in("ledger.reverse")
def reverses_as_if_earned_today(reverse: Behaviour) -> Behaviour:
    def to_a_new_lot(account: Any, operation: Any, spent: Any, points: int) -> Any:
        due = operation.rules.due_day(operation.recorded_at)
        posting = reverse(account, operation, replace(spent, lots={due: spent.points}), points)
        return replace(posting, reversals=(Reversal(spent, points),))

    return to_a_new_lot


@_bug_in("ledger.reverse")
def reverses_twice(reverse: Behaviour) -> Behaviour:
    return lambda *values: replace(reverse(*values), reversals=())


@_bug_in("model.Account.add")
def puts_past_points_back(add: Behaviour) -> Behaviour:
    return lambda self, points, _today: add(self, points, _LONG_AGO)


@_bug_in("ledger._lapse")
def tells_nobody_what_lapsed(_: Behaviour) -> Behaviour:
    return lambda _operation, _allocation: None


# ---------------------------------------------------------------- clawbacks


@_bug_in("ledger.correction")
def claws_back_twice(correction: Behaviour) -> Behaviour:
    return lambda earned, right, today: correction(replace(earned, reversed_points=0), right, today)


@_bug_in("posting.Reversal.after")
def forgets_what_was_refunded_before(after: Behaviour) -> Behaviour:
    return property(lambda self: replace(after.fget(self), refunded=self.refunded))


@_bug_in("model.Account.lost")
def claws_back_what_expired_once_more(_: Behaviour) -> Behaviour:
    return property(lambda _self: {})


@_bug_in("model.Account.take_back")
def claws_back_from_any_lot_first(take_back: Behaviour) -> Behaviour:
    def from_others(self: Account, points: int, due: date, today: date) -> Any:
        if due < today:
            return take_back(self, points, due, today)
        after, allocation = take_back(self, points, date.max, today)
        new = {due: allocation.debt} if allocation.debt else {}
        return replace(after, debts=plus(self.debts, new)), allocation

    return from_others


@_bug_in("model.Account.take_back")
def forgets_what_other_lots_gave(take_back: Behaviour) -> Behaviour:
    def without_loans(self: Account, *values: Any) -> Any:
        after, allocation = take_back(self, *values)
        return replace(after, loans=self.loans), allocation

    return without_loans


@_bug_in("intake.Intake._keep_what_is_due_later")
def keeps_what_is_due_sooner(_: Behaviour) -> Behaviour:
    return lambda _self, _waiting: None


# ---------------------------------------------------------------- edits


@_bug_in("purchases._move")
def points_stay_on_the_day_of_the_edit(_: Behaviour) -> Behaviour:
    return lambda *_values: None


@_bug_in("ledger.edit_up")
def an_edit_earns_as_if_bought_today(edit_up: Behaviour) -> Behaviour:
    def today(account: Any, operation: Any, amendment: Any, _due: date) -> Any:
        day = operation.rules.due_day(operation.recorded_at)
        return edit_up(account, operation, amendment, day)

    return today


@_bug_in("purchases.Worth.points_after")
def an_edit_forgets_what_was_refunded(points_after: Behaviour) -> Behaviour:
    return lambda self, _returned: points_after(self, 0)


# ---------------------------------------------------------------- holds and closed accounts


@_bug_in("ledger.release")
def releases_a_hold_twice(release: Behaviour) -> Behaviour:
    def keeping_it(account: Any, operation: Any, held: Any) -> Any:
        posting = release(account, operation, held)
        return replace(posting, account=replace(posting.account, holds=account.holds))

    return keeping_it


@_bug_in("ledger.capture")
def keeps_the_rest_of_a_hold(capture: Behaviour) -> Behaviour:
    def all_of_it(account: Any, operation: Any, held: Any, points: int) -> Any:
        capture(account, operation, held, points)
        posting = capture(account, operation, held, held.points)
        spent = soonest(posting.entry.lots, points)
        return replace(posting, entry=replace(posting.entry, points=points, lots=spent))

    return all_of_it


@_bug_in("model.Account.overdue")
def ends_a_hold_before_its_time(_: Behaviour) -> Behaviour:
    return lambda self, _now: sorted(self.holds)


@_bug_in("ledger.extend")
def an_extended_hold_never_ends(extend: Behaviour) -> Behaviour:
    def without_longest(account: Any, operation: Any, held: Any) -> Any:
        return extend(account, operation, replace(held, recorded_at=operation.recorded_at))

    return without_longest


@_bug_in("ledger._timers")
def no_timer_is_set_for_an_end(_: Behaviour) -> Behaviour:
    return lambda _before, _after: ()


@_bug_in("model.Account.close")
def closing_spares_what_is_held(close: Behaviour) -> Behaviour:
    return lambda self: replace(close(self), holds=self.holds)


@_bug_in("closing.MemberOrders.require_none_active")
def closing_is_allowed_with_active_orders(_: Behaviour) -> Behaviour:
    return lambda _self: None


# ---------------------------------------------------------------- repeats, claims, what goes along


@_bug_in("journal.Journal.post")
def the_content_of_a_repeat_is_ignored(post: Behaviour) -> Behaviour:
    def whatever_it_says(self: Any, request: Any, decide: Any, proof: Any = None) -> Any:
        stored = self.store.entry(request.member_id, request.operation_id)
        request = replace(request, digest=stored.digest) if stored else request
        return post(self, request, decide, proof)

    return whatever_it_says


@_bug_in("journal.Journal._require_unused")
def the_body_under_a_key_is_ignored(_: Behaviour) -> Behaviour:
    return lambda self, request: not (request.key and self.store.answered(request.key))


@_bug_in("ledger.earn")
def two_members_earn_by_one_receipt(earn: Behaviour) -> Behaviour:
    return lambda *values: replace(earn(*values), claims=False)


@_bug_in("ledger.earn")
def no_run_is_told_of_a_lot(earn: Behaviour) -> Behaviour:
    return lambda *values: replace(earn(*values), marker=None)


@_bug_in("ledger._posting")
def long_expired_points_are_forgotten(posting: Behaviour) -> Behaviour:
    return lambda *values, **named: replace(posting(*values, **named), settled=())


@_bug_in("reading.page_of")
def the_statement_leaves_out_expiries(page_of: Behaviour) -> Behaviour:
    return lambda entries, _expiries, before, limit: page_of(entries, [], before, limit)


@_bug_in("reading.page_of")
def a_page_begins_where_the_last_one_ended(page_of: Behaviour) -> Behaviour:
    return lambda entries, expiries, before, limit: page_of(entries, expiries, f"{before}\0", limit)
