"""Puts members and points together for the functions, and loads nothing that they don't need."""

import secrets
from functools import cache

from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import setting
from aftercare.members.service import MemberService
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.service import OrderService
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.points.earning import EarningService
from aftercare.points.journal import Journal
from aftercare.points.notices import NoticeService
from aftercare.points.rules import published
from aftercare.points.service import PointsService
from aftercare.points.store import PointsStore


@cache
def orders() -> OrderService:
    return order_service(OrdersConfig(setting("ORDERS_TABLE")))


@cache
def members() -> MemberService:
    return member_service(MembersConfig(setting("MEMBERS_TABLE")))


@cache
def journal() -> Journal:
    return Journal(
        store=PointsStore(setting("POINTS_TABLE")),
        members=members(),
        rules=published(),
        clock=utc_now,
        entropy=secrets.randbits,
    )


@cache
def points() -> PointsService:
    return PointsService(journal(), members(), orders())


@cache
def earning() -> EarningService:
    return EarningService(journal(), members(), orders())


@cache
def notices() -> NoticeService:
    return NoticeService(journal().store, members())
