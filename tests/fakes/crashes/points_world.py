"""Two members' points among rivals, faults and queues, each with a purse of expected points."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import product

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.due.model import Timer
from aftercare.kernel.errors import AftercareError
from aftercare.points.audit import audit
from aftercare.points.ledger import HOLD_DUE
from aftercare.points.model import shard_of
from aftercare.points.posting import Kind, LedgerEntry
from tests.fakes.crashes.faults import CrashError, Fault, Plan
from tests.fakes.crashes.points_acts import (
    ADJUSTMENTS,
    HOLDS,
    KEYED,
    LIFETIME,
    MEMBERS,
    NEXT,
    REFUNDS,
    SPENDS,
    ZONE,
    Act,
    Acts,
    Meaning,
    number_of,
)
from tests.fakes.points import BY_CLOCK
from tests.fakes.points_room import CHANGED, UNITS
from tests.fakes.purse import LAPSED, Purse, RefusedError


class World(Acts):
    """The acts of two members, with checks after each.

    Where reading takes long, only a `thorough` world is checked in full after each step.
    """

    def play(self, act: Act, fault: Fault, write: int, rival: Act) -> None:
        """One act with its fault; the fault's exception ends the process."""

        def act_of_rival() -> None:
            with suppress(AftercareError):
                self.do(rival)

        plan = Plan(fault, write, act_of_rival)
        died = suppress(CrashError, AftercareError, BotoCoreError, PynamoDBException)
        with died, self.sabotage.during(plan):
            self.do(act)
        self.played[fault.name] += plan.struck

    def play_calmly(self, act: Act) -> None:
        """An act without a fault is refused only if the purse refuses it, too."""
        verb, who, which = act
        was_closed = self.purses[MEMBERS[who]].closed
        try:
            self.do(act)
        except AftercareError as error:
            self.played[error.code] += 1
            self._check_refusal(verb, MEMBERS[who], which, error.code)
        else:
            self.played[verb] += 1
            if verb in {"order", "edit", "deliver", "settle"}:
                self._check_order(MEMBERS[who])
            assert verb != "close" or was_closed or not self._is_active(MEMBERS[who])

    def possible(self) -> list[Act]:
        """The acts that can follow the previous ones."""
        acts = [act for act in self.done.values() if act]
        next_acts = [(verb, who, which) for name, who, which in acts for verb in NEXT.get(name, ())]
        orders = {who for verb, who, _ in acts if verb in {"order", "settle"}}
        return next_acts + [("order", who, which) for who in sorted(orders) for which in REFUNDS]

    def check(self) -> None:
        """Every member's ledger adds up, and agrees with the purse."""
        for who in MEMBERS:
            self._catch_up(who)
            if self.thorough:
                self._check(who)

    def recover(self) -> None:
        """Everything is requested again: the answers and the books stay the same."""
        for place in range(len(MEMBERS)):
            self.play_calmly(("settle", place, 0))
        self.check()
        for act in [act for act in self.done.values() if act]:
            try:
                self.do(act)
            except AftercareError as error:
                raise AssertionError(f"{act} was done, and is refused") from error
        self.thorough = True
        self.check()
        earned = [name for _, name in self.done if name.startswith(("earn#", "review#"))]
        assert len(set(earned)) == len(earned), "a purchase earned twice"
        for who, which in product(MEMBERS, KEYED):
            both = {(who, f"spend#ac_1#{name}{which}") for name in "sk"}
            assert not both <= self.done.keys(), "two spends under one key"
        for who in MEMBERS:
            self._check_statement(who)
            self._check_notices(who)
            if self.purses[who].closed:
                assert not self.counter.members.get(who).is_open

    def _is_active(self, who: str) -> bool:
        """Whether an event of the member's order is outstanding."""
        order = self.counter.orders.get(number_of(who))
        return bool(order.paid_at and not order.delivered_at and self._left(order.order_number))

    def _check_order(self, who: str) -> None:
        """Once an order is settled, its points are those of what was paid for it in the end."""
        number, account = number_of(who), self.counter.store.account(who)
        earned = self.counter.store.entry(who, f"earn#{number}")
        paid_at = self.counter.orders.get(number).first_paid_at
        if earned is None or paid_at is None or account.status == "closed":
            return
        if earned.due_now < self._today() - timedelta(days=400):
            return  # the books of that day are closed
        first = paid_at.astimezone(ZONE).date()
        assert earned.due_now == first + LIFETIME or not earned.credited
        assert earned.credited == self._left(number) // UNITS[first >= CHANGED]

    def _catch_up(self, who: str) -> None:
        """Applies the ledger's new operations to the purse, in the ledger's order."""
        version = self.counter.store.account(who).version
        if self.versions.get(who) == version:
            return
        self.versions[who] = version
        entries = [entry for entry in self.counter.store.entries(who) if entry.kind != "expired"]
        places = [entry.sequence for entry in entries]
        assert len(set(places)) == len(places), "two operations made the same version"
        new = [entry for entry in entries if (who, entry.operation_id) not in self.done]
        for entry in sorted(new, key=lambda entry: int(entry.sequence)):
            key, today = (who, entry.operation_id), entry.recorded_at.astimezone(ZONE).date()
            meaning = self.meant.get(key) or self._followed(who, entry)
            self.done[key] = self.acts.get(key, ("settle", MEMBERS.index(who), 0))
            try:
                meaning(self.purses[who], today)
            except RefusedError as error:
                raise AssertionError(f"{entry.operation_id}: {error.code}") from error
            self._keep_time(self.purses[who], entry)

    def _keep_time(self, purse: Purse, entry: LedgerEntry) -> None:
        """Holds have an end, an extension puts it off, and no hold is ended before it."""
        if entry.kind is Kind.HOLD:
            purse.set_aside(entry.recorded_at, entry.operation_id)
            assert entry.until == purse.held_until[entry.operation_id]
        elif entry.kind is Kind.EXTEND:
            purse.set_aside_longer(entry.recorded_at, entry.of)
            assert entry.until == purse.held_until[entry.of]
        elif entry.kind is Kind.RELEASE and entry.actor == BY_CLOCK:
            assert entry.recorded_at >= purse.held_until[entry.of], "ended before its time"
            self.played["time over"] += 1

    def _followed(self, who: str, entry: LedgerEntry) -> Meaning:
        """The effect of an entry that follows an order; `_check_order` checks its points."""
        order = who, entry.of or entry.operation_id
        assert order[1] == f"earn#{number_of(who)}"
        if entry.kind in {Kind.EARN, Kind.EDIT_UP}:
            paid_at = self.counter.orders.get(number_of(who)).first_paid_at
            assert entry.due
            assert paid_at
            due, first = entry.due, paid_at.astimezone(ZONE).date() + LIFETIME
            assert due == self.dues.get(order, due) or due == first, "an edit has the order's day"
            self.dues[order] = due
            return lambda purse, today: purse.bonus(today, due, entry.points)
        assert entry.kind in {Kind.CLAWBACK, Kind.EDIT_DOWN}
        due = self.dues[order]
        return lambda purse, today: purse.take_back(today, due, entry.points)

    def _check(self, who: str) -> None:
        account, entries = self.counter.store.account(who), self.counter.store.entries(who)
        purse, today = self.purses[who], self._today()
        assert audit(account, entries, today) == ()
        assert dict(account.live(today)) == purse.lots(today)
        assert account.available(today) == purse.available(today)
        assert {name: sum(lots.values()) for name, lots in account.holds.items()} == purse.held()
        assert account.ends == purse.ends()
        timers = getattr(self.counter.store, "timers", None)
        for until in account.ends.values():
            assert timers is None or Timer(HOLD_DUE, who, until) in timers, "no timer of this end"
        assert (account.debt, account.status == "closed") == (purse.debt, purse.closed)
        for due in purse.lots(today):
            shard = shard_of(who, self.counter.rules.versions[0].shards)
            assert who in self.counter.store.markers(due, shard), "no run will look for this lot"
        self.played["in debt"] += bool(purse.debt)
        self.played["lapsed"] += bool(purse.count(LAPSED))
        if account.version:
            self._check_balance(who, purse, today)

    def _check_balance(self, who: str, purse: Purse, today: date) -> None:
        balance = self.counter.points.balance(who)
        assert (balance.available, balance.debt) == (purse.available(today), purse.debt)
        within = [count for due, count in purse.lots(today).items() if (due - today).days <= 30]
        assert balance.soon[30] == sum(within)

    def _check_statement(self, who: str) -> None:
        """Checks that the history has each change once, newest first, and sums to the balance."""
        page = self.counter.points.statement(who, limit=5)
        movements = list(page.movements)
        while page.cursor:
            page = self.counter.points.statement(who, page.cursor, limit=5)
            movements += page.movements
        places = [movement.place for movement in movements]
        assert places == sorted(set(places), reverse=True)
        operations = {m.operation_id for m in movements if m.kind != "expired"}
        assert operations == {name for owner, name in self.done if owner == who}
        available = self.purses[who].available(self._today())
        assert sum(movement.change for movement in movements) == available

    def _check_notices(self, who: str) -> None:
        """Checks that each return of expired points has its event, if the store lists events."""
        back = {"return", "release", "capture"}
        entries = [
            entry for entry in self.counter.store.entries(who) if entry.kind in back and entry.past
        ]
        timeline = getattr(self.counter.store, "timeline", None)
        if timeline is not None:
            noticed = sorted(
                entry.data["operation_id"] for entry in timeline if entry.subject == who
            )
            assert noticed == sorted(entry.operation_id for entry in entries)

    def _check_refusal(self, verb: str, who: str, which: int, code: str) -> None:
        purse, today = self.purses[who], self._today()
        requested = {"spend": SPENDS, "hold": HOLDS, "adjust": ADJUSTMENTS}
        by_key = (who, f"spend#ac_1#k{which}") in self.done
        if code == "not_enough_points":
            assert abs(requested[verb][which]) > purse.available(today)
        assert code != "account_closed" or purse.closed
        assert code != "idempotency_key_reused" or (verb == "spend" and by_key)
        assert code not in {"operation_reused", "stale_write"}
