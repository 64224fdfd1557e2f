"""Builds points, and the rooms they stand on, from their configuration."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.due.wiring import DueConfig, due_store
from aftercare.kernel.ids import Entropy
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.points.earning import EarningService
from aftercare.points.holding import HoldService
from aftercare.points.journal import Journal
from aftercare.points.limits import Meter
from aftercare.points.limits import published as limits
from aftercare.points.limits_store import LimitStore
from aftercare.points.rules import published
from aftercare.points.service import PointsService
from aftercare.points.store import PointsStore

if TYPE_CHECKING:
    from aftercare.points.erasing import MemberErasing
    from aftercare.points.finding import FindService, Look


class PointsConfig(NamedTuple):
    """What the room and those below it need of a deployment."""

    points_table: str
    members_table: str
    orders_table: str
    due_table: str


def points_service(
    config: PointsConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> PointsService:
    """Spending, holding, correcting and reading points, by the published rules."""
    journal = _journal(config, clock, entropy)
    orders = order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy)
    return PointsService(journal, journal.members, orders, _meter(config))


def earning_service(
    config: PointsConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> EarningService:
    """Earning points and clawing them back, by the published rules."""
    journal = _journal(config, clock, entropy)
    orders = order_service(OrdersConfig(config.orders_table), clock=clock, entropy=entropy)
    return EarningService(journal, journal.members, orders, _meter(config))


def hold_service(
    config: PointsConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> HoldService:
    """Extending holds, and ending those whose time is over."""
    return HoldService(_journal(config, clock, entropy))


def find_service(
    config: PointsConfig, by_card: "Callable[[str], Look]", *, clock: Clock = utc_now
) -> "FindService":
    """Finding members at tills, by the published limits; the members room reads cards."""
    from aftercare.points.finding import FindService  # noqa: PLC0415 - one function finds

    members = member_service(MembersConfig(config.members_table), clock=clock)
    return FindService(members, by_card, _meter(config), clock)


def member_erasing(
    config: PointsConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "MemberErasing":
    """What forgets members, and closes their accounts."""
    from aftercare.points.erasing import MemberErasing  # noqa: PLC0415 - few functions erase
    from aftercare.points.erasing_store import ReasonEraser  # noqa: PLC0415 - few functions erase

    points = points_service(config, clock=clock, entropy=entropy)
    return MemberErasing(points.journal, points, ReasonEraser(config.points_table))


def _meter(config: PointsConfig) -> Meter:
    return Meter(LimitStore(config.points_table), limits())


def _journal(config: PointsConfig, clock: Clock, entropy: Entropy) -> Journal:
    members = member_service(MembersConfig(config.members_table), clock=clock, entropy=entropy)
    store = PointsStore(config.points_table, due_store(DueConfig(config.due_table)))
    return Journal(store, members, published(), clock, entropy)
