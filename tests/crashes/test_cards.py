"""Cards at tills under crashes, lost answers and rivals: a card pays once, and a retry is safe."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from aftercare.members.cards import CardService
from aftercare.members.wiring import MembersConfig, card_service
from aftercare.points.errors import CardUsedError
from aftercare.points.posting import Receipt
from aftercare.points.request import Caller
from aftercare.points.service import PointsService
from aftercare.points.wiring import PointsConfig, points_service
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.points import BY_TILL
from tests.fakes.points_desk import open_account

pytestmark = pytest.mark.integration

FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
ENDED = (CrashError, PynamoDBException, ReadTimeoutError)


@dataclass(frozen=True)
class Store:
    """Two tills, and a member with 100 points who shows one card."""

    points: PointsService
    cards: CardService
    member_id: str
    card: str

    def spends(self, client_id: str, name: str = "s") -> Receipt:
        proof = self.cards.proof(self.member_id, self.card, required=True)
        caller = Caller(client_id, f"{self.member_id}-{name}")
        return self.points.spend(self.member_id, caller, name, 30, actor=BY_TILL, proof=proof)

    def holds(self, client_id: str, name: str = "h") -> Receipt:
        proof = self.cards.proof(self.member_id, self.card, required=True)
        caller = Caller(client_id, f"{self.member_id}-{name}")
        return self.points.hold(self.member_id, caller, name, 30, actor=BY_TILL, proof=proof)

    @property
    def available(self) -> int:
        return self.points.balance(self.member_id).available


@pytest.fixture
def store(tables: dict[str, str]) -> Store:
    names = (tables[name] for name in ("PointsTable", "MembersTable", "OrdersTable", "DueTable"))
    cards = card_service(MembersConfig(tables["MembersTable"]), lambda: b"a key")
    member_id = open_account(tables, 100)
    card = cards.show(member_id).digits
    return Store(points_service(PointsConfig(*names)), cards, member_id, card)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("write", [1, 2], ids=["counted", "spent"])
@pytest.mark.parametrize("act", [Store.spends, Store.holds], ids=["spend", "hold"])
def test_an_operation_that_breaks_off_is_done_once_by_its_retry(
    store: Store, act: Callable[[Store, str], Receipt], write: int, fault: Fault
) -> None:
    plan = Plan(fault, write, lambda: None)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        act(store, "ac_1")
    assert plan.struck
    receipt = act(store, "ac_1")
    assert (receipt.points, receipt.available, store.available) == (30, 70, 70)
    with pytest.raises(CardUsedError):
        store.spends("ac_2", "other")
    assert store.available == 70


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("rival", [Store.spends, Store.holds], ids=["spend", "hold"])
def test_of_two_tills_with_one_card_one_is_told(
    store: Store, rival: Callable[[Store, str], Receipt], at: int
) -> None:
    plan = Plan(Fault.RACED, at, lambda: rival(store, "ac_2"))
    told = []
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        try:
            store.spends("ac_1")
        except CardUsedError as error:
            told.append(error.code)
    assert plan.struck
    assert told == ["card_used"]
    assert store.available == 70


@pytest.mark.parametrize("at", range(1, 9))
def test_one_till_that_sends_twice_at_once_gets_one_answer(store: Store, at: int) -> None:
    answers: list[Receipt] = []
    plan = Plan(Fault.RACED, at, lambda: answers.append(store.spends("ac_1")))
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        answers.append(store.spends("ac_1"))
    assert plan.struck
    assert answers[0] == answers[1]
    assert store.available == 70


@pytest.mark.parametrize("fault", FAULTS)
def test_a_first_card_that_breaks_off_leaves_one_number(
    tables: dict[str, str], store: Store, fault: Fault
) -> None:
    newcomer = open_account(tables, 10)
    plan = Plan(fault, 1, lambda: None)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        store.cards.show(newcomer)
    assert plan.struck
    first, second = (store.cards.show(newcomer).digits[:10] for _ in range(2))
    assert first == second
    found = store.cards.reading(store.cards.show(newcomer).digits)()
    assert found
    assert found.member_id == newcomer
