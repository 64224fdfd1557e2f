"""The rooms that operators' commands need, on a stack's own resources."""

import secrets

from aftercare.kernel.clock import utc_now
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.points.journal import Journal
from aftercare.points.night.store import NightStore
from aftercare.points.rules import published
from aftercare.points.service import PointsService
from aftercare.points.store import PointsStore
from infra.operator.target import Target


def points(stack: Target) -> PointsService:
    """Members' points."""
    members = member_service(MembersConfig(stack.output("MembersTable")))
    store = PointsStore(stack.output("PointsTable"))
    journal = Journal(store, members, published(), utc_now, secrets.randbits)
    return PointsService(journal, members, order_service(OrdersConfig(stack.output("OrdersTable"))))


def runs(stack: Target) -> NightStore:
    """The records of the nights."""
    return NightStore(stack.output("PointsTable"))
