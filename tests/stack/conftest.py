"""A stack that a module may stop and kill; tests/conftest.py has the shared one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.stack.local_stacks import LocalStack, own_stack


@pytest.fixture(scope="session")
def _own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    data: Path = tmp_path_factory.mktemp("own-stack")
    with own_stack(data) as running:
        yield running


@pytest.fixture(scope="module")
def own(_own: LocalStack) -> LocalStack:
    """A stack that a test may stop and kill; it is up at the start of each module."""
    _own.up()
    return _own
