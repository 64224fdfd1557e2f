"""A dock: returns whose parcels are on their way, and what staff do with them there."""

from collections.abc import Mapping
from dataclasses import dataclass

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order
from aftercare.returns.dock import DockDesk
from aftercare.returns.model import Return
from aftercare.returns.wiring import DockConfig, dock_desk
from tests.fakes.environment import BUCKETS
from tests.fakes.house import WORKER, House
from tests.fakes.orders import NOON
from tests.fakes.reviews import Trail


@dataclass
class Dock:
    """Staff's verbs on the parcels of a house."""

    house: House
    desk: DockDesk
    trail: Trail

    def sent(self, order: Order | None = None, units: Mapping[str, int] | None = None) -> Return:
        """A return whose label is ready."""
        order = order or self.house.delivered_order()
        draft = self.house.draft(order, new_id("ret", NOON), dict(units or {"1": 2}))
        self.house.add_good_photo(draft)
        self.house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
        self.house.returns.approve(draft.return_id, actor=WORKER)
        return self.house.make_label(draft.return_id)

    def now(self, ret: Return) -> Return:
        found = self.house.returns.store.get(ret.return_id)
        assert found
        return found


def build_dock(house: House, tables: Mapping[str, str]) -> Dock:
    trail = Trail()
    config = DockConfig(
        returns_table=tables["ReturnsTable"],
        orders_table=tables["OrdersTable"],
        due_table=tables["DueTable"],
        labels_table=tables["LabelsTable"],
        documents_bucket=BUCKETS["DocumentsBucket"],
    )
    entropy = house.returns.entropy
    return Dock(house, dock_desk(config, trail, clock=house.clock, entropy=entropy), trail)
