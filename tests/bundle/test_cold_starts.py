"""No HTTP function starts more slowly than before its rooms had their own wiring."""

import pytest

from tests.bench.cold import measured
from tests.bench.handlers import BARE

# CPU of a fresh process until its answer, as a share of a bare boto3 handler's in the same run, as
# of 2026-11-27 before the rooms were wired one by one; of the authorizer and of checks as of
# 2026-11-29, when they began to do without the SDK (decision 136). `make bench BENCH_ARGS=cold`
# prints today's.
BEFORE = {
    "Portal: the first page": 1.58,
    "CheckPage: its form": 1.58,
    "CheckPage: a forged code": 0.62,
    "CheckPage: a recorded check": 0.72,
    "AuthenticityApi: a forged code": 0.52,
    "AuthenticityApi: a recorded check": 0.60,
    "PointsApi: a balance": 1.25,
    "ClientAuthorizer: a key": 0.38,
    "CodesDownload: a link's page": 1.25,
}


# Beside other tests the ratios vary by a tenth; on a quiet machine the bench tells smaller changes.
TOLERANCE = 1.25


@pytest.mark.slow
def test_no_cold_start_is_worse_than_it_was() -> None:
    best = {name: min(each.cpu for each in taken) for name, taken in measured(2).items()}
    ratios = {name: best[name] / best[BARE] for name in BEFORE}
    worse = {name: ratio for name, ratio in ratios.items() if ratio > BEFORE[name] * TOLERANCE}
    assert worse == {}
