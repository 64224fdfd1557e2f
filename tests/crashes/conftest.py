"""The seed of this run's schedules, as tests/conftest.py chooses it, and faults at a desk."""

import os
from collections.abc import Iterator

import pytest

from tests.fakes.crashes.faults import Saboteur
from tests.fakes.service_desk import ServiceDesk, service_desk


@pytest.fixture(scope="session")
def crash_seed() -> int:
    return int(os.environ["CRASH_SEED"])


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


@pytest.fixture
def saboteur(desk: object) -> Iterator[Saboteur]:  # noqa: ARG001 - whose client it sits in
    with Saboteur().planted() as planted:
        yield planted
