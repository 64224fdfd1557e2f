"""What each verb after the submission writes: one transaction, a few items, and what DynamoDB asks.

An item is a write; DynamoDB asks two units for each KB of an item in a transaction, and another for
each KB that an index has of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from aftercare.kernel.actor import CUSTOMER, client
from aftercare.kernel.ids import new_id
from aftercare.kernel.requests import RequestKey
from aftercare.labels.model import VALID
from aftercare.orders.model import OrderLine, ProductKind
from aftercare.returns.arrivals import Came, Condition, Disposition, Found, Grade
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.keeping import KeepingService
from aftercare.returns.model import Return
from aftercare.returns.policy import Remedy
from aftercare.returns.promising import ends_at
from aftercare.returns.receiving import ReceivingService
from aftercare.returns.wiring import ReceivingConfig, keeping_service, receiving_service
from tests.bench.meter import Meter
from tests.fakes.house import WORKER, House, build_house
from tests.fakes.orders import FIGURE, NOON
from tests.fakes.resolved import Shop, shop_of
from tests.fakes.reviews import AGENT, Desk, build_desk
from tests.integration.returns.test_writes_of_verbs import written

pytestmark = pytest.mark.integration
TINY = OrderLine("2", "FIG-2", "Sun Hare", ProductKind.FIGURE, 3, 2_333)
DOCK = client("dock-7")
WHOLE = Came({Condition.RECEIVED: 1}, ("PMAA-1",))
GOOD = Found(1, Grade.A, Disposition.RESTOCK, JudgementCode.AS_ASKED, "All is there.")
BOTH = ("1", "2")
MOST_ITEMS = 8
# The return itself is most of it: 5 KB, twice in a transaction, and once more in `by_customer`.
MOST_UNITS = 28

type Acts = dict[str, Callable[[], object]]


@dataclass
class Way:
    """A return of two lines with two photos, and the services that take it to its end."""

    house: House
    shop: Shop
    desk: Desk
    docks: ReceivingService
    promises: KeepingService
    draft: Return

    @property
    def of(self) -> str:
        return self.draft.return_id

    def now(self) -> Return:
        return self.docks.by_id(self.of)

    def label(self) -> None:
        self.house.print_label(self.of)
        for entry in self.house.label_entries(self.of):
            self.house.deliver_label_entry(entry)

    def receive(self) -> object:
        came, key = dict.fromkeys(BOTH, WHOLE), RequestKey("ac_1", f"in {self.of}", "what came")
        return self.docks.receive(self.of, came, "Dock 7", actor=DOCK, key=key)

    def inspect(self) -> object:
        found, key = dict.fromkeys(BOTH, GOOD), RequestKey("ac_1", f"seen {self.of}", "found")
        return self.docks.inspect(self.of, found, actor=DOCK, key=key)

    def until_the_promise_ends(self) -> None:
        promise = self.now().promise
        assert promise
        self.house.clock.now = ends_at(promise)

    def is_seen_to(self) -> None:
        self.house.returns.store.save_claim(replace(self.now(), attention=None))

    def pay(self) -> None:
        ret = self.now()
        self.shop.refund(ret, f"rf-{ret.ticket}", amount=ret.settlements[0].amount)

    def acts(self) -> Acts:
        """The verbs in their order; in brackets is what others do in between."""
        returns, of = self.house.returns, self.of
        return {
            "submit": lambda: returns.submit(self.draft.email_key, of, actor=CUSTOMER),
            "(review)": lambda: self.desk.into_review(of, 3_000, "USD", "US"),
            "decide": lambda: self.desk.decide(AGENT, self.now()),
            "(label)": self.label,
            "(four weeks)": lambda: self.house.clock.forward(days=VALID.days),
            "expire": lambda: returns.expire(of, actor=WORKER),
            "receive late": self.receive,
            "(the promise ends)": self.until_the_promise_ends,
            "warn_of_promise": lambda: self.promises.end(of, actor=WORKER),
            "(seen to)": self.is_seen_to,
            "inspect": self.inspect,
            "resolve": lambda: self.shop.resolving.resolve_next(of, actor=WORKER),
            "note_refund": self.pay,
        }


def _way(house: House, tables: dict[str, str]) -> Way:
    config = ReceivingConfig(
        *(tables[each] for each in ("ReturnsTable", "OrdersTable", "DueTable"))
    )
    docks = receiving_service(config, clock=house.clock)
    order = house.delivered_order(FIGURE, TINY, email=f"{house.new_number()}@example.com")
    draft = house.draft(order, new_id("ret", NOON), dict.fromkeys(BOTH, 1))
    house.add_good_photo(draft)
    house.add_good_photo(draft)
    stored = docks.by_id(draft.return_id)
    lines = tuple(replace(line, remedy=Remedy.REFUND) for line in stored.lines)
    house.returns.store.save_draft(replace(stored, lines=lines))
    shop, desk = shop_of(house, tables), build_desk(house, tables)
    promises = keeping_service(config, clock=house.clock)
    return Way(house, shop, desk, docks, promises, draft)


@pytest.fixture(scope="module")
def measured(tables: dict[str, str], buckets: dict[str, str]) -> dict[str, tuple[list[int], float]]:
    """Verb → the items of each of its writes to returns, and the units that DynamoDB asks."""
    house, meter = build_house(tables, buckets), Meter(tables)
    found: dict[str, tuple[list[int], float]] = {}
    with meter.attached():
        for verb, act in _way(house, tables).acts().items():
            with written() as items, meter.step(verb):
                act()
            found[verb] = (items, meter.steps[verb].write_units)
    for verb, (items, units) in found.items():
        print(f"{verb:20} items {items} units {units:.0f}")  # noqa: T201 - shown with -s
    return {verb: each for verb, each in found.items() if not verb.startswith("(")}


def test_each_verb_is_one_transaction_of_at_most_eight_writes(
    measured: dict[str, tuple[list[int], float]],
) -> None:
    for verb, (items, units) in measured.items():
        assert units <= MOST_UNITS, f"{verb}: more than it was"
        mine = items[1:] if verb == "note_refund" else items  # the shop's own fact comes first
        assert len(mine) == 1, verb
        assert mine[0] <= MOST_ITEMS, verb
