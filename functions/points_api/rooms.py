"""The services of the points room, on the function's own tables."""

from functools import cache

from aftercare.kernel.config import read
from aftercare.points.earning import EarningService
from aftercare.points.holding import HoldService
from aftercare.points.service import PointsService
from aftercare.points.wiring import PointsConfig, earning_service, hold_service, points_service

_CONFIG = read(PointsConfig)


@cache
def points() -> PointsService:
    return points_service(_CONFIG)


@cache
def earning() -> EarningService:
    return earning_service(_CONFIG)


@cache
def holds() -> HoldService:
    return hold_service(_CONFIG)
