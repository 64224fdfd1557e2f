"""The house, and the seed of this run's schedules (tests/conftest.py)."""

import os

import pytest

from tests.integration.conftest import _aws, buckets, house, tables

__all__ = ["_aws", "buckets", "house", "tables"]


@pytest.fixture(scope="session")
def crash_seed() -> int:
    return int(os.environ["CRASH_SEED"])
