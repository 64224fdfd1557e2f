"""The seed of this run's schedules: chosen anew each time, printed, and repeatable."""

import os
import random

import pytest

from tests.integration.conftest import _aws, buckets, house, tables

__all__ = ["_aws", "buckets", "house", "tables"]

SEED = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)


def pytest_report_header() -> str:
    return f"crash schedules: CRASH_SEED={SEED} repeats this run's"


@pytest.fixture(scope="session")
def crash_seed() -> int:
    return SEED
