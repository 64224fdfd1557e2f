"""A console whose staff sign in at a user pool on loopback, and what waits for them there."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.fakes.colleagues import StaffBrowser
from tests.fakes.dock import Dock, build_dock
from tests.fakes.house import House, SetClock
from tests.fakes.reviews import Desk, build_desk
from tests.fakes.service_desk import ServiceDesk, service_desk
from tests.fakes.user_pool import UserPool, answering


@pytest.fixture
def pool(functions: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[UserPool]:  # noqa: ARG001
    pool = UserPool()
    with answering(pool) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", url)
        monkeypatch.setenv("SIGN_IN_URL", url)
        yield pool


@pytest.fixture
def browser(pool: UserPool) -> StaffBrowser:  # noqa: ARG001 - what it stands on
    return StaffBrowser()


@pytest.fixture
def dock(house: House, tables: dict[str, str]) -> Dock:
    house.clock.now = datetime.now(UTC)
    return build_dock(house, tables)


@pytest.fixture
def desk(house: House, tables: dict[str, str]) -> Desk:
    house.clock.now = datetime.now(UTC)
    return build_desk(house, tables)


@pytest.fixture
def tickets(tables: dict[str, str], functions: None) -> ServiceDesk:  # noqa: ARG001
    """The service desk; it empties the tables, so whoever signs in comes later."""
    return service_desk(tables, SetClock(datetime.now(UTC)))
