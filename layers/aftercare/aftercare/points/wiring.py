"""Builds points, and the rooms they stand on, from their configuration."""

import secrets
from typing import NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.points.earning import EarningService
from aftercare.points.journal import Journal
from aftercare.points.rules import published
from aftercare.points.service import PointsService
from aftercare.points.store import PointsStore


class PointsConfig(NamedTuple):
    """What the room and those below it need of a deployment."""

    points_table: str
    members_table: str
    orders_table: str


def points_service(
    config: PointsConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> PointsService:
    """Spending, holding, correcting and reading points, by the published rules."""
    journal = _journal(config, clock, entropy)
    orders = order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy)
    return PointsService(journal, journal.members, orders)


def earning_service(
    config: PointsConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> EarningService:
    """Earning points and clawing them back, by the published rules."""
    journal = _journal(config, clock, entropy)
    orders = order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy)
    return EarningService(journal, journal.members, orders)


def _journal(config: PointsConfig, clock: Clock, entropy: Entropy) -> Journal:
    members = member_service(MembersConfig(config.members_table), clock=clock, entropy=entropy)
    return Journal(PointsStore(config.points_table), members, published(), clock, entropy)
