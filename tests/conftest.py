"""What all tests share: one local stack on one worker, the seed of the crash schedules."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.local_stacks import LocalStack, shared_stack

_ON_THE_STACK = {"stack", "browser"}


def pytest_configure() -> None:
    """Chooses the seed once: the workers inherit it."""
    os.environ.setdefault("CRASH_SEED", str(random.SystemRandom().randrange(1, 2**32)))


def pytest_report_header() -> str:
    return f"crash schedules: CRASH_SEED={os.environ['CRASH_SEED']} repeats this run's"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the local stack goes to one worker: two cores hold one stack and a browser."""
    for item in items:
        if _ON_THE_STACK & set(Path(item.path).parts):
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[LocalStack]:
    base = tmp_path_factory.getbasetemp()
    with shared_stack((base if worker_id == "master" else base.parent) / "stack") as running:
        yield running
