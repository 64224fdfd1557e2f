"""Two returns of one order, from the submission to the end: everybody at once, and every fault."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.aws import client
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_id
from aftercare.kernel.requests import RequestKey
from aftercare.kernel.tables import entry_from
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order, OrderLine, ProductKind, email_key_of
from aftercare.returns.keeping import KeepingService
from aftercare.returns.model import Return
from aftercare.returns.receiving import ReceivingService
from aftercare.returns.wiring import ReceivingConfig, keeping_service, receiving_service
from aftercare.staff.model import Member, Role
from tests.fakes.crashes.arrival_seen import Seen
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.crashes.world import empty_tables
from tests.fakes.house import House
from tests.fakes.orders import EMAIL, FIGURE, NOON, purchase
from tests.fakes.resolved import Shop, shop_of
from tests.fakes.reviews import Desk, build_desk, member
from tests.fakes.screening import rules, screening_by

KEY = email_key_of(EMAIL)
TINY = OrderLine("2", "FIG-2", "Sun Hare", ProductKind.FIGURE, 3, 2_333, tax=101)
BOUGHT = replace(purchase(replace(FIGURE, tax=301), TINY), shipping=795, shipping_tax=71)
# A return of both figures of the first line waits for a person; any other is approved at once.
LIMITED = rules(limits={"US": {"USD": 17_000}}, most_returns=10)
TABLES = ("DueTable", "EvidenceTable", "LabelsTable", "OrdersTable", "ReturnsTable")
PEOPLE = (
    member("lee", Role.LEAD),
    member("ana", Role.AGENT),
    member("wanda", Role.WAREHOUSE),
    member("audrey", Role.AUDITOR),
)
MEMBERS = {each.actor: each for each in PEOPLE}

type Item = dict[str, dict[str, Any]]
type Act = tuple[str, int, int]
"""A verb, which of the two returns, and how or by whom."""


@dataclass
class Crew:
    """Everybody who can do something to returns; they work in one world after the other."""

    house: House
    tables: Mapping[str, str]
    desk: Desk
    shop: Shop
    docks: ReceivingService
    promises: KeepingService


def crew_of(house: House, tables: dict[str, str]) -> Crew:
    """Everybody in a house whose limits are those of the schedules."""
    house = replace(house, returns=screening_by(house.returns, LIMITED))
    names = ("ReturnsTable", "OrdersTable", "DueTable")
    config, entropy = ReceivingConfig(*(tables[each] for each in names)), house.returns.entropy
    return Crew(
        house,
        tables,
        build_desk(house, tables),
        shop_of(house, tables),
        receiving_service(config, clock=house.clock, entropy=entropy),
        keeping_service(config, clock=house.clock, entropy=entropy),
    )


@dataclass
class ArrivalWorld(Crew):
    """Two returns of one order.

    `pages` are the versions that staff see, perhaps since long ago; `answers` is what a dock was
    told under each of its keys; `seen` is what was stored after each act. Of returns in several
    parcels, `opened` are those that a dock has opened, `arrived` the returns that were seen to be.
    """

    saboteur: Saboteur
    order: Order
    ids: list[str]
    verbs: Mapping[str, Callable[["ArrivalWorld", str, int], None]]
    seen: Seen
    pages: dict[tuple[Member, str], int] = field(default_factory=dict)
    answers: dict[RequestKey, str] = field(default_factory=dict)
    due: list[Entry] = field(default_factory=list)
    opened: dict[str, set[int]] = field(default_factory=dict)
    arrived: set[str] = field(default_factory=set)
    met: Counter[str] = field(default_factory=Counter)
    writes_seen: int = -1

    def play(self, act: Act, fault: Fault | None, write: int, rival: Act) -> None:
        """One act with its fault; whose page or process failed does the same again."""
        if fault is None:
            self.try_to(act)
            return
        self.seen.is_raced = fault is Fault.RACED
        plan = Plan(fault, write, lambda: self.try_to(rival))
        with suppress(CrashError, BotoCoreError, PynamoDBException), self.saboteur.during(plan):
            self.try_to(act)
        self.look()
        self.seen.is_raced = False
        if plan.struck:
            self.met[fault.name] += 1
            self.try_to(act)

    def try_to(self, act: Act) -> None:
        verb, which, how = act
        try:
            self.verbs[verb](self, self.ids[which], how)
            self.met[verb] += 1
        except AftercareError as error:
            self.met[error.code] += 1
        self.look()

    def look(self) -> None:
        """Notes what is stored now, and holds it against what was stored before."""
        if self.saboteur.writes == self.writes_seen:
            return
        self.writes_seen = self.saboteur.writes
        with self.saboteur.during(None):
            items = self.items()
            returns = [ret for item in items if (ret := self.docks.store.exported(item))]
            order = self.order
            if any(ret.settlements for ret in returns):
                order = self.house.orders.get(order.order_number)
            self.seen.note(order, returns, _claimed(items), lambda: _says_contested(items))

    def items(self) -> list[Item]:
        """Everything in the table of returns, which has these two alone."""
        table: Any = client("dynamodb")
        found: list[Item] = table.scan(TableName=self.tables["ReturnsTable"])["Items"]
        return found

    def returns(self) -> list[Return]:
        """Those that were begun: the other return is begun after the first, if at all."""
        stored = (self.docks.store.get(return_id) for return_id in self.ids)
        return [ret for ret in stored if ret]

    def now(self, return_id: str) -> Return | None:
        """What somebody sees who is not disturbed."""
        with self.saboteur.during(None):
            return self.docks.store.get(return_id)

    def recover(self) -> None:
        """The sweep, and all entries again until nothing moves; then once more, the last first."""
        self.try_to(("sweep", 0, 0))
        count, before = len(self.returns()), list[int]()
        while before != (before := self._progress()):
            self.house.clock.forward(seconds=90)
            for which in range(count):
                self.try_to(("work", which, 0))
        for which in range(count):
            self.try_to(("work", which, 1))

    def _progress(self) -> list[int]:
        labels = [len(self.house.label_entries(return_id)) for return_id in self.ids]
        return [*labels, *(ret.version or 0 for ret in self.returns())]


def _claimed(items: list[Item]) -> dict[str, int]:
    """Line id → units that are claimed."""
    lines = [item for item in items if item["sk"]["S"].startswith("LINE#")]
    return {item["sk"]["S"].removeprefix("LINE#"): int(item["units"]["N"]) for item in lines}


def _says_contested(items: list[Item]) -> bool:
    """Whether an entry says that units were taken up which another return had."""
    entries = [item for item in items if item["sk"]["S"].startswith("ENTRY#")]
    told = [entry_from(plain(item)).data for item in entries]
    return any(int(data.get("contested", "0")) for data in told)


def plain(item: Item) -> dict[str, Any]:
    return {name: next(iter(value.values())) for name, value in item.items()}


@contextmanager
def arrival_world(
    crew: Crew, verbs: Mapping[str, Callable[[ArrivalWorld, str, int], None]]
) -> Iterator[ArrivalWorld]:
    """A world with an order of five figures, of which two returns may be begun."""
    empty_tables({name: crew.tables[name] for name in TABLES})
    crew.house.clock.now = NOON
    with Saboteur().planted() as saboteur:
        yield ArrivalWorld(
            **vars(crew),
            saboteur=saboteur,
            order=crew.house.delivered(BOUGHT),
            ids=[new_id("ret", NOON) for _ in range(2)],
            verbs=verbs,
            seen=Seen(),
        )
