"""Staff at their desks, and a warehouse that waits for parcels, by the house's clock."""

import pytest

from aftercare.returns.ending import EndingService
from aftercare.returns.wiring import ReturnNoticesConfig, ending_service
from tests.fakes.dock import Dock, build_dock
from tests.fakes.house import House
from tests.fakes.reviews import Desk, build_desk


@pytest.fixture
def dock(house: House, tables: dict[str, str]) -> Dock:
    return build_dock(house, tables)


@pytest.fixture
def desk(house: House, tables: dict[str, str]) -> Desk:
    return build_desk(house, tables)


@pytest.fixture
def ends(house: House, tables: dict[str, str]) -> EndingService:
    config = ReturnNoticesConfig(tables["ReturnsTable"], tables["OrdersTable"])
    return ending_service(config, clock=house.clock, entropy=house.returns.entropy)
