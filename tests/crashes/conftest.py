"""The seed of this run's schedules (tests/conftest.py chooses and prints it)."""

import os

import pytest


@pytest.fixture(scope="session")
def crash_seed() -> int:
    return int(os.environ["CRASH_SEED"])
