"""A stack to stop and kill; the one that all share is in tests/conftest.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.stack.local_stacks import LocalStack, own_stack


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    data: Path = tmp_path_factory.mktemp("own-stack")
    with own_stack(data) as running:
        yield running
