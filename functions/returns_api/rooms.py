"""What comes back for returns, in parcels and over counters, on the function's own tables."""

from functools import cache

from aftercare.kernel.config import read
from aftercare.returns.counter import CounterService
from aftercare.returns.receiving import ReceivingService
from aftercare.returns.wiring import (
    CounterConfig,
    ReceivingConfig,
    counter_service,
    receiving_service,
)

_CONFIG, _OF_COUNTERS = read(ReceivingConfig), read(CounterConfig)


@cache
def receiving() -> ReceivingService:
    return receiving_service(_CONFIG)


@cache
def counter() -> CounterService:
    return counter_service(_OF_COUNTERS)
