"""The stack that the tests of this folder share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.local_stacks import LocalStack, own_stack, shared_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[LocalStack]:
    base = tmp_path_factory.getbasetemp()
    with shared_stack((base if worker_id == "master" else base.parent) / "stack") as running:
        yield running


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack to stop and kill."""
    data: Path = tmp_path_factory.mktemp("own-stack")
    with own_stack(data) as running:
        yield running
