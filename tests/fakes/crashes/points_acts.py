"""The acts of two members: each calls the counter and records its effect on a purse."""

from collections import Counter as Tally
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from aftercare.kernel.errors import AftercareError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.orders.model import OrderLine, ProductKind
from tests.fakes.crashes.faults import Plan
from tests.fakes.orders import ORDERS_INGEST, delivered, paid, refunded
from tests.fakes.points import BY_CLOCK, BY_TILL, MEMBER, OTHER
from tests.fakes.points_room import BONUSES, CHANGED, EMAILS, UNITS, Counter
from tests.fakes.purse import Purse

MEMBERS = (MEMBER, OTHER)
ZONE = ZoneInfo("America/Los_Angeles")
LIFETIME = timedelta(days=365)
LINE = OrderLine("1", "FIG-1", "Moon Hare", ProductKind.FIGURE, 3, 1899)
SPENDS, HOLDS = (5, 12, 30, 70), (4, 9, 25, 60)
ADJUSTMENTS = (11, -6, 24, -40)
# An order's later units, their price, and the hours until then.
EDITS = ((2, 1899, 1), (4, 1899, 2), (3, 999, 30), (1, 2500, 24 * 40))

# The verbs that can follow a verb, with the same id or with any.
NEXT = {
    "earn": ("spend", "hold", "refund", "expire"),
    "order": ("spend", "hold", "review", "edit"),
    "hold": ("capture", "release", "extend", "end"),
    "extend": ("capture", "end"),
    "spend": ("reverse", "restore", "change"),
    "reverse": ("restore", "refund"),
    "capture": ("undo",),
    "refund": ("refund_rest", "earn", "adjust"),
}
REFUNDS = range(1, 4)
KEYED = "13"


def number_of(who: str) -> str:
    """The number of the member's order."""
    return f"PM-000{MEMBERS.index(who)}"


type Act = tuple[str, int, int]
"""A verb, the member's number, and the number of one of the verb's four ids."""
type Meaning = Callable[[Purse, date], None]


class Sabotage(Protocol):
    """Carries out a plan, in the SDK or before a store in memory."""

    def during(self, plan: Plan | None) -> Any: ...


