"""What all tests share: one local stack on one worker, the seed of the crash schedules."""

import os
import random
from collections.abc import Iterator
from pathlib import PurePath

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

from tests.fakes import environment
from tests.fakes.frames import with_room
from tests.fakes.stack.local_stacks import LocalStack, shared_stack

environment.set_up()
# Fixtures on emulated tables; integration tests, crash tests and benches share them.
pytest_plugins = ["tests.fakes.fixtures"]

_ON_THE_STACK = {"stack", "browser"}


def pytest_configure() -> None:
    """Chooses the seed once: the workers inherit it."""
    os.environ.setdefault("CRASH_SEED", str(random.SystemRandom().randrange(1, 2**32)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Runs each test as pytest does, with room for its frames."""
    usual = item.config.pluginmanager.get_plugin("runner")
    assert usual
    with_room(lambda: usual.pytest_runtest_protocol(item, nextitem))
    return True


def pytest_report_header() -> str:
    return f"crash schedules: CRASH_SEED={os.environ['CRASH_SEED']} repeats this run's"


class _OneStack(LoadScopeScheduling):  # type: ignore[misc]
    """What needs the local stack goes to one worker: two cores hold one stack and a browser.

    Marks (`--dist loadgroup`) do not work: with pytest 9.2, pytest-xdist 3.8 silently ignores them.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "stack" if _ON_THE_STACK & set(PurePath(nodeid).parts) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return _OneStack(config, log)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[LocalStack]:
    base = tmp_path_factory.getbasetemp()
    with shared_stack((base if worker_id == "master" else base.parent) / "stack") as running:
        yield running
