"""What all tests share: one local stack on one worker, and what they draw."""

import os
import random
from collections.abc import Iterator
from pathlib import PurePath

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.fakes import environment
from tests.fakes.frames import with_room
from tests.fakes.stack.local_stacks import LocalStack, shared_stack

environment.set_up()
# Fixtures on emulated tables; integration tests, crash tests and benches share them.
pytest_plugins = ["tests.fakes.fixtures"]

# A run decides whether a change lands, so it draws what the run before it drew: who changed nothing
# meets nothing new. `make explore` draws something new each time. A busy machine is no failure;
# what fails is printed so that it can be repeated.
_CRASH_SEED = "1"
settings.register_profile("explore", deadline=None, print_blob=True)
settings.register_profile("house", settings.get_profile("explore"), derandomize=True)
settings.load_profile("house")

_ON_THE_STACK = {"stack", "browser"}


def pytest_configure(config: pytest.Config) -> None:
    """Chooses the seed of the crash schedules once: the workers inherit it."""
    drawn = str(random.SystemRandom().randrange(1, 2**32))
    explores = config.getoption("--hypothesis-profile") == "explore"
    os.environ.setdefault("CRASH_SEED", drawn if explores else _CRASH_SEED)


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

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        """Forgets what is done: else each of 25,000 tests has all before it counted again."""
        scope = self._split_scope(self.registered_collections[node][item_index])
        super().mark_test_complete(node, item_index, duration)
        if all(self.assigned_work[node][scope].values()):
            del self.assigned_work[node][scope]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return _OneStack(config, log)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[LocalStack]:
    base = tmp_path_factory.getbasetemp()
    with shared_stack((base if worker_id == "master" else base.parent) / "stack") as running:
        yield running
