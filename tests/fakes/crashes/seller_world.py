"""One return's label, bought and voided at the simulated seller under faults and crashes."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.due.model import Timer
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_id
from aftercare.labels.events import VOID_DUE
from aftercare.labels.model import Label, LabelRequest, LabelStatus, VoidAnswer
from aftercare.labels.service import LabelService
from infra.local.carrier.faults import CarrierFault
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House, plain_page
from tests.fakes.orders import HOME, NOON
from tests.fakes.seller import Seller, Wire

TICKET = "R-AAAA-BBBB-C"
FAILURES = (CrashError, AftercareError, BotoCoreError, PynamoDBException)
_MOST_ACTS = 5
_MONTH = timedelta(days=31)
# Nothing of a label asks for a tracker.
FAULTS = [fault for fault in CarrierFault if fault is not CarrierFault.TRACKING_SHUFFLED]
_OF_A_VERB = {
    CarrierFault.ANSWER_LOST,
    CarrierFault.IN_FLIGHT,
    CarrierFault.RATE_EXPIRED,
    CarrierFault.VOID_REFUSED,
}


@dataclass
class SellerWorld:
    """A label's worker, the seller that it buys from, and what went wrong so far.

    If the seller `rejects_later`, it takes labels back at first, and at last pays for none.
    """

    house: House
    saboteur: Saboteur
    seller: Seller
    wire: Wire = field(init=False)
    return_id: str = field(default_factory=lambda: new_id("ret", NOON))
    rejects_later: bool = False
    is_cancelled: bool = False
    rejected: int = 0
    struck: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.wire = Wire(self.seller.books())

    @property
    def service(self) -> LabelService:
        """A process of its own at each use: a crash leaves nothing in memory."""
        carriers = {**self.house.labels.carriers, self.seller.code: self.seller.by(self.wire)}
        contracts = self.seller.contracts
        return replace(self.house.labels, carriers=carriers, contracts=contracts)

    def play(self, dice: random.Random) -> None:
        """Some acts, each with a fault of the seller, of AWS, or a killed worker."""
        for _ in range(dice.randint(2, _MOST_ACTS)):
            later = [self.wait, self.again, lambda: self.decide(dice)]
            act = dice.choice([self.issue, self.issue, self.void, self.void, *later])
            rival = dice.choice([self.issue, self.void])
            with suppress(*FAILURES):
                dice.choice([self._at_the_seller, self._killed, self._at_aws, self._well])(
                    act, rival, dice
                )
            self.wire.calm()

    def issue(self) -> Label:
        request = LabelRequest(self.return_id, TICKET, "US", HOME)
        return self.service.issue(request, plain_page, actor=WORKER)

    def void(self) -> Label:
        self.is_cancelled = True
        return self.service.void(self.return_id, TICKET, actor=WORKER)

    def wait(self) -> None:
        self.house.clock.forward(seconds=61)

    def again(self) -> None:
        """A day later, which is when a carrier is asked again."""
        self.house.clock.forward(days=1)
        self.service.void_again(self.return_id, actor=WORKER)

    def decide(self, dice: random.Random) -> None:
        """Carriers answer to refunds, days after they were asked for."""
        self._decided(are_given=dice.choice([True, False]))

    def _decided(self, *, are_given: bool) -> None:
        books = self.wire.books
        self.rejected += not are_given and any(sale.is_taken_back for sale in books.sales)
        books.decide_refunds(are_given=are_given)

    def recover(self) -> Label:
        """The queue delivers what failed again, until nothing goes wrong any more.

        Carriers are asked to the last, and answer in the end.
        """
        self.wait()
        label = self.issue()
        if self.is_cancelled:
            label = self.void()
        self.wire.books.refuses |= self.rejects_later
        while label.void_due_at:
            timer = Timer(VOID_DUE, self.return_id, label.void_due_at)
            assert self._is_kept(timer), "nobody will ask again"
            self._decided(are_given=not self.wire.books.refuses)
            self.house.clock.now = max(self.house.clock.now, timer.due_at) + _MONTH
            [label] = self.service.void_again(self.return_id, timer.due_at, actor=WORKER)
        return label

    def _is_kept(self, timer: Timer) -> bool:
        index = DueStore(self.house.due_table)
        return any(timer in few for few in index.due(timer.shard, timer.due_at))

    def _well(self, act: Callable[[], object], _rival: object, _dice: random.Random) -> None:
        act()

    def _at_the_seller(
        self, act: Callable[[], object], _rival: object, dice: random.Random
    ) -> None:
        fault, request = dice.choice(FAULTS), dice.randint(1, 7)
        if fault in _OF_A_VERB:  # whichever request it is
            self.wire.books.faults.append(fault)
        else:
            self.wire.fault, self.wire.fault_at = fault, request
        try:
            act()
        finally:
            self.struck[fault] += self._has_struck(fault)

    def _has_struck(self, fault: CarrierFault) -> bool:
        is_planted = fault in _OF_A_VERB or self.wire.fault_at <= 0
        return is_planted and fault not in self.wire.books.faults

    def _killed(self, act: Callable[[], object], _rival: object, dice: random.Random) -> None:
        request, is_before = dice.randint(1, 8), dice.choice([True, False])
        self.wire.kill_before, self.wire.kill_after = (request, 0) if is_before else (0, request)
        try:
            act()
        except CrashError:
            self.struck["killed before" if is_before else "killed after"] += 1
            raise

    def _at_aws(
        self, act: Callable[[], object], rival: Callable[[], object], dice: random.Random
    ) -> None:
        def act_of_rival() -> None:
            with suppress(*FAILURES):
                rival()

        plan = Plan(dice.choice([*Fault]), dice.randint(1, 5), act_of_rival)
        try:
            with self.saboteur.during(plan):
                act()
        finally:
            self.struck[plan.fault.name] += plan.struck


@dataclass
class Money:
    """What was paid in minor units, and what became of it, by our labels alone."""

    live: int = 0
    voided: int = 0
    refused: int = 0

    def add(self, label: Label) -> None:
        """Counts a label, if it was sold."""
        if not label.was_sold:
            return
        assert label.offer
        if label.void_answer is VoidAnswer.TAKEN_BACK:
            self.voided += label.offer.amount
        elif label.void_refused_at:
            self.refused += label.offer.amount
        else:
            self.live += label.offer.amount


def check(world: SellerWorld, label: Label) -> None:
    """One purchase at most; our label and the seller agree on whose money it is."""
    sales = world.wire.books.sales
    assert len(sales) <= 1, "bought twice"
    assert len(sales) == label.was_sold
    assert bool(label.void_refused_at) is (label.void_answer is VoidAnswer.REFUSED)
    assert label.status is LabelStatus.RELEASED or world.is_cancelled
    for sale in sales:
        assert label.offer
        assert (sale.reference, sale.amount) == (label.label_id, label.offer.amount)
        assert sale.is_taken_back is (label.void_answer is VoidAnswer.TAKEN_BACK)
