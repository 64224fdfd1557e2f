"""No HTTP function starts more slowly than it did once."""

import pytest

from tests.bench.cold import measured
from tests.bench.handlers import BARE

# CPU of a fresh process until its answer, as a share of a bare boto3 handler's in the same run, as
# of 2026-11-29 with dataclasses written out by the build (decision 148). `make bench
# BENCH_ARGS=cold` prints today's.
BEFORE = {
    "Portal: the first page": 0.36,
    "Portal: My points": 0.61,
    "CheckPage: its form": 0.29,
    "CheckPage: a forged code": 0.33,
    "CheckPage: a recorded check": 0.40,
    "AuthenticityApi: a forged code": 0.26,
    "AuthenticityApi: a recorded check": 0.33,
    "PointsApi: a balance": 0.49,
    "ReturnsApi: an unknown return": 0.46,
    "TicketsApi: an unknown ticket": 0.45,
    "Console: its sign-in": 0.47,
    "Hooks: a webhook": 0.70,
    "Wechat: a forged call": 0.55,
    "ClientAuthorizer: a key": 0.21,
    "CodesDownload: a link's page": 0.37,
}


# Beside other tests small starts vary by a half and more, from the best of two rounds; loading the
# SDK again doubles most of them. On a quiet machine the bench tells smaller changes.
TOLERANCE = 1.8


@pytest.mark.slow
def test_no_cold_start_is_worse_than_it_was() -> None:
    best = {name: min(each.cpu for each in taken) for name, taken in measured(2).items()}
    ratios = {name: best[name] / best[BARE] for name in BEFORE}
    worse = {name: ratio for name, ratio in ratios.items() if ratio > BEFORE[name] * TOLERANCE}
    assert worse == {}