@dataclass
class Acts:
    """The verbs, on a counter that may have a bug and on stores with planned faults."""

    counter: Counter
    sabotage: Sabotage
    purchases: Sequence[tuple[int, int]]
    thorough: bool = True
    purses: dict[str, Purse] = field(default_factory=lambda: {who: Purse() for who in MEMBERS})
    meant: dict[tuple[str, str], Meaning] = field(default_factory=dict)
    receipts: dict[tuple[str, str], Any] = field(default_factory=dict)
    done: dict[tuple[str, str], Act | None] = field(default_factory=dict)
    acts: dict[tuple[str, str], Act] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)
    dues: dict[tuple[str, str], date] = field(default_factory=dict)
    versions: dict[str, int | None] = field(default_factory=dict)
    played: Tally[str] = field(default_factory=Tally)

    def do(self, act: Act) -> None:
        verb, who, which = act
        getattr(self, f"_{verb}")(act, MEMBERS[who], which)

    def _earn(self, act: Act, who: str, which: int) -> None:
        net, days_ago = self.purchases[which]
        name = f"earn#S1#R{which}"
        at = self._moment(name, days_ago)
        self._mean_to_earn(act, who, name, at, net)
        receipt = self.counter.earning.earn(
            who,
            self._caller(who, name),
            store_id="S1",
            receipt_number=f"R{which}",
            net=net,
            currency="USD",
            occurred_at=at,
            actor=BY_TILL,
        )
        self._hear(who, receipt)

    def _refund(self, act: Act, who: str, which: int) -> None:
        """A third of a receipt is refunded, or another third."""
        number, turn = which % 2, which // 2
        self._pay_back(act, who, number, f"f{turn}", self.purchases[number][0] // 3)

    def _refund_rest(self, act: Act, who: str, which: int) -> None:
        """The rest of a receipt after two thirds is refunded."""
        number = which % 2
        net = self.purchases[number][0]
        self._pay_back(act, who, number, "f2", net - 2 * (net // 3))

    def _pay_back(self, act: Act, who: str, number: int, refund_id: str, amount: int) -> None:
        name, of = f"clawback#S1#R{number}#{refund_id}", f"earn#S1#R{number}"

        def meaning(purse: Purse, today: date) -> None:
            purse.refund(today, of, purse.purchases[of].refunded + amount)

        self._mean(act, who, name, meaning)
        receipt = self.counter.earning.refund(
            who,
            self._caller(who, name),
            store_id="S1",
            receipt_number=f"R{number}",
            refund_id=refund_id,
            amount=amount,
            actor=BY_TILL,
        )
        self._hear(who, receipt)

    def _order(self, act: Act, who: str, which: int) -> None:
        """The shop reports an order, or a refund of units, and then a refund of more."""
        number = number_of(who)
        events = (
            paid(LINE, number=number, at=self._paid_at(who), email=EMAILS[who]),
            refunded("rf-1", number=number, line_1=1),
            refunded("rf-2", number=number, line_1=1),
            refunded("rf-1", number=number, line_1=2),
        )
        self.counter.orders.record(events[which], actor=ORDERS_INGEST)
        self._settle(act, who, which)

    def _edit(self, act: Act, who: str, which: int) -> None:
        """The shop changes the order, hours or days after it was paid."""
        units, price, hours = EDITS[which]
        line = replace(LINE, quantity=units, unit_price=price)
        at = self._paid_at(who) + timedelta(hours=hours)
        if at <= self.counter.clock():
            edit = paid(line, number=number_of(who), at=at, email=EMAILS[who])
            self.counter.orders.record(edit, actor=ORDERS_INGEST)
        self._settle(act, who, which)

    def _deliver(self, act: Act, who: str, which: int) -> None:
        self.counter.orders.record(delivered(number_of(who)), actor=ORDERS_INGEST)
        self._settle(act, who, which)

    def _settle(self, _act: Act, who: str, _which: int) -> None:
        order = self.counter.orders.get(number_of(who))
        for receipt in self.counter.earning.settle_order(order, actor=BY_TILL):
            self._hear(who, receipt)

    def _review(self, act: Act, who: str, _which: int) -> None:
        number = number_of(who)

        def meaning(purse: Purse, today: date) -> None:
            purse.bonus(today, today + LIFETIME, BONUSES[today >= CHANGED])

        self._mean(act, who, f"review#{number}#1", meaning)
        self._hear(
            who,
            self.counter.earning.grant_review(
                who, number, "1", self.counter.clock(), actor=BY_TILL
            ),
        )

    def _spend(self, act: Act, who: str, which: int) -> None:
        name, points = f"spend#ac_1#s{which}", SPENDS[which]
        self._mean(act, who, name, lambda purse, today: purse.take(today, points, name))
        caller = self._caller(who, name)
        self._hear(who, self.counter.points.spend(who, caller, f"s{which}", points, actor=BY_TILL))

    def _spend_by_key(self, act: Act, who: str, which: int) -> None:
        """Another spend with the previous spend's key."""
        name, points = f"spend#ac_1#k{which}", SPENDS[which] + 1
        self._mean(act, who, name, lambda purse, today: purse.take(today, points, name))
        caller = self._caller(who, f"spend#ac_1#s{which}")
        self._hear(who, self.counter.points.spend(who, caller, f"k{which}", points, actor=BY_TILL))

    def _hold(self, act: Act, who: str, which: int) -> None:
        name, points = f"hold#ac_1#h{which}", HOLDS[which]
        self._mean(act, who, name, lambda purse, today: purse.take(today, points, name))
        caller = self._caller(who, name)
        self._hear(who, self.counter.points.hold(who, caller, f"h{which}", points, actor=BY_TILL))

    def _capture(self, act: Act, who: str, which: int) -> None:
        """All of a hold, or half."""
        name, hold = f"capture#ac_1#h{which}", f"hold#ac_1#h{which}"
        points = HOLDS[which] // 2 if which % 2 else HOLDS[which]
        part = points if which % 2 else None
        self._mean(act, who, name, lambda purse, today: purse.capture(today, hold, name, points))
        caller = self._caller(who, name)
        self._hear(who, self.counter.points.capture(who, caller, f"h{which}", part, actor=BY_TILL))

    def _release(self, act: Act, who: str, which: int) -> None:
        name, hold = f"release#ac_1#h{which}", f"hold#ac_1#h{which}"
        self._mean(act, who, name, lambda purse, today: purse.reverse(today, hold, 0))
        caller = self._caller(who, name)
        self._hear(who, self.counter.points.release(who, caller, f"h{which}", actor=BY_TILL))

    def _extend(self, act: Act, who: str, which: int) -> None:
        name = f"extend#ac_1#h{which}#e1"
        self._mean(act, who, name, lambda _purse, _today: None)
        caller = self._caller(who, name)
        self._hear(who, self.counter.holds.extend(who, caller, f"h{which}", "e1", actor=BY_TILL))

    def _end(self, _act: Act, who: str, _which: int) -> None:
        """The clock ends holds, as the till would release them."""
        for which in range(len(HOLDS)):
            hold = f"hold#ac_1#h{which}"
            back = partial(_returned, hold)
            self._mean(("release", MEMBERS.index(who), which), who, f"release#ac_1#h{which}", back)
        self.counter.holds.end_due(who, actor=BY_CLOCK)

    def _reverse(self, act: Act, who: str, which: int) -> None:
        """Three points of a spend are reversed."""
        self._give_back(act, who, f"spend#ac_1#s{which}", "r1", 3)

    def _restore(self, act: Act, who: str, which: int) -> None:
        """The rest of a spend is reversed."""
        self._give_back(act, who, f"spend#ac_1#s{which}", "r2", None)

    def _undo(self, act: Act, who: str, which: int) -> None:
        """A capture is reversed."""
        self._give_back(act, who, f"capture#ac_1#h{which}", "r1", None)

    def _give_back(self, act: Act, who: str, spent: str, reversal: str, points: int | None) -> None:
        name = f"return#{spent}#{reversal}"
        self._mean(act, who, name, lambda purse, today: purse.reverse(today, spent, points or 0))
        caller = self._caller(who, name)
        self._hear(
            who, self.counter.points.reverse(who, caller, spent, reversal, points, actor=BY_TILL)
        )

    def _adjust(self, act: Act, who: str, which: int) -> None:
        name, points = f"adjust#ac_1#a{which}", ADJUSTMENTS[which]

        def meaning(purse: Purse, today: date) -> None:
            if points > 0:
                purse.bonus(today, today + LIFETIME, points)
            else:
                purse.take(today, -points, "corrected")

        self._mean(act, who, name, meaning)
        receipt = self.counter.points.adjust(
            who,
            self._caller(who, name),
            f"a{which}",
            points,
            who="agent-7",
            why="A mistake.",
            actor=BY_TILL,
        )
        self._hear(who, receipt)

    def _close(self, act: Act, who: str, _which: int) -> None:
        self._mean(act, who, f"forfeit#{who}", lambda purse, today: purse.close(today))
        self._hear(who, self.counter.points.close(who, actor=BY_TILL))

    def _expire(self, _act: Act, who: str, _which: int) -> None:
        on_fresh_state(self.counter.expire)(who)

    def _change(self, _act: Act, who: str, which: int) -> None:
        """Another request under a used id, and one under a used key: both are refused."""
        name = f"spend#ac_1#s{which}"
        if (who, name) not in self.done:
            return
        points = self.counter.points
        others = {f"s{which}": (self.counter.caller(), "operation_reused")}
        if name[-1] in KEYED:
            others[f"o{which}"] = (self._caller(who, name), "idempotency_key_reused")
        for spend_id, (caller, code) in others.items():
            try:
                points.spend(who, caller, spend_id, SPENDS[which] + 1, actor=BY_TILL)
            except AftercareError as error:
                assert error.code == code  # noqa: PT017
            else:
                raise AssertionError(f"{name} was changed")

    def _mean(self, act: Act, who: str, name: str, meaning: Meaning) -> None:
        """Records an operation's effect on a purse, once the ledger has it."""
        self.meant.setdefault((who, name), meaning)
        self.acts.setdefault((who, name), act)

    def _mean_to_earn(self, act: Act, who: str, name: str, at: datetime, net: int) -> None:
        """The points of a purchase by the rules of its day."""
        day = at.astimezone(ZONE).date()
        due, unit = day + LIFETIME, UNITS[day >= CHANGED]
        self._mean(act, who, name, lambda purse, today: purse.earn(today, name, due, net, unit))

    def _hear(self, who: str, receipt: Any) -> None:
        first = self.receipts.setdefault((who, receipt.operation_id), receipt)
        assert first == receipt, "another answer to the same request"

    def _caller(self, who: str, name: str) -> Any:
        """A caller with an Idempotency-Key in every second request."""
        return self.counter.caller(key=f"{name}@{who}" if name[-1] in KEYED else "")

    def _moment(self, name: str, days_ago: int) -> datetime:
        """The time in the first report of an event."""
        return self.moments.setdefault(name, self.counter.clock() - timedelta(days=days_ago))

    def _paid_at(self, who: str) -> datetime:
        return self._moment(number_of(who), self.purchases[3][1])

    def _left(self, number: str) -> int:
        """What is left of an order's amount, as reported so far."""
        order = self.counter.orders.get(number)
        if order.purchase is None:
            return 0
        [line] = order.purchase.lines
        refunds = [refund.units["1"] for refund in order.refunds.values()]
        units = sum(count for count in refunds if count <= line.quantity)
        return max(0, line.quantity - units) * line.unit_price

    def _today(self) -> date:
        return self.counter.clock().astimezone(ZONE).date()


def _returned(hold: str, purse: Purse, today: date) -> None:
    purse.reverse(today, hold, 0)
